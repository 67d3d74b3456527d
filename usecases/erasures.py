"""Erasing a person: HR or compliance asks, somebody else of them approves, both with a code.

It is carried out under a lock on the person, after holds and statutory minimums were looked at
again. What is erased is noted in a ledger outside the database too, and replayed after a restore.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from domain.approvals import ErasureAsked, Parameters, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.erasure import (
    AskErasure,
    ErasurePlan,
    ErasureScope,
    Kept,
    KeptBecause,
    Ruled,
    StoredErasure,
    disputed_parts,
    in_minimum,
    keeping,
    rule,
    told_of,
)
from domain.errors import InvalidInput, NotAllowed, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, PersonState, Role
from domain.retention_rules import Part
from storage import corrections, erasure_ledger, erasures, holds, people
from storage.erasure_ledger import LedgerLine, LedgerTrouble
from storage.unit_of_work import Reading, Store, Work
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.guarded import Consent, GuardedAct

ASKING = (Role.HR, Role.COMPLIANCE)
NAMED = 3
FROM_BACKUP = "restored"
"""Reason of an entry that repeats what the ledger knows in a database that did not know it."""


def person_to_erase(store: Store, origin: Origin, who: UUID | str) -> Member:
    """Whom it is about, before somebody who may ask for it; by id, Slack's id or e-mail address."""
    with store.read(origin) as work:
        asker = require_member(work)
        _require_any_role(work, asker)
        if isinstance(who, UUID):
            person = people.members(work.connection, [who]).get(who)
        elif "@" in who:
            person = erasures.by_email(work.connection, who)
        else:
            person = holds.anybody(work.connection, who)
        if person is None:
            raise InvalidInput("nobody_listed")
        _require_covered(work, asker, person)
        _require_ledger(store)
        return person


def plan_erasure(
    store: Store, origin: Origin, person: UUID, command: AskErasure
) -> ToConfirm | ErasurePlan:
    """The request, to be confirmed with a code; where all has to stay, why, which is recorded.

    Raises InvalidInput at `scope` for somebody who is still here, where that needs them gone.
    """
    with store.write(origin) as work:
        asker = require_member(work)
        subject = people.members(work.connection, [person]).get(person)
        if subject is None:
            raise InvalidInput("nobody_listed")
        told: Parameters = {"person": str(person), "scope": command.scope.value}
        _may_ask(work, asker, told)
        _require_ledger(store)
        ruled = _ruled(work, subject, command.scope)
        if not ruled.erased:
            work.record(_refusal(asker, person, ruled.kept))
            return ErasurePlan(subject, kept_told(work, subject, ruled.kept))
        return draft(work, ERASE_PERSON, asker, person, told, command.matter, None)


def _refusal(asker: Member, person: UUID, kept: Mapping[Part, KeptBecause]) -> AuditEvent:
    return AuditEvent(
        Action.ERASURE_REFUSE,
        Actor(ActorKind.PERSON, asker.id),
        SubjectType.PERSON,
        person,
        reason=next(iter(kept.values())).value,
        fields={f"kept_{part.value}": why.value for part, why in kept.items()},
    )


def _ruled(work: Reading, person: Member, scope: ErasureScope) -> Ruled:
    """What would be erased now. Machine time: nobody shortens a statutory minimum by a clock."""
    standing = holds.scopes_on(work.connection, [person.id]).get(person.id, set())
    newest = erasures.newest_records(work.connection, person.id)
    today = min(work.at, work.now).date()
    kept = in_minimum(work.policy.document.retention.all_minimums, person.region, newest, today)
    cases = corrections.open_on(work.connection, [person.id]).get(person.id, set())
    return rule(scope.parts, standing, kept, disputed_parts(cases))


def _laws(work: Reading, person: Member) -> Mapping[Part, tuple[str, date]]:
    minimums = work.policy.document.retention.all_minimums
    newest = erasures.newest_records(work.connection, person.id)
    return keeping(minimums, person.region, newest, min(work.at, work.now).date())


