"""Connects Slack's requests to features: one listener for each kind of request.

Bolt would try listeners in order, and gather some thirty arguments for each that it tries; of what
kind a request is, it says itself. Each listener reads the payload, finds out who asks, lets the
feature act, and acknowledges with the outcome; every error leaves through `handlers.errors`, or
`handlers.edge` if no person can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltResponse

from domain.errors import AlreadyDone
from domain.origin import Origin
from handlers.answers import say
from handlers.commands import Words
from handlers.desk import Desk
from handlers.edge import guarded
from handlers.errors import words_for
from handlers.events import Events
from handlers.features import Asking, Feature
from handlers.payloads import (
    Command,
    Pressed,
    read_command,
    read_lookup,
    read_press,
    read_shortcut,
    read_submission,
)
from messages.help import plain
from messages.outcomes import message_view, refused_submission
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from usecases.access import identify


class Routes:
    """All listeners of the app."""

    def __init__(self, desk: Desk, features: Sequence[Feature]) -> None:
        self._desk = desk
        self._features = tuple(features)
        self._words = Words(desk, features)
        self._listeners: Mapping[str, Callable[[Ack, dict[str, Any]], None]] = {
            "block_actions": self.on_press,
            "view_submission": self.on_submission,
            "block_suggestion": self.on_lookup,
            "shortcut": self.on_shortcut,
            "message_action": self.on_shortcut,
            "event_callback": Events(desk, self._features).on_event,
        }

    def answer(self, body: dict[str, Any]) -> BoltResponse | None:
        """What Slack is answered; None for a kind of request that nobody listens to."""
        kind = body.get("type")
        listener = self.on_command if "command" in body else self._listeners.get(str(kind))
        return None if listener is None else guarded(listener, body)

    def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        command = read_command(body, self._desk.clock)
        words: list[Safe] = []
        with self._errors_told(command.origin, words):
            reply = self._words.answer(command, self._asking(command.origin))
            if isinstance(reply, Message):
                ack(**_ephemeral(reply))
            else:
                self._open(command, reply.view)
                ack()
        for said in words:
            ack(**_ephemeral(plain(said)))

    def _open(self, command: Command, view: View) -> None:
        if command.trigger is not None:
            self._desk.open_view(command.trigger, view)

    def on_press(self, ack: Ack, body: dict[str, Any]) -> None:
        pressed = read_press(body, self._desk.clock)
        words: list[Safe] = []
        with self._errors_told(pressed.origin, words):
            feature = self._owner(pressed.action)
            if feature is not None:
                feature.press(pressed, self._asking(pressed.origin))
        for said in words:
            self._refuse(pressed, said)
        ack()

    def _refuse(self, pressed: Pressed, words: Safe) -> None:
        reader = self._reader(pressed.origin)
        if pressed.response_url is not None:
            say(self._desk, pressed, words, reader)
        else:
            # A second call to Slack after one that hung would hold up the acknowledgement.
            self._desk.afterwards.do(
                lambda: say(self._desk, pressed, words, reader), pressed.origin.request
            )

    def on_submission(self, ack: Ack, body: dict[str, Any]) -> None:
        submission = read_submission(body, self._desk.clock)
        words: list[Safe] = []
        with self._errors_told(submission.origin, words):
            feature = self._owner(submission.callback)
            asking = self._asking(submission.origin)
            ack(**(feature.submit(submission, asking) if feature else {}))
        for said in words:
            ack(**refused_submission(submission.view, said, self._reader(submission.origin)))

    def on_lookup(self, ack: Ack, body: dict[str, Any]) -> None:
        lookup = read_lookup(body, self._desk.clock)
        words: list[Safe] = []
        with self._errors_told(lookup.origin, words):
            feature = self._owner(lookup.action)
            asking = self._asking(lookup.origin)
            ack(**(feature.look_up(lookup, asking) if feature else {"options": []}))
        if words:
            ack(options=[])

    def on_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        shortcut = read_shortcut(body, self._desk.clock)
        words: list[Safe] = []
        with self._errors_told(shortcut.origin, words):
            asking = self._asking(shortcut.origin)
            for feature in self._features:
                if shortcut.callback in feature.shortcuts:
                    view = feature.shortcuts[shortcut.callback](shortcut, asking)
                    self._desk.open_view(shortcut.trigger, view)
        for said in words:
            view = message_view(plain(said), self._reader(shortcut.origin))
            # After the acknowledgement, for the same reason as in `_refuse`.
            self._desk.afterwards.do(
                partial(self._desk.open_view, shortcut.trigger, view), shortcut.origin.request
            )
        ack()

    def _owner(self, identity: str) -> Feature | None:
        return next((f for f in self._features if f.owns(identity)), None)

    def _asking(self, origin: Origin) -> Asking:
        return Asking(lambda: self._desk.reader(identify(self._desk.store, origin)))

    def _reader(self, origin: Origin) -> Reader:
        """The asker's own language and zone, or, for somebody unknown, English and UTC."""
        try:
            return self._desk.reader(identify(self._desk.store, origin))
        except Exception:  # noqa: BLE001 - an error is being told already; the plain reader will do
            return Reader.of_nobody(origin.now)

    @contextmanager
    def _errors_told(self, origin: Origin, words: list[Safe]) -> Iterator[None]:
        """Collects what to tell the person. A repeated request is told nothing: it was answered."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the one door for errors
            if not (isinstance(error, AlreadyDone) and error.code == "request_repeated"):
                words.append(words_for(error, self._reader(origin), origin))


def _ephemeral(message: Message) -> dict[str, Any]:
    return {
        "text": message.text,
        "blocks": list(message.blocks),
        "response_type": "ephemeral",
    }
