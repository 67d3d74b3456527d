"""HR corrects a goal or a value, in dialogs on top of the case that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from domain.errors import InvalidInput
from domain.goal_corrections import CorrectGoal, CorrectValue
from domain.origin import Origin
from handlers.answers import show_view, turn_page
from handlers.desk import Desk
from handlers.features import AckBody, Asking
from handlers.payloads import Pressed, Submission
from handlers.sent_forms import Reading, carry_out, carry_out_form, in_its_place
from messages.form_state import FormState
from messages.forms import Form
from messages.goal_corrections import (
    CORRECT_GOAL,
    CORRECT_VALUE,
    correct_goal_view,
    correct_value_view,
    corrected_view,
    to_correct_view,
    value_choices,
)
from messages.presses import Press
from usecases import goal_corrections, goals

GOAL_FORMS: Mapping[str, Form[CorrectGoal]] = {form.name: form for form in CORRECT_GOAL.values()}
MORE_DETAIL = frozenset(form.more_action for form in GOAL_FORMS.values())
_KINDS = {form.name: kind for kind, form in CORRECT_GOAL.items()}


def choose_goal(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    """The goals that the case is about."""
    found = goal_corrections.goals_to_correct(desk.store, pressed.origin, press.thing)
    show_view(desk, pressed, to_correct_view(found, asking.reader))


def more_goals(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goal_corrections.goals_to_correct(desk.store, pressed.origin, press.thing, press.number)
    turn_page(desk, pressed, to_correct_view(found, asking.reader))


def open_goal(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goal_corrections.goal_to_correct(desk.store, pressed.origin, press.thing, press.number)
    show_view(desk, pressed, correct_goal_view(found, asking.reader))


def open_values(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    found = goal_corrections.goal_to_correct(desk.store, pressed.origin, press.thing, press.number)
    if not found.values:
        raise InvalidInput("form_state")
    show_view(desk, pressed, correct_value_view(found, asking.reader))


def expand(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """*More detail* grows the dialog in place; what was typed stays."""
    view = pressed.view or {}
    state = FormState.parse(str(view.get("private_metadata")), str(view.get("callback_id")))
    found = goal_corrections.goal_to_correct(
        desk.store, pressed.origin, state.id_of("correction"), state.id_of("goal")
    )
    turn_page(desk, pressed, correct_goal_view(found, asking.reader, state.expand()))


def submit_goal(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def reading(form: Form[CorrectGoal], state: FormState) -> Reading:
        goal = state.id_of("goal")
        known = {"correction": state.id_of("correction"), "goal": goal, "version": state.version}
        kind = {"kind": _KINDS[form.name]}
        if state.expanded:
            return Reading(kind, known)
        return Reading(kind, {**_unseen(desk, submission.origin, form, goal), **known})

    def act(_form: Form[CorrectGoal], command: CorrectGoal, state: FormState) -> AckBody:
        card = goal_corrections.correct_goal(desk.store, submission.origin, command, state.token)
        return in_its_place(corrected_view(card, command.correction, asking.reader))

    return carry_out(GOAL_FORMS, submission, asking, act, reading)


def _unseen(desk: Desk, origin: Origin, form: Form[CorrectGoal], goal: UUID) -> dict[str, object]:
    """What stays as it is while *More detail* is closed."""
    shown = {one.name for one in form.details}
    found = goals.unseen_fields(desk.store, origin, goal)
    return {name: value for name, value in found.items() if name in shown}


def submit_value(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    def reading(state: FormState) -> Reading:
        correction, goal = state.id_of("correction"), state.id_of("goal")
        found = goal_corrections.goal_to_correct(desk.store, submission.origin, correction, goal)
        return Reading(
            defaults={"correction": correction, "goal": goal, "revision": state.version},
            choices={"which": value_choices(found, asking.reader)},
        )

    def act(command: CorrectValue, state: FormState) -> AckBody:
        card = goal_corrections.correct_value(desk.store, submission.origin, command, state.token)
        return in_its_place(corrected_view(card, command.correction, asking.reader))

    return carry_out_form(CORRECT_VALUE, submission, asking, act, reading)
