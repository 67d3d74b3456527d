"""Buttons about one's own data. Each carries a `Press`."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from messages.elements import Element
from messages.i18n import N_
from messages.presses import Press, Style, press_button
from messages.reading import Reader


class MyDataAction(StrEnum):
    """What a button does. The values start with `my:`, which routes them."""

    OPEN = "my:open"
    GET = "my:get"
    RIGHTS = "my:rights"
    CORRECT = "my:correct"
    CORRECT_GOAL = "my:correct_goal"
    CORRECT_FEEDBACK = "my:correct_feedback"
    READ = "my:read"
    ANSWER = "my:answer"
    CHOOSE_GOAL = "my:choose_goal"
    MORE_TO_CORRECT = "my:more_to_correct"
    FIX_GOAL = "my:fix_goal"
    FIX_VALUE = "my:fix_value"
    LOOKS = "my:looks"
    MORE_LOOKS = "my:more_looks"


LABELS: dict[MyDataAction, str] = {
    MyDataAction.OPEN: N_("My data"),
    MyDataAction.GET: N_("Get my file"),
    MyDataAction.RIGHTS: N_("Your rights where you work"),
    MyDataAction.CORRECT: N_("Correct this"),
    MyDataAction.CORRECT_GOAL: N_("Correct this"),
    MyDataAction.CORRECT_FEEDBACK: N_("Correct this"),
    MyDataAction.READ: N_("Read"),
    MyDataAction.ANSWER: N_("Answer"),
    MyDataAction.CHOOSE_GOAL: N_("Correct a goal"),
    MyDataAction.MORE_TO_CORRECT: N_("More"),
    MyDataAction.FIX_GOAL: N_("Correct the goal"),
    MyDataAction.FIX_VALUE: N_("Correct a value"),
    MyDataAction.LOOKS: N_("Who looked"),
    MyDataAction.MORE_LOOKS: N_("Earlier"),
}


def my_data_button(
    action: MyDataAction,
    reader: Reader,
    subject: UUID | None = None,
    number: int = 0,
    *,
    style: Style | None = None,
    about: str | None = None,
) -> Element:
    """A button; `about` tells screen readers what it concerns."""
    return press_button(
        LABELS[action], action, reader, Press(subject, number), style=style, about=about
    )
