"""The dialogs about goals: opening, growing, choosing from our lists, sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast
from uuid import UUID

from pydantic import BaseModel

from domain.errors import AlreadyDone, Changed, Doubtful, InvalidInput, NotAllowed, Refused
from domain.goal_commands import (
    AcceptWithReservation,
    AnswerHelp,
    AskFacilitator,
    CounterGoal,
    DeclineGoal,
    ProposeGoal,
    ReviseGoal,
    UpdateGoal,
)
from domain.goal_kinds import GoalKind
from domain.goals import GoalCard, GoalState, Side
from domain.origin import Origin
from domain.people import Level
from handlers.desk import Desk
from handlers.features import AckBody, Asking
from handlers.payloads import Lookup, Pressed, Submission
from handlers.sent_forms import Reading, carry_out, in_its_place
from messages.form_state import FormState
from messages.forms import NO_VALUES
from messages.goal_forms import (
    ANSWER_HELP,
    ASK_FACILITATOR,
    COUNTER,
    DECLINE,
    FORMS,
    NEW,
    NEW_GOAL,
    RESERVE,
    REVISE,
    UPDATE,
    GoalForm,
    base_of,
    copied_values,
    doubted_view,
    goal_view,
    help_answered_words,
    help_asked_words,
    kind_of,
    new_goal_view,
    of_kind,
    template_values,
)
from messages.goals import saved_message
from messages.inputs import Choice
from messages.options import goal_options
from messages.outcomes import message_view, outcome_view
from messages.submissions import typed_values
from messages.surfaces import View
from usecases import adoption, facilitation, goals, negotiation, templates
from usecases.templates import LevelTemplate


def new_goal(desk: Desk, origin: Origin, asking: Asking, kind: GoalKind | None = None) -> View:
    template = templates.goal_template(desk.store, origin)
    return _new_view(template, asking, kind=kind)


def new_goal_for(desk: Desk, origin: Origin, asking: Asking, person: UUID) -> View:
    """*New goal* for one of the asker's reports, whose name stands in it already."""
    found = templates.template_for_report(desk.store, origin, person)
    if found is None:
        return new_goal(desk, origin, asking)
    owner, template = found
    return _new_view(template, asking, {"owner": owner.slack_user}, expanded=True)


def assigned_goal(desk: Desk, origin: Origin, asking: Asking, slack_user: str) -> tuple[View, UUID]:
    """The same by Slack's id, with the id of whom it is for. Raises Refused for anybody else."""
    found = templates.template_for_report(desk.store, origin, slack_user)
    if found is None:
        raise Refused("only_reports_are_assigned")
    owner, template = found
    view = _new_view(template, asking, {"owner": owner.slack_user}, expanded=True)
    return view, owner.id


ADOPTED = "adopted"
"""By this name *New goal* carries the goal that was proposed upward, if it takes one up."""


def copied_goal(
    desk: Desk,
    origin: Origin,
    asking: Asking,
    card: GoalCard,
    ids: Mapping[str, UUID] = MappingProxyType({}),
) -> View:
    """*New goal* with what an earlier one says; nothing of it is proposed until it is sent."""
    template = templates.goal_template(desk.store, origin)
    values = copied_values(card, asking.reader)
    return _new_view(template, asking, values, kind=card.content.kind, expanded=True, ids=ids)


def _new_view(
    template: LevelTemplate,
    asking: Asking,
    values: Mapping[str, object] = NO_VALUES,
    *,
    kind: GoalKind | None = None,
    expanded: bool = False,
    ids: Mapping[str, UUID] = MappingProxyType({}),
) -> View:
    """*New goal* of that kind, or of the first one that the template offers."""
    kinds = template.settings.kinds
    form = NEW[kind if kind in kinds else kinds[0]]
    state = FormState.new(form.name, expanded=expanded, ids=ids)
    return _filled(template, asking, state, values)


def _filled(
    template: LevelTemplate, asking: Asking, state: FormState, values: Mapping[str, object]
) -> View:
    filled = {**values, **template_values(template.level, template.settings)}
    kinds = template.settings.kinds
    return new_goal_view(asking.reader, state, filled, template.quality, kinds)


def open_form(form: GoalForm, card: GoalCard, asking: Asking, seen: int) -> View:
    """A dialog about a goal, as the person saw it (`seen` is the version on their screen).

    Raises AlreadyDone, Changed or NotAllowed where sending it could only fail.
    """
    form = of_kind(form, card.content.kind)
    _require_possible(base_of(form), card, seen)
    state = FormState.new(form.name, version=card.version, ids={"goal": card.id})
    return goal_view(form, card, asking.reader, state)


def _require_possible(form: GoalForm, card: GoalCard, seen: int) -> None:
    if form is UPDATE and not card.can_update:
        raise NotAllowed("only_owner_updates" if card.state is GoalState.ACTIVE else "not_active")
    if form is REVISE and (card.state is not GoalState.DRAFT or card.viewer_side is not Side.OWNER):
        raise AlreadyDone("not_a_draft", card=card)
    if form is RESERVE and card.can_decide and not card.can_reserve:
        raise NotAllowed("only_owner_reserves", card=card)
    if form in (RESERVE, COUNTER, DECLINE):
        if not card.can_decide:
            raise AlreadyDone("already_answered", card=card)
        if card.version != seen:
            raise Changed(card=card)


