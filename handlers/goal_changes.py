"""Changes of active goals: asking for one, and answering, from a button or `/goal change`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from pydantic import BaseModel

from domain.change_requests import (
    AnswerChange,
    AskChange,
    ChangeCard,
    CounterChange,
    DeclineChange,
)
from domain.errors import InvalidInput
from domain.goals import GoalCard
from domain.origin import Origin
from handlers.answers import replace, show, show_view, stale_message_mended, turn_page
from handlers.desk import Desk, Dialog, Reply
from handlers.features import AckBody, Asking
from handlers.payloads import Command, Pressed, Submission
from handlers.sent_forms import Reading, carry_out, in_its_place
from messages.form_state import FormState
from messages.goal_change_notices import change_card_message
from messages.goal_changes import (
    ASKS,
    COUNTERS,
    FORMS,
    KINDS,
    ask_view,
    counter_view,
    decline_view,
)
from messages.goal_forms import GoalForm
from messages.help import reference_needed
from messages.inputs import Choice
from messages.outcomes import message_view
from messages.presses import GoalAction, Press, goal_button
from messages.submissions import typed_values
from messages.surfaces import View
from usecases import goal_changes, goals
from usecases.goal_changes import ToChange

CALLBACKS = frozenset(FORMS)
_CHOICES = frozenset(form.action("what") for forms in (ASKS, COUNTERS) for form in forms.values())


def change(desk: Desk, command: Command, asking: Asking, rest: str) -> Reply:
    """Answer `/goal change G-12`, or `R-7`: the dialog, or the request as it stands."""
    if not rest:
        return reference_needed("goal", "change", asking.reader)
    found = goal_changes.change_of(desk.store, command.origin, rest)
    if isinstance(found, ChangeCard):
        return change_card_message(found, asking.reader)
    card = found.card
    opener = goal_button(
        GoalAction.CHANGE, asking.reader, card.id, card.version, about=card.reference
    )
    return Dialog(_asking_view(found, asking), opener)


def _asking_view(found: ToChange, asking: Asking) -> View:
    return ask_view(found.card, found.rules, asking.reader)


def pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    """*Change* on a goal's card."""
    found = goal_changes.change_of(desk.store, pressed.origin, press.thing)
    if isinstance(found, ChangeCard):
        show(desk, pressed, change_card_message(found, asking.reader), asking.reader)
    else:
        show_view(desk, pressed, _asking_view(found, asking))


def show_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    card = goal_changes.show_change(desk.store, pressed.origin, press.thing)
    show(desk, pressed, change_card_message(card, asking.reader), asking.reader)


def _answer(
    act: Callable[..., ChangeCard],
) -> Callable[[Desk, Pressed, Asking, Press], None]:
    def pressed_it(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
        command = AnswerChange(change=press.thing, terms=press.number)
        with stale_message_mended(desk, pressed):
            card = act(desk.store, pressed.origin, command)
        replace(desk, pressed, change_card_message(card, asking.reader), asking.reader)

    return pressed_it


accept_pressed = _answer(goal_changes.accept_change)
approve_pressed = _answer(goal_changes.approve_change)
withdraw_pressed = _answer(goal_changes.withdraw_change)


def counter_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        card, rules = goal_changes.change_to_answer(
            desk.store, pressed.origin, press.thing, press.number
        )
    show_view(desk, pressed, counter_view(card, rules, asking.reader))


def decline_pressed(desk: Desk, pressed: Pressed, asking: Asking, press: Press) -> None:
    with stale_message_mended(desk, pressed):
        card, _ = goal_changes.change_to_answer(
            desk.store, pressed.origin, press.thing, press.number
        )
    show_view(desk, pressed, decline_view(card, asking.reader))


def changes_dialog(pressed: Pressed) -> bool:
    """Whether another part of the goal was chosen, which has other inputs."""
    return pressed.action in _CHOICES


def change_dialog(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """The inputs of the chosen part; what was typed stays, also in those that go out of sight."""
    view = pressed.view or {}
    form = FORMS.get(str(view.get("callback_id")))
    if form is None:
        raise InvalidInput("form_state")
    state = FormState.parse(str(view.get("private_metadata")), form.name)
    typed = {**state.kept, **typed_values(form, view)}
    state = state.keeping(form.name, {**state.kept, **_unseen(typed)})
    reader = asking.reader
    if "goal" in state.ids:
        card = goals.show_goal(desk.store, pressed.origin, state.id_of("goal"))
        rules = goal_changes.rules_of_goal(desk.store, pressed.origin, card)
        turn_page(desk, pressed, ask_view(card, rules, reader, state, typed))
    else:
        change_, rules = goal_changes.change_to_answer(
            desk.store, pressed.origin, state.id_of("change"), state.version or 0
        )
        turn_page(desk, pressed, counter_view(change_, rules, reader, state, typed))


def _unseen(typed: Mapping[str, object]) -> dict[str, str]:
    """What was typed of the goal itself, as text: what is long and always in sight needs no
    keeping."""
    always = ("what", "change_kind", "reason", "ground", "evidence", "link", "effective_on")
    return {
        name: one.value if isinstance(one, Choice) else str(one)
        for name, one in typed.items()
        if name not in always and one is not None
    }


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    """Read the dialog, act, and show how it stands; what is wrong returns to its field."""
    origin = submission.origin

    def act(form: GoalForm, command: BaseModel, state: FormState) -> AckBody:
        if form.model is AskChange:
            card = goal_changes.ask_change(
                desk.store, origin, cast("AskChange", command), state.token
            )
        elif form.model is CounterChange:
            card = goal_changes.counter_change(
                desk.store, origin, cast("CounterChange", command), state.token
            )
        else:
            card = goal_changes.decline_change(
                desk.store, origin, cast("DeclineChange", command), state.token
            )
        message = change_card_message(card, asking.reader)
        return in_its_place(message_view(message, asking.reader))

    def reading(form: GoalForm, state: FormState) -> Reading:
        if form.model is DeclineChange:
            return Reading(defaults={"change": state.id_of("change"), "terms": state.version})
        return _of_aim(desk, origin, form, state)

    return carry_out(FORMS, submission, asking, act, reading)


def _of_aim(desk: Desk, origin: Origin, form: GoalForm, state: FormState) -> Reading:
    """What is out of sight stays as it is agreed, or on the table: it was not chosen to change."""
    kind = KINDS[form.name]
    if form.model is AskChange:
        card = goals.show_goal(desk.store, origin, state.id_of("goal"))
        known: dict[str, object] = {"goal": card.id, "version": state.version}
        unseen = _content_of(card)
        due = card.content.due_date
    else:
        change_ = goal_changes.show_change(desk.store, origin, state.id_of("change"))
        known = {"change": change_.id, "terms": state.version}
        content = change_.content
        unseen = {name: getattr(content, name) for name in _OF_CONTENT}
        due = content.due_date
    return Reading({"kind": kind, "due_date": due}, {**unseen, **known})


_OF_CONTENT = (*goals.UNSEEN, "target", "due_date")


def _content_of(card: GoalCard) -> dict[str, object]:
    return {name: getattr(card.content, name) for name in _OF_CONTENT}
