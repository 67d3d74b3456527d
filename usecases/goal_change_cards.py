"""Requests for a change as one viewer may see and act on them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from domain.change_requests import (
    ApprovalShown,
    ChangeCard,
    GoalChangeNotice,
    GoalTouchedNotice,
    Terms,
    Turn,
    deviation,
)
from domain.errors import NotShared, Refused
from domain.goals import AlignedGoal, differences
from domain.notices import NoticeKind
from domain.people import Member
from domain.references import ReferenceKind, parse_reference, reference_text
from domain.screens import Pointless
from storage import change_requests, goal_neighbours, goals, people
from storage.change_requests import StoredChange
from storage.conditions import either
from storage.goals import GoalHead
from storage.unit_of_work import Reading
from storage.visibility import may_read_goal, took_part
from usecases import goal_cards
from usecases.asking import ladder, next_to_ask
from usecases.goal_change_terms import (
    approvals_needed,
    content_of,
    is_retroactive,
    would_be_marked,
)
from usecases.goal_change_turns import approvers, side_in
from usecases.goal_impact import impact_of


def chosen_change(work: Reading, viewer: Member, which: UUID | str) -> ChangeCard:
    """The request behind a button (its id) or in a person's words (its reference).

    NotShared where the viewer may not read its goal, unknown or not.
    """
    if isinstance(which, UUID):
        stored = change_requests.by_id(work.connection, which)
        reference = ""
    else:
        number = parse_reference(which, ReferenceKind.CHANGE)
        if number is None:
            raise Refused("not_a_reference")
        stored = change_requests.by_number(work.connection, number)
        reference = reference_text(ReferenceKind.CHANGE, number)
    head = None if stored is None else _readable(work, viewer, stored.goal)
    if stored is None or head is None:
        raise NotShared(reference)
    return change_card(work, viewer, head, stored)


def changes_waiting(work: Reading, reader: Member, limit: int) -> tuple[ChangeCard, ...]:
    """Requests that wait for the reader's answer, the oldest first, of goals that they may read."""
    waiting = change_requests.waiting_for(work.connection, reader.id, limit)
    found = ((_readable(work, reader, one.goal), one) for one in waiting)
    return tuple(change_card(work, reader, head, one) for head, one in found if head is not None)


def _readable(work: Reading, viewer: Member, goal: UUID) -> GoalHead | None:
    readable = either(may_read_goal(viewer, viewer.today(work.now)), took_part(viewer))
    return goals.head_by_id(work.connection, goal, readable)


def change_card(work: Reading, viewer: Member, head: GoalHead, stored: StoredChange) -> ChangeCard:
    """One request in full; the caller has authorised the viewer to read the goal."""
    owner = people.member(work.connection, head.owner)
    terms = change_requests.terms(work.connection, stored.id, stored.terms)
    before, after = content_of(work, stored, terms)
    waits_for = _waits_for(stored, head)
    ids = {stored.asker, terms.author, waits_for, stored.ended_by}
    named = people.members(work.connection, [one for one in ids if one is not None])
    side = side_in(work, viewer, head, stored.id)
    marked = stored.marked or (stored.open and would_be_marked(work, owner, stored, terms))
    return ChangeCard(
        id=stored.id,
        number=stored.number,
        goal=goal_cards.card(work, viewer, head),
        state=stored.state,
        terms=terms,
        content=after,
        changes=differences(before, after),
        asker=named[stored.asker].name,
        author=named[terms.author].name,
        deviation=deviation(before, after),
        turn=stored.turn,
        waits_for=named[waits_for].name if waits_for else None,
        answer_by=stored.answer_by,
        next_in_line=_next_in_line(work, head, stored, owner),
        capacity=change_requests.asked_people(work.connection, stored.id).get(viewer.id),
        approvals=_approvals(work, stored, owner, terms, marked=marked),
        retroactive=is_retroactive(owner, terms),
        marked=marked,
        can_answer=stored.turn is not None and side is not None and stored.turn is Turn.of(side),
        can_approve=stored.turn is Turn.APPROVER and stored.approver == viewer.id,
        can_withdraw=stored.open and stored.asker == viewer.id,
        answered_by=named[stored.ended_by].name if stored.ended_by else None,
        answered_at=stored.ended_at,
        answer=stored.answer,
        ended=stored.ended_because,
        impact=impact_of(work, viewer, head, before, after) if stored.open else None,
    )


