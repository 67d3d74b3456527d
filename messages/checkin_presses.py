"""Buttons about check-ins. Each carries a `Press`: the id of its thing and a number."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader

EVERYTHING = 1
"""The number of a *Check in* that offers all active goals, due or not."""
SKIPPING = 2
"""From here on: so many goals, fewer this, were left empty just now and come last."""

CHECK_IN_OWN, REPLY_OWN = 0, 1
"""What an *Answer* sends by itself: a check-in, or a reply about one."""


class CheckInAction(StrEnum):
    """What a button does. The values start with `checkin:`, which routes them."""

    OPEN = "checkin:open"
    NOTHING_CHANGED = "checkin:nothing_changed"
    SNOOZE = "checkin:snooze"
    UNDO_SNOOZE = "checkin:undo_snooze"
    UNDO = "checkin:undo"
    READ = "checkin:read"
    UNDO_REPLY = "checkin:undo_reply"
    GOALS = "checkin:goals"
    TEAM = "checkin:team"
    ANSWER = "checkin:answer"


LABELS: dict[CheckInAction, str] = {
    CheckInAction.OPEN: N_("Check in"),
    CheckInAction.NOTHING_CHANGED: N_("Nothing changed"),
    CheckInAction.SNOOZE: N_("Snooze"),
    CheckInAction.UNDO_SNOOZE: N_("Undo"),
    CheckInAction.UNDO: N_("Undo"),
    CheckInAction.READ: N_("Read"),
    CheckInAction.UNDO_REPLY: N_("Undo"),
    CheckInAction.GOALS: N_("See goals"),
    CheckInAction.TEAM: N_("My team"),
    CheckInAction.ANSWER: N_("Answer"),
}


def checkin_button(
    action: CheckInAction,
    reader: Reader,
    subject: UUID | None = None,
    number: int = 0,
    *,
    label: str | None = None,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers what it concerns."""
    return press_button(
        label or LABELS[action],
        action,
        reader,
        Press(subject, number),
        style=style,
        about=about,
    )
