"""Buttons about agreements. Each carries a `Press`: an agreement and a version, or nothing."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class AgreementAction(StrEnum):
    """What a button does. The values start with `agreements:`, which routes them."""

    LIST = "agreements:list"
    OPEN = "agreements:open"
    REGISTER = "agreements:register"
    CHANGE = "agreements:change"
    CONFIRM = "agreements:confirm"
    REFUSE = "agreements:refuse"
    WITHDRAW = "agreements:withdraw"
    SCOPE = "agreements:scope"


LABELS: dict[AgreementAction, str] = {
    AgreementAction.LIST: N_("Agreements"),
    AgreementAction.OPEN: N_("Open"),
    AgreementAction.REGISTER: N_("Register agreement"),
    AgreementAction.CHANGE: N_("Change"),
    AgreementAction.CONFIRM: N_("Confirm"),
    AgreementAction.REFUSE: N_("Send back"),
    AgreementAction.WITHDRAW: N_("Withdraw"),
    AgreementAction.SCOPE: N_("Scope"),
}


def agreement_button(
    action: AgreementAction,
    reader: Reader,
    subject: UUID | None = None,
    number: int = 0,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers which agreement."""
    return press_button(
        LABELS[action], action, reader, Press(subject, number), style=style, about=about
    )
