"""Buttons about feedback. Each carries a `Press` with the id of its thing."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class FeedbackAction(StrEnum):
    """What a button does. The values start with `feedback:`, which routes them."""

    GIVE = "feedback:give"
    """Opens the dialog, about the person whom the button carries, if any."""
    READ = "feedback:read"
    UNDO = "feedback:undo"
    UNASK = "feedback:unask"
    MORE_RECEIVED = "feedback:more_received"
    MORE_GIVEN = "feedback:more_given"


LABELS: dict[FeedbackAction, str] = {
    FeedbackAction.GIVE: N_("Give feedback"),
    FeedbackAction.READ: N_("Read"),
    FeedbackAction.UNDO: N_("Undo"),
    FeedbackAction.UNASK: N_("Undo"),
    FeedbackAction.MORE_RECEIVED: N_("More received"),
    FeedbackAction.MORE_GIVEN: N_("More given"),
}


def feedback_button(
    action: FeedbackAction,
    reader: Reader,
    subject: UUID | None = None,
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
        Press(subject),
        style=style,
        about=about,
    )
