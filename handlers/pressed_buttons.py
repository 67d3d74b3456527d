"""Which act a pressed button stands for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from domain.errors import InvalidInput
from handlers.payloads import Pressed

Action = TypeVar("Action", bound=StrEnum)
Act = TypeVar("Act")


def meant(acts: Mapping[Action, Act], pressed: Pressed) -> Act:
    """What stands under the button's action. Raises InvalidInput where nothing does."""
    for action, act in acts.items():
        if action == pressed.action:
            return act
    raise InvalidInput("form_state")
