"""`/accord audit` for compliance: who did what, and when; never what it says, nor a title."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, Receipt
from domain.entries import Entry
from domain.errors import NotAllowed, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.record_views import EntryShown, Metadata, RecordsOffered
from domain.references import ReferenceKind, parse_reference, reference_text
from storage import audit, goals, holds, people
from storage.audit import MetadataOf
from storage.goals import GoalHead
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_see_metadata
from usecases.access import require_member

PAGE = 8


def records_offered(store: Store, origin: Origin) -> RecordsOffered:
    """What `/accord audit` alone names besides what it names to everybody."""
    with store.read(origin) as work:
        viewer = require_member(work)
        today = viewer.today(work.now)
        compliance, legal = (
            people.holds_role(work.connection, viewer.id, role, today)
            for role in (Role.COMPLIANCE, Role.LEGAL)
        )
        return RecordsOffered(compliance, legal)


def metadata_of_goal(
    store: Store, origin: Origin, which: UUID | str, before: int | None = None
) -> Metadata | None:
    """The entries about a goal; None for whoever may not know of it, recorded for all others."""
    with store.read(origin) as reading:
        if _goal(reading, require_member(reading), which) is None:
            return None
    with store.write(origin) as work:
        viewer = require_member(work)
        head = _goal(work, viewer, which)
        if head is None:
            return None
        found = _page(work, viewer, MetadataOf(SubjectType.GOAL, head.id), before)
        _note(work, viewer, SubjectType.GOAL, head.id, head.owner)
        return Metadata(
            viewer,
            _shown(work, found[:PAGE]),
            _more(found),
            goal=head.id,
            reference=reference_text(ReferenceKind.GOAL, head.number),
        )


def _goal(work: Reading, viewer: Member, which: UUID | str) -> GoalHead | None:
    rule = may_see_metadata(viewer, viewer.today(work.now))
    if isinstance(which, UUID):
        return goals.head_by_id(work.connection, which, rule)
    number = parse_reference(which, ReferenceKind.GOAL)
    return None if number is None else goals.head_by_number(work.connection, number, rule)


def metadata_of_person(
    store: Store, origin: Origin, who: UUID | str, before: int | None = None
) -> Metadata:
    """What somebody (by id, or Slack's) did, and what was done about them; recorded.

    Raises NotAllowed for whoever is not in compliance, and Refused, alike for nobody, for oneself
    and for whom the viewer's role does not cover.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        _require_compliance(work, viewer)
        if isinstance(who, UUID):
            person = people.members(work.connection, [who]).get(who)
        else:
            person = holds.anybody(work.connection, who)
        if person is None or person.id == viewer.id or not _covers(work, viewer, person):
            raise Refused("record_beyond_yours")
        found = _page(work, viewer, MetadataOf(SubjectType.PERSON, person.id), before)
        _note(work, viewer, SubjectType.PERSON, person.id, person.id)
        return Metadata(viewer, _shown(work, found[:PAGE]), _more(found), person=person)


def metadata_of_entry(store: Store, origin: Origin, number: int) -> Metadata:
    """One entry by its number; recorded. Raises NotAllowed, and Refused for one that is not there
    or that the viewer's role does not cover.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        _require_compliance(work, viewer)
        found = audit.one_entry(work.connection, number)
        if found is None or not _covers_entry(work, viewer, found[1]):
            raise Refused("record_beyond_yours")
        receipt, entry = found
        if entry is None:
            return Metadata(viewer, (EntryShown(receipt, gone=True),))
        _note(work, viewer, entry.object_type, entry.object_id, entry.subject)
        return Metadata(viewer, _shown(work, [(receipt, entry)]))


def _require_compliance(work: Reading, viewer: Member) -> None:
    """One answer to everybody else, whether or not there is such an entry or person."""
    today = viewer.today(work.now)
    if not people.holds_role(work.connection, viewer.id, Role.COMPLIANCE, today):
        raise NotAllowed("record_of_compliance")


def _covers(work: Reading, viewer: Member, person: Member) -> bool:
    today = viewer.today(work.now)
    holders = people.role_holders(work.connection, Role.COMPLIANCE, person, today)
    return any(one.id == viewer.id for one in holders)


def _covers_entry(work: Reading, viewer: Member, entry: Entry | None) -> bool:
    """Whose it is, the viewer answers for; what is nobody's, or gone, is for the whole house."""
    whose = None if entry is None else entry.subject or entry.actor.ref
    if entry is not None and entry.subject == viewer.id and entry.actor.ref != viewer.id:
        return False
    person = people.members(work.connection, [whose]).get(whose) if whose else None
    if person is not None:
        return person.id == viewer.id or _covers(work, viewer, person)
    scopes = people.role_scopes(work.connection, viewer.id, Role.COMPLIANCE, viewer.today(work.now))
    return any(scope.path is None and scope.region is None for scope in scopes)


def _page(
    work: Reading, viewer: Member, which: MetadataOf, before: int | None
) -> Sequence[tuple[Receipt, Entry]]:
    return audit.metadata(work.connection, which, but=viewer.id, before=before, limit=PAGE + 1)


def _more(found: Sequence[tuple[Receipt, Entry]]) -> int | None:
    return found[PAGE - 1][0].seq if len(found) > PAGE else None


def _note(
    work: Work, viewer: Member, object_type: SubjectType, thing: UUID, subject: UUID | None
) -> None:
    work.record(
        AuditEvent(
            Action.READ_METADATA,
            Actor(ActorKind.PERSON, viewer.id, role=Role.COMPLIANCE.value),
            object_type,
            thing,
            subject=subject,
        )
    )


def _shown(work: Reading, found: Sequence[tuple[Receipt, Entry]]) -> tuple[EntryShown, ...]:
    entries = [entry for _, entry in found]
    refs = {
        who
        for one in entries
        for who in (one.actor.ref, one.actor.on_behalf_of, one.subject)
        if who is not None
    }
    named = {who: member.name for who, member in people.members(work.connection, refs).items()}
    of_goals = [one.object_id for one in entries if one.object_type is SubjectType.GOAL]
    numbers = goals.numbers_of(work.connection, of_goals)

    def shown(receipt: Receipt, entry: Entry) -> EntryShown:
        number = numbers.get(entry.object_id)
        behalf, subject = entry.actor.on_behalf_of, entry.subject
        return EntryShown(
            receipt,
            at=entry.stamp.at,
            as_of=entry.stamp.as_of,
            actor=entry.actor.kind,
            name=named.get(entry.actor.ref) if entry.actor.ref else None,
            for_whom=named.get(behalf) if behalf else None,
            action=entry.action,
            object_type=entry.object_type,
            reference=reference_text(ReferenceKind.GOAL, number) if number else None,
            version=entry.object_version,
            subject=named.get(subject) if subject else None,
            sensitivity=entry.sensitivity,
            reason=entry.reason,
            policy=entry.stamp.policy,
            fields=tuple(sorted(entry.commitments)),
        )

    return tuple(shown(*one) for one in found)
