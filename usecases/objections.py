"""Employee representatives object to a change of the rules, which holds it up until it is settled.

Whatever is said of a version is said under the lock of the row that says from when it holds: an
objection and the version's first day cannot both win.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID, uuid4

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import AlreadyDone, InvalidInput, NotAllowed, NotShared, Refused
from domain.notices import NoticeKind, SubjectType
from domain.objections import (
    ChangeCard,
    ObjectionState,
    RaiseObjection,
    WithdrawObjection,
)
from domain.origin import Origin
from domain.people import Member
from domain.policy_versions import POLICY_ID, PlannedChange, PlanState
from storage import objections, people, policy
from storage.objections import StoredObjection
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.change_cards import change_card, may_withdraw, waits
from usecases.change_notices import representatives_of, standing_of, tell
from usecases.policy_changes import hold_up, release
from usecases.policy_pages import version_change

NAMED = 5


def change_that_waits(store: Store, origin: Origin) -> ChangeCard | None:
    """The version that is approved and does not hold yet, for everybody."""
    with store.read(origin) as work:
        viewer = require_member(work)
        plan = policy.waiting(work.connection, work.now)
        return change_card(work, viewer, plan.number) if plan else None


def look_at_change(store: Store, origin: Origin, number: int) -> ChangeCard:
    """A version with what was said of it; for everybody in the directory, as the rules are."""
    with store.read(origin) as work:
        return change_card(work, require_member(work), number)


def change_to_object_to(store: Store, origin: Origin, number: int) -> ChangeCard:
    """The same before a representative who is about to object. Raises as `raise_objection`."""
    with store.read(origin) as work:
        member = require_member(work)
        _require_open(work, _require_representing(work, member, number))
        card = change_card(work, member, number)
        if not card.can_object:
            raise AlreadyDone("objection_already")
        return card


def raise_objection(
    store: Store, origin: Origin, number: int, objection: UUID, command: RaiseObjection
) -> ChangeCard:
    """The version does not hold before this is settled; who proposed and approved it hear of it.

    `objection` is the id that the dialog carries: sent twice, it is raised once. Raises NotAllowed,
    which says who can, and Refused after the term or where the version waits no more.
    """
    with store.write(origin) as work:
        member = require_member(work)
        version = _require_representing(work, member, number)
        objections.lock_version(work.connection, number)
        before = objections.by_id(work.connection, objection)
        if before is not None:
            if (before.person, before.number) != (member.id, number):
                raise InvalidInput("form_state")
            return change_card(work, member, number)
        version = version_change(work, number)
        _require_open(work, version)
        if _own(work, number, member, ObjectionState.STANDING):
            raise AlreadyDone("objection_already")
        new = StoredObjection(
            id=objection,
            number=number,
            person=member.id,
            state=ObjectionState.STANDING,
            reason=command.reason,
            raised_at=work.now,
            made_at=work.done_at,
        )
        objections.add(work.connection, new)
        fields: dict[str, FieldValue] = {"rationale": command.reason}
        work.record(_event(Action.OBJECTION_RAISE, member, new, fields))
        if version.head.state is PlanState.PLANNED:
            hold_up(work, number, _by(member), {"objection": str(new.id)})
        tell(work, NoticeKind.OBJECTION_RAISED, new, _makers(version), but=member)
        work.touch(SubjectType.POLICY, POLICY_ID)
        return change_card(work, member, number)


def say_no_objection(store: Store, origin: Origin, number: int) -> ChangeCard:
    """A representative has none. They can still object until the end of the term."""
    with store.write(origin) as work:
        member = require_member(work)
        _require_representing(work, member, number)
        objections.lock_version(work.connection, number)
        _require_open(work, version_change(work, number))
        if _own(work, number, member, ObjectionState.STANDING):
            raise Refused("objection_stands")
        if _own(work, number, member, ObjectionState.NONE):
            raise AlreadyDone("objection_none_already")
        new = StoredObjection(
            id=uuid4(),
            number=number,
            person=member.id,
            state=ObjectionState.NONE,
            reason=None,
            raised_at=work.now,
            made_at=work.done_at,
        )
        objections.add(work.connection, new)
        work.record(_event(Action.OBJECTION_NONE, member, new, {}))
        work.touch(SubjectType.POLICY, POLICY_ID)
        return change_card(work, member, number)


def undo_objection(store: Store, origin: Origin, objection: UUID) -> ChangeCard:
    """Take one's own objection back within the minutes for *Undo*; Refused after them."""
    with store.write(origin) as work:
        member = require_member(work)
        stored = _standing(work, member, objection)
        minutes = work.policy.document.negotiation.undo_minutes
        if stored.person != member.id or work.at > stored.made_at + timedelta(minutes=minutes):
            raise Refused("objection_undo_too_late")
        _withdraw(work, member, stored, None)
        return change_card(work, member, stored.number)


def objection_to_withdraw(store: Store, origin: Origin, objection: UUID) -> ChangeCard:
    """The version, before somebody who is about to withdraw an objection to it."""
    with store.read(origin) as work:
        member = require_member(work)
        stored = _standing(work, member, objection)
        return change_card(work, member, stored.number)


