"""The way back when no two people can give roles any more: an operator asks, one person confirms.

`accord roles ask` at the command line makes a role that waits, for the whole organisation and of a
kind that it takes to give roles. One of those who are left confirms it in Slack, with a code;
whoever holds such a role is told of both. It is refused while two people could do without it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import AlreadyDone, NotAllowed, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.one_time_codes import TypedCode
from domain.origin import Origin
from domain.people import GrantState, Member, Role, Standing
from domain.roles import (
    GIVING,
    RefuseRescue,
    RescueAsked,
    RescueNotice,
    RoleHeld,
    earliest_date,
)
from domain.screens import Pointless
from domain.step_up import Act
from storage import people, role_rescues, roles
from storage.directory import lock_directory
from storage.people import RoleScope
from storage.role_rescues import StoredRescue
from storage.unit_of_work import Reading, Store, Work
from usecases import step_up
from usecases.access import require_member
from usecases.operator import require_operator
from usecases.role_grants import PENDING_ROLES, lacking_people, tell_of_role

RESCUE = "rescue"
WAITS_FOR = timedelta(days=7)
EVERYWHERE = RoleScope(None, None)
CONFIRMING = (*GIVING, Role.LEGAL)
"""Who may confirm it: whoever holds one of these for the whole organisation."""


def plan_rescue(store: Store, origin: Origin, email: str, role: Role) -> RescueAsked:
    """What would be asked for, of whom. Raises what `ask_for_role` raises."""
    require_operator(origin)
    with store.read(origin) as work:
        person = _person(work, email)
        return _asked(work, person, role)


def ask_for_role(store: Store, origin: Origin, email: str, role: Role, reason: str) -> RescueAsked:
    """Ask for the role; an earlier one that still waits is dropped.

    Raises NotAllowed through Slack; Refused while two people can give roles, where nobody is left
    to confirm it, for somebody who cannot hold it, and for another role than it takes.
    """
    actor = require_operator(origin)
    with store.write(origin) as work:
        lock_directory(work.connection)
        person = _person(work, email)
        asked = _asked(work, person, role)
        for earlier in role_rescues.waiting(work.connection):
            _drop(work, actor, earlier.grant)
        grant = uuid4()
        role_rescues.ask(
            work.connection,
            grant,
            person.id,
            role,
            reason=reason,
            today=earliest_date(work.now),
            now=work.now,
        )
        fields: dict[str, FieldValue] = {
            "role": role.value,
            "unit": None,
            "region": None,
            "rationale": reason,
        }
        work.record(_event(Action.GRANT_ASK, actor, grant, person.id, fields))
        for one in _to_tell(work):
            work.notify(
                NewNotice(
                    kind=NoticeKind.ROLE_RESCUE,
                    dedup_key=f"rescue:{grant}:{one}",
                    person=one,
                    lane=Lane.INTERACTIVE,
                    subject_type=SubjectType.GRANT,
                    subject=grant,
                    due_at=work.now,
                )
            )
        return asked


def _person(work: Reading, email: str) -> Member:
    person = people.active_by_email(work.connection, email)
    if person is None:
        raise Refused("nobody_listed")
    return person


def _asked(work: Reading, person: Member, role: Role) -> RescueAsked:
    today = earliest_date(work.now)
    if role not in GIVING:
        raise Refused("rescue_role")
    lacking = lacking_people(work, today)
    if lacking is None:
        raise Refused("rescue_not_needed")
    if not people.can_act(work.connection, person.id) or person.standing is not Standing.FULL:
        raise Refused("role_person_cannot_act", name=person.name)
    held = roles.held_by(work.connection, person.id, role, today)
    if any(one.place.unit is None and one.place.region is None for one in held):
        raise Refused("role_held_already", name=person.name)
    confirming = _confirming(work, person.id)
    if not confirming:
        raise Refused("rescue_nobody", name=person.name)
    return RescueAsked(person, role, tuple(confirming))


def _confirming(work: Reading, beneficiary: UUID) -> list[Member]:
    """Who may confirm it: never whoever gets it."""
    holders = roles.holders(work.connection, CONFIRMING, earliest_date(work.now))
    found = {
        one.member.id: one.member
        for one in holders
        if one.scope == EVERYWHERE and one.member.id != beneficiary
    }
    return list(found.values())


def _to_tell(work: Reading) -> set[UUID]:
    """Compliance, HR and administrators, for whatever place, and whoever may confirm it."""
    holders = roles.holders(work.connection, CONFIRMING, earliest_date(work.now))
    return {one.member.id for one in holders if one.role in GIVING or one.scope == EVERYWHERE}


def _drop(work: Work, actor: Actor, grant: UUID, reason: str | None = None) -> bool:
    """It is not given; whether it still waited. Messages about it say so in their place."""
    held = roles.by_id(work.connection, grant, lock=True)
    if held is None or not roles.end(work.connection, grant):
        return False
    fields: dict[str, FieldValue] = {"role": held.role.value, "unit": None, "region": None}
    if reason is not None:
        fields["rationale"] = reason
    work.record(_event(Action.GRANT_END, actor, grant, held.person.id, fields))
    work.touch(SubjectType.GRANT, grant)
    return True


def _event(
    action: Action, actor: Actor, grant: UUID, person: UUID, fields: dict[str, FieldValue]
) -> AuditEvent:
    return AuditEvent(
        action, actor, SubjectType.GRANT, grant, subject=person, reason=RESCUE, fields=fields
    )


# In Slack


def rescue_to_confirm(store: Store, origin: Origin, grant: UUID) -> RescueNotice:
    """The role before somebody who is about to confirm it. Raises what `confirm_rescue` raises."""
    with store.read(origin) as work:
        member = require_member(work)
        held, stored = _confirmable(work, member, grant)
        step_up.require_codes(work, member)
        return _notice(work, member, held, stored)


def confirm_rescue(store: Store, origin: Origin, grant: UUID, command: TypedCode) -> RescueNotice:
    """Give the role. One person does it, with a code, since there are no two.

    Raises InvalidInput at `code`; NotAllowed for whoever may not; AlreadyDone for one that waits no
    more, or has waited for a week; Refused where two people can give roles again.
    """
    act = Act("role.rescue", {"grant": str(grant)})
    with store.read(origin) as work:
        _confirmable(work, require_member(work), grant)
    challenge = step_up.ask_at_once(store, origin, act, command.code)
    with store.write(origin) as work:
        member = require_member(work)
        lock_directory(work.connection)
        held, stored = _confirmable(work, member, grant, lock=True)
        step_up.require(work, member, act, challenge)
        if not roles.confirm(work.connection, grant, earliest_date(work.now)):
            raise AlreadyDone("role_waits_no_more")
        role_rescues.confirm(work.connection, grant, member.id, work.now)
        fields: dict[str, FieldValue] = {
            "role": held.role.value,
            "unit": None,
            "region": None,
            "valid_to": None,
        }
        by = Actor(ActorKind.PERSON, member.id)
        work.record(_event(Action.GRANT_GIVE, by, grant, held.person.id, fields))
        work.touch(SubjectType.GRANT, grant)
        work.touch(SubjectType.DIRECTORY, PENDING_ROLES)
        tell_of_role(work, NoticeKind.ROLE_GIVEN, grant, held.person.id)
        work.refresh_homes([held.person.id])
        now = role_rescues.by_grant(work.connection, grant)
        return _notice(work, member, held, now or stored)


def rescue_to_refuse(store: Store, origin: Origin, grant: UUID) -> RescueNotice:
    """The role before somebody who is about to refuse it. Raises what `refuse_rescue` raises."""
    with store.read(origin) as work:
        member = require_member(work)
        return _notice(work, member, *_confirmable(work, member, grant))


def refuse_rescue(store: Store, origin: Origin, grant: UUID, command: RefuseRescue) -> RescueNotice:
    """It is not given. Refusing takes no code: it gives nobody anything.

    Whoever was told of the request hears who refused and why, and `accord doctor` tells whoever
    asked. Raises NotAllowed, AlreadyDone and Refused as `confirm_rescue`.
    """
    with store.write(origin) as work:
        member = require_member(work)
        lock_directory(work.connection)
        held, stored = _confirmable(work, member, grant, lock=True)
        if not _drop(work, Actor(ActorKind.PERSON, member.id), grant, command.reason):
            raise AlreadyDone("role_waits_no_more")
        role_rescues.refuse(work.connection, grant, member.id, work.now, command.reason)
        work.touch(SubjectType.DIRECTORY, PENDING_ROLES)
        return _notice(work, member, held, role_rescues.by_grant(work.connection, grant) or stored)


def _confirmable(
    work: Reading, member: Member, grant: UUID, *, lock: bool = False
) -> tuple[RoleHeld, StoredRescue]:
    held = roles.by_id(work.connection, grant, lock=lock)
    stored = role_rescues.by_grant(work.connection, grant)
    if held is None or stored is None:
        raise NotAllowed("rescue_not_for_you")
    if all(one.id != member.id for one in _confirming(work, held.person.id)):
        raise NotAllowed("rescue_not_for_you")
    if not _waits(work, stored) or not people.can_act(work.connection, held.person.id):
        raise AlreadyDone("role_waits_no_more")
    if lacking_people(work, earliest_date(work.now)) is None:
        raise Refused("rescue_not_needed_now")
    return held, stored


def _waits(work: Reading, stored: StoredRescue) -> bool:
    return stored.state is GrantState.PENDING and work.now < stored.asked_at + WAITS_FOR


def rescue_notice(
    work: Reading, _kind: NoticeKind, grant: UUID, reader: Member, _revision: int
) -> RescueNotice | Pointless:
    """What the message about it tells its reader now."""
    held, stored = (
        roles.by_id(work.connection, grant),
        role_rescues.by_grant(work.connection, grant),
    )
    if held is None or stored is None:
        return Pointless("role_gone")
    return _notice(work, reader, held, stored)


def _notice(work: Reading, reader: Member, held: RoleHeld, stored: StoredRescue) -> RescueNotice:
    by, refused = (
        None if one is None else people.member(work.connection, one).name
        for one in (stored.confirmed_by, stored.refused_by)
    )
    waits = _waits(work, stored)
    confirming = _confirming(work, held.person.id) if waits else []
    return RescueNotice(
        reader,
        held,
        stored.reason,
        until=stored.asked_at + WAITS_FOR,
        waits=waits,
        confirmed_by=by,
        confirming=tuple(one.name for one in confirming),
        can_confirm=any(one.id == reader.id for one in confirming),
        refused_by=refused,
        refusal=stored.refusal or "",
    )
