"""Legal holds: somebody in legal places one; two people end it."""

from __future__ import annotations

from uuid import UUID

from domain.approvals import HoldReleaseAsked, Parameters, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import InvalidInput, NotAllowed, Refused
from domain.holds import Hold, HoldOpened, HoldPage, PlaceHold, ReleaseHold
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.sensitivity import Sensitivity
from storage import holds, people
from storage.holds import StoredHold
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member, require_role
from usecases.approval_cards import draft
from usecases.guarded import Consent, GuardedAct

LISTED = 20
SEEING = (Role.LEGAL, Role.COMPLIANCE)


def hold_page(store: Store, origin: Origin) -> HoldPage:
    """The holds that stand on people whom the viewer's role covers; for legal and compliance."""
    with store.read(origin) as work:
        viewer = require_member(work)
        _require_sight(work, viewer)
        found = [one for one in holds.standing(work.connection) if _sees(work, viewer, one.person)]
        listed = tuple(_hold(work, one) for one in found[:LISTED])
        can_place = _holds(work, viewer, Role.LEGAL)
        return HoldPage(viewer, listed, len(found) > LISTED, can_place)


def require_may_place(store: Store, origin: Origin) -> None:
    """Raises NotAllowed for whoever holds no legal role, before they fill in a dialog in vain."""
    with store.read(origin) as work:
        require_role(work, require_member(work), Role.LEGAL)


def place_hold(store: Store, origin: Origin, hold: UUID, command: PlaceHold) -> Hold:
    """Place a hold; from the commit on, nothing in its scope is erased or purged.

    `hold` is the id that the dialog carries: sent twice, it is placed once. Raises InvalidInput at
    `who` for somebody unknown, oneself, or outside of what the role covers.
    """
    with store.write(origin) as work:
        placer = require_member(work)
        require_role(work, placer, Role.LEGAL)
        before = holds.by_id(work.connection, hold)
        if before is not None:
            if before.placed_by != placer.id:
                raise InvalidInput("form_state")
            return _hold(work, before)
        person = holds.anybody(work.connection, command.who)
        if person is None:
            raise InvalidInput("nobody_listed", field="who")
        if person.id == placer.id:
            raise InvalidInput("hold_on_oneself", field="who")
        if not _covers(work, placer, Role.LEGAL, person):
            raise InvalidInput("hold_beyond_yours", field="who", name=person.name)
        # Whoever is about to erase them looks for holds under the same lock.
        people.lock(work.connection, person.id)
        if holds.anybody(work.connection, command.who) is None:
            raise InvalidInput("nobody_listed", field="who")
        new = StoredHold(hold, person.id, command.scope, placer.id, work.now, None)
        holds.place(work.connection, work.sealer, new, command.matter, command.reason)
        fields: dict[str, FieldValue] = {
            "scope": command.scope.value,
            "matter": command.matter,
            "rationale": command.reason,
        }
        work.record(_event(Action.HOLD_PLACE, placer, new, fields))
        return _hold(work, new)


def open_hold(store: Store, origin: Origin, hold: UUID) -> HoldOpened:
    """A hold with its matter and reason. The reading is recorded before anything is shown."""
    with store.write(origin) as work:
        viewer = require_member(work)
        _require_sight(work, viewer)
        stored = _standing(work, hold)
        if not _sees(work, viewer, stored.person):
            raise Refused("hold_over")
        matter, reason = holds.open_matter(work.connection, work.sealer, hold)
        work.record(hold_read(viewer, hold))
        subject = people.member(work.connection, stored.person)
        can_release = _covers(work, viewer, Role.LEGAL, subject)
        return HoldOpened(_hold(work, stored), matter, reason, can_release)


def hold_read(viewer: Member, hold: UUID) -> AuditEvent:
    """That somebody has read whom a hold is on, or more of it."""
    return AuditEvent(
        Action.READ_HOLD,
        Actor(ActorKind.PERSON, viewer.id),
        SubjectType.HOLD,
        hold,
        sensitivity=Sensitivity.CONFIDENTIAL,
    )


