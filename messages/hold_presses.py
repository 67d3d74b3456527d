"""Buttons about legal holds. Each carries a `Press`: the id of a hold, or nothing."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class HoldAction(StrEnum):
    """What a button does. The values start with `holds:`, which routes them."""

    PLACE = "holds:place"
    OPEN = "holds:open"


LABELS: dict[HoldAction, str] = {
    HoldAction.PLACE: N_("Place a hold"),
    HoldAction.OPEN: N_("Open"),
}


def hold_button(
    action: HoldAction,
    reader: Reader,
    subject: UUID | None = None,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers on whom the hold is."""
    return press_button(LABELS[action], action, reader, Press(subject), style=style, about=about)
