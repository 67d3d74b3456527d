"""Check-ins: what is due, reporting it in a dialog or by one press, taking it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from uuid import UUID, uuid4

from domain.checkins import (
    MOST_AT_ONCE,
    AnswerKind,
    CheckIn,
    CheckInOutcome,
    CheckInScreen,
    DueGoal,
    GoalReport,
    SeenGoal,
    by_urgency,
)
from domain.errors import AlreadyDone, Changed, Doubtful, NotAllowed, NotShared, Refused
from domain.goals import GoalCard, GoalState, Rhythm, doubt_about
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import cadences, checkin_prompts, checkin_support, checkins, goal_history, requests
from storage.cadences import GoalCadence
from storage.checkins import StoredCheckIn
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from usecases import checkin_record, goal_cards, goal_values
from usecases.access import require_member


def what_is_due(
    store: Store, origin: Origin, *, everything: bool = False, skip: int = 0
) -> CheckInScreen:
    """The asker's goals to check in on, the most overdue first; or all active ones.

    The first `skip` of them come last: they were on the screen just now, and were left empty.
    """
    with store.read(origin) as work:
        member = require_member(work)
        rows = [
            one
            for one in cadences.cadences_of(work.connection, [member.id])
            if one.active and (everything or one.due_since is not None)
        ]
        cards = checkin_record.cards_of(work, member, [one.goal for one in rows])
        due = [
            DueGoal(cards[one.goal], one.plan.rhythm, one.due_since)
            for one in rows
            if one.goal in cards
        ]
        return _screen(work, member, due, cadences.next_question(work.connection, member.id), skip)


def these_goals(store: Store, origin: Origin, goals: Collection[UUID]) -> CheckInScreen:
    """Those of these goals that are the asker's own and active, as they are now."""
    with store.read(origin) as work:
        member = require_member(work)
        cards = checkin_record.cards_of(work, member, goals)
        own = [
            card
            for card in cards.values()
            if card.owner.id == member.id and card.state is GoalState.ACTIVE
        ]
        return _screen(work, member, _asked(work, member, own))


def one_goal(store: Store, origin: Origin, reference: str) -> CheckInScreen:
    """One active goal of the asker's own, due or not. Raises NotShared, NotAllowed, Refused."""
    with store.read(origin) as work:
        member = require_member(work)
        card = goal_cards.chosen_card(work, member, reference)
        if card.owner.id != member.id:
            raise NotAllowed("only_owner_updates")
        if card.state is not GoalState.ACTIVE:
            raise Refused("not_active")
        return _screen(work, member, _asked(work, member, [card]))


def _asked(work: Reading, member: Member, cards: Collection[GoalCard]) -> list[DueGoal]:
    """Active goals, also those that were agreed just now and have no cadence yet."""
    since = checkin_record.due_before(work, member)
    return [
        DueGoal(
            card,
            card.content.check_in_every or Rhythm.MONTHLY,
            since[card.id].due_since if card.id in since else None,
        )
        for card in cards
    ]


def _screen(
    work: Reading,
    member: Member,
    due: Collection[DueGoal],
    next_on: date | None = None,
    skip: int = 0,
) -> CheckInScreen:
    ordered = sorted(due, key=lambda one: by_urgency(one.due_since, one.card.number))
    ordered = [*ordered[skip:], *ordered[:skip]]
    return CheckInScreen(
        member,
        checkin_record.manager_of(work, member),
        tuple(ordered[:MOST_AT_ONCE]),
        more=max(len(ordered) - MOST_AT_ONCE, 0),
        next_on=next_on,
    )


def units_of(store: Store, origin: Origin, goals: Mapping[str, UUID]) -> dict[str, str | None]:
    """The unit of measure of each of these goals that the asker may read, by the same keys."""
    with store.read(origin) as work:
        member = require_member(work)
        cards = checkin_record.cards_of(work, member, list(goals.values()))
        return {
            key: cards[goal].content.measure_unit for key, goal in goals.items() if goal in cards
        }