def plan_release(store: Store, origin: Origin, hold: UUID, command: ReleaseHold) -> ToConfirm:
    """The request that a hold shall end, to be confirmed with the asker's own code."""
    with store.write(origin) as work:
        asker = require_member(work)
        require_role(work, asker, Role.LEGAL)
        stored = _standing(work, hold)
        told: Parameters = {"hold": str(hold)}
        return draft(work, RELEASE_HOLD, asker, hold, told, command.reason, stored.person)


def _standing(work: Reading, hold: UUID) -> StoredHold:
    stored = holds.by_id(work.connection, hold)
    if stored is None or stored.released_at is not None:
        raise Refused("hold_over")
    return stored


def _require_sight(work: Reading, viewer: Member) -> None:
    if not any(_holds(work, viewer, role) for role in SEEING):
        raise NotAllowed("holds_of_legal")


def _holds(work: Reading, member: Member, role: Role) -> bool:
    return people.holds_role(work.connection, member.id, role, member.today(work.now))


def _sees(work: Reading, viewer: Member, person: UUID) -> bool:
    """Nobody is told of a hold on themselves by a role of theirs."""
    subject = people.member(work.connection, person)
    return person != viewer.id and any(_covers(work, viewer, role, subject) for role in SEEING)


def _covers(work: Reading, member: Member, role: Role, person: Member) -> bool:
    today = member.today(work.now)
    holders = people.role_holders(work.connection, role, person, today)
    return any(one.id == member.id for one in holders)


def _hold(work: Reading, stored: StoredHold) -> Hold:
    found = people.members(work.connection, {stored.person, stored.placed_by})
    return Hold(
        stored.id,
        found[stored.person],
        stored.scope,
        found[stored.placed_by],
        stored.placed_at,
    )


def _event(
    action: Action, actor: Member, stored: StoredHold, fields: dict[str, FieldValue]
) -> AuditEvent:
    return AuditEvent(
        action,
        Actor(ActorKind.PERSON, actor.id),
        SubjectType.HOLD,
        stored.id,
        subject=stored.person,
        sensitivity=Sensitivity.CONFIDENTIAL,
        fields=fields,
    )


# The act that takes two people


def _asked(work: Reading, parameters: Parameters) -> StoredHold | None:
    return holds.by_id(work.connection, UUID(str(parameters["hold"])))


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
    stored = _standing(work, UUID(str(parameters["hold"])))
    subject = people.member(work.connection, stored.person)
    if stored.person == asker.id or not _covers(work, asker, Role.LEGAL, subject):
        # As for one that is over: that there is one is not theirs to know.
        raise Refused("hold_over")


def _approvers(work: Reading, parameters: Parameters) -> list[Member]:
    stored = _asked(work, parameters)
    if stored is None:
        return []
    person = people.member(work.connection, stored.person)
    today = person.today(work.now)
    return [
        one for role in SEEING for one in people.role_holders(work.connection, role, person, today)
    ]


def _matter(work: Reading, parameters: Parameters) -> HoldReleaseAsked:
    stored = _asked(work, parameters)
    if stored is None:
        raise Refused("hold_over")
    person = people.member(work.connection, stored.person)
    return HoldReleaseAsked(person, stored.scope, stored.placed_at)


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    stored = _standing(work, UUID(str(parameters["hold"])))
    people.lock(work.connection, stored.person)
    if not holds.release(work.connection, stored.id, work.now):
        raise Refused("hold_over")
    fields: dict[str, FieldValue] = {
        "scope": stored.scope.value,
        "approval": str(consent.approval),
        "asked_by": str(consent.asker.id),
    }
    work.record(_event(Action.HOLD_RELEASE, consent.approver, stored, fields))


def _opened(work: Work, reader: Member, parameters: Parameters) -> None:
    work.record(hold_read(reader, UUID(str(parameters["hold"]))))


RELEASE_HOLD = GuardedAct(
    name="hold.release",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="hold_no_second_person",
    opened=_opened,
)
