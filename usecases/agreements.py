"""The register of agreements: one side registers a version, the other confirms it, and it counts.

An agreement can settle what a representative objected to; the version of the rules then goes on.
"""

from __future__ import annotations

from itertools import islice
from typing import cast
from uuid import UUID

from domain.agreements import (
    AgreementCard,
    AgreementPage,
    AgreementState,
    ChangeAgreement,
    RefuseAgreement,
    RegisterAgreement,
    Side,
    next_day,
)
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import AlreadyDone, Faults, InvalidInput, NotAllowed, NotShared, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind
from domain.roles import RolePlace, earliest_date
from storage import agreements, cycles, goals, people, policy
from storage.agreements import StoredAgreement, StoredVersion
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.agreement_cards import ROLES, agreement_card, may_answer, sides_of, speakers
from usecases.change_notices import standing_of
from usecases.objections import settle_by_agreement

LISTED = 20
TOLD = 5
"""Of a side that is asked or reminded; who comes first by name."""
BATCH = 100
UNITS_OFFERED = 100


def agreement_page(store: Store, origin: Origin) -> AgreementPage:
    """The agreements that the viewer may know of, newest first."""
    with store.read(origin) as work:
        viewer = require_member(work)
        cards = (agreement_card(work, viewer, one) for one in agreements.every(work.connection))
        found = list(islice((one for one in cards if one is not None), LISTED + 1))
        sides = _any_side(work, viewer)
        today = viewer.today(work.now)
        role = ROLES[Side.REPRESENTATIVE]
        return AgreementPage(
            viewer,
            tuple(found[:LISTED]),
            len(found) > LISTED,
            bool(sides),
            people.holds_role(work.connection, viewer.id, role, today),
        )


def look_at_agreement(store: Store, origin: Origin, agreement: UUID) -> AgreementCard:
    """An agreement with its versions. Raises NotShared."""
    with store.read(origin) as work:
        return _card(work, require_member(work), _known(work, agreement))


def agreement_by_number(store: Store, origin: Origin, number: int) -> AgreementCard | None:
    """The agreement that people call `A-3`; None where there is none that the viewer may know."""
    with store.read(origin) as work:
        viewer = require_member(work)
        for one in agreements.every(work.connection):
            if one.number == number:
                return agreement_card(work, viewer, one)
        return None


def units_to_choose(store: Store, origin: Origin, words: str) -> list[tuple[UUID, str]]:
    """Units whose path holds the words, for whoever may register an agreement."""
    with store.read(origin) as work:
        if not _any_side(work, require_member(work)):
            return []
        return cycles.units_like(work.connection, words.strip(), UNITS_OFFERED)


def agreement_to_change(store: Store, origin: Origin, agreement: UUID) -> AgreementCard:
    """An agreement before somebody who is about to change it. Raises as `change_agreement`."""
    with store.read(origin) as work:
        member = require_member(work)
        stored = _known(work, agreement)
        card = _card(work, member, stored)
        _side(work, member, stored.place, None)
        if card.waiting is not None:
            raise Refused("agreement_waits")
        return card


def require_may_register(store: Store, origin: Origin) -> None:
    """Raises NotAllowed, which says who can, before somebody fills in a dialog in vain."""
    with store.read(origin) as work:
        if not _any_side(work, require_member(work)):
            raise NotAllowed("agreements_of_sides")


def register_agreement(
    store: Store, origin: Origin, agreement: UUID, command: RegisterAgreement
) -> AgreementCard:
    """A new agreement, which counts as soon as the other side has confirmed it.

    `agreement` is the id that the dialog carries: sent twice, it is registered once. Raises
    InvalidInput at the field at fault, NotAllowed for whoever speaks for neither side, and Refused
    where nobody speaks for the other one.
    """
    with store.write(origin) as work:
        member = require_member(work)
        if not _any_side(work, member):
            raise NotAllowed("agreements_of_sides")
        before = agreements.by_id(work.connection, agreement)
        if before is not None:
            mine = agreements.versions(work.connection, agreement)[-1].proposed_by == member.id
            if not mine:
                raise InvalidInput("form_state")
            return _card(work, member, before)
        faults = Faults()
        side = faults.of(lambda: _side_there(work, member, command))
        faults.of(lambda: _require_settling(work, command))
        faults.raise_any()
        number = goals.next_number(work.connection, ReferenceKind.AGREEMENT)
        agreements.add(work.connection, agreement, number, command.org_unit, command.region)
        stored = _known(work, agreement)
        content = ChangeAgreement.model_validate(
            command.model_dump(include=set(ChangeAgreement.model_fields))
        )
        _propose(work, member, stored, 1, cast("Side", side), content)
        return _card(work, member, stored)