def changes_dialog(pressed: Pressed) -> bool:
    """Whether a press inside a dialog asks for the same dialog in another form."""
    return pressed.action in _TEMPLATE_CHOICES or any(
        pressed.action == form.more_action for form in FORMS.values()
    )


_TEMPLATE_CHOICES = frozenset(
    form.action(name) for form in NEW.values() for name in ("template", "owner", "kind")
)


def change_dialog(desk: Desk, pressed: Pressed, asking: Asking) -> None:
    """*More detail* grows the dialog in place; another template fills in what it brings.

    What was typed stays in both cases.
    """
    view = pressed.view or {}
    form = _form(str(view.get("callback_id")))
    state = FormState.parse(str(view.get("private_metadata")), form.name)
    if base_of(form) is NEW_GOAL:
        changed = _new_goal_again(desk, pressed, asking, state)
    else:
        card = goals.show_goal(desk.store, pressed.origin, state.id_of("goal"))
        changed = goal_view(form, card, asking.reader, state.expand())
    desk.update_view(str(view.get("id")), str(view.get("hash")), changed)


def _new_goal_again(desk: Desk, pressed: Pressed, asking: Asking, state: FormState) -> View:
    if pressed.action not in _TEMPLATE_CHOICES:
        template = templates.goal_template(desk.store, pressed.origin)
        return _filled(template, asking, state.expand(), state.kept)
    form = FORMS[state.form]
    typed = {**state.kept, **typed_values(form, pressed.view or {})}
    owner = typed.get("owner")
    chosen = pressed.value if pressed.action.endswith(".template") else _kept_level(typed, pressed)
    template = templates.goal_template(
        desk.store,
        pressed.origin,
        owner=owner if isinstance(owner, str) else None,
        level=_level(chosen),
    )
    if pressed.action.endswith(".kind") and pressed.value in template.settings.kinds:
        state = _of_another_kind(state, NEW[GoalKind(pressed.value)], typed)
        typed.pop("kind", None)
    # New block ids, so that Slack shows what the template brings instead of what it keeps.
    return _filled(template, asking, state.reset(), typed)


def _kept_level(typed: Mapping[str, object], pressed: Pressed) -> str:
    """Another kind leaves the level as chosen; another person brings their own."""
    level = typed.get("template")
    return level.value if pressed.action.endswith(".kind") and isinstance(level, Choice) else ""


def _of_another_kind(state: FormState, form: GoalForm, typed: Mapping[str, object]) -> FormState:
    """The same dialog with the other kind's inputs; what they leave out is kept for coming back."""
    shown = {one.name for one in form.all_inputs}
    unseen = {name: one for name, one in typed.items() if name not in shown}
    kept = {
        name: one.value if isinstance(one, Choice) else str(one) for name, one in unseen.items()
    }
    return state.keeping(form.name, kept)


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
            return _SENT[base_of(form).name](desk, origin, command, state, asking)
        except Doubtful as asked:
            card = goals.show_goal(desk.store, origin, state.id_of("goal"))
            typed = typed_values(form, submission.view)
            view = doubted_view(form, card, asking.reader, state, typed, asked.doubts)
            return in_its_place(view)

    def reading(form: GoalForm, state: FormState) -> Reading:
        kind = kind_of(form)
        return Reading({"kind": kind} if kind else {}, _defaults(desk, origin, form, state))

    return carry_out(FORMS, submission, asking, act, reading)


def _defaults(desk: Desk, origin: Origin, form: GoalForm, state: FormState) -> Mapping[str, object]:
    """What is not on the screen: the goal, its version, and, unexpanded, the rest of the goal.

    What a new goal leaves open is filled in by the template of its owner's level.
    """
    base = base_of(form)
    if base is NEW_GOAL:
        return {}
    if form is ANSWER_HELP:
        return {"request": state.id_of("request")}
    known: dict[str, object] = {"goal": state.id_of("goal"), "version": state.version}
    if form is UPDATE:
        return known | {"sure": state.sure.get("value")}
    if base in (COUNTER, REVISE) and not state.expanded:
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
    proposed = cast("ProposeGoal", command)
    if ADOPTED in state.ids:
        adoption.adopt_goal(desk.store, origin, state.ids[ADOPTED], proposed, state.token)
    else:
        negotiation.propose_goal(desk.store, origin, proposed, state.token)
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


def _reserve(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, _asking: Asking
) -> AckBody:
    negotiation.accept_goal(desk.store, origin, cast("AcceptWithReservation", command), state.token)
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


def _answer_help(
    desk: Desk, origin: Origin, command: BaseModel, state: FormState, asking: Asking
) -> AckBody:
    note = facilitation.answer_help_request(
        desk.store, origin, cast("AnswerHelp", command), state.token
    )
    return outcome_view(help_answered_words(note, asking.reader), asking.reader)


_Sent = Callable[[Desk, Origin, BaseModel, FormState, Asking], AckBody]

_SENT: Mapping[str, _Sent] = {
    NEW_GOAL.name: _propose,
    REVISE.name: _revise,
    COUNTER.name: _counter,
    RESERVE.name: _reserve,
    DECLINE.name: _decline,
    UPDATE.name: _update,
    ASK_FACILITATOR.name: _ask,
    ANSWER_HELP.name: _answer_help,
}
