"""Telling employee representatives of changes of the rules, in the transaction that makes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.objections import ObjectionState, objection_until, places_touched
from domain.people import Member, Role
from domain.places import meets
from domain.policy import Policy
from domain.policy_versions import POLICY_ID, FieldChange
from domain.roles import RolePlace, earliest_date
from storage import objections, policy_counts, roles
from storage.objections import StoredObjection
from storage.unit_of_work import Reading, Work


def representatives_of(work: Reading, changes: Sequence[FieldChange]) -> list[Member]:
    """Every representative of people whom the changes touch, once each, by name."""
    touched = places_touched(changes)
    groups: set[tuple[str | None, str | None]] | None = None
    found: dict[UUID, Member] = {}
    for one in roles.holders(work.connection, (Role.REPRESENTATIVE,), earliest_date(work.now)):
        held = RolePlace(one.scope.path, one.scope.region)
        if groups is None:
            groups = _groups(work)
        if any(meets(held, place, groups) for place in touched):
            found[one.member.id] = one.member
    return list(found.values())


def _groups(work: Reading) -> set[tuple[str | None, str | None]]:
    """The regions and units in which anybody works."""
    return {
        (one.region, work.unit_path(one.org_unit))
        for one in policy_counts.people_by_place(work.connection)
    }


def tell_of_change(
    work: Work, number: int, base: Policy, changes: Sequence[FieldChange], first: datetime
) -> datetime:
    """A version was approved: each representative whom it concerns gets one message.

    Returns until when they can object, which is kept: later rules change nothing about it.
    """
    until = objection_until(base, work.now, first)
    objections.set_term(work.connection, number, until)
    for one in representatives_of(work, changes):
        work.notify(
            NewNotice(
                kind=NoticeKind.POLICY_CHANGE,
                dedup_key=change_key(number, one.id),
                person=one.id,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.POLICY,
                subject=POLICY_ID,
                due_at=work.now,
                subject_revision=number,
            )
        )
    return until


def change_key(number: int, person: UUID) -> str:
    """Of the message that tells somebody of a version."""
    return f"policy:{number}:change:{person}"


def close_with_version(work: Work, number: int, by: Member) -> None:
    """A version was withdrawn: nothing is left to object to, and those who objected hear it."""
    standing = standing_of(work, number)
    objections.end(
        work.connection, [one.id for one in standing], ObjectionState.MOOT, work.now, by.id
    )
    for one in standing:
        tell(work, NoticeKind.OBJECTION_SETTLED, one, [one.person], but=by)
        work.touch(SubjectType.OBJECTION, one.id)
    work.touch(SubjectType.POLICY, POLICY_ID)


def standing_of(work: Reading, number: int) -> list[StoredObjection]:
    said = objections.said_of(work.connection, number)
    return [one for one in said if one.state is ObjectionState.STANDING]


def tell(
    work: Work,
    kind: NoticeKind,
    objection: StoredObjection,
    readers: Collection[UUID],
    *,
    but: Member,
) -> None:
    """Each of the readers hears of an objection, except whoever did it."""
    for reader in dict.fromkeys(readers):
        if reader == but.id:
            continue
        work.notify(
            NewNotice(
                kind=kind,
                dedup_key=f"objection:{objection.id}:{kind}:{reader}",
                person=reader,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.OBJECTION,
                subject=objection.id,
                due_at=work.now,
            )
        )
