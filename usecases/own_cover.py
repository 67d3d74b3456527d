"""A person's own days away and deputies: `/accord settings`.

A deputy may do what the delegator may now, between two dates, and cannot pass it on; either side
ends it at any time, and both are told.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.cover import Delegation, NameDeputy, OwnCover, StandIn, TakeLeave
from domain.errors import AlreadyDone, InvalidInput, NotShared
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Employment, Member
from storage import cover, people, requests
from storage.unit_of_work import Reading, Store, Work
from usecases.absences import look_anew, tell_when_there
from usecases.access import require_member
from usecases.asking import can_answer
from usecases.readdress import readdress_proposals
from usecases.recounting import recount_deadlines


def own_cover(store: Store, origin: Origin) -> OwnCover:
    """The asker's days away from today on, their deputies, and those for whom they stand in."""
    with store.read(origin) as work:
        return _own_cover(work, require_member(work))


def _own_cover(work: Reading, reader: Member) -> OwnCover:
    today = reader.today(work.now)
    found = cover.delegations_of(work.connection, reader.id, today)
    named = people.members(
        work.connection, {who for one in found for who in (one.delegator, one.deputy)}
    )
    return OwnCover(
        reader,
        today,
        tuple(cover.leaves_since(work.connection, reader.id, today)),
        tuple(StandIn(one, named[one.deputy]) for one in found if one.delegator == reader.id),
        tuple(StandIn(one, named[one.delegator]) for one in found if one.deputy == reader.id),
        leads=bool(people.direct_reports(work.connection, reader.id, today)),
    )


def take_leave(store: Store, origin: Origin, command: TakeLeave, token: str) -> OwnCover:
    """Enter days away. Raises InvalidInput where one of them is entered already."""
    with store.write(origin) as work:
        actor = require_member(work)
        if not _first_time(work, actor, token):
            return _own_cover(work, actor)
        cover.lock_person(work.connection, actor.id)
        days = command.first_day, command.day_after
        other = cover.overlapping_leave(work.connection, actor.id, *days)
        if other is not None:
            raise InvalidInput(
                "own_leave_overlaps",
                field="first_day",
                first=other.first_day,
                last=other.last_day,
            )
        cover.add_leave(work.connection, actor.id, *days)
        work.record(_leave_event(actor, "leave", *days))
        recount_deadlines(work, actor)
        return _own_cover(work, actor)


def end_leave(store: Store, origin: Origin, leave: UUID) -> OwnCover:
    """Be back from today on, or take back days that have not begun."""
    with store.write(origin) as work:
        actor = require_member(work)
        cover.lock_person(work.connection, actor.id)
        found = cover.leave_by_id(work.connection, leave)
        today = actor.today(work.now)
        if found is None or found.person != actor.id or found.day_after <= today:
            raise AlreadyDone("leave_over")
        cover.end_leave(work.connection, found, today)
        last = None if found.first_day >= today else today
        work.record(_leave_event(actor, "leave_end", found.first_day, last))
        recount_deadlines(work, actor)
        if found.first_day <= today:
            look_anew(work, actor)
        return _own_cover(work, actor)


def name_deputy(store: Store, origin: Origin, command: NameDeputy, token: str) -> OwnCover:
    """Let somebody stand in for the asker. Raises InvalidInput for who cannot, or does already."""
    with store.write(origin) as work:
        actor = require_member(work)
        if not _first_time(work, actor, token):
            return _own_cover(work, actor)
        require_may_name(actor)
        deputy = _deputy(work, actor, command.deputy)
        cover.lock_person(work.connection, actor.id)
        days = command.first_day, command.day_after
        if cover.has_delegation(work.connection, actor.id, deputy.id, *days):
            raise InvalidInput("own_delegation_overlaps", field="deputy", name=deputy.name)
        delegation = cover.add_delegation(work.connection, actor.id, deputy.id, *days)
        work.record(
            _delegation_event(
                Action.DELEGATION_GIVE,
                Actor(ActorKind.PERSON, actor.id),
                Delegation(delegation, actor.id, deputy.id, *days, ended=False),
            )
        )
        _tell(work, NoticeKind.DEPUTY_NAMED, delegation, deputy.id)
        return _own_cover(work, actor)


def require_may_name(actor: Member) -> None:
    """Raises InvalidInput for a guest, who decides nothing that somebody could stand in for."""
    if actor.employment is Employment.CONTRACTOR:
        raise InvalidInput("guest_names_no_deputy", field="deputy")


