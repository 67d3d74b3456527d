"""A cycle after it was set up: changed, or withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.announcements import AnnouncementHead, AnnouncementState
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.cycles import (
    ChangeCycle,
    CycleHead,
    CycleToChange,
    Phase,
    PhasePlan,
    WithdrawCycle,
    matched,
)
from domain.errors import InvalidInput, NotShared, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from storage import announcements, cycles, requests
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.announcement_steering import stop
from usecases.cycles import covers_cycle, phases_recorded
from usecases.hr_rights import require_hr


def cycle_to_change(store: Store, origin: Origin, cycle: UUID) -> CycleToChange:
    """What the dialogs start from.

    Raises NotAllowed outside HR, Refused beyond the asker's role and for a withdrawn cycle.
    """
    with store.read(origin) as work:
        head = _changeable(work, require_member(work), cycle)
        return CycleToChange(head, _told(head, announcements.of_cycle(work.connection, cycle)))


def _changeable(work: Reading, member: Member, cycle: UUID) -> CycleHead:
    scopes = require_hr(work, member)
    head = cycles.by_id(work.connection, cycle)
    if head is None:
        raise NotShared
    if head.withdrawn is not None:
        raise Refused("cycle_withdrawn", name=head.name)
    if not covers_cycle(scopes, head):
        places = tuple(scope.path or scope.region or "" for scope in scopes)
        raise Refused("cycle_not_yours", places=places)
    return head


def _told(cycle: CycleHead, written: Iterable[AnnouncementHead]) -> tuple[Phase, ...]:
    """The phases that were announced."""
    sent = {one.phase.id for one in written if one.state is not AnnouncementState.DRAFT}
    return tuple(phase for phase in cycle.phases if phase.id in sent)


def change_cycle(
    store: Store, origin: Origin, cycle: UUID, new: ChangeCycle, version: int | None, token: str
) -> CycleToChange:
    """Another name, other days, other phases; messages that tell them change in place.

    Returns it with those announced phases that people were told otherwise. Raises InvalidInput for
    a name in use, for what somebody else changed meanwhile, and where an announced phase is gone.
    """
    with store.write(origin) as work:
        author = require_member(work)
        cycles.lock(work.connection, cycle)
        before = _changeable(work, author, cycle)
        earlier = requests.consume_token(work.connection, token, author.id, cycle, work.at)
        if earlier is not None:
            earlier.require(author.id, cycle)
            return CycleToChange(before, ())
        if before.version != version:
            raise InvalidInput("changed_meanwhile", field="name")
        same_name = cycles.named(work.connection, new.name, author.today(work.now))
        if same_name is not None and same_name.id != cycle:
            raise InvalidInput("cycle_name_taken", field="name", name=new.name)
        phases, gone = matched(before.phases, new.phases)
        written = announcements.of_cycle(work.connection, cycle)
        for phase in gone:
            if any(one.phase.id == phase.id for one in written):
                raise InvalidInput(
                    "phase_was_announced", field="phases", starts=phase.starts, ends=phase.ends
                )
        cycles.change(work.connection, before, new, phases)
        after = cycles.stored(work.connection, cycle)
        if _plan(after) == _plan(before):
            raise InvalidInput("cycle_unchanged", field="name")
        work.record(_event(Action.CYCLE_CHANGE, author, after, _difference(before, after)))
        renamed = after.name != before.name
        was = {phase.id: phase.plan for phase in before.phases}
        other = [p for p in _told(after, written) if renamed or was[p.id] != p.plan]
        _tell_anew(work, [one for one in written if one.phase.id in {p.id for p in other}])
        return CycleToChange(after, tuple(other))


def _plan(cycle: CycleHead) -> tuple[object, ...]:
    return (cycle.name, cycle.starts, cycle.ends, [phase.plan for phase in cycle.phases])


def _difference(before: CycleHead, after: CycleHead) -> dict[str, FieldValue]:
    """What changed, as it was and as it is."""
    fields: dict[str, FieldValue] = {}
    for name, old, fresh in zip(_NAMES, _recorded(before), _recorded(after), strict=True):
        if old != fresh:
            fields |= {f"{name}_before": old, name: fresh}
    return fields


_NAMES = ("name", "starts", "ends", "phases")


def _recorded(cycle: CycleHead) -> tuple[str, ...]:
    plans: list[PhasePlan] = [phase.plan for phase in cycle.phases]
    days = (cycle.starts.isoformat(), cycle.ends.isoformat())
    return (cycle.name, *days, phases_recorded(plans))


def _tell_anew(work: Work, written: Iterable[AnnouncementHead]) -> None:
    """Messages about these change in place, bit by bit, as after a correction of their text."""
    for one in written:
        if one.state is not AnnouncementState.DRAFT:
            announcements.change(work.connection, one.id, correcting=True, correct_after=None)
            work.touch(SubjectType.ANNOUNCEMENT_DESK, one.id)


def withdraw_cycle(
    store: Store, origin: Origin, cycle: UUID, command: WithdrawCycle, token: str
) -> CycleHead:
    """It holds no longer: announcements under way stop, and messages about it say why."""
    with store.write(origin) as work:
        author = require_member(work)
        cycles.lock(work.connection, cycle)
        earlier = requests.consume_token(work.connection, token, author.id, cycle, work.at)
        if earlier is not None:
            earlier.require(author.id, cycle)
            return cycles.stored(work.connection, cycle)
        head = _changeable(work, author, cycle)
        cycles.withdraw(work.connection, head, command.reason, work.now)
        fields: dict[str, FieldValue] = {"name": head.name, "rationale": command.reason}
        work.record(_event(Action.CYCLE_WITHDRAW, author, head, fields))
        for one in announcements.of_cycle(work.connection, cycle):
            locked = announcements.by_id(work.connection, one.id, lock=True)
            if locked is not None and locked.state.under_way:
                stop(work, author, locked)
        _tell_anew(work, announcements.of_cycle(work.connection, cycle))
        return cycles.stored(work.connection, cycle)


def _event(
    action: Action, author: Member, cycle: CycleHead, fields: dict[str, FieldValue]
) -> AuditEvent:
    actor = Actor(ActorKind.PERSON, author.id, role=Role.HR.value)
    return AuditEvent(
        action, actor, SubjectType.CYCLE, cycle.id, object_version=cycle.version, fields=fields
    )
