"""Buttons about cycles and announcements. Each carries a `Press`: an id and where a page begins."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.announcements import PeopleList
from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
from messages.reading import Reader


class CycleAction(StrEnum):
    """What a button does. The values start with `cycle:`, which routes them."""

    NEW = "cycle:new"
    EDIT = "cycle:edit"
    """Changes the cycle itself; `CHANGE` goes back to the text of an announcement."""
    WITHDRAW = "cycle:withdraw"
    ANNOUNCE = "cycle:announce"
    STATUS = "cycle:status"
    REFRESH = "cycle:refresh"
    TEST = "cycle:test"
    CHANGE = "cycle:change"
    STOP = "cycle:stop"
    RESUME = "cycle:resume"
    CORRECT = "cycle:correct"
    READ_ALL = "cycle:read_all"
    NOT_FOR_ME = "cycle:not_for_me"
    FOR_ME = "cycle:for_me"
    LIST_NOT_YET = "cycle:list_not_yet"
    LIST_ACTED = "cycle:list_acted"
    LIST_WAITING = "cycle:list_waiting"
    LIST_FAILED = "cycle:list_failed"
    LIST_NOT_FOR_ME = "cycle:list_not_for_me"
    LIST_NOT_ASKED = "cycle:list_not_asked"
    LIST_STOPPED = "cycle:list_stopped"


LABELS: dict[CycleAction, str] = {
    CycleAction.NEW: N_("New cycle"),
    CycleAction.EDIT: N_("Change the cycle"),
    CycleAction.WITHDRAW: N_("Withdraw the cycle"),
    CycleAction.ANNOUNCE: N_("Announce"),
    CycleAction.STATUS: N_("Status"),
    CycleAction.REFRESH: N_("Refresh"),
    CycleAction.TEST: N_("Send me a test"),
    CycleAction.CHANGE: N_("Change"),
    CycleAction.STOP: N_("Stop the rest"),
    CycleAction.RESUME: N_("Send the rest"),
    CycleAction.CORRECT: N_("Correct sent messages"),
    CycleAction.READ_ALL: N_("Read all"),
    CycleAction.NOT_FOR_ME: N_("This isn't for me"),
    CycleAction.FOR_ME: N_("It is for me"),
    CycleAction.LIST_NOT_YET: N_("Not yet"),
    CycleAction.LIST_ACTED: N_("Acted"),
    CycleAction.LIST_WAITING: N_("Waiting"),
    CycleAction.LIST_FAILED: N_("Failed"),
    CycleAction.LIST_NOT_FOR_ME: N_("Not for them"),
    CycleAction.LIST_NOT_ASKED: N_("Not asked"),
    CycleAction.LIST_STOPPED: N_("Stopped"),
}

LISTS: dict[CycleAction, PeopleList] = {
    CycleAction.LIST_NOT_YET: PeopleList.NOT_YET,
    CycleAction.LIST_ACTED: PeopleList.ACTED,
    CycleAction.LIST_WAITING: PeopleList.WAITING,
    CycleAction.LIST_FAILED: PeopleList.FAILED,
    CycleAction.LIST_NOT_FOR_ME: PeopleList.NOT_FOR_ME,
    CycleAction.LIST_NOT_ASKED: PeopleList.NOT_ASKED,
    CycleAction.LIST_STOPPED: PeopleList.STOPPED,
}
"""Which names a button lists."""


def cycle_button(
    action: CycleAction,
    reader: Reader,
    subject: UUID | None = None,
    number: int = 0,
    *,
    label: str | None = None,
    style: Style | None = None,
    about: str | None = None,
    confirm: Element | None = None,
) -> Element:
    """A button; `about` tells screen readers which announcement, `label` replaces its words."""
    words = label or reader.gettext(LABELS[action])
    return button(
        words,
        action,
        Press(subject, number).encode(),
        style=style,
        confirm=confirm,
        accessibility_label=f"{words} {about}" if about else None,
    )
