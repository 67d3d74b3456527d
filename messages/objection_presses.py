"""Buttons about changes of the rules, for representatives. Each carries a `Press`.

About a version its number, about an objection its id.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element, button
from messages.i18n import N_
from messages.presses import Press, Style
from messages.reading import Reader


class ObjectionAction(StrEnum):
    """What a button does. The values start with `objections:`, which routes them."""

    LOOK = "objections:look"
    OBJECT = "objections:object"
    NONE = "objections:none"
    UNDO = "objections:undo"
    WITHDRAW = "objections:withdraw"


LABELS: dict[ObjectionAction, str] = {
    ObjectionAction.LOOK: N_("Look"),
    ObjectionAction.OBJECT: N_("Object"),
    ObjectionAction.NONE: N_("No objection"),
    ObjectionAction.UNDO: N_("Undo"),
    ObjectionAction.WITHDRAW: N_("Withdraw"),
}


def change_button(
    action: ObjectionAction, reader: Reader, number: int, *, style: Style | None = None
) -> Element:
    """A button about a version."""
    words = reader.gettext(LABELS[action])
    return button(words, action, Press(None, number).encode(), style=style)


def objection_button(
    action: ObjectionAction, reader: Reader, objection: UUID, *, about: str
) -> Element:
    """A button about an objection; `about` tells screen readers whose."""
    words = reader.gettext(LABELS[action])
    return button(words, action, Press(objection).encode(), accessibility_label=f"{words} {about}")
