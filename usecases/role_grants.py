"""Giving roles: an administrator asks, somebody else from HR or compliance approves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from domain.announcements import Reach
from domain.approvals import Parameters, RoleAsked, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.canonical import Json
from domain.errors import Faults, InvalidInput, NotAllowed, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import GrantState, Member, Role, Standing
from domain.roles import (
    APPROVING,
    ConfirmPending,
    GrantRole,
    Lacking,
    RoleHeld,
    RolePlace,
    asking_role,
    earliest_date,
    lacking,
)
from storage import cycles, people, roles
from storage.people import RoleScope
from storage.roles import Holder
from storage.unit_of_work import Reading, Store, Work
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.guarded import Consent, GuardedAct
from usecases.hr_rights import covers
from usecases.operator import require_operator

NAMED = 3
UNITS = 50


def plan_grant(store: Store, origin: Origin, command: GrantRole) -> ToConfirm:
    """What giving the role would mean and who would approve it, to be confirmed with a code.

    Raises InvalidInput at the field at fault, NotAllowed for whoever may not ask for it, Refused
    where there is no second person or the asker has no codes.
    """
    with store.write(origin) as work:
        asker = require_member(work)
        require_may_change(work, asker)
        person = people.active_by_slack_user(work.connection, command.who)
        if person is None:
            raise InvalidInput("nobody_listed", field="who")
        unit = command.org_unit
        if unit is not None and cycles.unit_named(work.connection, unit) is None:
            raise InvalidInput("not_offered", field="org_unit")
        grant = uuid4()
        told: dict[str, Json] = {
            "grant": str(grant),
            "person": str(person.id),
            "role": command.role.value,
            "unit": str(unit) if unit else None,
            "region": command.region,
            "valid_to": command.valid_to.isoformat() if command.valid_to else None,
            "imported": False,
        }
        return draft(work, GRANT_ROLE, asker, grant, told, command.reason, person.id)


def plan_confirmation(
    store: Store, origin: Origin, grant: UUID, command: ConfirmPending
) -> ToConfirm:
    """The same for a role that an import asked for."""
    with store.write(origin) as work:
        asker = require_member(work)
        require_may_change(work, asker)
        held = _pending(work, grant)
        unit = roles.unit_of(work.connection, grant)
        told: dict[str, Json] = {
            "grant": str(grant),
            "person": str(held.person.id),
            "role": held.role.value,
            "unit": str(unit) if unit else None,
            "region": held.place.region,
            "valid_to": held.valid_to.isoformat() if held.valid_to else None,
            "imported": True,
        }
        return draft(work, GRANT_ROLE, asker, grant, told, command.reason, held.person.id)


def require_may_give(store: Store, origin: Origin) -> None:
    """Raises NotAllowed, naming who can, for whoever may not ask for roles."""
    with store.read(origin) as work:
        require_may_change(work, require_member(work))


def units_to_choose(store: Store, origin: Origin, words: str) -> list[tuple[UUID, str]]:
    """Units whose path holds the words, as whoever may ask for roles types them."""
    with store.read(origin) as work:
        require_may_change(work, require_member(work))
        return cycles.units_like(work.connection, words.strip(), UNITS)


def _pending(work: Reading, grant: UUID) -> RoleHeld:
    held = roles.by_id(work.connection, grant)
    if held is None or held.state is not GrantState.PENDING:
        raise Refused("role_waits_no_more")
    return held


def pending_role(store: Store, origin: Origin, grant: UUID) -> RoleHeld:
    """A role that an import asked for, before somebody who is about to confirm it."""
    with store.read(origin) as work:
        require_may_change(work, require_member(work))
        return _pending(work, grant)


# Who may


def askers(work: Reading, today: date) -> list[Holder]:
    """Who may ask for roles: administrators; while there are none, HR."""
    found = roles.holders(work.connection, (Role.ADMINISTRATOR, Role.HR), today)
    asks = asking_role({one.role for one in found})
    return [one for one in found if one.role is asks]


def require_may_change(work: Reading, member: Member) -> list[RoleScope]:
    """Where the member may ask for roles and end them; raises NotAllowed, naming who can."""
    found = askers(work, member.today(work.now))
    scopes = [one.scope for one in found if one.member.id == member.id]
    if scopes:
        return scopes
    names = tuple(dict.fromkeys(one.member.name for one in found))
    if not names:
        raise NotAllowed("roles_nobody")
    if found[0].role is Role.HR:
        raise NotAllowed("roles_needed_of_hr", names=names[:NAMED])
    raise NotAllowed("roles_needed", names=names[:NAMED])


def reaches(scopes: list[RoleScope], place: RolePlace) -> bool:
    """Whether one of the scopes holds the whole of the place."""
    if place.unit is not None:
        return covers(scopes, Reach.UNIT, place.unit, None)
    if place.region is not None:
        return covers(scopes, Reach.REGION, None, place.region)
    return covers(scopes, Reach.EVERYONE, None, None)


def stands_over(work: Reading, asker: Member, person: Member) -> bool:
    """Whether the asker's own right to ask covers where this person works."""
    today = asker.today(work.now)
    roles_that_ask = {one.role for one in askers(work, today)}
    return any(
        one.id == asker.id
        for role in roles_that_ask
        for one in people.role_holders(work.connection, role, person, today)
    )


