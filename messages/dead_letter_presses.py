"""Buttons about dead letters. Each carries one letter, or a cause and a number."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.dead_letters import Cause
from domain.errors import InvalidInput
from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class LetterAction(StrEnum):
    """What a button does. The values start with `letters:`, which routes them."""

    LIST = "letters:list"
    AGAIN = "letters:again"
    AGAIN_ALL = "letters:again_all"
    DISMISS = "letters:dismiss"
    DISMISS_ALL = "letters:dismiss_all"
    EACH = "letters:each"
    MORE = "letters:more"


LABELS: dict[LetterAction, str] = {
    LetterAction.LIST: N_("Look at them"),
    LetterAction.AGAIN: N_("Try again"),
    LetterAction.AGAIN_ALL: N_("Try all of this kind again"),
    LetterAction.DISMISS: N_("Dismiss"),
    LetterAction.DISMISS_ALL: N_("Dismiss all of this kind"),
    LetterAction.EACH: N_("Show each"),
    LetterAction.MORE: N_("More"),
}
# A press carries one number: the place of the cause, and how many letters come before a page.
_CAUSES = tuple(Cause)
_FURTHEST = 10_000_000


def letter_button(
    action: LetterAction,
    reader: Reader,
    letter: UUID | None = None,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button about one letter, or about all of them."""
    return press_button(LABELS[action], action, reader, Press(letter), style=style, about=about)


def cause_button(
    action: LetterAction, cause: Cause, reader: Reader, number: int = 0, *, about: str | None = None
) -> Element:
    """A button about those of one cause."""
    press = Press(None, _CAUSES.index(cause) * _FURTHEST + min(number, _FURTHEST - 1))
    return press_button(LABELS[action], action, reader, press, about=about)


def cause_in(press: Press) -> tuple[Cause, int]:
    """The cause and the number that `cause_button` put into its press."""
    place, number = divmod(press.number, _FURTHEST)
    if place >= len(_CAUSES):
        raise InvalidInput("form_state")
    return _CAUSES[place], number
