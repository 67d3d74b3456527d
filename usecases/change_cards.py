"""A version of the rules as one reader sees it, with what representatives said of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from domain.agreements import ClauseNamed, clauses_named, references_in
from domain.objections import ChangeCard, ObjectionCard, ObjectionState, newest_by
from domain.people import Member
from domain.policy_versions import WAITING, PlannedChange, PlanState
from domain.references import ReferenceKind, reference_text
from storage import agreements, objections, people
from storage.objections import StoredObjection
from storage.unit_of_work import Reading
from usecases.change_notices import representatives_of
from usecases.policy_pages import version_change


def change_card(work: Reading, viewer: Member, number: int) -> ChangeCard:
    """The version, for anybody: the rules and what is said about them are open to all.

    Raises NotAllowed where there is no such version.
    """
    version = version_change(work, number)
    representing = {one.id for one in representatives_of(work, version.changes)}
    until = objections.term(work.connection, number)
    stored = objections.said_of(work.connection, number)
    named = people.members(
        work.connection, [one for each in stored for one in (each.person, each.ended_by) if one]
    )
    undone_from = work.at - timedelta(minutes=work.policy.document.negotiation.undo_minutes)
    said = tuple(
        _said(one, viewer, named, may_withdraw(one, viewer.id, representing), undone_from)
        for one in stored
    )
    mine = newest_by(said, viewer.id)
    open_still = waits(work, version) and until is not None and work.now < until
    represents = viewer.id in representing
    can_object = represents and open_still and not _is(mine, ObjectionState.STANDING)
    return ChangeCard(
        viewer=viewer,
        head=version.head,
        changes=version.changes,
        until=until,
        said=said,
        mine=mine,
        represents=represents,
        can_object=can_object,
        can_agree=can_object and not _is(mine, ObjectionState.NONE),
        clauses=_clauses(work, version.head.reason or ""),
    )


def waits(work: Reading, version: PlannedChange) -> bool:
    """Whether the version does not hold yet, and may."""
    head = version.head
    if head.state not in WAITING or head.valid_from is None:
        return False
    return head.state is PlanState.HELD or work.now < head.valid_from


def may_withdraw(stored: StoredObjection, member: UUID, representing: set[UUID]) -> bool:
    """Whoever raised it; where they represent nobody there any more, whoever does."""
    if stored.state is not ObjectionState.STANDING:
        return False
    orphaned = stored.person not in representing and member in representing
    return member == stored.person or orphaned


def _clauses(work: Reading, reason: str) -> tuple[ClauseNamed, ...]:
    """Agreements that the reason names; those that count stand open to whom they concern, and a
    change of the rules concerns everybody."""
    if not references_in(reason):
        return ()
    return tuple(clauses_named(reason, agreements.that_count(work.connection)))


def _is(said: ObjectionCard | None, state: ObjectionState) -> bool:
    return said is not None and said.state is state


def _said(
    stored: StoredObjection,
    viewer: Member,
    named: dict[UUID, Member],
    can_withdraw: bool,
    undone_from: datetime,
) -> ObjectionCard:
    by, agreement = stored.ended_by, stored.agreement
    return ObjectionCard(
        id=stored.id,
        person=named[stored.person],
        state=stored.state,
        reason=stored.reason,
        raised_at=stored.raised_at,
        ended_at=stored.ended_at,
        ended_by=named[by] if by else None,
        ended_reason=stored.ended_reason,
        agreement=reference_text(ReferenceKind.AGREEMENT, agreement) if agreement else None,
        can_withdraw=can_withdraw,
        can_undo=can_withdraw and stored.person == viewer.id and stored.made_at >= undone_from,
    )
