"""Buttons about access reviews. An access is named by its review and its number in it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class ReviewAction(StrEnum):
    """What a button does. The values start with `access:`, which routes them."""

    OPEN = "access:open"
    MORE = "access:more"
    EARLIER = "access:earlier"
    BACK = "access:back"
    CONFIRM = "access:confirm"
    CONFIRM_THESE = "access:confirm_these"
    REVOKE = "access:revoke"
    START = "access:start"
    REFRESH = "access:refresh"


LABELS: dict[ReviewAction, str] = {
    ReviewAction.OPEN: N_("Look through"),
    ReviewAction.MORE: N_("More"),
    ReviewAction.EARLIER: N_("Back"),
    ReviewAction.BACK: N_("Back"),
    ReviewAction.CONFIRM: N_("Confirm"),
    ReviewAction.CONFIRM_THESE: N_("Confirm"),
    ReviewAction.REVOKE: N_("Revoke"),
    ReviewAction.START: N_("Start a review"),
    ReviewAction.REFRESH: N_("Refresh"),
}


def review_button(
    action: ReviewAction,
    reader: Reader,
    review: UUID | None = None,
    number: int = 0,
    *,
    style: Style | None = None,
    about: str | None = None,
    label: str | None = None,
) -> Element:
    """A button; `number` is that of an access, or where a page begins."""
    return press_button(
        label or LABELS[action],
        action,
        reader,
        Press(review, number),
        style=style,
        about=about,
    )
