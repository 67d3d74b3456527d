"""Waiting for a dialog that opens after the acknowledgement."""

from __future__ import annotations

import time

from tests.slack import POLL, Dialog, Person

PATIENCE_SECONDS = 20.0


def answer_with(person: Person, command: str, words: str) -> str:
    """What the person is answered, once these words stand in it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    said = person.command(command).text
    while words not in said and time.monotonic() < deadline:
        time.sleep(POLL)
        said = person.command(command).text
    assert words in said
    return said


def dialog_with(person: Person, words: str) -> Dialog:
    """The person's dialog, once these words stand in it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if person.has_dialog and words in person.dialog.text:
            return person.dialog
        time.sleep(POLL)
    seen = person.dialog.text if person.has_dialog else "no dialog"
    message = f"{person.name} waited for {words!r} but sees:\n{seen}"
    raise AssertionError(message)
