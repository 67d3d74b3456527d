"""Carries announcements out: lists people, hands out what is due, learns what became of it.

Every step may run twice, and on several processes at once. Little is handed to delivery at a time,
so that *Stop the rest* stops nearly all of it and nothing else waits behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from domain.announcements import AnnouncementHead, AnnouncementState, RecipientState
from domain.cadence import Rota
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import (
    announcement_audience,
    announcement_recipients,
    announcements,
    cadences,
    outbox,
    people,
)
from storage.announcement_recipients import Fate, Recipient, Settled
from storage.unit_of_work import Reading, Store, Work
from usecases.announcement_notices import STOPPED
from usecases.announcement_times import class_moments, into_day

WITH_DELIVERY = 400
"""Messages that delivery has at a time beside those of a morning: two minutes at Slack's pace."""
BATCH = 50
"""People decided about in one transaction: some 30 ms, for which other writers wait."""
AHEAD = timedelta(minutes=30)
"""Who gets it as their day begins is handed over this much earlier, so that the one message of
their morning can hold it."""
CORRECTED_AT_ONCE = 100


Step = Callable[[], AbstractContextManager[None]]
"""Makes what holds up others wait for its turn."""


def send_announcements(store: Store, origin: Origin, step: Step = nullcontext) -> int:
    """Do all that is due, each `step` by itself; returns how many messages were handed out."""
    with store.read(origin) as work:
        found = announcements.under_way(work.connection)
        corrections = announcements.corrections(work.connection)
    for head in found:
        if head.state is AnnouncementState.EXPANDING:
            list_people(store, origin, head)
    going_on = {head.id: head for head in found if head.state.under_way}
    _learn(store, origin, found, step)
    handed = _hand_out(store, origin, going_on, step) if going_on else 0
    for correction in corrections:
        _correct(store, origin, correction)
    if going_on:
        _close(store, origin, list(going_on))
        _tell_authors(store, origin)
    return handed


def list_people(store: Store, origin: Origin, head: AnnouncementHead) -> None:
    """Make the list of recipients bit by bit; after a crash it is made again."""
    with store.read(origin) as work:
        today = people.member(work.connection, head.author).today(head.confirmed_at or work.now)
        wanted = announcement_audience.audience(work.connection, head.rule, head.phase.id, today)
        moments = class_moments(work, head, today)
        listing = announcement_audience.Listing(work.connection, head.id, wanted, moments)
    after = announcement_audience.BEFORE_ALL
    while True:
        with store.write(origin) as work:
            end = listing.chunk_end(work.connection, after)
            if end is None:
                _listed(work, head)
                return
            listing.list_between(work.connection, after, end)
        after = end


def _listed(work: Work, head: AnnouncementHead) -> None:
    now = announcements.by_id(work.connection, head.id, lock=True)
    if now is not None and now.state is AnnouncementState.EXPANDING:
        announcements.change(work.connection, head.id, state=AnnouncementState.RUNNING)
    elif now is not None and now.state is AnnouncementState.STOPPED:
        # Stopped while the list was being made.
        announcement_recipients.stop_waiting(work.connection, head.id)
    work.touch(SubjectType.ANNOUNCEMENT_DESK, head.id)


# What became of it


def _learn(store: Store, origin: Origin, found: Sequence[AnnouncementHead], step: Step) -> None:
    """Note what Slack has, what failed, and what became pointless."""
    heads = {head.id: head for head in found}
    while heads:
        with store.read(origin) as reading:
            settled = announcement_recipients.settled(reading.connection, heads, reading.now, BATCH)
        if settled:
            with step(), store.write(origin) as work:
                # As they are now: a stop, or going on, may have come since.
                concerned = sorted({one.announcement for one in settled})
                for one in concerned:
                    heads[one] = announcements.by_id(work.connection, one, lock=True) or heads[one]
                announcement_recipients.note_fates(
                    work.connection, [_after(one, heads[one.announcement]) for one in settled]
                )
                for announcement in concerned:
                    if heads[announcement].state.under_way:
                        announcements.change(work.connection, announcement, told_at=None)
                    else:
                        work.touch(SubjectType.ANNOUNCEMENT_DESK, announcement)
        if len(settled) < BATCH:
            return


def _after(one: Settled, head: AnnouncementHead) -> Fate:
    # Whom the stop kept it from waits again, where it is gone on with.
    stopped = RecipientState.WAITING if head.state.under_way else RecipientState.STOPPED
    if one.in_slack:
        state = stopped if _unheard(one, head) else RecipientState.SENT
        return Fate(one.announcement, one.person, state, None)
    if one.dead:
        return Fate(one.announcement, one.person, RecipientState.FAILED, one.error)
    if one.error == STOPPED:
        return Fate(one.announcement, one.person, stopped, None)
    return Fate(one.announcement, one.person, RecipientState.NOT_ASKED, one.error)


def _unheard(one: Settled, head: AnnouncementHead) -> bool:
    """Whether its message was sent without it, since it was stopped at that moment."""
    if one.send_started is None or head.stopped_at is None or one.send_started <= head.stopped_at:
        return False
    return head.resumed_at is None or one.send_started < head.resumed_at


# Handing out


@dataclass(frozen=True, slots=True)
class _Facts:
    members: Mapping[UUID, Member]
    here: Collection[UUID]
    rotas: Mapping[UUID, Rota]
    about_to_be_asked: Collection[UUID]