def change_agreement(
    store: Store, origin: Origin, agreement: UUID, base: int, command: ChangeAgreement
) -> AgreementCard:
    """A new version beside the one that counts, until the other side has confirmed it.

    `base` is the newest version that the dialog showed. Raises Refused while another one waits.
    """
    with store.write(origin) as work:
        member = require_member(work)
        stored = _known(work, agreement, lock=True)
        side = _side(work, member, stored.place, None)
        newest = agreements.versions(work.connection, agreement)[0]
        if newest.state is AgreementState.WAITING or newest.number != base:
            again = newest.proposed_by == member.id and newest.content == command
            if again and newest.number == base + 1:
                return _card(work, member, stored)
            raise Refused("agreement_waits")
        _require_settling(work, command)
        _propose(work, member, stored, newest.number + 1, side, command)
        return _card(work, member, stored)


def confirm_agreement(store: Store, origin: Origin, agreement: UUID, number: int) -> AgreementCard:
    """The other side stands by it: from now on this version counts, and settles what it says."""
    with store.write(origin) as work:
        member, stored, waiting = _to_answer(work, agreement, number)
        agreements.answer(work.connection, waiting, AgreementState.CONFIRMED, member.id, work.now)
        expires = waiting.content.expires_on
        look_on = next_day(expires, earliest_date(work.now))
        agreements.count_from_now(work.connection, agreement, number, look_on)
        work.record(_event(Action.AGREEMENT_CONFIRM, member, waiting, {}))
        if waiting.content.settles is not None:
            of_them = waiting.side is Side.REPRESENTATIVE
            representative = waiting.proposed_by if of_them else member.id
            settle_by_agreement(
                work, waiting.content.settles, representative, stored.number, member
            )
        _answered(work, waiting)
        return _card(work, member, _known(work, agreement))


def agreement_to_refuse(
    store: Store, origin: Origin, agreement: UUID, number: int
) -> AgreementCard:
    """A version before somebody of the other side who is about to send it back."""
    with store.read(origin) as work:
        member, stored, _ = _to_answer(work, agreement, number)
        return _card(work, member, stored)


def refuse_agreement(
    store: Store, origin: Origin, agreement: UUID, number: int, command: RefuseAgreement
) -> AgreementCard:
    """It is not what was agreed; whoever registered it hears why, and can register another."""
    with store.write(origin) as work:
        member, stored, waiting = _to_answer(work, agreement, number)
        agreements.answer(
            work.connection,
            waiting,
            AgreementState.REFUSED,
            member.id,
            work.now,
            command.reason,
        )
        fields: dict[str, FieldValue] = {"rationale": command.reason}
        work.record(_event(Action.AGREEMENT_REFUSE, member, waiting, fields))
        _answered(work, waiting)
        return _card(work, member, stored)


def withdraw_agreement(store: Store, origin: Origin, agreement: UUID, number: int) -> AgreementCard:
    """Whoever registered a version takes it back, while the other side has not confirmed it."""
    with store.write(origin) as work:
        member = require_member(work)
        stored, waiting = _waiting(work, member, agreement, number)
        if waiting.proposed_by != member.id:
            raise NotShared
        agreements.answer(work.connection, waiting, AgreementState.WITHDRAWN, member.id, work.now)
        work.record(_event(Action.AGREEMENT_WITHDRAW, member, waiting, {}))
        work.touch(SubjectType.AGREEMENT, agreement)
        return _card(work, member, stored)


def remind_of_agreements(store: Store, origin: Origin) -> int:
    """Tell both sides ahead that an agreement expires, and put on record that it has. Idempotent.

    Returns how many. Each is its own transaction.
    """
    with store.read(origin) as reading:
        today = earliest_date(reading.now)
        found = agreements.to_look_at(reading.connection, today, BATCH)
    return sum(_remind(store, origin, agreement) for agreement in found)


def _remind(store: Store, origin: Origin, agreement: UUID) -> bool:
    with store.write(origin) as work:
        stored = _known(work, agreement, lock=True)
        today = earliest_date(work.now)
        if stored.current is None or stored.look_on is None or stored.look_on > today:
            return False
        current = _version(work, stored, stored.current)
        expires = current.content.expires_on
        upcoming = next_day(expires, today)
        agreements.look_again(work.connection, agreement, upcoming)
        if upcoming is None:
            clock = Actor(ActorKind.CLOCK)
            work.record(_event(Action.AGREEMENT_EXPIRE, clock, current, {}))
        for one in _both_sides(work, stored, current):
            _tell(
                work,
                NoticeKind.AGREEMENT_ENDS,
                current,
                one,
                Lane.REMINDER,
                more=f":{stored.look_on.isoformat()}",
                with_morning=True,
            )
        work.touch(SubjectType.AGREEMENT, agreement)
        return True


def _both_sides(work: Reading, stored: StoredAgreement, current: StoredVersion) -> list[UUID]:
    """Who stands by it, as far as they still speak for their side; else others who do."""
    found: list[UUID] = []
    for side in Side:
        of_side = [one.id for one in speakers(work, side, stored.place)]
        signed = current.proposed_by if current.side is side else current.answered_by
        found += [signed] if signed in of_side else of_side[:TOLD]
    return list(dict.fromkeys(found))


# What the acts have in common


def _any_side(work: Reading, member: Member) -> bool:
    today = member.today(work.now)
    return any(
        people.role_scopes(work.connection, member.id, role, today) for role in ROLES.values()
    )


