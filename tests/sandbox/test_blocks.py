"""Block Kit as strict as Slack: each row breaks one rule, and the complaint names the place."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.blocks import block_problems
from sandbox.blocks_schema import Surface
from sandbox.blocks_views import option_reply_problems, view_problems

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def option(value: str = "a", text: str | None = None) -> Json:
    return {"text": plain(text or value), "value": value}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "b", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def field(kind: str = "plain_text_input", **element: Any) -> Json:
    return {
        "type": "input",
        "label": plain("Label"),
        "element": {"type": kind, "action_id": "a", **element},
    }


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "options": [option(str(n)) for n in range(count)], **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


CONFIRM: Json = {"title": plain("Sure?"), "text": mrkdwn("It is final.")}
TABLE: Json = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}

GOOD: list[tuple[Surface, Json]] = [
    ("message", section()),
    ("message", {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10}),
    ("message", section(text=mrkdwn("x" * 3000, verbatim=True))),
    ("message", {"type": "header", "text": plain("x" * 150)}),
    ("message", {"type": "divider"}),
    ("message", {"type": "context", "elements": [mrkdwn(), plain()]}),
    ("message", actions(*[button(action_id=f"b{n}") for n in range(25)])),
    ("message", actions(button(confirm=CONFIRM, style="danger", value="v" * 2000))),
    ("message", actions(select(100, placeholder=plain("x" * 150)))),
    ("message", actions({"type": "datetimepicker", "initial_date_time": 1_800_000_000})),
    ("message", section(accessory={"type": "overflow", "options": [option()]})),
    ("message", section(accessory={"type": "image", "image_url": "https://x.y", "alt_text": "a"})),
    ("message", rich(rich_section({"type": "text", "text": "hi", "style": {"bold": True}}))),
    (
        "message",
        rich(
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [rich_section({"type": "user", "user_id": "U1"})],
            }
        ),
    ),
    ("message", TABLE),
    ("home", TABLE),
    ("message", {"type": "markdown", "text": "# hi"}),
    ("message", {"type": "image", "image_url": "https://x.y/z.png", "alt_text": "a"}),
    ("home", field()),
    ("modal", field("number_input", is_decimal_allowed=True, min_value="0", initial_value="1.5")),
    ("modal", field("datepicker", initial_date="2027-03-31")),
    ("modal", field("timepicker", initial_time="09:30")),
    ("modal", field("multi_users_select", initial_users=["U1"], max_selected_items=3)),
    ("modal", field("external_select", min_query_length=0, initial_option=option())),
    ("modal", field("radio_buttons", options=[option("a"), option("b")])),
    ("modal", field("checkboxes", options=[{"text": mrkdwn("*a*"), "value": "a"}])),
    ("modal", field("static_select", option_groups=[{"label": plain(), "options": [option()]}])),
    ("modal", field("file_input", filetypes=["pdf"], max_files=10)),
    ("modal", field("email_text_input")),
    ("modal", field("rich_text_input")),
    ("modal", field(multiline=True, min_length=3, max_length=3000, focus_on_load=True)),
]

BAD: list[tuple[str, Surface, Any, str]] = [
    ("text too long", "message", section(text=mrkdwn("x" * 3001)), "less than 3001"),
    ("empty text", "message", section(text=mrkdwn("")), "more than 0 characters"),
    ("section without text", "message", {"type": "section"}, "`text` or `fields`"),
    ("11 fields", "message", {"type": "section", "fields": [mrkdwn()] * 11}, "no more than 10"),
    ("long field", "message", {"type": "section", "fields": [mrkdwn("x" * 2001)]}, "2001"),
    ("no fields", "message", {"type": "section", "fields": []}, "no fewer than 1"),
    ("raw string as text", "message", section(text="hi"), "must provide an object"),
    ("emoji on mrkdwn", "message", section(text=mrkdwn(emoji=True)), "property: emoji"),
    ("verbatim on plain", "message", section(text={**plain(), "verbatim": True}), "verbatim"),
    ("unknown field", "message", section(color="red"), "invalid additional property: color"),
    ("unknown block", "message", {"type": "sectoin"}, "unsupported type"),
    ("no type", "message", {"text": plain()}, "missing required field: type"),
    ("null", "message", None, "must provide an object"),
    ("a type that is no text", "message", {"type": ["section"]}, "unsupported type"),
    ("mrkdwn header", "message", {"type": "header", "text": mrkdwn()}, "unsupported type"),
    ("long header", "message", {"type": "header", "text": plain("x" * 151)}, "less than 151"),
    ("11 in context", "message", {"type": "context", "elements": [mrkdwn()] * 11}, "more than 10"),
    ("button in context", "message", {"type": "context", "elements": [button()]}, "unsupported"),
    ("empty context", "message", {"type": "context", "elements": []}, "no fewer than 1"),
    ("26 actions", "message", actions(*[button(action_id=f"{n}") for n in range(26)]), "than 25"),
    ("same action_id", "message", actions(button(), button()), "`action_id` b already exists"),
    ("long button", "message", actions(button(text=plain("x" * 76))), "less than 76"),
    ("long button value", "message", actions(button(value="x" * 2001)), "less than 2001"),
    ("button style", "message", actions(button(style="default")), "one of: primary, danger"),
    ("button address", "message", actions(button(url="example.com")), "expected format"),
    ("number as value", "message", actions(button(value=7)), "must provide a string"),
    ("long action_id", "message", actions(button(action_id="x" * 256)), "less than 256"),
    ("long block_id", "message", section(block_id="x" * 256), "less than 256"),
    (
        "confirm title",
        "message",
        actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})),
        "less than 101",
    ),
    (
        "confirm without text",
        "message",
        actions(button(confirm={"title": plain()})),
        "missing required field: text",
    ),
    ("text input in actions", "message", actions({"type": "plain_text_input"}), "unsupported"),
    ("multi select in actions", "message", actions({"type": "multi_users_select"}), "unsupported"),
    (
        "date and time in a section",
        "message",
        section(accessory={"type": "datetimepicker"}),
        "unsupported",
    ),
    ("101 options", "message", actions(select(101)), "no more than 100"),
    ("no options", "message", actions(select(0)), "no fewer than 1"),
    (
        "options and groups",
        "message",
        actions(select(1, option_groups=[{"label": plain(), "options": [option()]}])),
        "exactly one of: options, option_groups",
    ),
    ("neither options nor groups", "message", actions({"type": "static_select"}), "exactly one"),
    ("long option", "message", actions({**select(), "options": [option("a", "x" * 76)]}), "76"),
    (
        "long option value",
        "message",
        actions({**select(), "options": [option("x" * 151, "x")]}),
        "less than 151",
    ),
    (
        "mrkdwn in a select",
        "message",
        actions({**select(), "options": [{"text": mrkdwn(), "value": "a"}]}),
        "unsupported type",
    ),
    (
        "initial not offered",
        "message",
        actions(select(2, initial_option=option("9"))),
        "exactly match",
    ),
    ("long placeholder", "message", actions(select(1, placeholder=plain("x" * 151))), "151"),
    (
        "six in overflow",
        "message",
        section(accessory={"type": "overflow", "options": [option(str(n)) for n in range(6)]}),
        "no more than 5",
    ),
    (
        "11 radio buttons",
        "modal",
        field("radio_buttons", options=[option(str(n)) for n in range(11)]),
        "no more than 10",
    ),
    (
        "11 checkboxes",
        "modal",
        field("checkboxes", options=[option(str(n)) for n in range(11)]),
        "no more than 10",
    ),
    (
        "initial box not offered",
        "modal",
        field("checkboxes", options=[option()], initial_options=[option("z")]),
        "exactly match",
    ),
    (
        "empty initial boxes",
        "modal",
        field("checkboxes", options=[option()], initial_options=[]),
        "no fewer than 1",
    ),
    ("button in an input", "modal", field("button", text=plain()), "unsupported type"),
    ("long label", "modal", {**field(), "label": plain("x" * 2001)}, "less than 2001"),
    ("mrkdwn label", "modal", {**field(), "label": mrkdwn()}, "unsupported type"),
    ("long hint", "modal", {**field(), "hint": plain("x" * 2001)}, "less than 2001"),
    ("optional as text", "modal", {**field(), "optional": "yes"}, "must provide a boolean"),
    ("max_length", "modal", field(max_length=3001), "at most 3000"),
    ("min above max", "modal", field(min_length=5, max_length=4), "greater than max_length"),
    ("initial too long", "modal", field(max_length=3, initial_value="abcd"), "less than 4"),
    ("empty initial value", "modal", field(initial_value=""), "more than 0"),
    ("null initial value", "modal", field(initial_value=None), "must provide a string"),
    ("not a date", "modal", field("datepicker", initial_date="31.03.2027"), "YYYY-MM-DD"),
    ("no such day", "modal", field("datepicker", initial_date="2027-02-30"), "YYYY-MM-DD"),
    ("not a time", "modal", field("timepicker", initial_time="24:00"), "expected format"),
    (
        "milliseconds",
        "modal",
        field("datetimepicker", initial_date_time=1_800_000_000_000),
        "at most",
    ),
    ("number without decimals setting", "modal", field("number_input"), "is_decimal_allowed"),
    (
        "number as number",
        "modal",
        field("number_input", is_decimal_allowed=True, min_value=1),
        "number given as a string",
    ),
    (
        "NaN",
        "modal",
        field("number_input", is_decimal_allowed=True, initial_value="NaN"),
        "number given as a string",
    ),
    (
        "min over max",
        "modal",
        field("number_input", is_decimal_allowed=True, min_value="2", max_value="1"),
        "max_value",
    ),
    ("nobody selectable", "modal", field("multi_users_select", max_selected_items=0), "at least 1"),
    ("11 files", "modal", field("file_input", max_files=11), "at most 10"),
    (
        "dispatch on nothing",
        "modal",
        field(dispatch_action_config={"trigger_actions_on": []}),
        "no fewer than 1",
    ),
    ("number in a message", "message", field("number_input", is_decimal_allowed=True), "surface"),
    ("file in a message", "message", field("file_input"), "surface"),
    ("date and time on Home", "home", field("datetimepicker"), "surface"),
    ("table in a modal", "modal", TABLE, "surface"),
    ("markdown in a modal", "modal", {"type": "markdown", "text": "x"}, "surface"),
    ("21 columns", "message", {**TABLE, "rows": [TABLE["rows"][0] * 21]}, "no more than 20"),
    (
        "table too big",
        "message",
        {**TABLE, "rows": [[{"type": "raw_text", "text": "x" * 10_001}]]},
        "less than 10001",
    ),
    ("image without alt", "message", {"type": "image", "image_url": "https://x.y"}, "alt_text"),
    ("image without picture", "message", {"type": "image", "alt_text": "a"}, "exactly one of"),
    ("empty rich text", "message", rich(rich_section({"type": "text", "text": ""})), "more than 0"),
    ("rich text without sections", "message", rich({"type": "text", "text": "x"}), "unsupported"),
    (
        "unknown style",
        "message",
        rich(rich_section({"type": "text", "text": "x", "style": {"blink": True}})),
        "blink",
    ),
    (
        "list of texts",
        "message",
        rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text"}]}),
        "unsupported",
    ),
]


@pytest.mark.parametrize(("surface", "block"), GOOD)
def test_what_slack_takes_is_taken(surface: Surface, block: Json) -> None:
    assert block_problems([block], surface) == []


@pytest.mark.parametrize(
    ("surface", "block", "complaint"),
    [row[1:] for row in BAD],
    ids=[row[0] for row in BAD],
)
def test_what_slack_refuses_is_refused(surface: Surface, block: Any, complaint: str) -> None:
    problems = block_problems([block], surface)
    assert any(complaint in problem for problem in problems), problems
    assert all(problem.startswith("[ERROR] ") for problem in problems)
    assert all("[json-pointer:/blocks" in problem for problem in problems)


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_there_is_room_for_so_many_blocks(surface: Surface, most: int) -> None:
    assert block_problems([{"type": "divider"}] * most, surface) == []
    assert f"no more than {most}" in block_problems([{"type": "divider"}] * (most + 1), surface)[0]


def test_block_ids_are_unique() -> None:
    twice = [section(block_id="a"), section(block_id="a")]
    assert "`block_id` a already exists" in block_problems(twice)[0]


def test_one_element_has_the_focus() -> None:
    twice = [field(focus_on_load=True), field(focus_on_load=True)]
    assert "focus_on_load" in block_problems(twice, "modal")[0]


def test_one_table_per_message() -> None:
    assert "only one table" in block_problems([TABLE, TABLE])[0]


def test_the_complaint_reads_like_slacks() -> None:
    assert view_problems(modal(title=plain("x" * 25))) == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (None, "must provide an object"),
        ({"blocks": []}, "missing required field: type"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        (modal(hash="1"), "invalid additional property: hash"),
        (modal(title=mrkdwn()), "unsupported type"),
        (modal(submit=plain("x" * 25)), "less than 25"),
        (modal(close=plain("x" * 25)), "less than 25"),
        (modal(private_metadata="x" * 3001), "less than 3001"),
        (modal(callback_id="x" * 256), "less than 256"),
        (modal(field()), "missing required field: submit"),
        (modal(blocks=None), "must provide an array"),
        ({"type": "home", "title": plain(), "blocks": []}, "invalid additional property: title"),
    ],
)
def test_a_view_that_slack_refuses_is_refused(view: Any, complaint: str) -> None:
    assert any(complaint in problem for problem in view_problems(view))


def test_a_reply_with_options_has_at_most_a_hundred() -> None:
    assert option_reply_problems({"options": []}) == []
    assert option_reply_problems({"options": [option(str(n)) for n in range(100)]}) == []
    assert option_reply_problems({"options": [option(str(n)) for n in range(101)]})
    assert option_reply_problems({"options": [{"text": plain("x" * 76), "value": "a"}]})
    assert option_reply_problems({})
