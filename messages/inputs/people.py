"""Inputs for people, by Slack's ids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from messages import elements
from messages.elements import Element
from messages.inputs.base import Answer, Asked, Input, InputError, State

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


@dataclass(frozen=True)
class User(Input):
    """A person, by Slack's id."""

    missing: ClassVar[str] = "missing_people"

    def element(self, asked: Asked) -> Element:
        return elements.users_select(
            asked.action_id,
            initial=str(asked.value) if asked.value else None,
            placeholder=self._placeholder(asked),
        )

    def typed(self, state: State) -> str | None:
        user = state.get("selected_user")
        return user if isinstance(user, str) and _SLACK_USER.fullmatch(user) else None

    def read(self, answer: Answer) -> Mapping[str, object]:
        if not answer.state.get("selected_user"):
            return {}
        if (user := self.typed(answer.state)) is None:
            raise InputError("no_such_person")
        return {self.name: user}


@dataclass(frozen=True)
class Users(Input):
    """Several people, by Slack's ids."""

    _: KW_ONLY
    most: int | None = None
    missing: ClassVar[str] = "missing_people"
    several: ClassVar[bool] = True

    def element(self, asked: Asked) -> Element:
        return elements.multi_users_select(
            asked.action_id,
            initial=[str(one) for one in asked.value] if isinstance(asked.value, Sequence) else (),
            placeholder=self._placeholder(asked),
            max_selected=self.most,
        )

    def typed(self, state: State) -> tuple[str, ...]:
        users = state.get("selected_users")
        known = (user for user in users if isinstance(user, str)) if isinstance(users, list) else ()
        return tuple(dict.fromkeys(user for user in known if _SLACK_USER.fullmatch(user)))

    def read(self, answer: Answer) -> Mapping[str, object]:
        chosen = answer.state.get("selected_users")
        if not chosen:
            return {}
        users = self.typed(answer.state)
        if not isinstance(chosen, list) or len(users) != len(set(map(str, chosen))):
            raise InputError("no_such_person")
        return {self.name: list(users)}