def kept_told(work: Reading, person: Member, kept: Mapping[Part, KeptBecause]) -> tuple[Kept, ...]:
    """What has to stay, under which rule and until when as things stand now, and whom to ask."""
    if not kept:
        return ()
    ask = {why: _who_knows(work, person, why) for why in set(kept.values())}
    return told_of(kept, _laws(work, person), ask)


_KNOWING: Mapping[KeptBecause, tuple[Role, ...]] = {
    KeptBecause.HOLD: (Role.LEGAL, Role.COMPLIANCE),
    KeptBecause.MINIMUM: (Role.LEGAL, Role.COMPLIANCE),
    KeptBecause.DISPUTE: (Role.HR,),
}
"""Who can tell more, the first of these roles that somebody else holds where the person works."""


def _who_knows(work: Reading, person: Member, why: KeptBecause) -> tuple[str, ...]:
    today = person.today(work.now)
    for role in _KNOWING[why]:
        holders = people.role_holders(work.connection, role, person, today)
        names = dict.fromkeys(one.name for one in holders if one.id != person.id)
        if names:
            return tuple(names)[:NAMED]
    return ()


# The act that takes two people


def _require_any_role(work: Reading, member: Member) -> None:
    today = member.today(work.now)
    if not any(people.holds_role(work.connection, member.id, role, today) for role in ASKING):
        raise NotAllowed("erasures_of_hr")


def _require_covered(work: Reading, asker: Member, person: Member) -> None:
    if asker.id == person.id:
        raise NotAllowed("erase_oneself")
    if all(one.id != asker.id for one in _officers(work, person)):
        raise NotAllowed("erasures_of_hr")


def _require_ledger(store: Store) -> None:
    if store.anchoring.ledger is None:
        raise Refused("erase_no_ledger")


def _officers(work: Reading, person: Member) -> list[Member]:
    today = person.today(work.now)
    return [
        one for role in ASKING for one in people.role_holders(work.connection, role, person, today)
    ]


def _may_ask(work: Reading, asker: Member, parameters: Parameters) -> None:
    person, scope = _subject(work, parameters), ErasureScope(str(parameters["scope"]))
    _require_covered(work, asker, person)
    still_here = erasures.state_of(work.connection, person.id) is not PersonState.LEFT
    if still_here and scope in (ErasureScope.EVERYTHING, ErasureScope.GOALS):
        raise InvalidInput("erase_still_here", field="scope", name=person.name)


def _approvers(work: Reading, parameters: Parameters) -> list[Member]:
    """The request's own words must outlive the person's keys, so its beneficiary is not set."""
    person = _subject(work, parameters)
    deputies = people.deputies(work.connection, person.id, person.today(work.now))
    barred = {person.id} | {one.id for one in deputies}
    return [one for one in _officers(work, person) if one.id not in barred]


def _subject(work: Reading, parameters: Parameters) -> Member:
    return people.member(work.connection, UUID(str(parameters["person"])))


def _matter(work: Reading, parameters: Parameters) -> ErasureAsked:
    person = _subject(work, parameters)
    ruled = _ruled(work, person, ErasureScope(str(parameters["scope"])))
    things = erasures.things_on_record(work.connection, person.id)
    return ErasureAsked(
        person,
        ruled.erased,
        kept_told(work, person, ruled.kept),
        # Of the person themselves there is one, which counts for nothing.
        {part: things[part] for part in ruled.erased if part in things and part is not Part.PERSON},
        len(erasures.values_to_erase(work.connection, person.id, ruled.erased)),
    )


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    person = _subject(work, parameters)
    # Whoever places a hold takes the same lock: it stands, or the erasure is done.
    people.lock(work.connection, person.id)
    ruled = _ruled(work, person, ErasureScope(str(parameters["scope"])))
    if not ruled.erased:
        raise Refused("erase_all_kept")
    done = erase(work, consent, person.id, ruled, require_ledger(work))
    _tell(work, done, consent.asker.id)
    if Part.PERSON not in done.parts and people.can_act(work.connection, person.id):
        _tell(work, done, person.id)


