"""What a dialog says after it was sent, where closing it alone would leave somebody unsure."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from messages.blocks import section
from messages.i18n import N_
from messages.limits import FIELD_ERROR
from messages.reading import Reader
from messages.safe import Safe
from messages.shorten import shorten
from messages.surfaces import Message, View


def outcome_view(words: Safe, reader: Reader) -> dict[str, Any]:
    """The dialog now says what happened, as Slack's answer to a submission."""
    view = message_view(Message(words, [section(words)]), reader)
    return {"response_action": "update", "view": view.payload()}


def closed_message(reader: Reader) -> Message:
    """In place of a message that is of no more use to its reader, or that they may not read any
    more; which of the two is not said."""
    words = reader.say(
        N_("This is settled, or no longer for you. There is nothing left to do here.")
    )
    return Message(words, [section(words)])


def message_view(message: Message, reader: Reader) -> View:
    """A message as a dialog, where there is no conversation to show it in."""
    return View.modal(
        reader.gettext(N_("Accord")), list(message.blocks), close=reader.gettext(N_("Close"))
    )


def refused_submission(view: Mapping[str, Any], words: Safe, reader: Reader) -> dict[str, Any]:
    """A dialog that could not be sent stays open with everything typed, the words at an input."""
    inputs = (block for block in view.get("blocks", ()) if block.get("type") == "input")
    first = next(inputs, None)
    if first is None:
        return outcome_view(words, reader)
    return {"response_action": "errors", "errors": {first["block_id"]: plain_words(words)}}


def plain_words(words: Safe) -> str:
    """Our own mrkdwn as plain text, for a place that shows no formatting."""
    return shorten(unescape(words.replace("*", "").replace("~", "")), FIELD_ERROR)
