"""Buttons of the records that `/accord audit` shows by role. Each carries a `Press`."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class AuditAction(StrEnum):
    """What a button does. The values start with `audit:`, which routes them."""

    OF_GOAL = "audit:of_goal"
    MORE_OF_GOAL = "audit:more_of_goal"
    OF_PERSON = "audit:of_person"
    MORE_OF_PERSON = "audit:more_of_person"
    OF_ENTRY = "audit:of_entry"
    MATTER = "audit:matter"
    MORE_MATTER = "audit:more_matter"
    READ = "audit:read"


LABELS: dict[AuditAction, str] = {
    AuditAction.OF_GOAL: N_("Record"),
    AuditAction.MORE_OF_GOAL: N_("Earlier"),
    AuditAction.OF_PERSON: N_("Record"),
    AuditAction.MORE_OF_PERSON: N_("Earlier"),
    AuditAction.OF_ENTRY: N_("Record"),
    AuditAction.MATTER: N_("Under a legal hold"),
    AuditAction.MORE_MATTER: N_("More"),
    AuditAction.READ: N_("Read"),
}


def audit_button(
    action: AuditAction,
    reader: Reader,
    subject: UUID | None = None,
    number: int = 0,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers what it concerns."""
    return press_button(
        LABELS[action], action, reader, Press(subject, number), style=style, about=about
    )
