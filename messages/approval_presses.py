"""Buttons about requests for approval. Each carries a `Press` with the id of its request."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
from messages.reading import Reader


class ApprovalAction(StrEnum):
    """What a button does. The values start with `approval:`, which routes them."""

    APPROVE = "approval:approve"
    REFUSE = "approval:refuse"
    WITHDRAW = "approval:withdraw"
    READ = "approval:read"
    AGAIN = "approval:again"


LABELS: dict[ApprovalAction, str] = {
    ApprovalAction.APPROVE: N_("Approve"),
    ApprovalAction.REFUSE: N_("Refuse"),
    ApprovalAction.WITHDRAW: N_("Withdraw"),
    ApprovalAction.READ: N_("Read"),
    ApprovalAction.AGAIN: N_("Ask again"),
}


def approval_button(
    action: ApprovalAction,
    reader: Reader,
    approval: UUID,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers what is asked for."""
    words = reader.gettext(LABELS[action])
    return button(
        words,
        action,
        Press(approval).encode(),
        style=style,
        accessibility_label=f"{words}: {about}" if about else None,
    )
