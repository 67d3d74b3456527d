"""Goals as one viewer may see and act on them: the one way from rows to a `GoalCard`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from domain.adoption import OFFERED
from domain.change_requests import ChangeState
from domain.errors import NotShared, Refused
from domain.goal_advice import Advice
from domain.goal_status import CHOSEN, ENDED, WAYS, Move, moves_from
from domain.goals import (
    NOTHING_SAID,
    AlignedGoal,
    Audience,
    Change,
    ChangeMark,
    Comparison,
    GoalCard,
    GoalContent,
    GoalLine,
    GoalState,
    OpenChange,
    SaidWords,
    Side,
    Step,
    StepKind,
    differences,
    progress_of,
)
from domain.goals import Reading as Value
from domain.measures import Measure
from domain.past_goals import compare
from domain.people import Member
from domain.references import ReferenceKind, parse_reference, reference_text
from storage import (
    cadences,
    change_requests,
    facilitation,
    goal_cases,
    goal_history,
    goal_shares,
    goals,
    past_goals,
    people,
)
from storage.conditions import NO_CONDITION, Condition, either
from storage.goal_lists import ListedGoal, WholeGoal
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Work
from storage.visibility import (
    covered_by_hr,
    may_decide_goal,
    may_read_goal,
    may_read_title,
    took_part,
)
from usecases import goal_quality
from usecases.asking import ladder, next_to_ask

SETTLING = tuple({way.step for way in WAYS} - {StepKind.PROPOSED})


def chosen_card(work: Reading, viewer: Member, which: UUID | str) -> GoalCard:
    """The goal behind a button (its id) or in a person's words (its reference).

    NotShared for what the viewer may not read, unknown or not.
    """
    if isinstance(which, UUID):
        return card(work, viewer, readable_head(work, viewer, which))
    return _card_by_reference(work, viewer, which)


def _card_by_reference(work: Reading, viewer: Member, reference: str) -> GoalCard:
    number = parse_reference(reference, ReferenceKind.GOAL)
    if number is None:
        raise Refused("not_a_reference")
    readable = may_read_goal(viewer, viewer.today(work.now))
    head = goals.head_by_number(work.connection, number, readable)
    if head is None:
        raise NotShared(reference_text(ReferenceKind.GOAL, number))
    return card(work, viewer, head)


def readable_head(work: Reading, viewer: Member, goal: UUID) -> GoalHead:
    """The goal behind an id from a button or dialog; NotShared where it may not be read."""
    return _head_where(work, goal, may_read_goal(viewer, viewer.today(work.now)))


def locked_head(work: Work, viewer: Member, goal: UUID) -> GoalHead:
    """The goal to act on; nobody else can change it before this transaction ends.

    NotShared for those who may not read it, unless they took part in what was decided last: who
    presses a button late hears what has happened already.
    """
    goals.lock_head(work.connection, goal)
    readable = may_read_goal(viewer, viewer.today(work.now))
    return _head_where(work, goal, either(readable, took_part(viewer)))


def _head_where(work: Reading, goal: UUID, rule: Condition) -> GoalHead:
    head = goals.head_by_id(work.connection, goal, rule)
    if head is None:
        raise NotShared
    return head


def fresh_card(work: Reading, viewer: Member, goal: UUID) -> GoalCard:
    """The card after a change by the viewer, whatever the change did to their own access."""
    return card(work, viewer, _head_where(work, goal, NO_CONDITION))


def card(work: Reading, viewer: Member, head: GoalHead) -> GoalCard:
    """One goal in full: turn, deadline, what the last proposal changed, what the viewer may do."""
    connection = work.connection
    content = goals.content(connection, head.id, head.version)
    named = people.members(
        connection, [p for p in (head.owner, head.counterpart, head.proposer) if p is not None]
    )
    read = goal_history.latest_readings(connection, [head.id])
    first, latest = read.get(head.id, (None, None))
    viewer_side = side_of(work, viewer, head)
    decides = head.state is GoalState.PROPOSED and head.turn is viewer_side
    author, reason = goals.version_origin(connection, head.id, head.version)
    negotiated = head.state is GoalState.PROPOSED and head.version > 1
    sees = _sees_sides(work, viewer, head, viewer_side)
    reservation = _reservation(work, head) if sees else None
    open_change, marks = _changes_asked(work, head)
    active = head.state is GoalState.ACTIVE
    return GoalCard(
        id=head.id,
        number=head.number,
        revision=head.revision,
        state=head.state,
        version=head.version,
        content=replace(content, aligned_to=head.parent),
        owner=named[head.owner],
        audience=head.audience,
        title_visible=head.title_visible,
        progress=progress_of(content, first, _value_of(latest)),
        latest=latest,
        proposed_by=named[head.proposer].name,
        turn=head.turn,
        counterpart=named[head.counterpart].name if head.counterpart else None,
        capacity=goal_cases.asked_people(connection, head.id).get(viewer.id),
        answer_by=head.answer_by,
        counters=head.counters,
        next_in_line=_next_in_line(work, head, named[head.owner]),
        changes=_changes(work, head, content) if negotiated else (),
        version_by=author.name,
        version_reason=reason,
        settled=_settled(work, head, reservation),
        aligned=_aligned(work, viewer, head),
        contribution=head.contribution,
        can_align=viewer_side is not None and head.state not in ENDED,
        can_offer=viewer.id == head.owner and head.parent is None and head.state in OFFERED,
        viewer_side=viewer_side,
        can_decide=decides and viewer_side is not None,
        can_update=active and viewer.id == head.owner,
        can_undo=can_undo(work, viewer, head),
        can_ask_facilitator=_may_ask_facilitator(work, viewer, viewer_side, head),
        viewer=viewer.id,
        can_share=_may_share(viewer, head),
        shared_with=_shared_with(work, viewer, head),
        next_check_in=_next_check_in(work, viewer, head),
        may_move=bool(moves_for(work, viewer, head, viewer_side)),
        paused_until=head.paused_until,
        successor=None if head.successor is None else goal_served(work, viewer, head.successor),
        can_change=active and viewer_side is not None and open_change is None,
        open_change=open_change,
        change_marks=marks,
        advice=_advice(work, viewer, named[head.owner], head, content),
        comparison=_comparison(work, named[head.owner], viewer_side, head, content),
        said=_said(work, head) if sees else NOTHING_SAID,
        sees_sides=sees,
        reservation=reservation,
    )


def _comparison(
    work: Reading, owner: Member, side: Side | None, head: GoalHead, content: GoalContent
) -> Comparison | None:
    """For the two sides, while they decide."""
    if side is None or head.state is not GoalState.PROPOSED or owner.org_unit is None:
        return None
    today = owner.today(work.now)
    found = past_goals.of_class(work.connection, owner.org_unit, content.kind, today)
    return compare(content, owner.id, found)


def _said(work: Reading, head: GoalHead) -> SaidWords:
    """What each side has said last in the negotiation that goes on."""
    latest = NOTHING_SAID
    if head.state in (GoalState.PROPOSED, GoalState.DRAFT):
        for words in goals.said(work.connection, head.id).values():
            latest = words.or_else(latest)
    return latest


def _sees_sides(work: Reading, viewer: Member, head: GoalHead, side: Side | None) -> bool:
    """The two sides, whoever agreed for the other one, and HR where it answers for the owner."""
    if side is not None or viewer.id == head.counterpart:
        return True
    of_hr = covered_by_hr(viewer, viewer.today(work.now))
    return goals.fulfils(work.connection, head.id, of_hr)


def _reservation(work: Reading, head: GoalHead) -> Step | None:
    agreed = head.agreed_version is not None and head.state is not GoalState.PROPOSED
    return goal_history.reservation(work.connection, head.id) if agreed else None


def _changes_asked(
    work: Reading, head: GoalHead
) -> tuple[OpenChange | None, tuple[ChangeMark, ...]]:
    """The request that is open, and the changes that are marked for ever."""
    if head.agreed_version is None:
        return None, ()
    asked, marks = None, list[ChangeMark]()
    for one, number, state, _, ended_at, day in change_requests.shown_on_card(
        work.connection, head.id
    ):
        if state is ChangeState.OPEN:
            asked = OpenChange(one, number)
        else:
            marks.append(ChangeMark(number, ended_at, day))
    return asked, tuple(marks)


def _advice(
    work: Reading, viewer: Member, owner: Member, head: GoalHead, content: GoalContent
) -> tuple[Advice, ...]:
    """For the owner alone, while it can still be changed without ado."""
    if viewer.id != owner.id or head.state not in (GoalState.DRAFT, GoalState.PROPOSED):
        return ()
    return goal_quality.missing(work, owner, replace(content, aligned_to=head.parent))


def moves_for(
    work: Reading, viewer: Member, head: GoalHead, side: Side | None = None
) -> tuple[Move, ...]:
    """What the viewer can do with the state of the goal, besides negotiating it.

    Whoever has no manager decides alone; the role that agreed in a manager's place is told.
    """
    side = side or side_of(work, viewer, head)
    if side is None or head.state is GoalState.PROPOSED:
        return ()
    owner_may = work.rules_of(people.member(work.connection, head.owner)).status.owner_may
    today = viewer.today(work.now)
    if side is Side.OWNER and not people.current_managers(work.connection, viewer.id, today):
        owner_may = CHOSEN
    agreed = head.agreed_version is not None
    return moves_from(head.state, side, agreed=agreed, owner_may=owner_may)


def _may_share(viewer: Member, head: GoalHead) -> bool:
    hidden = head.state is not GoalState.DRAFT and head.audience is not Audience.EVERYONE
    return hidden and viewer.id == head.owner


def _next_check_in(work: Reading, viewer: Member, head: GoalHead) -> date | None:
    if head.state is not GoalState.ACTIVE or viewer.id != head.owner:
        return None
    return cadences.next_about(work.connection, head.id)


def _shared_with(work: Reading, viewer: Member, head: GoalHead) -> tuple[str, ...]:
    if viewer.id != head.owner:
        return ()
    return tuple(person.name for person, _ in goal_shares.shared_with(work.connection, head.id))


def lines(work: Reading, viewer: Member, listed: Sequence[ListedGoal]) -> tuple[GoalLine, ...]:
    """Goals for a list: aim, owner and progress, with one statement at most."""
    owners = _owners(work, viewer, listed)
    return tuple(
        GoalLine(
            goal.id,
            goal.number,
            goal.state,
            goal.version,
            goal.content,
            owners[goal.owner],
            progress_of(goal.content, goal.first, goal.latest),
            goal.turn,
            goal.counterpart,
            goal.answer_by,
            viewer.id,
        )
        for goal in listed
    )


def whole_cards(work: Reading, viewer: Member, found: Sequence[WholeGoal]) -> list[GoalCard]:
    """The same with all of their content, and the latest value as it was reported."""
    owners = _owners(work, viewer, found)
    return [
        GoalCard(
            id=goal.id,
            number=goal.number,
            revision=goal.revision,
            state=goal.state,
            version=goal.version,
            content=goal.content,
            owner=owners[goal.owner],
            counterpart=goal.counterpart,
            audience=goal.audience,
            title_visible=goal.title_visible,
            progress=progress_of(goal.content, goal.first, _value_of(goal.latest)),
            latest=goal.latest,
            turn=goal.turn,
            answer_by=goal.answer_by,
            counters=goal.counters,
            viewer=viewer.id,
        )
        for goal in found
    ]


def _value_of(latest: Value | None) -> Measure | None:
    return None if latest is None else latest.value


def _owners(
    work: Reading, viewer: Member, found: Sequence[ListedGoal | WholeGoal]
) -> dict[UUID, Member]:
    others = {goal.owner for goal in found} - {viewer.id}
    named = people.members(work.connection, others) if others else {}
    return {**named, viewer.id: viewer}


def side_of(work: Reading, viewer: Member, head: GoalHead) -> Side | None:
    """On whose side the viewer may speak: their own, the other one, or none."""
    if viewer.id == head.owner:
        return Side.OWNER
    decides = may_decide_goal(viewer, viewer.today(work.now))
    return Side.OTHER if goals.fulfils(work.connection, head.id, decides) else None


def can_undo(work: Reading, viewer: Member, head: GoalHead) -> bool:
    """One's own last proposal, while nobody has answered, for as long as policy says.

    A version that came back because its answer was withdrawn was answered once. Counted in machine
    time: moving business time neither ends nor prolongs it.
    """
    if head.state is not GoalState.PROPOSED or head.turn is None or head.turn_since is None:
        return False
    window = timedelta(minutes=work.policy.document.negotiation.undo_minutes)
    return (
        work.at - head.turn_since < window
        and goal_history.proposed_by(work.connection, head.id, head.version) == viewer.id
        and side_of(work, viewer, head) is head.turn.opposite
    )


def _changes(work: Reading, head: GoalHead, content: GoalContent) -> tuple[Change, ...]:
    before = goals.content(work.connection, head.id, head.version - 1)
    return differences(before, content)


def _settled(work: Reading, head: GoalHead, reservation: Step | None) -> Step | None:
    """The step, with the reservation that it was taken with as long as that stands."""
    if head.state is GoalState.PROPOSED:
        return None
    step = goal_history.latest_step(work.connection, head.id, SETTLING)
    return step if step is None else step_shown(step, sees=reservation is not None)


def step_shown(step: Step, *, sees: bool) -> Step:
    """Without the reservation, for those who are not told what the two sides say to each other."""
    hidden = step.kind is StepKind.ACCEPTED and not sees
    return replace(step, reason=None) if hidden else step


def _next_in_line(work: Reading, head: GoalHead, owner: Member) -> str | None:
    """Who is asked after the person asked now stays silent."""
    if head.state is not GoalState.PROPOSED or head.turn is not Side.OTHER:
        return None
    asked = goal_cases.asked_people(work.connection, head.id)
    after = next_to_ask(ladder(work, owner, head.id), asked, work.now)
    return after.person.name if after and not after.away(work.now) else None


def _aligned(work: Reading, viewer: Member, head: GoalHead) -> AlignedGoal | None:
    served = None if head.parent is None else goal_served(work, viewer, head.parent)
    return None if served is None else replace(served, contribution=head.contribution)


def goal_served(work: Reading, viewer: Member, goal: UUID) -> AlignedGoal | None:
    """A goal that others serve by reference and title; None where the viewer may not read it."""
    found = goals.title_of(work.connection, goal, may_read_title(viewer, viewer.today(work.now)))
    if found is None:
        return None
    return AlignedGoal(reference_text(ReferenceKind.GOAL, found[0]), found[1], goal)


def _may_ask_facilitator(work: Reading, viewer: Member, side: Side | None, head: GoalHead) -> bool:
    if head.state is not GoalState.PROPOSED or side is None:
        return False
    # Whoever meets the wish of somebody with power over them can ask before the first answer.
    if head.counters == 0 and not (side is Side.OWNER and head.turn is Side.OWNER):
        return False
    if facilitation.open_for(work.connection, head.id, viewer.id) is not None:
        return False
    enough = head.counters >= work.rules_of(viewer).negotiation.facilitator_after_counters
    return side is Side.OWNER or enough