def check_in(
    store: Store,
    origin: Origin,
    command: CheckIn,
    seen: Mapping[str, SeenGoal],
    token: str,
    *,
    told: UUID | None,
    sure: Mapping[str, float] = MappingProxyType({}),
) -> CheckInOutcome:
    """Save what was reported, goal by goal, each as far as it stands as the person saw it.

    `seen` are the goals of the dialog by `goal_key`. A goal that moved on meanwhile is named in the
    outcome and does not hold up the others; all are written together, so that a second submission
    of the same dialog finds all of it or nothing. `told` is whom the dialog named as the reader of
    the support part: raises Changed, and saves nothing, where somebody else would read it now.
    `sure` are the values by `goal_key` that were asked back about before: raises Doubtful, and
    saves nothing, where another one is far off.
    """
    with store.write(origin) as work:
        owner = require_member(work)
        made = uuid4()
        earlier = requests.consume_token(work.connection, token, owner.id, made, work.at)
        if earlier is not None:
            if earlier.person != owner.id or earlier.outcome is None:
                raise NotShared
            first = checkin_record.outcome_of(work, owner, earlier.outcome, seen=seen.values())
            return _with_unread(first, command)
        if command.for_the_manager:
            _require_reader(work, owner, command, told)
        said = {
            seen[key]: report
            for key, report in command.goals.items()
            if key in seen and not report.empty
        }
        # Always in one order, so that two check-ins at once do not wait for each other.
        heads = {
            one: _own_head(work, owner, one.goal) for one in sorted(said, key=lambda one: one.goal)
        }
        fits = {one: head for one, head in heads.items() if _as_seen(head, one)}
        _require_sure(
            work, owner, command, {key: seen[key] for key in seen if seen[key] in fits}, sure
        )
        if fits or command.blockers or command.support:
            stored = checkin_record.begin(work, owner, made)
            before = checkin_record.due_before(work, owner)
            for one, head in fits.items():
                _save(work, owner, stored, head, said[one], before.get(head.id))
            confidence = {
                head.id: level
                for one, head in fits.items()
                if (level := said[one].confidence) is not None
            }
            checkin_record.keep_support(work, stored, command, confidence)
            checkin_record.tell_manager(work, stored)
        missed = [head for one, head in heads.items() if one not in fits]
        outcome = checkin_record.outcome_of(work, owner, made, missed, seen.values())
        return _with_unread(outcome, command)


def _with_unread(outcome: CheckInOutcome, command: CheckIn) -> CheckInOutcome:
    noted = command.blockers is not None or command.support is not None
    return replace(outcome, support_unread=noted and outcome.manager is None)


def _require_sure(
    work: Reading,
    owner: Member,
    command: CheckIn,
    seen: Mapping[str, SeenGoal],
    sure: Mapping[str, float],
) -> None:
    """Raises Doubtful for values that are far off and were not asked back about."""
    given = {
        key: value
        for key, report in command.goals.items()
        if (value := report.value) is not None and key in seen and sure.get(key) != value.value
    }
    if not given:
        return
    cards = checkin_record.cards_of(work, owner, [seen[key].goal for key in given])
    doubts = {}
    for key, value in given.items():
        card = cards.get(seen[key].goal)
        doubt = card and doubt_about(card.content, value, card.progress.value)
        if doubt:
            doubts[f"goals.{key}.value"] = doubt
    if doubts:
        raise Doubtful(doubts)


def _require_reader(work: Reading, owner: Member, command: CheckIn, told: UUID | None) -> None:
    """What was written for one person is not shown to another, and notes alone need a reader."""
    manager = checkin_record.manager_of(work, owner)
    if manager is None and all(report.empty for report in command.goals.values()):
        raise Refused("nobody_reads_support")
    if manager is not None and manager.id != told:
        raise Changed("support_reader_changed", name=manager.name)


def _own_head(work: Work, owner: Member, goal: UUID) -> GoalHead:
    head = goal_cards.locked_head(work, owner, goal)
    if head.owner != owner.id:
        raise NotAllowed("only_owner_updates")
    return head