def _waits_for(stored: StoredChange, head: GoalHead) -> UUID | None:
    if stored.turn is Turn.OWNER:
        return head.owner
    return stored.counterpart if stored.turn is Turn.OTHER else stored.approver


def _next_in_line(work: Reading, head: GoalHead, stored: StoredChange, owner: Member) -> str | None:
    """Who is asked after the person asked now stays silent."""
    if stored.turn in (None, Turn.OWNER):
        return None
    asked = change_requests.asked_people(work.connection, stored.id)
    asks = (
        approvers(work, head, stored, owner)
        if stored.turn is Turn.APPROVER
        else ladder(work, owner, head.id)
    )
    after = next_to_ask(asks, asked, work.now)
    return after.person.name if after and not after.away(work.now) else None


def _approvals(
    work: Reading, stored: StoredChange, owner: Member, terms: Terms, *, marked: bool
) -> tuple[ApprovalShown, ...]:
    """Who has approved and who is still to; before the two sides agree, how many will be asked."""
    given = change_requests.approvals(work.connection, stored.id)
    if not given and stored.open:
        needed = approvals_needed(work, owner, terms, marked=marked)
        return tuple(ApprovalShown(why, None, None) for why in needed)
    by = [one.approved_by for one in given if one.approved_by is not None]
    named = people.members(work.connection, by)
    return tuple(
        ApprovalShown(
            one.why, named[one.approved_by].name if one.approved_by else None, one.approved_at
        )
        for one in given
    )


# Messages


def _about_change(
    work: Reading, kind: NoticeKind, change: UUID, reader: Member, revision: int
) -> GoalChangeNotice | Pointless:
    stored = change_requests.by_id(work.connection, change)
    if stored is None:
        return Pointless("change_gone")
    head = _readable(work, reader, stored.goal)
    if head is None:
        # The case moved on without this reader; the message must not show more than it did.
        return Pointless("no_longer_shared")
    card = change_card(work, reader, head, stored)
    return GoalChangeNotice(kind, reader, card, revision in (stored.terms, 0))


def _touches(
    work: Reading, _kind: NoticeKind, change: UUID, reader: Member, _revision: int
) -> GoalTouchedNotice | Pointless:
    """What is changed is named where the reader may know it; their own goals always."""
    stored = change_requests.by_id(work.connection, change)
    if stored is None:
        return Pointless("change_gone")
    own = [
        AlignedGoal(reference_text(ReferenceKind.GOAL, one.number), one.title)
        for one in goal_neighbours.serving(work.connection, stored.goal)
        if one.owner == reader.id
    ]
    if not own:
        return Pointless("no_longer_serves")
    readable = may_read_goal(reader, reader.today(work.now))
    head = goals.head_by_id(work.connection, stored.goal, readable)
    due = None
    if head is not None:
        due = goals.content(work.connection, head.id, head.version).due_date
    changed = goal_cards.goal_served(work, reader, stored.goal)
    return GoalTouchedNotice(reader, changed, tuple(own), due)


GOAL_CHANGE_READERS: dict[
    NoticeKind,
    Callable[
        [Reading, NoticeKind, UUID, Member, int], GoalChangeNotice | GoalTouchedNotice | Pointless
    ],
] = {
    NoticeKind.CHANGE_ASKED: _about_change,
    NoticeKind.CHANGE_TO_DECIDE: _about_change,
    NoticeKind.CHANGE_ANSWERED: _about_change,
    NoticeKind.CHANGE_REMINDER: _about_change,
    NoticeKind.CHANGE_UNANSWERED: _about_change,
    NoticeKind.CHANGE_TOUCHES: _touches,
}
