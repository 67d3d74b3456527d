"""How an announcement goes, for HR: numbers, and the names behind them."""

from __future__ import annotations

from uuid import UUID

from domain.announcements import AnnouncementHead, AnnouncementStatus, PeopleList, StatusPeople
from domain.errors import NotShared, Refused
from domain.origin import Origin
from domain.people import Member, Role
from storage import (
    announcement_progress,
    announcement_recipients,
    announcements,
    cycles,
    people,
)
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.announcement_steering import may_steer, steered
from usecases.announcement_times import bulk_pace
from usecases.cycles import covers_cycle
from usecases.hr_rights import require_hr

LATEST = 30
OTHERS = 4
PAGE = 20


def latest_status(store: Store, origin: Origin) -> AnnouncementStatus:
    """The newest announcement that the asker may see. Raises Refused where there is none."""
    with store.read(origin) as work:
        member = require_member(work)
        require_hr(work, member)
        seen = _seen(work, member)
        if not seen:
            raise Refused("nothing_announced")
        return status_for(work, member, seen[0], tuple(seen[1 : OTHERS + 1]))


def status_of(store: Store, origin: Origin, announcement: UUID) -> AnnouncementStatus:
    """One of them; the others are named beside it."""
    with store.read(origin) as work:
        member = require_member(work)
        require_hr(work, member)
        head = steered(work, member, announcement)
        others = [other for other in _seen(work, member) if other.id != head.id]
        return status_for(work, member, head, tuple(others[:OTHERS]))


def _seen(work: Reading, member: Member) -> list[AnnouncementHead]:
    return [
        head
        for head in announcements.sent_ones(work.connection, LATEST)
        if may_steer(work, member, head)
    ]


def status_for(
    work: Reading,
    member: Member,
    head: AnnouncementHead,
    others: tuple[AnnouncementHead, ...] = (),
) -> AnnouncementStatus:
    place = head.rule.region
    if head.rule.org_unit is not None:
        place = cycles.unit_named(work.connection, head.rule.org_unit)
    today = member.today(work.now)
    next_at, minutes = None, None
    if head.state.under_way:
        next_at = announcement_recipients.next_due(work.connection, head.id)
        due = announcement_recipients.due_count(work.connection, head.id, work.now)
        if due:
            minutes = bulk_pace(work).minutes(due)
    progress = announcement_progress.progress(work.connection, head, today)
    return AnnouncementStatus(
        member,
        head,
        people.member(work.connection, head.author),
        place,
        progress,
        next_at,
        minutes,
        others,
        _may_change_cycle(work, member, head),
    )


def _may_change_cycle(work: Reading, member: Member, head: AnnouncementHead) -> bool:
    scopes = people.role_scopes(work.connection, member.id, Role.HR, member.today(work.now))
    return head.phase.withdrawn is None and covers_cycle(
        scopes, cycles.stored(work.connection, head.phase.cycle)
    )


def people_behind(
    store: Store, origin: Origin, announcement: UUID, which: PeopleList, start: int = 0
) -> StatusPeople:
    """The names behind a number, a page of them. Raises NotShared outside one's role."""
    with store.read(origin) as work:
        member = require_member(work)
        head = steered(work, member, announcement)
        if start < 0:
            raise NotShared
        found = announcement_progress.people(
            work.connection, head, which, member.today(work.now), start, PAGE + 1
        )
        return StatusPeople(head, which, tuple(found[:PAGE]), start, len(found) > PAGE)
