"""Inputs for dates and moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import ClassVar

from messages import elements
from messages.elements import Element
from messages.inputs.base import Answer, Asked, Input, InputError, State


@dataclass(frozen=True)
class Date(Input):
    missing: ClassVar[str] = "missing_moment"

    def element(self, asked: Asked) -> Element:
        return elements.date_picker(
            asked.action_id,
            initial=asked.value if isinstance(asked.value, date) else None,
            placeholder=self._placeholder(asked),
        )

    def typed(self, state: State) -> date | None:
        try:
            return date.fromisoformat(str(state.get("selected_date") or ""))
        except ValueError:
            return None

    def read(self, answer: Answer) -> Mapping[str, object]:
        if not answer.state.get("selected_date"):
            return {}
        if (chosen := self.typed(answer.state)) is None:
            raise InputError("no_such_date")
        return {self.name: chosen}


@dataclass(frozen=True)
class TimeOfDay(Input):
    """A time of the wall, wherever the person is."""

    missing: ClassVar[str] = "missing_moment"

    def element(self, asked: Asked) -> Element:
        return elements.time_picker(
            asked.action_id,
            initial=asked.value if isinstance(asked.value, time) else None,
            placeholder=self._placeholder(asked),
        )

    def typed(self, state: State) -> time | None:
        try:
            return datetime.strptime(str(state.get("selected_time") or ""), "%H:%M").time()  # noqa: DTZ007 - of no zone
        except ValueError:
            return None

    def read(self, answer: Answer) -> Mapping[str, object]:
        if not answer.state.get("selected_time"):
            return {}
        if (chosen := self.typed(answer.state)) is None:
            raise InputError("no_such_moment")
        return {self.name: chosen}


@dataclass(frozen=True)
class DateTime(Input):
    """A moment. Slack asks for it in the person's own zone; the model gets it in UTC."""

    missing: ClassVar[str] = "missing_moment"

    def element(self, asked: Asked) -> Element:
        return elements.datetime_picker(
            asked.action_id, initial=asked.value if isinstance(asked.value, datetime) else None
        )

    def typed(self, state: State) -> datetime | None:
        seconds = state.get("selected_date_time")
        if not isinstance(seconds, int) or not 10**9 <= seconds < 10**10:
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def read(self, answer: Answer) -> Mapping[str, object]:
        if answer.state.get("selected_date_time") is None:
            return {}
        if (chosen := self.typed(answer.state)) is None:
            raise InputError("no_such_moment")
        return {self.name: chosen}
