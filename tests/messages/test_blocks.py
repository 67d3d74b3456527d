"""What we build is what Slack accepts; our own mistakes are named, people's long texts are cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from messages import elements
from messages.blocks import (
    actions,
    context,
    divider,
    fields,
    header,
    image,
    input_block,
    section,
    sections,
)
from messages.elements import BlockError, Option, button, option, text_input
from messages.rich_text import bold, bullets, paragraph, quote, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View
from sandbox.blocks import block_problems
from sandbox.blocks_views import view_problems

LONG = "word " * 1_000
YES = option("yes", "Yes")


def options(count: int) -> list[Option]:
    return [option(str(number), f"Option {number}") for number in range(count)]


def one_of_each() -> list[elements.Block]:
    return [
        header("Goals"),
        section("Plain & <simple>", accessory=button("Show", "goal.show", "g-1")),
        section(Safe("*Bold*"), block_id="bold"),
        fields(["One", Safe("*Two*")]),
        context("Small print", elements.picture("https://example.org/a.png", "A chart")),
        image("https://example.org/b.png", "A chart", "Trend"),
        divider(),
        rich_text(
            paragraph("Lena: ", bold("5 h"), " instead of 9 h"),
            quote("I need\nthe second hire."),
            bullets(["one", "two"]),
        ),
        actions(
            button("Accept", "goal.accept", style="primary", accessibility_label="Accept G-12"),
            button(
                "Decline",
                "goal.decline",
                style="danger",
                confirm=elements.confirm("Sure?", "It goes back.", "Decline", "Keep", danger=True),
            ),
            elements.overflow("goal.more", options(5)),
            elements.static_select("goal.pick", options(100), placeholder="Pick"),
            elements.users_select("goal.user", initial="U1"),
            block_id="decide",
        ),
    ]


def test_slack_accepts_one_of_each_block() -> None:
    message = Message(Safe("Goals"), one_of_each())
    assert block_problems(message.blocks) == []


def test_slack_accepts_a_home_with_them() -> None:
    home = View.home(one_of_each(), private_metadata="x")
    assert view_problems(home.payload()) == []


def test_slack_accepts_a_dialog_with_every_option_of_a_view() -> None:
    view = View.modal(
        "Check-in",
        [input_block("Value", text_input("v", initial="7.1", max_length=60), block_id="v")],
        submit="Save",
        close="Cancel",
        callback_id="check_in",
        private_metadata="{}",
        notify_on_close=True,
        clear_on_close=True,
        external_id="check-in-1",
    )
    assert view_problems(view.payload()) == []


def test_text_of_people_is_cut_on_a_word_to_fit() -> None:
    view = View.modal(
        LONG,
        [
            header(LONG),
            section(LONG),
            context(LONG),
            rich_text(quote(LONG)),
            actions(button(LONG, "a", accessibility_label=LONG)),
            input_block(
                LONG,
                elements.radio_buttons("r", [option("1", LONG, LONG)]),
                block_id="r",
                hint=LONG,
            ),
        ],
        submit=LONG,
        close=LONG,
    )
    assert view_problems(view.payload()) == []
    assert view.texts["title"]["text"] == "word word word word…"


def test_text_that_shows_nothing_still_leaves_something_to_see() -> None:
    assert header("\u200b")["text"] == {"type": "plain_text", "text": "…", "emoji": False}
    assert block_problems([section("\u200b"), rich_text(quote("\u200b")), header("\u200b")]) == []


def test_spans_keep_the_space_between_them() -> None:
    assert paragraph("from ", bold("9 h"), " to")["elements"] == [
        {"type": "text", "text": "from "},
        {"type": "text", "text": "9 h", "style": {"bold": True}},
        {"type": "text", "text": " to"},
    ]


def test_no_text_of_ours_links_by_itself() -> None:
    assert section(Safe("see https://example.org"))["text"] == {
        "type": "mrkdwn",
        "text": "see https://example.org",
        "verbatim": True,
    }


def test_long_words_of_ours_become_several_sections_between_lines() -> None:
    lines = [f"{number}: " + "x" * 90 for number in range(100)]
    blocks = sections(Safe("\n".join(lines)))
    assert block_problems(blocks) == []
    texts = [json.loads(json.dumps(block))["text"]["text"] for block in blocks]
    assert "\n".join(texts).split("\n") == lines


def test_no_words_are_no_section() -> None:
    assert sections(Safe("")) == []


def test_message_text_is_escaped_unless_safe_and_cut_to_fit() -> None:
    assert Message("<!channel>").text == "&lt;!channel&gt;"
    assert Message(Safe("<@U1>")).text == "<@U1>"
    assert len(Message(LONG).text) <= 3_900
    assert len(Message(Safe(LONG)).text) <= 3_900


INPUT = input_block("Value", text_input("v"), block_id="v")
FILES = input_block("Files", elements.file_input("f"), block_id="f")
WHEN = actions(elements.datetime_picker("w", initial=datetime(2027, 3, 31, tzinfo=UTC)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: section(""),
        lambda: section(Safe("x" * 3_001)),
        lambda: header(Safe("*bold*")),
        lambda: rich_text(quote(Safe("*bold*"))),
        rich_text,
        lambda: bullets([]),
        paragraph,
        lambda: fields([]),
        lambda: fields(["x"] * 11),
        context,
        lambda: context(*["x"] * 11),
        actions,
        lambda: actions(*[button("x", str(number)) for number in range(26)]),
        lambda: button("", "a"),
        lambda: button("x", ""),
        lambda: button("x", "a" * 256),
        lambda: button("x", "a", "v" * 2_001),
        lambda: button("x", "a", url="https://" + "x" * 3_000),
        lambda: option("", "x"),
        lambda: option("v" * 151, "x"),
        lambda: option("v", ""),
        lambda: elements.static_select("a", []),
        lambda: elements.static_select("a", options(101)),
        lambda: elements.static_select("a", options(2), initial=YES),
        lambda: elements.static_select("a", [YES, YES]),
        lambda: elements.checkboxes("a", options(11)),
        lambda: elements.radio_buttons("a", options(11)),
        lambda: elements.overflow("a", options(6)),
        lambda: elements.external_select("a", min_query_length=-1),
        lambda: elements.file_input("a", max_files=11),
        lambda: elements.picture("", "x"),
        lambda: elements.picture("https://example.org", ""),
        lambda: elements.datetime_picker("a", initial=datetime(2027, 3, 31)),  # noqa: DTZ001 - refused
        lambda: elements.datetime_picker("a", initial=datetime(1999, 3, 31, tzinfo=UTC)),
        lambda: text_input("a", max_length=3_001),
        lambda: input_block("", text_input("a"), block_id="b"),
        lambda: input_block("x", text_input("a"), block_id=""),
        lambda: Message(""),
        lambda: Message("x", [divider()] * 51),
        lambda: Message("x", [section("x", block_id="a"), section("y", block_id="a")]),
        lambda: Message("x", [actions(button("x", "a"), button("y", "a"))]),
        lambda: Message("x", [{"type": "carousel"}]),
        lambda: Message("x", [FILES]),
        lambda: View.home([FILES]),
        lambda: View.home([WHEN]),
        lambda: View.home([divider()] * 101),
        lambda: View.modal("", [divider()]),
        lambda: View.modal("x", [INPUT]),
        lambda: View.modal("x", [divider()], private_metadata="x" * 3_001),
        lambda: View.modal("x", [divider()], callback_id="x" * 256),
        lambda: View.modal("x", [section("é" * 3_000) for _ in range(20)]),
    ],
)
def test_what_slack_would_reject_is_our_mistake(build: Callable[[], object]) -> None:
    with pytest.raises(BlockError):
        build()
