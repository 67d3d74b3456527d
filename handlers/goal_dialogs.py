"""The dialogs about goals: opening, growing, choosing from our lists, sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast
from uuid import UUID

from pydantic import BaseModel

from domain.errors import AlreadyDone, Changed, Doubtful, InvalidInput, NotAllowed
from domain.goal_commands import (
    AskFacilitator,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
    UpdateGoal,
)
from domain.goals import GoalCard, GoalState, Side
from domain.origin import Origin
from domain.people import Level
from handlers.desk import Desk
from handlers.features import AckBody, Asking
from handlers.payloads import Lookup, Pressed, Submission
from handlers.sent_forms import Reading, carry_out, in_its_place
from messages.form_state import FormState
from messages.goal_forms import (
    ASK_FACILITATOR,
    COUNTER,
    DECLINE,
    FORMS,
    NEW_GOAL,
    REVISE,
    UPDATE,
    GoalForm,
    doubted_view,
    goal_view,
    help_asked_words,
    new_goal_view,
    template_values,
)
from messages.goals import saved_message
from messages.options import goal_options
from messages.outcomes import message_view, outcome_view
from messages.submissions import typed_values
from messages.surfaces import View
from usecases import facilitation, goals, negotiation, templates


def new_goal(desk: Desk, origin: Origin, asking: Asking) -> View:
    template = templates.goal_template(desk.store, origin)
    values = template_values(template.level, template.settings)
    return new_goal_view(asking.reader, FormState.new(NEW_GOAL.name), values)


def new_goal_for(desk: Desk, origin: Origin, asking: Asking, person: UUID) -> View:
    """*New goal* for one of the asker's reports, whose name stands in it already."""
    found = templates.template_for_report(desk.store, origin, person)
    if found is None:
        return new_goal(desk, origin, asking)
    owner, template = found
    values = {"owner": owner} | template_values(template.level, template.settings)
    return new_goal_view(asking.reader, FormState.new(NEW_GOAL.name, expanded=True), values)


def open_form(form: GoalForm, card: GoalCard, asking: Asking, seen: int) -> View:
    """A dialog about a goal, as the person saw it (`seen` is the version on their screen).

    Raises AlreadyDone, Changed or NotAllowed where sending it could only fail.
    """
    _require_possible(form, card, seen)
    state = FormState.new(form.name, version=card.version, ids={"goal": card.id})
    return goal_view(form, card, asking.reader, state)


def _require_possible(form: GoalForm, card: GoalCard, seen: int) -> None:
    if form is UPDATE and not card.can_update:
        raise NotAllowed("only_owner_updates" if card.state is GoalState.ACTIVE else "not_active")
    if form is REVISE and (card.state is not GoalState.DRAFT or card.viewer_side is not Side.OWNER):
        raise AlreadyDone("not_a_draft", card=card)
    if form in (COUNTER, DECLINE):
        if not card.can_decide:
            raise AlreadyDone("already_answered", card=card)
        if card.version != seen:
            raise Changed(card=card)


def changes_dialog(pressed: Pressed) -> bool:
    """Whether a press inside a dialog asks for the same dialog in another form."""
    return pressed.action in _TEMPLATE_CHOICES or any(
        pressed.action == form.more_action for form in FORMS.values()
    )


_TEMPLATE_CHOICES = frozenset({NEW_GOAL.action("template"), NEW_GOAL.action("owner")})


