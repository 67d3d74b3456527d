"""A checkpoint of the record, in the channel that keeps them."""

from __future__ import annotations

from domain.screens import CheckpointNotice
from messages.reading import Reader
from messages.rich_text import preformatted, rich_text
from messages.surfaces import Message
from messages.templates import Templates


def checkpoint_message(notice: CheckpointNotice, reader: Reader, templates: Templates) -> Message:
    """How many entries there were, and the signed note, ready to be copied as it is."""
    rendered = templates.render(
        "record/checkpoint", reader, entries=reader.number(notice.entries), note=notice.note
    )
    return rendered.message(rich_text(preformatted(notice.note)))
