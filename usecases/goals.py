"""Reading goals and reporting how they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from domain.alignment import contribution_of
from domain.checkins import AnswerKind
from domain.errors import Doubtful, InvalidInput, NotAllowed, Refused
from domain.goal_commands import UpdateGoal
from domain.goal_status import ENDED
from domain.goals import (
    NOTHING_SAID,
    ChangeMark,
    GoalCard,
    GoalContent,
    GoalOption,
    GoalState,
    Step,
    StepKind,
    doubt_about,
)
from domain.measures import Measure
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, reference_text
from domain.screens import GoalHistory, GoalList, HistoryEntry
from storage import (
    change_requests,
    checkins,
    evidence,
    goal_history,
    goal_lists,
    goals,
    people,
    requests,
)
from storage.change_requests import AcceptedChange
from storage.goal_lists import ListedGoal
from storage.unit_of_work import Reading, Store
from usecases import checkin_record, goal_cards
from usecases.access import require_member
from usecases.goal_corrections import values_corrected
from usecases.goal_values import report_value, require_unit
from usecases.roll_up import rolled_up

PAGE = 15
# The longest reasons, in any script, must stay within what Slack takes for a view.
HISTORY_PAGE = 8


def my_goals(store: Store, origin: Origin, after: int = 0) -> GoalList:
    """The asker's own open goals."""
    with store.read(origin) as work:
        viewer = require_member(work)
        return _page(work, viewer, viewer, after)


def closed_goals(store: Store, origin: Origin, after: int = 0) -> GoalList:
    """The asker's own goals that have ended, as long as retention keeps them in lists."""
    with store.read(origin) as work:
        viewer = require_member(work)
        states = tuple(sorted(ENDED))
        found = goal_lists.own_goals(
            work.connection, viewer, states=states, after=after, limit=PAGE + 1
        )
        return replace(_listing(work, viewer, viewer, found), closed=True)


def goals_of(store: Store, origin: Origin, person: UUID | str, after: int = 0) -> GoalList:
    """Another person's goals (by id, or by Slack's id), as far as the viewer may read them."""
    with store.read(origin) as work:
        viewer = require_member(work)
        if isinstance(person, UUID):
            listed = people.members(work.connection, [person]).get(person)
            if listed is None:
                raise Refused("nobody_known")
            return _page(work, viewer, listed, after)
        found = people.active_by_slack_user(work.connection, person)
        if found is None:
            raise Refused("nobody_known")
        return _page(work, viewer, found, after)


def _page(work: Reading, viewer: Member, person: Member, after: int) -> GoalList:
    limit = PAGE + 1
    if person.id == viewer.id:
        found = goal_lists.own_goals(work.connection, viewer, after=after, limit=limit)
    else:
        found = goal_lists.list_goals(
            work.connection,
            viewer,
            viewer.today(work.now),
            goal_lists.of_owner(person.id),
            after=after,
            limit=limit,
        )
    return _listing(work, viewer, person, found)


def _listing(
    work: Reading, viewer: Member, person: Member, found: Sequence[ListedGoal]
) -> GoalList:
    lines = goal_cards.lines(work, viewer, found[:PAGE])
    return GoalList(viewer, person, lines, lines[-1].number if len(found) > PAGE else None)


def show_goal(store: Store, origin: Origin, which: UUID | str) -> GoalCard:
    """One goal in full, by id or reference; NotShared where it may not be read."""
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        return replace(card, rolled=rolled_up(work, viewer, card.id))


def history_of(
    store: Store, origin: Origin, which: UUID | str, before: int | None = None
) -> GoalHistory:
    """What happened to a goal, newest first, with every version readable."""
    with store.read(origin) as work:
        viewer = require_member(work)
        card = goal_cards.chosen_card(work, viewer, which)
        steps = goal_history.steps(work.connection, card.id, before=before, limit=HISTORY_PAGE + 1)
        versions = goals.contents(work.connection, card.id)
        said = goals.said(work.connection, card.id) if card.sees_sides else {}
        values = goal_history.values_at(
            work.connection, card.id, [step.at for _, step in steps if step.kind in _REPORTS]
        )
        corrected = (
            values_corrected(work, card.id)
            if any(step.kind is StepKind.VALUE_CORRECTED for _, step in steps)
            else {}
        )
        changes = (
            change_requests.accepted_of(work.connection, card.id)
            if any(step.kind is StepKind.CHANGED for _, step in steps)
            else {}
        )
        entries = tuple(
            replace(
                _entry(number, goal_cards.step_shown(step, sees=card.sees_sides), versions, values),
                corrected=corrected.get(number),
                said=said.get(step.version, NOTHING_SAID)
                if step.kind in (StepKind.PROPOSED, StepKind.COUNTERED)
                else NOTHING_SAID,
                **_mark(step, changes),
            )
            for number, step in steps[:HISTORY_PAGE]
        )
        more = entries[-1].number if len(steps) > HISTORY_PAGE else None
        return GoalHistory(
            card,
            entries,
            more,
            goal_history.recent_values(work.connection, card.id),
            evidence.latest(work.connection, card.id),
        )