def _as_seen(head: GoalHead, seen: SeenGoal) -> bool:
    return head.state is GoalState.ACTIVE and head.revision == seen.revision


def _save(
    work: Work,
    owner: Member,
    stored: StoredCheckIn,
    head: GoalHead,
    report: GoalReport,
    before: GoalCadence | None,
) -> None:
    value, words = None, report.what_changed
    if report.value is not None:
        kind = AnswerKind.VALUE
        value = goal_values.report_value(work, owner, head, report.value, words, stored.id)
    else:
        kind = AnswerKind.WORDS
        goal_values.add_words(work, owner, head, words, stored.id)
    answer = checkin_record.answer(head.id, kind, value, words, before)
    checkins.add_answer(work.connection, stored.id, answer)


def nothing_changed(store: Store, origin: Origin, prompt: UUID | None) -> CheckInOutcome:
    """Confirm the last value of every goal that the prompt still asks about, or that is due.

    Raises AlreadyDone where it was answered before, NotShared for somebody else's prompt.
    """
    with store.write(origin) as work:
        owner = require_member(work)
        work.arrive()
        asked = _still_open(work, owner, prompt)
        heads = [_own_head(work, owner, goal) for goal in sorted(asked)]
        # Looked at again: another press may have answered while this one waited for the goals.
        left = _still_open(work, owner, prompt)
        heads = [head for head in heads if head.id in left and head.state is GoalState.ACTIVE]
        if not heads:
            raise AlreadyDone("checked_in_already")
        stored = checkin_record.begin(work, owner, uuid4())
        before = checkin_record.due_before(work, owner)
        latest = goal_history.latest_readings(work.connection, [head.id for head in heads])
        for head in heads:
            last = latest[head.id][1] if head.id in latest else None
            value = goal_values.confirm_value(work, owner, head, last, None, stored.id)
            kind = AnswerKind.STILL_NONE if value is None else AnswerKind.UNCHANGED
            answer = checkin_record.answer(head.id, kind, value, None, before.get(head.id))
            checkins.add_answer(work.connection, stored.id, answer)
        checkin_record.tell_manager(work, stored)
        return checkin_record.outcome_of(work, owner, stored.id)


def _still_open(work: Reading, owner: Member, prompt: UUID | None) -> set[UUID]:
    if prompt is None:
        rows = cadences.cadences_of(work.connection, [owner.id])
        return {row.goal for row in rows if row.active and row.due_since is not None}
    found = checkin_prompts.prompt_by_id(work.connection, prompt)
    if found is None or found.owner != owner.id:
        raise NotShared
    return set(checkin_prompts.open_goals(work.connection, [prompt]).get(prompt, []))


def undo_check_in(store: Store, origin: Origin, check_in_id: UUID) -> None:
    """Take one's own check-in back: its values no longer count, and what it answered is open again.

    Raises NotShared, AlreadyDone, and Refused where it was answered or is too long ago.
    """
    with store.write(origin) as work:
        owner = require_member(work)
        work.arrive()
        said = checkins.answers(work.connection, check_in_id)
        heads = [_own_head(work, owner, one.goal) for one in said]
        stored = checkins.check_in_by_id(work.connection, check_in_id, lock=True)
        if stored is None or stored.owner != owner.id:
            raise NotShared
        if stored.undone_at is not None:
            raise AlreadyDone("check_in_taken_back")
        if not checkin_record.can_undo(work, stored):
            raise Refused("check_in_undo_too_late")
        for one, head in zip(said, heads, strict=True):
            for prompt in checkin_prompts.forget_answer(
                work.connection, one.goal, stored.id, stored.at, one.due_since
            ):
                work.touch(SubjectType.CHECK_IN_PROMPT, prompt)
            goal_values.take_back(work, owner, head)
        checkins.withdraw(work.connection, stored.id, work.at)
        checkin_support.erase_notes(work.connection, stored.id)
        for typed in checkins.typed_of(work.connection, stored.id):
            work.touch(SubjectType.TYPED_ANSWER, typed)
        work.touch(SubjectType.CHECK_IN, stored.id)
