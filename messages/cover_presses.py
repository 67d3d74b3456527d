"""Buttons about days away and deputies."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class CoverAction(StrEnum):
    """What a button does. The values start with `cover:`, which routes them."""

    OPEN = "cover:open"
    TAKE_LEAVE = "cover:take_leave"
    END_LEAVE = "cover:end_leave"
    NAME_DEPUTY = "cover:name_deputy"
    END_DEPUTY = "cover:end_deputy"
    STEP_DOWN = "cover:step_down"
    CHOOSE_HOURS = "cover:choose_hours"
    HOURS_AS_USUAL = "cover:hours_as_usual"


LABELS: dict[CoverAction, str] = {
    CoverAction.OPEN: N_("Settings"),
    CoverAction.TAKE_LEAVE: N_("Enter days away"),
    CoverAction.END_LEAVE: N_("I'm back"),
    CoverAction.NAME_DEPUTY: N_("Name a deputy"),
    CoverAction.END_DEPUTY: N_("End it"),
    CoverAction.STEP_DOWN: N_("I can't do this"),
    CoverAction.CHOOSE_HOURS: N_("Change times"),
    CoverAction.HOURS_AS_USUAL: N_("As usual"),
}


def cover_button(
    action: CoverAction,
    reader: Reader,
    subject: UUID | None = None,
    *,
    label: str | None = None,
    style: Style | None = None,
    about: str | None = None,
    confirm: Element | None = None,
) -> Element:
    """A button; `about` tells screen readers what or whom it concerns."""
    return press_button(
        label or LABELS[action],
        action,
        reader,
        Press(subject),
        style=style,
        confirm=confirm,
        about=about,
    )