def change_dialog(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """*More detail* grows the dialog in place; another template fills in what it brings.

    What was typed stays in both cases.
    """
    view = pressed.view or {}
    form = _form(str(view.get("callback_id")))
    state = FormState.parse(str(view.get("private_metadata")), form.name)
    if form is NEW_GOAL:
        changed = _new_goal_again(desk, pressed, asking, state)
    else:
        card = goals.show_goal(desk.store, pressed.origin, state.id_of("goal"))
        changed = goal_view(form, card, asking.reader, state.expand())
    desk.update_view(str(view.get("id")), str(view.get("hash")), changed)


def _new_goal_again(desk: Desk, pressed: Pressed, asking: Asking, state: FormState) -> View:
    if pressed.action not in _TEMPLATE_CHOICES:
        template = templates.goal_template(desk.store, pressed.origin)
        values = template_values(template.level, template.settings)
        return new_goal_view(asking.reader, state.expand(), values)
    typed = typed_values(NEW_GOAL, pressed.view or {})
    owner, level = typed.get("owner"), None
    if pressed.action == NEW_GOAL.action("template"):
        level = _level(pressed.value)
    template = templates.goal_template(
        desk.store,
        pressed.origin,
        owner=owner if isinstance(owner, str) else None,
        level=level,
    )
    values = typed | template_values(template.level, template.settings)
    # New block ids, so that Slack shows what the template brings instead of what it keeps.
    return new_goal_view(asking.reader, state.reset(), values)


def _level(value: str) -> Level | None:
    return Level(value) if value in set(Level) else None


def look_up(desk: Desk, lookup: Lookup, _asking: Asking) -> AckBody:
    """Goals to align with, as the person types."""
    found = goals.goals_to_align_with(desk.store, lookup.origin, lookup.words)
    return goal_options(found)


def submit(desk: Desk, submission: Submission, asking: Asking) -> AckBody:
    """Read the dialog, act, and close it; what is wrong returns to its field."""
    origin = submission.origin

    def act(form: GoalForm, command: BaseModel, state: FormState) -> AckBody:
        try:
            return _SENT[form.name](desk, origin, command, state, asking)
        except Doubtful as asked:
            card = goals.show_goal(desk.store, origin, state.id_of("goal"))
            typed = typed_values(form, submission.view)
            view = doubted_view(form, card, asking.reader, state, typed, asked.doubts)
            return in_its_place(view)

    def reading(form: GoalForm, state: FormState) -> Reading:
        return Reading(defaults=_defaults(desk, origin, form, state))

    return carry_out(FORMS, submission, asking, act, reading)


def _defaults(desk: Desk, origin: Origin, form: GoalForm, state: FormState) -> Mapping[str, object]:
    """What is not on the screen: the goal, its version, and, unexpanded, the rest of the goal.

    What a new goal leaves open is filled in by the template of its owner's level.
    """
    if form is NEW_GOAL:
        return {}
    known: dict[str, object] = {"goal": state.id_of("goal"), "version": state.version}
    if form is UPDATE:
        return known | {"sure": state.sure.get("value")}
    if form in (COUNTER, REVISE) and not state.expanded:
        return known | goals.unseen_fields(desk.store, origin, state.id_of("goal"))
    return known


def _form(name: str) -> GoalForm:
    form = FORMS.get(name)
    if form is None:
        raise InvalidInput("form_state")
    return form


def _closed() -> AckBody:
    return {"response_action": "clear"}


def _propose(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, _asking: Asking
) -> AckBody:
    negotiation.propose_goal(desk.store, origin, cast("ProposeGoal", command), state.token)
    return _closed()


def _revise(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, _asking: Asking
) -> AckBody:
    negotiation.revise_goal(desk.store, origin, cast("ReviseGoal", command), state.token)
    return _closed()


def _counter(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, _asking: Asking
) -> AckBody:
    negotiation.counter_goal(desk.store, origin, cast("CounterGoal", command), state.token)
    return _closed()


def _decline(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, _asking: Asking
) -> AckBody:
    negotiation.decline_goal(desk.store, origin, cast("DeclineGoal", command), state.token)
    return _closed()


def _update(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    reported = goals.update_goal(desk.store, origin, cast("UpdateGoal", command), state.token)
    saved = saved_message(reported.card, reported.check_in, asking.reader)
    return in_its_place(message_view(saved, asking.reader))


def _ask(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    asked = facilitation.ask_facilitator(
        desk.store, origin, cast("AskFacilitator", command), state.token
    )
    return outcome_view(help_asked_words(asked, asking.reader), asking.reader)


_Sent = Callable[[Desk, Origin, BaseModel, FormState, Asking], AckBody]

_SENT: Mapping[str, _Sent] = {
    NEW_GOAL.name: _propose,
    REVISE.name: _revise,
    COUNTER.name: _counter,
    DECLINE.name: _decline,
    UPDATE.name: _update,
    ASK_FACILITATOR.name: _ask,
}