def _hand_out(
    store: Store, origin: Origin, running: Mapping[UUID, AnnouncementHead], step: Step
) -> int:
    """First to those whose day is about to begin, then to those who are at work."""
    handed = 0
    for ahead in (True, False):
        while True:
            with store.read(origin) as reading:
                rows = _next(reading, running, ahead=ahead)
            if rows:
                with step(), store.write(origin) as work:
                    handed += _hand_over(work, _next(work, running, ahead=ahead), running)
            if len(rows) < BATCH:
                break
    return handed


def _next(
    work: Reading, running: Mapping[UUID, AnnouncementHead], *, ahead: bool
) -> list[Recipient]:
    if ahead:
        span = (work.now, work.now + AHEAD)
        return announcement_recipients.waiting(work.connection, running, *span, BATCH)
    room = WITH_DELIVERY - announcement_recipients.handed_count(work.connection, running, work.now)
    if room <= 0:
        return []
    return announcement_recipients.waiting(
        work.connection, running, None, work.now, min(room, BATCH)
    )


def _hand_over(
    work: Work, rows: Sequence[Recipient], running: Mapping[UUID, AnnouncementHead]
) -> int:
    """Decide for each of these people; returns how many get it."""
    facts = _facts(work, {row.person for row in rows})
    later = [row for row in (_not_now(work, row, facts, running) for row in rows) if row]
    postponed = {(row.announcement, row.person) for row in later}
    now = [row for row in rows if (row.announcement, row.person) not in postponed]
    announcement_recipients.save(
        work.connection, [*later, *(_handed(work, row, facts) for row in now)]
    )
    return len(now)


def _facts(work: Work, wanted: Collection[UUID]) -> _Facts:
    members = people.members(work.connection, wanted)
    away = people.absences(work.connection, wanted, work.now.date())
    return _Facts(
        members,
        cadences.active_people(work.connection, wanted),
        {
            one: Rota(member, away.get(one, ()), into_day(work.rules_of(member).check_ins))
            for one, member in members.items()
        },
        cadences.among_to_look_at(work.connection, wanted, work.now),
    )


def _not_now(
    work: Work, row: Recipient, facts: _Facts, running: Mapping[UUID, AnnouncementHead]
) -> Recipient | None:
    """The row as it goes on waiting, or will never be sent; None where it can be handed over."""
    member, rota = facts.members[row.person], facts.rotas[row.person]
    moment = max(work.now, row.due_at)
    if row.person not in facts.here:
        return replace(row, state=RecipientState.NOT_ASKED, reason="left")
    if member.slack_user is None or not member.may_act:
        return replace(row, state=RecipientState.FAILED, reason="no_account")
    today = member.today(moment)
    if today > running[row.announcement].phase.ends:
        return replace(row, state=RecipientState.NOT_ASKED, reason="phase_over")
    if rota.shift_at(moment) is not None:
        return None
    opening = rota.opening_after(moment, today)
    if opening is None:
        return replace(row, state=RecipientState.NOT_ASKED, reason="no_working_day")
    return replace(row, due_at=opening, short=row.short or rota.away(today))


def _handed(work: Work, row: Recipient, facts: _Facts) -> Recipient:
    """It stands in the message of a morning that is still to come, else in one of its own."""
    key = f"announcement:{row.announcement}:{row.person}"
    if row.notice_key is not None:
        # It was stopped on its way; what was to tell it then is over.
        announcement_recipients.forget_notice(work.connection, row.notice_key)
        key = f"{key}:{work.at.timestamp():.6f}"
    work.notify(
        NewNotice(
            kind=NoticeKind.ANNOUNCEMENT,
            dedup_key=key,
            person=row.person,
            lane=Lane.BROADCAST,
            subject_type=SubjectType.ANNOUNCEMENT,
            subject=row.announcement,
            due_at=max(work.now, row.due_at),
            with_morning=row.due_at > work.now or row.person in facts.about_to_be_asked,
        )
    )
    return replace(row, state=RecipientState.HANDED, notice_key=key)


# Corrections, the end, and what the author hears


def _correct(store: Store, origin: Origin, correction: announcements.Correction) -> None:
    """Queue a few updates of sent messages, no more than delivery can take soon."""
    with store.write(origin) as work:
        room = CORRECTED_AT_ONCE - outbox.waiting_updates(work.connection, Lane.BROADCAST)
        if room <= 0:
            return
        rows = announcement_recipients.to_correct(
            work.connection, correction.announcement, correction.after, room
        )
        keys = [row.notice_key for row in rows if row.notice_key is not None]
        if keys:
            outbox.refresh_listed(work.connection, keys, machine_now=work.at, lane=Lane.BROADCAST)
        if len(rows) < room:
            announcements.change(
                work.connection, correction.announcement, correcting=False, correct_after=None
            )
        else:
            announcements.change(
                work.connection, correction.announcement, correct_after=rows[-1].person
            )


def _close(store: Store, origin: Origin, running: Sequence[UUID]) -> None:
    """End what nobody waits for any more."""
    for announcement in running:
        with store.read(origin) as reading:
            if announcement_recipients.anybody_open(reading.connection, announcement):
                continue
        with store.write(origin) as work:
            head = announcements.by_id(work.connection, announcement, lock=True)
            if head is not None and head.state is AnnouncementState.RUNNING:
                announcements.change(
                    work.connection, announcement, state=AnnouncementState.DONE, ended_at=work.now
                )
                work.touch(SubjectType.ANNOUNCEMENT_DESK, announcement)


def _tell_authors(store: Store, origin: Origin) -> None:
    """Bring the authors' own messages up to date where there is news."""
    with store.read(origin) as reading:
        waiting = announcements.to_tell(reading.connection)
    for announcement in waiting:
        with store.write(origin) as work:
            announcements.change(work.connection, announcement, told_at=work.at)
            work.touch(SubjectType.ANNOUNCEMENT_DESK, announcement)
