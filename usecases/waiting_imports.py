"""A file that changes very many people waits for a second person: HR or compliance of them all.

Both see every change. The file is kept, sealed, while the request waits; approving carries out the
plan that was shown, or nothing: what the directory makes of the file by then has to be the same.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from domain.approvals import ImportAsked, Parameters, ToConfirm
from domain.audit import Actor, ActorKind
from domain.canonical import Json
from domain.directory import BadDirectory
from domain.directory_guard import TOO_MANY, plan_digest, touched
from domain.directory_pages import ImportOffer
from domain.directory_plan import Plan
from domain.errors import Changed, NotAllowed, Refused
from domain.origin import Origin
from domain.people import Member, Role
from storage import approvals, directory, waiting_imports
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.directory import apply_import, may_import, plan_now, require_importer, what_bars
from usecases.guarded import Consent, GuardedAct, may_approve, parameters_of
from usecases.retention_offices import officers

APPROVING = (Role.HR, Role.COMPLIANCE)
COUNTS = ("people", "created", "changed", "moved", "left", "org_units", "roles")


def plan_waiting_import(
    store: Store, origin: Origin, data: bytes, *, digest: str, reason: str
) -> ToConfirm:
    """The request that the file be imported, to be confirmed with the asker's code.

    `digest` is that of the plan that was shown: raises Changed for another one. Raises what
    `directory.plan_of_file` does, Refused for a plan that waits for the operator all the same.
    """
    with store.write(origin) as work:
        require_importer(work)
        asker = require_member(work)
        plan = plan_now(work, data)
        if plan_digest(plan) != digest:
            raise Changed("directory_changed")
        _require_bearable(work, plan, asker.id)
        waiting = uuid4()
        told: dict[str, Json] = {
            "import": str(waiting),
            "sha256": sha256(data).hexdigest(),
            "digest": digest,
            **_counts(plan),
            "concerned": sorted(
                str(one.id) for one in officers(work, APPROVING) if one.id in touched(plan)
            ),
        }
        waiting_imports.keep(work.connection, work.sealer, waiting, asker.id, data, work.now)
        return draft(work, IMPORT_PEOPLE, asker, waiting, told, reason, None)


def _counts(plan: Plan) -> dict[str, Json]:
    new = {one.who.id for one in plan.created}
    return {
        "people": len(touched(plan)),
        "created": len(plan.created),
        "changed": len(plan.changed),
        "moved": len({line.who.id for line in plan.lines} - new),
        "left": len(plan.left),
        "org_units": len(plan.units),
        "roles": len(plan.grants),
    }


def _require_bearable(work: Reading, plan: Plan, importer: UUID) -> None:
    """Two people may change many; what would give somebody another's rights they may not."""
    found = what_bars(work, plan, importer)
    if found is not None and found.code != TOO_MANY:
        raise Refused(found.code, field=None, **found.params)


def waiting_offer(store: Store, origin: Origin, waiting: UUID) -> ImportOffer:
    """Every change that the waiting file makes, as things stand: for both sides of the request.

    Raises NotAllowed for anybody else, Refused once the request is over.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        stored = approvals.open_about(work.connection, waiting)
        if stored is None:
            stored = approvals.draft_about(work.connection, waiting, viewer.id)
        if stored is None or stored.act != IMPORT_PEOPLE.name:
            raise Refused("people_import_gone")
        sides = {stored.asker, *(one.id for one in may_approve(work, IMPORT_PEOPLE, stored))}
        if viewer.id not in sides:
            raise NotAllowed("approval_not_for_you")
        plan = _plan(work, parameters_of(stored))
        return ImportOffer(viewer, plan, plan_digest(plan), None)


def _waiting(parameters: Parameters) -> UUID:
    return UUID(str(parameters["import"]))


def _file(work: Reading, parameters: Parameters) -> bytes:
    """Raises Refused for a file that is gone, or is not the one that was asked for."""
    data = waiting_imports.kept(work.connection, work.sealer, _waiting(parameters))
    if data is None or sha256(data).hexdigest() != parameters["sha256"]:
        raise Refused("people_import_gone")
    return data


def _plan(work: Reading, parameters: Parameters) -> Plan:
    """Raises Refused where the directory has moved on so far that the file has mistakes now."""
    try:
        return plan_now(work, _file(work, parameters))
    except BadDirectory as error:
        raise Refused("directory_changed") from error


# The act that takes two people


def _may_ask(work: Reading, asker: Member, _parameters: Parameters) -> None:
    if not may_import(work, asker):
        raise NotAllowed("people_import_of_hr")


def _approvers(work: Reading, parameters: Parameters) -> list[Member]:
    """Nobody approves what changes something about themselves."""
    concerned = parameters["concerned"]
    barred = set(concerned) if isinstance(concerned, list) else set()
    return [one for one in officers(work, APPROVING) if str(one.id) not in barred]


def _matter(_work: Reading, parameters: Parameters) -> ImportAsked:
    counts = {name: int(str(parameters[name])) for name in COUNTS}
    return ImportAsked(_waiting(parameters), **counts)


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    data = _file(work, parameters)
    directory.lock_directory(work.connection)
    plan = _plan(work, parameters)
    if plan_digest(plan) != parameters["digest"]:
        raise Refused("directory_changed")
    _require_bearable(work, plan, consent.asker.id)
    actor = Actor(ActorKind.PERSON, consent.approver.id)
    told = {"approval": str(consent.approval), "asked_by": str(consent.asker.id)}
    try:
        with work.connection.begin_nested():
            apply_import(work, plan, actor, data, told)
    except IntegrityError as error:
        raise Refused("directory_changed") from error
    waiting_imports.forget(work.connection, _waiting(parameters))


def _renewed(work: Reading, _asker: Member, parameters: Parameters) -> Parameters:
    """The file went with the request that nobody answered."""
    _file(work, parameters)
    return parameters


IMPORT_PEOPLE = GuardedAct(
    name="people.import",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="people_import_no_second_person",
    renewed=_renewed,
)
