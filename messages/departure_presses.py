"""Buttons about people who leave. Each carries a `Press`: the id of a person, or nothing."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, press_button
from messages.reading import Reader


class DepartureAction(StrEnum):
    """What a button does. The values start with `departures:`, which routes them."""

    ENTER = "departures:enter"
    STAYS = "departures:stays"
    BACK = "departures:back"


LABELS: dict[DepartureAction, str] = {
    DepartureAction.ENTER: N_("Somebody leaves"),
    DepartureAction.STAYS: N_("Stays after all"),
    DepartureAction.BACK: N_("Is back"),
}


def departure_button(
    action: DepartureAction,
    reader: Reader,
    person: UUID | None = None,
    *,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers who it is about."""
    return press_button(LABELS[action], action, reader, Press(person), about=about)
