"""Buttons: every action id in one enum, and what a button carries, versioned and typed.

Nothing in a value is trusted: the use case loads and authorises everything again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from domain.errors import InvalidInput
from messages.elements import Element, button
from messages.i18n import N_
from messages.reading import Reader

FORMAT = "1"
# What a database's integer holds; no version or place of ours comes near.
HIGHEST = 2**31 - 1

Style = Literal["primary", "danger"]


class GoalAction(StrEnum):
    """What a button about a goal does. The values start with `goal:`, which routes them."""

    ACCEPT = "goal:accept"
    RESERVE = "goal:reserve"
    WITHDRAW_RESERVATION = "goal:withdraw_reservation"
    WHY = "goal:why"
    COUNTER = "goal:counter"
    DECLINE = "goal:decline"
    UNDO = "goal:undo"
    REVISE = "goal:revise"
    UPDATE = "goal:update"
    SHOW = "goal:show"
    HISTORY = "goal:history"
    RECORD = "goal:record"
    ASK_FACILITATOR = "goal:ask_facilitator"
    READ_HELP = "goal:read_help"
    ANSWER_HELP = "goal:answer_help"
    READ_HELP_ANSWER = "goal:read_help_answer"
    STATUS = "goal:status"
    ALIGN = "goal:align"
    HOW_FAR = "goal:how_far"
    OFFER = "goal:offer"
    ADOPT = "goal:adopt"
    LEAVE = "goal:leave"
    TREE = "goal:tree"
    TREE_TOP = "goal:tree_top"
    TREE_MORE = "goal:tree_more"
    TREE_PERSON = "goal:tree_person"
    TREE_UNIT = "goal:tree_unit"
    CHANGE = "goal:change"
    CHANGE_SHOW = "goal:change_show"
    CHANGE_ACCEPT = "goal:change_accept"
    CHANGE_COUNTER = "goal:change_counter"
    CHANGE_APPROVE = "goal:change_approve"
    CHANGE_DECLINE = "goal:change_decline"
    CHANGE_WITHDRAW = "goal:change_withdraw"
    SHARE = "goal:share"
    STOP_SHARING = "goal:stop_sharing"
    SHOW_TITLE = "goal:show_title"
    HIDE_TITLE = "goal:hide_title"
    NEW = "goal:new"
    COPY = "goal:copy"
    IMPORT = "goal:import"
    MORE = "goal:more"
    MORE_CLOSED = "goal:more_closed"
    MORE_HISTORY = "goal:more_history"
    MORE_RECORD = "goal:more_record"


LABELS: dict[GoalAction, str] = {
    GoalAction.ACCEPT: N_("Accept"),
    GoalAction.RESERVE: N_("Accept with reservation"),
    GoalAction.WITHDRAW_RESERVATION: N_("Withdraw reservation"),
    GoalAction.WHY: N_("Why?"),
    GoalAction.COUNTER: N_("Counter"),
    GoalAction.DECLINE: N_("Decline"),
    GoalAction.UNDO: N_("Undo"),
    GoalAction.REVISE: N_("Propose again"),
    GoalAction.UPDATE: N_("Update"),
    GoalAction.SHOW: N_("Show"),
    GoalAction.HISTORY: N_("History"),
    GoalAction.RECORD: N_("Record"),
    GoalAction.ASK_FACILITATOR: N_("Ask a facilitator"),
    GoalAction.READ_HELP: N_("Read"),
    GoalAction.ANSWER_HELP: N_("Answer privately"),
    GoalAction.READ_HELP_ANSWER: N_("Read"),
    GoalAction.STATUS: N_("Change status"),
    GoalAction.ALIGN: N_("Align"),
    GoalAction.HOW_FAR: N_("Why?"),
    GoalAction.OFFER: N_("Propose upward"),
    GoalAction.ADOPT: N_("Adopt"),
    GoalAction.LEAVE: N_("Decline"),
    GoalAction.TREE: N_("Tree"),
    GoalAction.TREE_TOP: N_("To the top"),
    GoalAction.TREE_MORE: N_("More"),
    GoalAction.TREE_PERSON: N_("More"),
    GoalAction.TREE_UNIT: N_("More"),
    GoalAction.CHANGE: N_("Change"),
    GoalAction.CHANGE_SHOW: N_("Show the change"),
    GoalAction.CHANGE_ACCEPT: N_("Accept"),
    GoalAction.CHANGE_COUNTER: N_("Counter"),
    GoalAction.CHANGE_APPROVE: N_("Approve"),
    GoalAction.CHANGE_DECLINE: N_("Decline"),
    GoalAction.CHANGE_WITHDRAW: N_("Withdraw"),
    GoalAction.SHARE: N_("Share"),
    GoalAction.STOP_SHARING: N_("Take back"),
    GoalAction.SHOW_TITLE: N_("Show its title"),
    GoalAction.HIDE_TITLE: N_("Hide its title"),
    GoalAction.NEW: N_("New goal"),
    GoalAction.COPY: N_("Copy"),
    GoalAction.IMPORT: N_("Import a file"),
    GoalAction.MORE: N_("More"),
    GoalAction.MORE_CLOSED: N_("More"),
    GoalAction.MORE_HISTORY: N_("Earlier"),
    GoalAction.MORE_RECORD: N_("Earlier"),
}


@dataclass(frozen=True, slots=True)
class Press:
    """What a button carries: the id of its thing and a number (a version, or a page's start)."""

    subject: UUID | None
    number: int = 0

    @property
    def thing(self) -> UUID:
        """The id of its thing. Raises InvalidInput with the code `form_state` where it has none."""
        if self.subject is None:
            raise InvalidInput("form_state")
        return self.subject

    def encode(self) -> str:
        return f"{FORMAT}:{self.subject.hex if self.subject else '-'}:{self.number}"

    @classmethod
    def parse(cls, value: str) -> Press:
        """Raises InvalidInput for anything that no button of ours carries."""
        parts = value.split(":")
        try:
            version, subject, number = parts
            if version != FORMAT or not number.isascii() or not 0 <= int(number) <= HIGHEST:
                raise ValueError
            return cls(None if subject == "-" else UUID(hex=subject), int(number))
        except ValueError as error:
            raise InvalidInput("form_state") from error


def press_button(
    label: str,
    action: StrEnum,
    reader: Reader,
    press: Press,
    *,
    style: Style | None = None,
    confirm: Element | None = None,
    about: str | None = None,
) -> Element:
    """A button with the label in the reader's words; `about` tells screen readers what of."""
    words = reader.gettext(label)
    return button(
        words,
        action,
        press.encode(),
        style=style,
        confirm=confirm,
        accessibility_label=f"{words} {about}" if about else None,
    )


def goal_button(
    action: GoalAction,
    reader: Reader,
    subject: UUID | None = None,
    number: int = 0,
    *,
    label: str | None = None,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button about a goal; `about` (a reference) tells screen readers which one."""
    return press_button(
        label or LABELS[action],
        action,
        reader,
        Press(subject, number),
        style=style,
        about=about,
    )
