"""No text of people's breaks a limit, mentions, links, broadcasts or escapes its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given

from messages import elements
from messages.blocks import actions, context, fields, header, image, input_block, section
from messages.elements import Block, button, option
from messages.rich_text import bold, bullets, paragraph, quote, rich_text
from messages.safe import Safe, person_name
from messages.surfaces import Message, View
from messages.templates import Rendered
from sandbox.blocks import block_problems
from sandbox.blocks_views import view_problems
from tests.messages.dialogs import READER
from tests.messages.slack_markup import DIRECTION_CONTROLS, UNESCAPED, commands, formatted
from tests.messages.texts import user_texts

MOMENT = datetime(2027, 3, 31, 9, tzinfo=UTC)


def everywhere(text: str) -> list[Block]:
    """Blocks with somebody's text in every place that takes any."""
    said = text or "x"
    menu = elements.static_select("menu", [option("1", said, said)], placeholder=said)
    asked = elements.confirm(said, said, said, said)
    return [
        header(said),
        section(said, accessory=button(said, "a", confirm=asked, accessibility_label=said)),
        section(READER.say("*%(who)s* says %(what)s", who=person_name(said), what=text)),
        fields([said, said]),
        context(said, elements.picture("https://example.org/a.png", said)),
        image("https://example.org/b.png", said, said),
        rich_text(paragraph(said, bold(said)), quote(said), bullets([said])),
        actions(menu, button(said, "b")),
    ]


def dialog(text: str) -> View:
    said = text or "x"
    asked = [
        elements.text_input("t", initial=text, placeholder=said),
        elements.text_input("m", initial=text, placeholder=said, multiline=True, max_length=150),
        elements.radio_buttons("r", [option("1", said, said)]),
        elements.external_select("e", initial=option("1", said), placeholder=said),
    ]
    inputs = [
        input_block(said, element, block_id=f"b{number}", hint=said)
        for number, element in enumerate(asked)
    ]
    return View.modal(said, inputs, submit=said, close=said)


def mrkdwn(block: Any) -> Iterator[str]:
    """Every text in it that Slack reads as mrkdwn."""
    if isinstance(block, dict):
        if block.get("type") == "mrkdwn":
            assert block["verbatim"] is True
            yield block["text"]
        for value in block.values():
            yield from mrkdwn(value)
    elif isinstance(block, list):
        for value in block:
            yield from mrkdwn(value)


@given(user_texts)
def test_slack_accepts_any_text_anywhere(text: str) -> None:
    message = Message(text or "x", everywhere(text))
    assert block_problems(message.blocks) == []
    for view in (dialog(text), View.home(everywhere(text))):
        assert view_problems(view.payload()) == []
        json.dumps(view.payload(), ensure_ascii=False).encode()


@given(user_texts)
def test_no_text_is_ever_read_as_markup(text: str) -> None:
    message = Message(text or "x", everywhere(text))
    for shown in (message.text, *mrkdwn(message.blocks)):
        assert not UNESCAPED.search(shown)
        assert not commands(shown)
        assert not DIRECTION_CONTROLS.search(shown)
        assert len(formatted(shown)) <= shown.startswith("*")  # the one that is ours


@given(user_texts)
def test_a_message_of_any_length_can_be_sent(text: str) -> None:
    token = READER.token(MOMENT)
    words = Safe("\n").join([Safe("%s: %s") % (token, text)] * 200)
    message = Rendered(words, words, Safe()).message()
    assert block_problems(message.blocks) == []
    for shown in (message.text, *mrkdwn(message.blocks)):
        assert set(commands(shown)) <= {str(token)}
        assert not UNESCAPED.search(shown.replace(token, ""))
