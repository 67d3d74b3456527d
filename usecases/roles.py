"""Who holds which role, as far as the viewer may know; ending a role."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import Refused
from domain.notices import NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import GrantState, Member, Role
from domain.roles import EndRole, RoleHeld, RolePage, earliest_date
from domain.step_up import Act
from storage import approvals, directory, people, role_rescues, roles
from storage.unit_of_work import Reading, Store, Work
from usecases import step_up
from usecases.access import require_member
from usecases.access_ends import ask_no_more, close_to_object
from usecases.role_grants import (
    NAMED,
    PENDING_ROLES,
    askers,
    lacking_people,
    places_of,
    reaches,
    require_may_change,
    tell_of_role,
)

PAGE = 10
SEE_ALL = (
    Role.ADMINISTRATOR,
    Role.HR,
    Role.COMPLIANCE,
    Role.LEGAL,
    Role.REPRESENTATIVE,
)
"""Who sees every role that is held; everybody else their own."""


def role_page(store: Store, origin: Origin, after: UUID | None = None) -> RolePage:
    """A page of the roles held and waiting, behind the role `after`."""
    with store.read(origin) as work:
        viewer = require_member(work)
        today = viewer.today(work.now)
        all_of_them = any(
            people.holds_role(work.connection, viewer.id, role, today) for role in SEE_ALL
        )
        found = roles.page(
            work.connection,
            earliest_date(work.now),
            of=None if all_of_them else viewer.id,
            after=after,
            limit=PAGE + 1,
        )
        shown = found[:PAGE]
        ids = [one.id for one in shown]
        waiting = approvals.abouts_open(work.connection, ids)
        rescues = role_rescues.among(work.connection, ids)
        asking = askers(work, today)
        names = tuple(dict.fromkeys(one.member.name for one in asking))
        return RolePage(
            viewer=viewer,
            today=today,
            roles=tuple(
                replace(one, waiting=one.id in waiting, by_operator=one.id in rescues)
                for one in shown
            ),
            all_of_them=all_of_them,
            can_change=any(one.member.id == viewer.id for one in asking),
            lacking=lacking_people(work, today) if all_of_them else None,
            ask=names[:NAMED],
            more_after=shown[-1].id if len(found) > PAGE else None,
        )


def role_to_end(store: Store, origin: Origin, grant: UUID) -> RoleHeld:
    """A role before somebody who is about to end it. Raises what `end_role` raises."""
    with store.read(origin) as work:
        member = require_member(work)
        held = _endable(work, member, grant)
        step_up.require_codes(work, member)
        active = held.role is Role.ADMINISTRATOR and held.state is GrantState.ACTIVE
        return replace(
            held,
            last_administrator=active and _only_one(work, held),
            by_operator=bool(role_rescues.among(work.connection, [grant])),
        )


def _only_one(work: Reading, held: RoleHeld) -> bool:
    today = earliest_date(work.now)
    others = roles.holders(work.connection, (Role.ADMINISTRATOR,), today)
    return all(one.member.id == held.person.id for one in others)


def end_role(store: Store, origin: Origin, grant: UUID, command: EndRole) -> RoleHeld:
    """End a role at once, or drop one that waits. One person does it, with a code.

    The person is told. Raises InvalidInput at `code`; Refused for a role that has ended, and for
    the last one without which no two people could give roles any more.
    """
    act = Act("role.end", {"grant": str(grant), "reason": command.reason})
    with store.read(origin) as work:
        _endable(work, require_member(work), grant)
    challenge = step_up.ask_at_once(store, origin, act, command.code)
    with store.write(origin) as work:
        member = require_member(work)
        # One at a time: two at once might each leave the other's as the last one.
        directory.lock_directory(work.connection)
        held = _endable(work, member, grant, lock=True)
        step_up.require(work, member, act, challenge)
        before = lacking_people(work, earliest_date(work.now))
        roles.end(work.connection, grant)
        if before is None and lacking_people(work, earliest_date(work.now)) is not None:
            raise Refused("role_last_of_two")
        _record_end(work, member, held, command)
        work.touch(SubjectType.GRANT, grant)
        work.touch(SubjectType.DIRECTORY, PENDING_ROLES)
        if held.state is GrantState.ACTIVE:
            ask_no_more(work, [held.person.id])
            if held.role is Role.REPRESENTATIVE:
                close_to_object(work, [held.person.id])
            tell_of_role(work, NoticeKind.ROLE_ENDED, grant, held.person.id)
            work.refresh_homes([held.person.id])
        return replace(held, state=GrantState.REVOKED)


def _endable(work: Reading, member: Member, grant: UUID, *, lock: bool = False) -> RoleHeld:
    scopes = require_may_change(work, member)
    held = roles.by_id(work.connection, grant, lock=lock)
    if held is None or held.state is GrantState.REVOKED:
        raise Refused("role_ended_already")
    if not reaches(scopes, held.place):
        raise Refused("role_beyond_yours", places=places_of(scopes))
    if approvals.open_about(work.connection, grant) is not None:
        raise Refused("approval_asked_already")
    return held


def _record_end(work: Work, member: Member, held: RoleHeld, command: EndRole) -> None:
    work.record(
        AuditEvent(
            Action.GRANT_END,
            Actor(ActorKind.PERSON, member.id, role=Role.ADMINISTRATOR.value),
            SubjectType.GRANT,
            held.id,
            subject=held.person.id,
            fields={
                "role": held.role.value,
                "unit": held.place.unit,
                "region": held.place.region,
                "waited": held.state is GrantState.PENDING,
                "rationale": command.reason,
            },
        )
    )
