"""Buttons about legal holds. Each carries a `Press`: the id of a hold, or nothing."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
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
    words = reader.gettext(LABELS[action])
    return button(
        words,
        action,
        Press(subject).encode(),
        style=style,
        accessibility_label=f"{words} {about}" if about else None,
    )
