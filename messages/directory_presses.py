"""Buttons about the directory. Each carries a `Press`: the number of a page, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
from messages.reading import Reader


class PeopleAction(StrEnum):
    """What a button does. The values start with `people:`, which routes them."""

    OPEN = "people:open"
    IMPORT = "people:import"
    EARLIER = "people:earlier"
    MORE = "people:more"
    CHANGES = "people:changes"
    """Every change of a file that waits for a second person; carries the file's number."""
    EARLIER_CHANGES = "people:earlier_changes"
    MORE_CHANGES = "people:more_changes"


LABELS: Mapping[PeopleAction, str] = {
    PeopleAction.OPEN: N_("People"),
    PeopleAction.IMPORT: N_("Import a file"),
    PeopleAction.EARLIER: N_("Earlier"),
    PeopleAction.MORE: N_("More"),
    PeopleAction.CHANGES: N_("Every change"),
    PeopleAction.EARLIER_CHANGES: N_("Earlier"),
    PeopleAction.MORE_CHANGES: N_("More"),
}


def people_button(
    action: PeopleAction, reader: Reader, page: int = 0, *, style: Style | None = None
) -> Element:
    words = reader.gettext(LABELS[action])
    return button(words, action, Press(None, page).encode(), style=style)


def changes_button(action: PeopleAction, reader: Reader, waiting: UUID, page: int = 0) -> Element:
    """A page of what a waiting file changes."""
    return button(reader.gettext(LABELS[action]), action, Press(waiting, page).encode())
