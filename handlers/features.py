"""What a feature offers: a command's words, buttons, dialogs. `bot` collects the features."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain.origin import Origin
from handlers.desk import Reply
from handlers.payloads import Command, Lookup, Payload, Pressed, Shortcut, Submission
from messages.reading import Reader
from messages.surfaces import View

# What an acknowledgement holds, as Slack wants it for the kind of request.
AckBody = Mapping[str, Any]


class Asking:
    """Who asks, as far as handlers need it before the use case authorises again.

    Found out when it is needed first: a use case tells who asked it. `reader` raises Unknown for
    somebody who may not ask at all.
    """

    def __init__(self, find: Callable[[], Reader]) -> None:
        self._find = find

    @cached_property
    def reader(self) -> Reader:
        return self._find()


def _hears_nothing(_origin: Origin, _event: Payload) -> bool:
    return False


def _offers_nothing(_lookup: Lookup, _asking: Asking) -> AckBody:
    return {"options": []}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature at Slack's edge.

    `name` begins the ids of its buttons (`goal:accept`), forms and inputs (`goal_new.title`); it is
    its slash command. `words` answers that command, also behind `/accord` and as plain words.
    `accord_words` are the subcommands of `/accord` that it adds. `hear` is shown every message in
    conversations that the app is in, edits and deletions too, and says whether it took it.
    """

    name: str
    words: Callable[[Command, Asking], Reply]
    press: Callable[[Pressed, Asking], None]
    submit: Callable[[Submission, Asking], AckBody]
    look_up: Callable[[Lookup, Asking], AckBody] = _offers_nothing
    shortcuts: Mapping[str, Callable[[Shortcut, Asking], View]] = field(default_factory=dict)
    accord_words: Mapping[str, Callable[[Command, Asking], Reply]] = field(default_factory=dict)
    hear: Callable[[Origin, Payload], bool] = _hears_nothing

    def owns(self, identity: str) -> bool:
        """Whether a button, form or input with this id is the feature's."""
        return identity.startswith((f"{self.name}:", f"{self.name}_"))
