"""What messages about requests for approval, roles and codes tell their reader now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.approvals import ApprovalNotice
from domain.notices import NoticeKind
from domain.people import GrantState, Member
from domain.roles import PendingRolesNotice, RoleNotice, earliest_date
from domain.screens import Pointless
from domain.step_up import CodesLockedNotice
from storage import approvals, people, roles
from storage.unit_of_work import Reading
from usecases.approval_cards import card
from usecases.guarded_acts import GUARDED
from usecases.role_grants import askers

Told = ApprovalNotice | RoleNotice | PendingRolesNotice | CodesLockedNotice


def _approval(
    work: Reading, kind: NoticeKind, approval: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    stored = approvals.by_id(work.connection, approval)
    if stored is None:
        return Pointless("request_gone")
    return ApprovalNotice(kind, reader, card(work, reader, GUARDED[stored.act], stored))


def _wanted(
    work: Reading, kind: NoticeKind, approval: UUID, reader: Member, revision: int
) -> Told | Pointless:
    """For those who may approve it; who may no more is only told how it ended."""
    found = _approval(work, kind, approval, reader, revision)
    if isinstance(found, ApprovalNotice) and found.card.approvers and not found.card.can_approve:
        return Pointless("may_not_approve")
    return found


def _role(
    work: Reading, _kind: NoticeKind, grant: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    held = roles.by_id(work.connection, grant)
    if held is None or held.person.id != reader.id:
        return Pointless("role_gone")
    consent = approvals.done_about(work.connection, grant)
    by = () if consent is None else (consent.asker, consent.decided_by)
    names = people.members(work.connection, [one for one in by if one])
    return RoleNotice(
        reader,
        held,
        ended=held.state is GrantState.REVOKED,
        by=tuple(names[one].name for one in by if one in names),
    )


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
    NoticeKind.ROLES_PENDING: _pending,
}
