"""Who looked at what is confidential about me: `/accord audit me`. All times are the record's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.audit import Action
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.reads import Look, Looked, Looks
from domain.references import ReferenceKind, reference_text
from domain.retention_rules import holds_in
from storage import audit, checkins, facilitation, feedback, goals, people, reads, rounds
from storage.reads import StoredRead
from storage.unit_of_work import Reading, Store
from usecases import feedback_cards
from usecases.access import require_member

PAGE = 10


def looks_at_me(store: Store, origin: Origin, before: int | None = None) -> Looks:
    """Openings of what is the asker's or about them by anybody else, newest first.

    Which feedback it was is told only of what the asker may read themselves; of the rest, that it
    was opened, by whom and when.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        found = told_reads(work, viewer, before, PAGE + 1)
        page, more = found[:PAGE], len(found) > PAGE
        return Looks(viewer, looks(work, viewer, page), page[-1].receipt.seq if more else None)


def told_reads(
    work: Reading, viewer: Member, before: int | None = None, limit: int | None = None
) -> Sequence[StoredRead]:
    """Openings that their subject may know of: under a legal hold, where the law lets us tell."""
    untold = work.policy.document.retention.holds_untold_in
    hidden = any(holds_in(region, viewer.region) for region in untold)
    but = [Action.READ_HELD] if hidden else []
    return reads.reads_by_others(work.connection, viewer.id, but, before=before, limit=limit)


def looks(work: Reading, viewer: Member, found: Sequence[StoredRead]) -> tuple[Look, ...]:
    """What the record's entries tell their subject."""
    readers = people.members(work.connection, {one.reader for one in found if one.reader})
    told = []
    for one in found:
        what, thing, made_at = _THINGS.get(one.action, _other)(work, viewer, one.object)
        name = readers[one.reader].name if one.reader else None
        told.append(Look(one.receipt, one.at, name, what, thing, made_at))
    return tuple(told)


Thing = tuple[Looked, str | None, datetime | None]


def _other(_work: Reading, _viewer: Member, _thing: UUID) -> Thing:
    return Looked.OTHER, None, None


def _support(work: Reading, _viewer: Member, check_in: UUID) -> Thing:
    stored = checkins.check_in_by_id(work.connection, check_in)
    return Looked.SUPPORT, None, stored.made_at if stored else None


def _facilitation(work: Reading, _viewer: Member, request: UUID) -> Thing:
    found = facilitation.by_id(work.connection, request)
    number = goals.numbers_of(work.connection, [found.goal])[found.goal] if found else None
    reference = reference_text(ReferenceKind.GOAL, number) if number else None
    return Looked.FACILITATION, reference, None


def _feedback(work: Reading, viewer: Member, given: UUID) -> Thing:
    found = feedback.by_id(work.connection, given)
    if found is None or not feedback_cards.may_open(work, viewer, found):
        return Looked.OTHER_FEEDBACK, None, None
    giver = people.member(work.connection, found.giver)
    return Looked.FEEDBACK, giver.name, found.made_at


def _round(work: Reading, _viewer: Member, round_: UUID) -> Thing:
    head = rounds.by_id(work.connection, round_)
    return Looked.ROUND, head.topic if head else None, None


def _metadata(_work: Reading, _viewer: Member, _thing: UUID) -> Thing:
    return Looked.METADATA, None, None


def _held(_work: Reading, _viewer: Member, _thing: UUID) -> Thing:
    return Looked.HELD, None, None


def _correction(work: Reading, _viewer: Member, correction: UUID) -> Thing:
    asked = audit.done_at(
        work.connection, SubjectType.CORRECTION, correction, Action.CORRECTION_ASK
    )
    return Looked.CORRECTION, None, asked


_THINGS: Mapping[Action, Callable[[Reading, Member, UUID], Thing]] = {
    Action.READ_SUPPORT: _support,
    Action.READ_FACILITATION: _facilitation,
    Action.READ_FEEDBACK: _feedback,
    Action.READ_ROUND: _round,
    Action.READ_CORRECTION: _correction,
    Action.READ_METADATA: _metadata,
    Action.READ_HELD: _held,
}
