"""Cycles: HR sets them up, everybody sees what is asked of them and until when."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from domain.announcements import Reach
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.cycles import CycleHead, CycleKind, CycleList, NewCycle, PhasePlan
from domain.errors import InvalidInput
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from storage import cycles, people, requests
from storage.people import RoleScope
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.hr_rights import covers, require_hr

LISTED = 10
UNITS = 50


def cycles_for(store: Store, origin: Origin) -> CycleList:
    """What is going on, and what comes."""
    with store.read(origin) as work:
        reader = require_member(work)
        today = reader.today(work.now)
        found = [
            cycle
            for cycle in cycles.listed(work.connection, today, LISTED * 5)
            if _concerns(work, reader, cycle)
        ]
        scopes = people.role_scopes(work.connection, reader.id, Role.HR, today)
        holders = people.role_holders(work.connection, Role.HR, reader, today)
        return CycleList(
            today,
            tuple(found[:LISTED]),
            more=len(found) > LISTED,
            can_add=bool(scopes),
            ask=tuple(dict.fromkeys(holder.name for holder in holders))[:3],
            may_change=frozenset(cycle.id for cycle in found if covers_cycle(scopes, cycle)),
        )


def covers_cycle(scopes: list[RoleScope], cycle: CycleHead) -> bool:
    """Whether HR with these scopes could set it up as it is, and so may change it."""
    reach = Reach.EVERYONE if cycle.org_unit is None else Reach.UNIT
    return covers(scopes, reach, cycle.org_unit, None)


def _concerns(work: Reading, reader: Member, cycle: CycleHead) -> bool:
    """A unit's own cycle concerns those who work in it, and HR that stands over it."""
    if cycle.org_unit is None:
        return True
    own = cycles.unit_named(work.connection, reader.org_unit) if reader.org_unit else None
    if own is not None and f"{own} / ".startswith(f"{cycle.org_unit} / "):
        return True
    today = reader.today(work.now)
    scopes = people.role_scopes(work.connection, reader.id, Role.HR, today)
    return covers(scopes, Reach.UNIT, cycle.org_unit, None)


def require_may_plan(store: Store, origin: Origin) -> None:
    """Raises NotAllowed, naming who can set up cycles and announce them, for everybody else."""
    with store.read(origin) as work:
        require_hr(work, require_member(work))


def new_cycle(store: Store, origin: Origin, new: NewCycle, token: str) -> CycleHead:
    """Set up a cycle. Raises InvalidInput for a name in use and a unit beyond one's role."""
    with store.write(origin) as work:
        author = require_member(work)
        scopes = require_hr(work, author)
        fresh = uuid4()
        earlier = requests.consume_token(work.connection, token, author.id, fresh, work.at)
        if earlier is not None:
            return _made_before(work, author, earlier)
        today = author.today(work.now)
        if cycles.named(work.connection, new.name, today) is not None:
            raise InvalidInput("cycle_name_taken", field="name", name=new.name)
        path = None
        if new.kind is CycleKind.UNIT and new.org_unit is not None:
            path = cycles.unit_named(work.connection, new.org_unit)
            if path is None:
                raise InvalidInput("not_offered", field="org_unit")
        reach = Reach.EVERYONE if path is None else Reach.UNIT
        if not covers(scopes, reach, path, None):
            places = tuple(scope.path or scope.region or "" for scope in scopes)
            raise InvalidInput("cycle_beyond_role", field="kind", places=places)
        stored = new if path is not None else new.model_copy(update={"org_unit": None})
        cycles.add(work.connection, fresh, stored, author.id, work.now)
        work.record(_event(Action.CYCLE_NEW, author, fresh, new, path))
        return cycles.stored(work.connection, fresh)


def _made_before(work: Reading, author: Member, earlier: requests.EarlierSubmission) -> CycleHead:
    made = None if earlier.outcome is None else cycles.by_id(work.connection, earlier.outcome)
    if earlier.person != author.id or made is None:
        raise InvalidInput("form_state")
    return made


def _event(
    action: Action, author: Member, cycle: UUID, new: NewCycle, path: str | None
) -> AuditEvent:
    fields: dict[str, FieldValue] = {
        "name": new.name,
        "kind": new.kind.value,
        "starts": new.starts.isoformat(),
        "ends": new.ends.isoformat(),
        "unit": path,
        "phases": phases_recorded(new.phases),
    }
    actor = Actor(ActorKind.PERSON, author.id, role=Role.HR.value)
    return AuditEvent(action, actor, SubjectType.CYCLE, cycle, object_version=1, fields=fields)


def phases_recorded(phases: Iterable[PhasePlan]) -> str:
    """How the record tells the phases of a cycle."""
    return "; ".join(
        f"{phase.act.value} {phase.starts.isoformat()}/{phase.ends.isoformat()}"
        + (f" {phase.name}" if phase.name else "")
        for phase in phases
    )


def units_to_choose(store: Store, origin: Origin, words: str) -> list[tuple[UUID, str]]:
    """Units whose path holds the words, as HR types them."""
    with store.read(origin) as work:
        require_hr(work, require_member(work))
        return cycles.units_like(work.connection, words.strip(), UNITS)