def _side_there(work: Reading, member: Member, command: RegisterAgreement) -> Side:
    place = _place(work, command)
    return _side(work, member, place, "org_unit" if place.unit else "region")


def _place(work: Reading, command: RegisterAgreement) -> RolePlace:
    if command.org_unit is None:
        return RolePlace(None, command.region)
    path = cycles.unit_named(work.connection, command.org_unit)
    if path is None:
        raise InvalidInput("not_offered", field="org_unit")
    return RolePlace(path)


def _side(work: Reading, member: Member, place: RolePlace, field: str | None) -> Side:
    """The side that they speak for there; the other one must have somebody else to speak for it."""
    sides = sides_of(work, member, place)
    if not sides:
        if field is None:
            raise NotAllowed("agreements_of_sides")
        raise InvalidInput("agreement_beyond_yours", field=field)
    for side in sides:
        if any(one.id != member.id for one in speakers(work, side.other, place)):
            return side
    raise Refused("agreement_no_other_side")


def _propose(
    work: Work,
    member: Member,
    stored: StoredAgreement,
    number: int,
    side: Side,
    content: ChangeAgreement,
) -> None:
    new = StoredVersion(
        agreement=stored.id,
        number=number,
        state=AgreementState.WAITING,
        content=content,
        side=side,
        proposed_by=member.id,
        proposed_at=work.now,
    )
    agreements.add_version(work.connection, new)
    fields: dict[str, FieldValue] = {
        name: value if isinstance(value, int | str | None) else str(value)
        for name, value in content.model_dump().items()
    }
    fields |= {"side": side.value, "unit": stored.place.unit, "region": stored.place.region}
    work.record(_event(Action.AGREEMENT_REGISTER, member, new, fields))
    others = [one for one in speakers(work, side.other, stored.place) if one.id != member.id]
    for one in others[:TOLD]:
        _tell(work, NoticeKind.AGREEMENT_WANTED, new, one.id, Lane.INTERACTIVE)
    work.touch(SubjectType.AGREEMENT, stored.id)


def _require_settling(work: Reading, content: ChangeAgreement) -> None:
    """What it is to settle must be there."""
    number = content.settles
    if number is None:
        return
    if policy.version(work.connection, number) is None or not standing_of(work, number):
        raise InvalidInput("agreement_settles_nothing", field="settles", number=number)


def _to_answer(
    work: Reading, agreement: UUID, number: int
) -> tuple[Member, StoredAgreement, StoredVersion]:
    member = require_member(work)
    stored, waiting = _waiting(work, member, agreement, number)
    if not may_answer(work, member, stored.place, waiting):
        raise NotAllowed("agreement_other_side")
    return member, stored, waiting


def _waiting(
    work: Reading, member: Member, agreement: UUID, number: int
) -> tuple[StoredAgreement, StoredVersion]:
    stored = _known(work, agreement, lock=isinstance(work, Work))
    _card(work, member, stored)
    version = _version(work, stored, number)
    if version.state is not AgreementState.WAITING:
        raise AlreadyDone("agreement_answered")
    return stored, version


def _version(work: Reading, stored: StoredAgreement, number: int) -> StoredVersion:
    found = agreements.versions(work.connection, stored.id)
    version = next((one for one in found if one.number == number), None)
    if version is None:
        raise NotShared
    return version


def _known(work: Reading, agreement: UUID, *, lock: bool = False) -> StoredAgreement:
    stored = agreements.by_id(work.connection, agreement, lock=lock)
    if stored is None:
        raise NotShared
    return stored


def _card(work: Reading, viewer: Member, stored: StoredAgreement) -> AgreementCard:
    card = agreement_card(work, viewer, stored)
    if card is None:
        raise NotShared
    return card


def _answered(work: Work, waiting: StoredVersion) -> None:
    _tell(work, NoticeKind.AGREEMENT_ANSWERED, waiting, waiting.proposed_by, Lane.INTERACTIVE)
    work.touch(SubjectType.AGREEMENT, waiting.agreement)


def _tell(
    work: Work,
    kind: NoticeKind,
    version: StoredVersion,
    reader: UUID,
    lane: Lane,
    *,
    more: str = "",
    with_morning: bool = False,
) -> None:
    work.notify(
        NewNotice(
            kind=kind,
            dedup_key=f"agreement:{version.agreement}:{version.number}:{kind}:{reader}{more}",
            person=reader,
            lane=lane,
            subject_type=SubjectType.AGREEMENT,
            subject=version.agreement,
            due_at=work.now,
            subject_revision=version.number,
            with_morning=with_morning,
        )
    )


def _event(
    action: Action,
    actor: Member | Actor,
    version: StoredVersion,
    fields: dict[str, FieldValue],
) -> AuditEvent:
    by = actor if isinstance(actor, Actor) else Actor(ActorKind.PERSON, actor.id)
    return AuditEvent(
        action,
        by,
        SubjectType.AGREEMENT,
        version.agreement,
        object_version=version.number,
        fields=fields,
    )
