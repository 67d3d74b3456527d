"""Showing somebody the outcome of a press, wherever they pressed: message, dialog or Home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import AlreadyDone, Changed, NotShared, Refused
from domain.notices import is_direct
from handlers.desk import Desk
from handlers.payloads import Pressed
from messages.blocks import section
from messages.notices import notice_message
from messages.outcomes import message_view
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from usecases.shown import mark_message_shown, message_now


def say(desk: Desk, pressed: Pressed, words: Safe, reader: Reader) -> None:
    """Tell the person something that concerns this press alone."""
    show(desk, pressed, Message(words, [section(words)]), reader)


def show(desk: Desk, pressed: Pressed, message: Message, reader: Reader) -> None:
    """Show a message beside the one pressed, or, where there is none, in a dialog."""
    if pressed.response_url is not None:
        address = pressed.response_url
        desk.afterwards.do(lambda: desk.afterwards.reply(address, message), pressed.origin.request)
    elif pressed.trigger is not None:
        show_view(desk, pressed, message_view(message, reader))


def show_view(desk: Desk, pressed: Pressed, view: View) -> None:
    """Open a dialog, on top of the one pressed in if there is one."""
    if pressed.trigger is None:
        return
    if pressed.in_dialog:
        desk.push_view(pressed.trigger, view)
    else:
        desk.open_view(pressed.trigger, view)


def turn_page(desk: Desk, pressed: Pressed, view: View) -> None:
    """Show another page in the dialog that was pressed in."""
    if pressed.view is not None:
        desk.update_view(str(pressed.view.get("id")), str(pressed.view.get("hash")), view)


@contextmanager
def stale_message_mended(desk: Desk, pressed: Pressed) -> Iterator[None]:
    """When a press is refused because things moved on, its message is brought up to date too."""
    try:
        yield
    except (AlreadyDone, Changed, Refused, NotShared):
        if pressed.origin.clicked is not None:
            desk.afterwards.do(lambda: _bring_up_to_date(desk, pressed), pressed.origin.request)
        raise


def replace(desk: Desk, pressed: Pressed, message: Message, reader: Reader) -> None:
    """After an act: what was pressed shows the outcome.

    A message of the outbox is brought up to date at once, and marked so; a reply that only this
    person sees, or a dialog, becomes `message`; Home is published anew by the outbox.
    """
    if pressed.origin.clicked is not None and pressed.response_url is not None:
        desk.afterwards.do(
            lambda: _bring_up_to_date(desk, pressed, message), pressed.origin.request
        )
    elif pressed.response_url is not None:
        address = pressed.response_url
        desk.afterwards.do(
            lambda: desk.afterwards.reply(address, message, replace=True), pressed.origin.request
        )
    elif pressed.in_dialog and pressed.view is not None:
        turn_page(desk, pressed, message_view(message, reader))


def _by_oneself(pressed: Pressed) -> bool:
    return pressed.origin.clicked is not None and is_direct(pressed.origin.clicked[0])


def _bring_up_to_date(desk: Desk, pressed: Pressed, outcome: Message | None = None) -> None:
    """Show what the outbox would; in a message that is not the outbox's, the outcome."""
    if pressed.response_url is None:
        return
    now = message_now(desk.store, pressed.origin)
    if now is None:
        # In a channel everybody would read it; its own messages the outbox brings up to date.
        if outcome is not None and _by_oneself(pressed):
            desk.afterwards.reply(pressed.response_url, outcome, replace=True)
        return
    message = notice_message(now.notice, desk.clock.business(), desk.templates)
    if desk.afterwards.reply(pressed.response_url, message, replace=True):
        mark_message_shown(desk.store, pressed.origin, now.revision)
