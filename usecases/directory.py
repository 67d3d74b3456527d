"""Importing the directory: see every change first, then make them all, or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from domain.audit import Actor, ActorKind, FieldValue
from domain.directory import BadDirectory, DirectoryFile, DirectoryNow
from domain.directory_checks import problems_between
from domain.directory_guard import Barred, barred, plan_digest
from domain.directory_plan import Plan, make_plan
from domain.directory_record import events_of
from domain.directory_roll import call_roll
from domain.directory_rows import read_directory as read_file
from domain.errors import Changed, NotAllowed, Refused
from domain.origin import Origin
from domain.people import GrantState, Member, Role
from domain.roles import earliest_date
from storage import directory, people, roles
from storage.people import RoleScope
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.leavers import take_everything
from usecases.operator import require_operator
from usecases.readdress import readdress_proposals
from usecases.role_grants import tell_of_pending

NAMED = 3
NOTHING_MORE: Mapping[str, FieldValue] = MappingProxyType({})


def preview_import(store: Store, origin: Origin, data: bytes) -> Plan:
    """What importing the file would change, before the operator. Changes nothing.

    Raises BadDirectory with every fault of the file, NotAllowed for anybody but the operator.
    """
    require_operator(origin)
    return plan_of_file(store, origin, data)


def plan_of_file(store: Store, origin: Origin, data: bytes) -> Plan:
    """What importing the file would change, before whoever may import. Changes nothing.

    Raises BadDirectory with every fault of the file, NotAllowed, which says who can.
    """
    with store.read(origin) as reading:
        require_importer(reading)
    file = read_file(data)
    with store.read(origin) as reading:
        today = earliest_date(origin.now)
        return _plan(file, directory.read_directory(reading.connection, today), today)


def import_people(
    store: Store, origin: Origin, data: bytes, *, shown: Plan | None = None, digest: str = ""
) -> Plan:
    """Import the file and record it: as a whole, every person, every role. All or nothing.

    Open proposals of people with a new manager go to whoever answers for them now. Whoever has left
    loses everything that they were given.
    The same file again changes nothing and records nothing. `shown` is the plan that somebody
    agreed to, and `digest` that plan's: raises Changed where the directory has moved on and another
    one would be carried out. Through Slack the digest is needed, and Refused is raised for what
    waits for the operator. Raises BadDirectory and NotAllowed as `plan_of_file`.
    """
    with store.read(origin) as reading:
        require_importer(reading)
    file = read_file(data)
    try:
        with store.write(origin) as work:
            actor = require_importer(work)
            directory.lock_directory(work.connection)
            today = earliest_date(work.now)
            plan = _plan(file, directory.read_directory(work.connection, today), today)
            if shown is not None and plan != shown:
                raise Changed("directory_changed")
            if actor.kind is not ActorKind.OPERATOR:
                _require_agreed(work, plan, actor, digest)
            apply_import(work, plan, actor, data)
            return plan
    except IntegrityError as error:
        raise Changed("directory_changed") from error


def plan_now(work: Reading, data: bytes) -> Plan:
    """What the file would change as the directory stands. Raises BadDirectory."""
    today = earliest_date(work.now)
    return _plan(read_file(data), directory.read_directory(work.connection, today), today)


def apply_import(
    work: Work, plan: Plan, actor: Actor, data: bytes, told: Mapping[str, FieldValue] = NOTHING_MORE
) -> None:
    """Carry out the plan and record it; `told` is what more the entry for the whole says.

    The directory is locked since the plan was made. Raises IntegrityError where something else
    changed what it builds on.
    """
    connection = work.connection
    directory.apply_plan(connection, plan, people.unit_numbers(connection))
    if not plan.is_empty:
        number = uuid4()
        work.record_each(events_of(plan, actor, number, sha256(data).hexdigest(), told))
        if any(grant.state is GrantState.PENDING for grant in plan.grants):
            tell_of_pending(work, str(number))
    for person in sorted(plan.left):
        take_everything(work, actor, person)
    readdress_proposals(work, actor, plan.moved)


def _require_agreed(work: Work, plan: Plan, actor: Actor, digest: str) -> None:
    if plan_digest(plan) != digest:
        raise Changed("directory_changed")
    found = what_bars(work, plan, actor.ref) if actor.ref is not None else None
    if found is not None:
        raise Refused(found.code, field=None, **found.params)


def what_bars(work: Reading, plan: Plan, importer: UUID) -> Barred | None:
    """Why this plan waits for the operator, if it does."""
    return barred(plan, importer, directory.office_holders(work.connection))


def require_importer(work: Reading) -> Actor:
    """The operator, or somebody in HR for the whole organisation, as the record names them.

    Raises NotAllowed, which says who can, for everybody else.
    """
    if work.origin.slack_user is None:
        return require_operator(work.origin)
    member = require_member(work)
    if may_import(work, member):
        return Actor(ActorKind.PERSON, member.id)
    raise _not_allowed(work)


def may_import(work: Reading, member: Member) -> bool:
    return member.id in {one.id for one in _in_hr(work)}


def require_looker(work: Reading, member: Member) -> None:
    """Raises NotAllowed for whoever is neither in HR nor an administrator."""
    today = member.today(work.now)
    if not any(
        people.holds_role(work.connection, member.id, role, today)
        for role in (Role.HR, Role.ADMINISTRATOR)
    ):
        raise _not_allowed(work)


def _in_hr(work: Reading) -> list[Member]:
    """A role for a part of the organisation does not do: a file can move anybody anywhere."""
    found = roles.holders(work.connection, [Role.HR], earliest_date(work.now))
    return [one.member for one in found if one.scope == RoleScope(None, None)]


def _not_allowed(work: Reading) -> NotAllowed:
    names = tuple(dict.fromkeys(one.name for one in _in_hr(work)))[:NAMED]
    return NotAllowed("hr_needed", names=names) if names else NotAllowed("operator_needed")


def _plan(file: DirectoryFile, now: DirectoryNow, today: date) -> Plan:
    roll = call_roll(file, now, uuid4)
    problems = [*file.problems, *problems_between(file, roll)]
    if problems:
        raise BadDirectory(problems)
    return make_plan(file, roll, today, uuid4)
