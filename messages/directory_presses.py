"""Buttons about the directory. Each carries a `Press`: the number of a page, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

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


LABELS: Mapping[PeopleAction, str] = {
    PeopleAction.OPEN: N_("People"),
    PeopleAction.IMPORT: N_("Import a file"),
    PeopleAction.EARLIER: N_("Earlier"),
    PeopleAction.MORE: N_("More"),
}


def people_button(
    action: PeopleAction, reader: Reader, page: int = 0, *, style: Style | None = None
) -> Element:
    words = reader.gettext(LABELS[action])
    return button(words, action, Press(None, page).encode(), style=style)