def withdraw_objection(
    store: Store, origin: Origin, objection: UUID, command: WithdrawObjection
) -> ChangeCard:
    """It stands no more; with the last one, the version holds from its day, or from tomorrow.

    For whoever raised it and, where they represent nobody there any more, for whoever does.
    """
    with store.write(origin) as work:
        member = require_member(work)
        stored = _standing(work, member, objection)
        _withdraw(work, member, stored, command.reason)
        return change_card(work, member, stored.number)


def settle_by_agreement(
    work: Work, number: int, representative: UUID, agreement: int, by: Member
) -> int:
    """An agreement counts that settles what a representative objected to; returns how many.

    Objections of others stand on. Part of the transaction in which the agreement is confirmed.
    """
    objections.lock_version(work.connection, number)
    version = version_change(work, number)
    representing = {one.id for one in representatives_of(work, version.changes)}
    settled = [
        one for one in standing_of(work, number) if may_withdraw(one, representative, representing)
    ]
    if not settled:
        return 0
    for one in settled:
        fields: dict[str, FieldValue] = {"agreement": agreement}
        work.record(_event(Action.OBJECTION_SETTLE, by, one, fields))
    _end(work, version, settled, ObjectionState.SETTLED, by, None, agreement)
    return len(settled)


def _withdraw(work: Work, member: Member, stored: StoredObjection, reason: str | None) -> None:
    version = version_change(work, stored.number)
    fields: dict[str, FieldValue] = {"rationale": reason} if reason else {"undone": True}
    work.record(_event(Action.OBJECTION_WITHDRAW, member, stored, fields))
    _end(work, version, [stored], ObjectionState.WITHDRAWN, member, reason, None)


def _end(
    work: Work,
    version: PlannedChange,
    ended: Collection[StoredObjection],
    to: ObjectionState,
    by: Member,
    reason: str | None,
    agreement: int | None,
) -> None:
    number = version.head.number
    ids = [one.id for one in ended]
    objections.end(work.connection, ids, to, work.now, by.id, reason=reason, agreement=agreement)
    if version.head.state is PlanState.HELD and not standing_of(work, number):
        release(work, number, _by(by), {"objection": str(ids[-1])})
    for one in ended:
        readers = [*_makers(version), one.person]
        tell(work, NoticeKind.OBJECTION_SETTLED, one, readers, but=by)
        work.touch(SubjectType.OBJECTION, one.id)
    work.touch(SubjectType.POLICY, POLICY_ID)


def _standing(work: Reading, member: Member, objection: UUID) -> StoredObjection:
    """An objection that the member may withdraw, under the lock of its version."""
    found = objections.by_id(work.connection, objection)
    if found is None:
        raise NotShared
    if isinstance(work, Work):
        objections.lock_version(work.connection, found.number)
        found = objections.by_id(work.connection, objection) or found
    version = version_change(work, found.number)
    representing = {one.id for one in representatives_of(work, version.changes)}
    if found.person != member.id and member.id not in representing:
        raise _not_theirs(work, version)
    if found.state is not ObjectionState.STANDING:
        raise AlreadyDone("objection_over")
    if not may_withdraw(found, member.id, representing):
        name = people.member(work.connection, found.person).name
        raise NotAllowed("objection_of_another", name=name)
    return found


def _own(work: Reading, number: int, member: Member, state: ObjectionState) -> bool:
    mine = [one for one in objections.said_of(work.connection, number) if one.person == member.id]
    return bool(mine) and mine[-1].state is state


def _require_representing(work: Reading, member: Member, number: int) -> PlannedChange:
    stored = policy.version(work.connection, number)
    if stored is None:
        raise NotAllowed("policy_no_such_version")
    version = version_change(work, number)
    if all(one.id != member.id for one in representatives_of(work, version.changes)):
        raise _not_theirs(work, version)
    return version


def _not_theirs(work: Reading, version: PlannedChange) -> NotAllowed:
    names = [one.name for one in representatives_of(work, version.changes)]
    if not names:
        return NotAllowed("objection_nobody")
    return NotAllowed("objection_of_representatives", names=tuple(names[:NAMED]))


def _require_open(work: Reading, version: PlannedChange) -> None:
    number = version.head.number
    if not waits(work, version):
        raise Refused("policy_not_waiting", number=number)
    until = objections.term(work.connection, number)
    if until is None or work.now >= until:
        raise Refused("objection_late", when=until or version.head.valid_from)


def _makers(version: PlannedChange) -> list[UUID]:
    """Who proposed and who approved it."""
    head = version.head
    return [one.id for one in (head.proposed_by, head.approved_by) if one is not None]


def _by(member: Member) -> Actor:
    return Actor(ActorKind.PERSON, member.id)


def _event(
    action: Action, member: Member, stored: StoredObjection, fields: dict[str, FieldValue]
) -> AuditEvent:
    """About the version, so that the record of the rules tells it."""
    told: dict[str, FieldValue] = {"objection": str(stored.id), **fields}
    return AuditEvent(
        action,
        _by(member),
        SubjectType.POLICY,
        POLICY_ID,
        object_version=stored.number,
        fields=told,
    )