def _deputy(work: Reading, actor: Member, slack_user: str) -> Member:
    deputy = people.active_by_slack_user(work.connection, slack_user)
    if deputy is None:
        raise InvalidInput("nobody_known", field="deputy")
    if deputy.id == actor.id:
        raise InvalidInput("own_deputy_is_self", field="deputy")
    if not can_answer(deputy):
        raise InvalidInput("deputy_cannot", field="deputy", name=deputy.name)
    return deputy


def end_delegation(store: Store, origin: Origin, delegation: UUID) -> OwnCover:
    """End it as the delegator, or step down as the deputy; the other side is told."""
    with store.write(origin) as work:
        actor = require_member(work)
        found = cover.delegation_by_id(work.connection, delegation)
        if found is None or actor.id not in (found.delegator, found.deputy):
            raise NotShared
        cover.lock_person(work.connection, found.delegator)
        found = cover.delegation_by_id(work.connection, delegation)
        if found is None or found.over(actor.today(work.now)):
            raise AlreadyDone("delegation_over")
        other = found.deputy if actor.id == found.delegator else found.delegator
        end_for_all(work, Actor(ActorKind.PERSON, actor.id), [found], tell=[other])
        return _own_cover(work, actor)


def end_for_all(
    work: Work,
    actor: Actor,
    ended: Collection[Delegation],
    *,
    tell: Collection[UUID],
    reason: str | None = None,
    rationale: str | None = None,
) -> None:
    """End these delegations now: recorded, shown in every message, and told to those of `tell`.

    What deputies were asked in the meantime goes back to whoever answers, in this transaction.
    """
    if not ended:
        return
    cover.end_delegations(work.connection, [one.id for one in ended], work.now)
    owners: set[UUID] = set()
    for one in ended:
        work.record(_delegation_event(Action.DELEGATION_REVOKE, actor, one, reason, rationale))
        work.touch(SubjectType.DELEGATION, one.id)
        for side in (one.delegator, one.deputy):
            if side in tell:
                by_clock = actor.kind is ActorKind.CLOCK
                _tell(work, NoticeKind.DELEGATION_ENDED, one.id, side, by_clock=by_clock)
        delegator = people.member(work.connection, one.delegator)
        today = delegator.today(work.now)
        owners |= {
            report.id for report in people.direct_reports(work.connection, delegator.id, today)
        }
    readdress_proposals(work, actor, owners)


def _tell(
    work: Work, kind: NoticeKind, delegation: UUID, person: UUID, *, by_clock: bool = False
) -> None:
    """At once; what the clock ended, with the next morning's message."""
    notice = NewNotice(
        kind=kind,
        dedup_key=f"{kind}:{delegation}:{person}",
        person=person,
        lane=Lane.REMINDER if by_clock else Lane.INTERACTIVE,
        subject_type=SubjectType.DELEGATION,
        subject=delegation,
        due_at=work.now,
        with_morning=by_clock,
    )
    tell_when_there(work, notice)


def _first_time(work: Work, actor: Member, token: str) -> bool:
    """Whether the dialog is sent for the first time. Raises InvalidInput for another person's."""
    earlier = requests.consume_token(work.connection, token, actor.id, None, work.at)
    if earlier is not None:
        earlier.require(actor.id, None)
    return earlier is None


def _leave_event(actor: Member, reason: str, first_day: date, day_after: date | None) -> AuditEvent:
    return AuditEvent(
        Action.PERSON_CHANGE,
        Actor(ActorKind.PERSON, actor.id),
        SubjectType.PERSON,
        actor.id,
        subject=actor.id,
        reason=reason,
        fields=_days(first_day, day_after),
    )


def _delegation_event(
    action: Action,
    actor: Actor,
    delegation: Delegation,
    reason: str | None = None,
    rationale: str | None = None,
) -> AuditEvent:
    fields: dict[str, FieldValue] = {
        "deputy": str(delegation.deputy),
        **_days(delegation.first_day, delegation.day_after),
    }
    if rationale is not None:
        fields["rationale"] = rationale
    return AuditEvent(
        action,
        actor,
        SubjectType.DELEGATION,
        delegation.id,
        subject=delegation.delegator,
        reason=reason,
        fields=fields,
    )


def _days(first_day: date, day_after: date | None) -> dict[str, FieldValue]:
    return {
        "first_day": first_day.isoformat(),
        "day_after": day_after.isoformat() if day_after else None,
    }