def places_of(scopes: list[RoleScope]) -> tuple[str, ...]:
    """What somebody's own role covers, for a refusal to name."""
    return tuple(dict.fromkeys(one.path or one.region or "" for one in scopes))


def lacking_people(work: Reading, today: date, without: UUID | None = None) -> Lacking | None:
    """Why no two people can give a role for the whole organisation together; None if they can.

    Whoever's own role ends at a unit or region neither gives one for all nor helps to. `without`
    somebody: as it would be if they were not here.
    """
    found = roles.holders(work.connection, (Role.ADMINISTRATOR, *APPROVING), today)
    found = [one for one in found if one.member.id != without]
    asks = asking_role({one.role for one in found})
    counted = [
        (one.member.id, one.role)
        for one in found
        # HR asks only where nobody at all is administrator.
        if (one.role is asks or one.role in APPROVING)
        and covers([one.scope], Reach.EVERYONE, None, None)
    ]
    return lacking(counted, asks)


def two_people(store: Store, origin: Origin) -> Lacking | None:
    """The same for whoever runs Accord; None for a directory without people, too."""
    require_operator(origin)
    with store.read(origin) as work:
        if people.nobody_listed(work.connection):
            return None
        return lacking_people(work, earliest_date(work.now))


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
    scopes = require_may_change(work, asker)
    matter = _matter(work, parameters)
    faults = Faults()
    faults.of(lambda: _require_holder(work, asker, matter.person))
    faults.of(lambda: _require_reach(scopes, matter.place))
    faults.of(lambda: _require_day(work, matter.last_day))
    faults.raise_any()
    _require_new(work, matter)


def _require_holder(work: Reading, asker: Member, person: Member) -> None:
    if person.id == asker.id:
        raise InvalidInput("role_for_oneself", field="who")
    if not people.can_act(work.connection, person.id):
        raise InvalidInput("role_person_cannot_act", field="who", name=person.name)
    if person.standing is not Standing.FULL:
        raise InvalidInput("role_for_guest", field="who", name=person.name)


def _require_reach(scopes: list[RoleScope], place: RolePlace) -> None:
    if not reaches(scopes, place):
        raise InvalidInput("role_beyond_yours", field="role", places=places_of(scopes))


def _require_day(work: Reading, last_day: date | None) -> None:
    if last_day is not None and last_day < earliest_date(work.now):
        raise InvalidInput("role_ends_in_past", field="last_day")


def _require_new(work: Reading, matter: RoleAsked) -> None:
    today = earliest_date(work.now)
    for held in roles.held_by(work.connection, matter.person.id, matter.role, today):
        longer = held.last_day is None or (
            matter.last_day is not None and matter.last_day <= held.last_day
        )
        if held.place == matter.place and longer:
            raise InvalidInput("role_held_already", field="role", name=matter.person.name)


