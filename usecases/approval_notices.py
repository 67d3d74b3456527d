"""What messages about requests for approval, roles and codes tell their reader now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.access_reviews import Answer
from domain.approvals import ApprovalNotice
from domain.notices import NoticeKind
from domain.people import GrantState, Member
from domain.roles import (
    PendingRolesNotice,
    RescueNotice,
    RoleEnd,
    RoleHeld,
    RoleNotice,
    earliest_date,
)
from domain.screens import Pointless
from domain.step_up import CodesLockedNotice
from storage import access_reviews, approvals, people, role_rescues, roles
from storage.unit_of_work import Reading
from usecases.approval_cards import card
from usecases.guarded_acts import GUARDED
from usecases.role_grants import NAMED, askers
from usecases.role_rescue import rescue_notice

Told = ApprovalNotice | RoleNotice | PendingRolesNotice | CodesLockedNotice | RescueNotice


def _approval(
    work: Reading, kind: NoticeKind, approval: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    stored = approvals.by_id(work.connection, approval)
    if stored is None:
        return Pointless("request_gone")
    act = GUARDED.get(stored.act)
    if act is None:
        return Pointless("act_unknown")
    return ApprovalNotice(kind, reader, card(work, reader, act, stored))


def _wanted(
    work: Reading, kind: NoticeKind, approval: UUID, reader: Member, revision: int
) -> Told | Pointless:
    """For those who may approve it; who may no more is only told how it ended."""
    found = _approval(work, kind, approval, reader, revision)
    if isinstance(found, ApprovalNotice) and found.card.approvers and not found.card.can_approve:
        return Pointless("may_not_approve")
    return found


def _role(
    work: Reading, kind: NoticeKind, grant: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    held = roles.by_id(work.connection, grant)
    if held is None or held.person.id != reader.id:
        return Pointless("role_gone")
    over = kind is NoticeKind.ROLE_OVER
    if over and _heard_before_or_goes_on(work, held):
        return Pointless("role_ended_before_or_goes_on")
    consent = approvals.done_about(work.connection, grant)
    by: tuple[UUID | None, ...] = () if consent is None else (consent.asker, consent.decided_by)
    rescue = role_rescues.by_grant(work.connection, grant)
    if rescue is not None:
        by = (rescue.confirmed_by,)
    names = people.members(work.connection, [one for one in by if one])
    return RoleNotice(
        reader,
        held,
        ended=over or held.state is GrantState.REVOKED,
        by=tuple(names[one].name for one in by if one in names),
        how=RoleEnd.LAST_DAY if over else _how(work, held),
        ask=_who_else(work, reader),
    )


def _heard_before_or_goes_on(work: Reading, held: RoleHeld) -> bool:
    """Revoked before its last day, or held on by another grant of the same role."""
    if held.state is GrantState.REVOKED:
        return True
    today = earliest_date(work.now)
    others = roles.held_by(work.connection, held.person.id, held.role, today)
    return any(one.place == held.place for one in others)


def _how(work: Reading, held: RoleHeld) -> RoleEnd | None:
    if held.state is not GrantState.REVOKED:
        return None
    answer = access_reviews.end_of_role(work.connection, held.id)
    if answer is None:
        return None
    revoked = answer is Answer.REVOKED
    return RoleEnd.REVOKED_IN_REVIEW if revoked else RoleEnd.NOT_CONFIRMED


def _who_else(work: Reading, reader: Member) -> tuple[str, ...]:
    names = (one.member.name for one in askers(work, earliest_date(work.now)))
    return tuple(dict.fromkeys(name for name in names if name != reader.name))[:NAMED]


def _pending(
    work: Reading, _kind: NoticeKind, _about: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    if all(one.member.id != reader.id for one in askers(work, reader.today(work.now))):
        return Pointless("may_not_give_roles")
    return PendingRolesNotice(reader, roles.waiting(work.connection, earliest_date(work.now)))


def _locked(
    _work: Reading, _kind: NoticeKind, person: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    return CodesLockedNotice(reader) if person == reader.id else Pointless("not_theirs")


_Reader = Callable[[Reading, NoticeKind, UUID, Member, int], Told | Pointless]

APPROVAL_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.APPROVAL_WANTED: _wanted,
    NoticeKind.APPROVAL_ASKED: _approval,
    NoticeKind.APPROVAL_ANSWERED: _approval,
    NoticeKind.CODES_RESET: _approval,
    NoticeKind.CODES_LOCKED: _locked,
    NoticeKind.ROLE_GIVEN: _role,
    NoticeKind.ROLE_ENDED: _role,
    NoticeKind.ROLE_OVER: _role,
    NoticeKind.ROLES_PENDING: _pending,
    NoticeKind.ROLE_RESCUE: rescue_notice,
}