def _mark(step: Step, changes: Mapping[int, AcceptedChange]) -> dict[str, Any]:
    """Of a change that counts from another day than that of its agreement."""
    change = changes.get(step.version) if step.kind is StepKind.CHANGED else None
    if change is None or change.effective_on is None:
        return {}
    mark = ChangeMark(change.number, change.agreed_at, change.effective_on)
    return {"mark": mark, "near_review": change.marked}


_REPORTS = (StepKind.UPDATED, StepKind.CHECKED_IN)
_WITH_CONTENT = (*(StepKind.PROPOSED, StepKind.COUNTERED, StepKind.CORRECTED, StepKind.CHANGED),)
"""Steps that made a version."""


def _entry(
    number: int,
    step: Step,
    versions: dict[int, GoalContent],
    values: Mapping[datetime, Measure],
) -> HistoryEntry:
    if step.kind in _REPORTS and step.at in values:
        unit = versions[step.version].measure_unit
        value = values[step.at].model_copy(update={"measure_unit": unit})
        return HistoryEntry(number, step, value=value)
    if step.kind not in _WITH_CONTENT:
        return HistoryEntry(number, step)
    return HistoryEntry(number, step, versions.get(step.version), versions.get(step.version - 1))


@dataclass(frozen=True, slots=True)
class Reported:
    """The goal after a value was reported, and the check-in that it made, for *Undo*."""

    card: GoalCard
    check_in: UUID


def update_goal(store: Store, origin: Origin, command: UpdateGoal, token: str) -> Reported:
    """Report a value of an active goal, in its own unit; only its owner does.

    It is a check-in of its own, which can be taken back like any other; its manager is not told.
    Raises Doubtful for a value that is far off, unless the command is sure of it.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = goal_cards.locked_head(work, actor, command.goal)
        card = goal_cards.card(work, actor, head)
        made = uuid4()
        earlier = requests.consume_token(work.connection, token, actor.id, made, work.at)
        if earlier is not None:
            if earlier.person != actor.id or earlier.outcome is None:
                raise InvalidInput("form_state")
            return Reported(card, earlier.outcome)
        if head.owner != actor.id:
            raise NotAllowed("only_owner_updates", card=card)
        if head.state is not GoalState.ACTIVE:
            raise Refused("not_active", card=card)
        require_unit(command.value, card.content, field="value")
        doubt = doubt_about(card.content, command.value, card.progress.value)
        if doubt is not None and command.sure != command.value.value:
            raise Doubtful({"value": doubt})
        before = checkin_record.due_before(work, actor).get(head.id)
        stored = checkin_record.begin(work, actor, made)
        value = report_value(work, actor, head, command.value, command.note, made)
        answer = checkin_record.answer(head.id, AnswerKind.VALUE, value, command.note, before)
        checkins.add_answer(work.connection, stored.id, answer)
        return Reported(goal_cards.fresh_card(work, actor, head.id), made)


def goals_to_align_with(store: Store, origin: Origin, words: str) -> tuple[GoalOption, ...]:
    """Goals whose title the asker may see, and whose title or number fits the words."""
    return _found(store, origin, words, by_title=True)


def goals_to_name(store: Store, origin: Origin, words: str) -> tuple[GoalOption, ...]:
    """The same among those that the asker may read."""
    return _found(store, origin, words, by_title=False)


def _found(store: Store, origin: Origin, words: str, *, by_title: bool) -> tuple[GoalOption, ...]:
    with store.read(origin) as work:
        viewer = require_member(work)
        today = viewer.today(work.now)
        rows = goal_lists.search_goals(work.connection, viewer, today, words, by_title=by_title)
        return tuple(
            GoalOption(row[0], reference_text(ReferenceKind.GOAL, row[1]), row[2]) for row in rows
        )


UNSEEN = (
    "title",
    "metric",
    "measure_unit",
    "direction",
    "baseline",
    "threshold",
    "stretch",
    "start_date",
    "why",
    "aligned_to",
    "parts",
)


def unseen_fields(store: Store, origin: Origin, goal: UUID) -> dict[str, object]:
    """What a dialog about a goal leaves as it is while *More detail* is closed."""
    card = show_goal(store, origin, goal)
    unseen = {name: getattr(card.content, name) for name in UNSEEN}
    return {**unseen, "contribution": contribution_of(card)}