def _approvers(work: Reading, parameters: Parameters) -> list[Member]:
    place = _matter(work, parameters).place
    today = earliest_date(work.now)
    return [
        one.member
        for one in roles.holders(work.connection, APPROVING, today)
        if reaches([one.scope], place)
    ]


def _matter(work: Reading, parameters: Parameters) -> RoleAsked:
    unit, valid_to = parameters["unit"], parameters["valid_to"]
    path = cycles.unit_named(work.connection, UUID(str(unit))) if unit else None
    region = parameters["region"]
    day_after = date.fromisoformat(str(valid_to)) if valid_to else None
    held = RoleHeld(
        id=UUID(str(parameters["grant"])),
        person=people.member(work.connection, UUID(str(parameters["person"]))),
        role=Role(str(parameters["role"])),
        place=RolePlace(path, str(region) if region else None),
        state=GrantState.PENDING,
        valid_from=date.min,
        valid_to=day_after,
    )
    return RoleAsked(
        held.person, held.role, held.place, held.last_day, bool(parameters["imported"])
    )


# The act itself


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    grant, matter = UUID(str(parameters["grant"])), _matter(work, parameters)
    today = earliest_date(work.now)
    valid_to = parameters["valid_to"]
    if matter.imported:
        if not roles.confirm(work.connection, grant, today):
            raise Refused("role_waits_no_more")
    else:
        unit = parameters["unit"]
        roles.give(
            work.connection,
            grant,
            matter.person.id,
            matter.role,
            org_unit=UUID(str(unit)) if unit else None,
            region=matter.place.region,
            valid_from=today,
            valid_to=date.fromisoformat(str(valid_to)) if valid_to else None,
        )
    fields: dict[str, FieldValue] = {
        "role": matter.role.value,
        "unit": matter.place.unit,
        "region": matter.place.region,
        "valid_to": str(valid_to) if valid_to else None,
        "approval": str(consent.approval),
        "asked_by": str(consent.asker.id),
    }
    work.record(
        AuditEvent(
            Action.GRANT_GIVE,
            Actor(ActorKind.PERSON, consent.approver.id),
            SubjectType.GRANT,
            grant,
            subject=matter.person.id,
            fields=fields,
        )
    )
    work.touch(SubjectType.GRANT, grant)
    work.touch(SubjectType.DIRECTORY, PENDING_ROLES)
    tell_of_role(work, NoticeKind.ROLE_GIVEN, grant, matter.person.id)
    if valid_to:
        _tell_of_last_day(work, grant, matter.person.id, date.fromisoformat(str(valid_to)))
    work.refresh_homes([matter.person.id])


PENDING_ROLES = UUID(int=0)
"""What messages about waiting roles are about: all of them."""


def tell_of_role(work: Work, kind: NoticeKind, grant: UUID, person: UUID) -> None:
    """Somebody is told of a role of theirs, once for each kind of news."""
    tell_when_there(
        work,
        NewNotice(
            kind=kind,
            dedup_key=f"role:{grant}:{kind}",
            person=person,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.GRANT,
            subject=grant,
            due_at=work.now,
        ),
    )


def _tell_of_last_day(work: Work, grant: UUID, person: UUID, day_after: date) -> None:
    """Once its last day has passed everywhere, with the morning's message."""
    work.notify(
        NewNotice(
            kind=NoticeKind.ROLE_OVER,
            dedup_key=f"role:{grant}:{NoticeKind.ROLE_OVER}",
            person=person,
            lane=Lane.REMINDER,
            subject_type=SubjectType.GRANT,
            subject=grant,
            due_at=datetime.combine(day_after, time(12), UTC),
            with_morning=True,
        )
    )


def tell_of_pending(work: Work, key: str) -> None:
    """Who may ask for roles is told that an import wants some; `key` names the import."""
    today = earliest_date(work.now)
    for person in {one.member.id for one in askers(work, today)}:
        work.notify(
            NewNotice(
                kind=NoticeKind.ROLES_PENDING,
                dedup_key=f"roles-pending:{key}:{person}",
                person=person,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.DIRECTORY,
                subject=PENDING_ROLES,
                due_at=work.now,
            )
        )


GRANT_ROLE = GuardedAct(
    name="role.grant",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="role_no_second_person",
)