def _tell(work: Work, done: StoredErasure, whom: UUID) -> None:
    """Whoever asked gets the certificate; whose it was hears of it too, if they are still here."""
    tell_when_there(
        work,
        NewNotice(
            kind=NoticeKind.ERASURE_CERTIFICATE,
            dedup_key=f"erasure:{done.id}:{whom}",
            person=whom,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.ERASURE,
            subject=done.id,
            due_at=work.now,
        ),
    )


def require_ledger(work: Work) -> Path:
    """Where erasures are noted. Raises Refused, before anything is written, where that fails."""
    ledger = work.anchoring.ledger
    try:
        if ledger is not None:
            erasure_ledger.try_to_append(ledger)
            return ledger
    except LedgerTrouble as trouble:
        raise Refused("erase_no_ledger") from trouble
    raise Refused("erase_no_ledger")


def erase(
    work: Work,
    consent: Consent,
    person: UUID,
    ruled: Ruled,
    ledger: Path,
    reason: str | None = None,
) -> StoredErasure:
    """Erase what was ruled to go, of a person who is locked.

    Raises LedgerTrouble, which takes the whole transaction back, where the line cannot be written.
    """
    values = erasures.values_to_erase(work.connection, person, ruled.erased)
    erasure = StoredErasure(
        uuid4(),
        person,
        ruled.erased,
        ruled.kept,
        consent.approval,
        consent.asker.id,
        consent.approver.id,
        work.now,
        len(values),
    )
    line = erasure_ledger.line_of(erasure)
    # First: what is erased but not in the ledger would come back with a backup.
    erasure_ledger.append_line(ledger, line)
    actor = Actor(ActorKind.PERSON, consent.approver.id)
    _erase(work, erasure, values, erasure_ledger.digest(line), actor, reason)
    return erasure


def _erase(
    work: Work,
    erasure: StoredErasure,
    values: list[tuple[int, str]],
    ledger_line: bytes,
    actor: Actor,
    reason: str | None,
) -> None:
    keys = erasures.keys_of(work.connection, erasure.person, erasure.parts)
    erasures.add(work.connection, erasure, values, ledger_line)
    erasures.destroy(work.connection, erasure.person, erasure.parts, values)
    fields: dict[str, FieldValue] = {
        "erasure": str(erasure.id),
        "parts": ",".join(erasure.parts),
        "values": " ".join(f"{seq}:{name}" for seq, name in values),
        # What another transaction seals with one of them at this very moment is erased, too.
        "keys": " ".join(map(str, keys)),
        "approval": str(erasure.approval),
        "asked_by": str(erasure.asked_by),
        "approved_by": str(erasure.approved_by),
        "ledger_line": ledger_line.hex(),
    }
    for part, why in erasure.kept.items():
        fields[f"kept_{part.value}"] = why.value
    # About nobody, as far as keys go: the entry has to open when every key of theirs is gone.
    work.record(
        AuditEvent(
            Action.PERSON_ERASE,
            actor,
            SubjectType.PERSON,
            erasure.person,
            reason=reason,
            fields=fields,
        )
    )


ERASE_PERSON = GuardedAct(
    name="person.erase",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="erase_no_second_person",
)


# After a restore


def erase_again(work: Work, line: LedgerLine) -> bool:
    """Repeat what the ledger knows and the database does not; whether there was anybody."""
    if erasures.by_id(work.connection, line.id) is not None:
        return False
    if not erasures.exists(work.connection, line.person):
        return False
    people.lock(work.connection, line.person)
    values = erasures.values_to_erase(work.connection, line.person, line.parts)
    erasure = StoredErasure(
        line.id,
        line.person,
        line.parts,
        {},
        line.approval,
        line.asked_by,
        line.approved_by,
        line.at,
        len(values),
    )
    _erase(work, erasure, values, line.sha256, Actor(ActorKind.OPERATOR), FROM_BACKUP)
    return True
