"""Carries access reviews out: starts them, finds who answers, ends what nobody confirmed.

Every step may run twice, and on several processes at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.access_reviews import (
    NOT_CONFIRMED,
    OVER_BEFORE,
    AccessKind,
    Answer,
    ReviewHead,
    ReviewState,
    TimeToAnswer,
    furthest_deadline,
)
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.cadence import months_later
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Role
from domain.roles import earliest_date
from domain.workdays import WORKDAY
from storage import access_in_review, access_reviews, roles
from storage.people import RoleScope
from storage.unit_of_work import Store, Work
from usecases.access_ends import end_accesses
from usecases.access_review_keys import (
    asked_key,
    last_reminder_key,
    message_keys,
    put_off_key,
    reminder_key,
)
from usecases.access_review_times import first_day_back, times_to_answer
from usecases.access_reviewers import find_reviewer
from usecases.access_reviews import begin_review

BATCH = 100


def run_access_reviews(store: Store, origin: Origin) -> int:
    """Do what is due; returns how many accesses were listed, or ended since nobody confirmed them.

    A planned review waits until the one that is open has been closed.
    """
    acted = 0
    with store.read(origin) as reading:
        planned = access_reviews.head(reading.connection, ReviewState.PLANNED)
        review = access_reviews.head(reading.connection, ReviewState.OPEN)
        rules = reading.policy.document.access_reviews
    due = planned is not None and planned.starts_at <= origin.now
    if review is None and due and rules.every_months:
        with store.write(origin) as work:
            begin_review(work, Actor(ActorKind.CLOCK), None)
        planned = None
    elif planned is None and rules.every_months:
        _plan_next(store, origin, review, rules.every_months)
    with store.read(origin) as reading:
        review = access_reviews.head(reading.connection, ReviewState.OPEN)
    if review is None:
        return acted
    if not review.listed:
        with store.write(origin) as work:
            acted += _list(work, review.id)
    _pass_over_what_ended(store, origin, review.id)
    _find_reviewers(store, origin, review, since=None if review.listed else review.started_at)
    return acted + _end_or_close(store, origin, review)


def _plan_next(store: Store, origin: Origin, review: ReviewHead | None, every_months: int) -> None:
    """After the last one, or from now on where there was none."""
    with store.write(origin) as work:
        last = review or access_reviews.head(work.connection, ReviewState.CLOSED)
        since = last.started_at if last is not None and last.started_at else work.now
        day = months_later(since.date(), every_months)
        access_reviews.plan(work.connection, datetime.combine(day, since.timetz()))


def _list(work: Work, review: UUID) -> int:
    head = access_reviews.lock(work.connection, review, wait=False)
    if head is None or head.listed or head.state is not ReviewState.OPEN:
        return 0
    listed = access_in_review.take_snapshot(work.connection, review, earliest_date(work.now))
    access_reviews.mark_listed(work.connection, review)
    times = times_to_answer(
        work, access_reviews.reviewers(work.connection, review), since=head.started_at
    )
    away = {who for who, time in times.items() if time.away}
    # Another is found for them, where there is one.
    access_reviews.untie(work.connection, away)  # nobody has been asked yet
    _ask(work, head, {who: time for who, time in times.items() if who not in away})
    return listed


def _pass_over_what_ended(store: Store, origin: Origin, review: UUID) -> None:
    """Nobody is asked any more about what has ended by its date, or by somebody's act."""
    today = earliest_date(origin.now)
    while True:
        with store.read(origin) as reading:
            over = access_in_review.over(reading.connection, review, today, BATCH)
        if over:
            with store.write(origin) as work:
                numbers = [one.number for one in over]
                access_reviews.answer(
                    work.connection, review, numbers, Answer.ENDED, work.now, reason=OVER_BEFORE
                )
                reviewers = {one.reviewer for one in over if one.reviewer is not None}
                work.touch_listed(message_keys(work, review, reviewers))
        if len(over) < BATCH:
            return


def _find_reviewers(
    store: Store, origin: Origin, review: ReviewHead, since: datetime | None
) -> None:
    """Somebody for everything that nobody can answer for; looked for before anything is locked.

    Their time counts from `since`, or from now for whoever is asked later than the others.
    """
    after = 0
    while True:
        with store.read(origin) as work:
            items = access_reviews.unplaced(work.connection, review.id, after, BATCH)
            found = {one.number: find_reviewer(work, one) for one in items}
        placed = {
            one.number: found[one.number] for one in items if found[one.number] != one.reviewer
        }
        replaced = {
            one.reviewer for one in items if one.number in placed and one.reviewer is not None
        }
        if placed:
            with store.write(origin) as work:
                access_reviews.place(work.connection, review.id, placed)
                asked = {who for who in placed.values() if who is not None}
                times = times_to_answer(work, asked, since=since, furthest=_furthest(work, review))
                _ask(work, review, times)
                # What is asked of another now is not asked of them any more.
                work.touch_listed(message_keys(work, review.id, replaced))
        if len(items) < BATCH:
            return
        after = items[-1].number


def _furthest(work: Work, review: ReviewHead) -> datetime:
    started = review.started_at or work.now
    return furthest_deadline(started, work.policy.document.access_reviews)


def _ask(work: Work, review: ReviewHead, asked: Mapping[UUID, TimeToAnswer]) -> None:
    """One message and two reminders for each, with their mornings' messages."""
    until = {person: time.answer_by for person, time in asked.items()}
    access_reviews.give_time(work.connection, review.id, until)
    for person, time in asked.items():
        for kind, key, due_at in (
            (NoticeKind.ACCESS_REVIEW, asked_key, work.now),
            (NoticeKind.ACCESS_REVIEW_REMINDER, reminder_key, time.remind_at),
            (NoticeKind.ACCESS_REVIEW_LAST_REMINDER, last_reminder_key, time.last_reminder_at),
        ):
            if due_at is not None and due_at >= work.now:
                work.notify(
                    _notice(kind, key(review.id, person), review, person, due_at, time.answer_by)
                )
    # Whoever was asked before sees that there is more, or less.
    work.touch_listed(message_keys(work, review.id, asked))


def _notice(
    kind: NoticeKind,
    key: str,
    review: ReviewHead,
    person: UUID,
    due_at: datetime,
    expires_at: datetime | None,
) -> NewNotice:
    return NewNotice(
        kind=kind,
        dedup_key=key,
        person=person,
        lane=Lane.REMINDER,
        subject_type=SubjectType.ACCESS_REVIEW,
        subject=review.id,
        due_at=due_at,
        expires_at=expires_at,
        with_morning=True,
    )


def _end_or_close(store: Store, origin: Origin, review: ReviewHead) -> int:
    """At each deadline, end what is open, batch by batch; when nothing is open, close."""
    _put_off(store, origin, review)
    ended, batch = 0, BATCH
    while batch == BATCH:
        with store.read(origin) as reading:
            batch = len(access_reviews.due_items(reading.connection, review, reading.now, BATCH))
        if batch:
            with store.write(origin) as work:
                batch, count = _end_batch(work, review.id)
            ended += count
    with store.read(origin) as reading:
        head = access_reviews.by_id(reading.connection, review.id)
        left = access_reviews.any_open(reading.connection, review.id)
    if head is not None and head.listed and not left:
        with store.write(origin) as work:
            _close(work, review.id)
    return ended


def _put_off(store: Store, origin: Origin, review: ReviewHead) -> None:
    """Whoever is away on their last day answers when they are back, if that is not too late.

    The morning on which they are is the first on which they hear of it.
    """
    with store.read(origin) as reading:
        due = access_reviews.due_reviewers(reading.connection, review.id, reading.now)
        later = first_day_back(reading, due)
    if later:
        with store.write(origin) as work:
            furthest = _furthest(work, review)
            until = {who: min(moment, furthest) for who, moment in later.items()}
            access_reviews.give_time(work.connection, review.id, until)
            for who, moment in later.items():
                morning = moment - WORKDAY
                if morning < until[who]:
                    key = put_off_key(review.id, who, morning.date())
                    kind = NoticeKind.ACCESS_REVIEW_LAST_REMINDER
                    work.notify(_notice(kind, key, review, who, morning, until[who]))
            work.touch_listed(message_keys(work, review.id, until))


def _end_batch(work: Work, review: UUID) -> tuple[int, int]:
    """How many were looked at, and how many of them have ended now."""
    head = access_reviews.lock(work.connection, review, wait=False)
    if head is None or head.state is not ReviewState.OPEN:
        return 0, 0
    items = access_reviews.due_items(work.connection, head, work.now, BATCH)
    # A role that nobody could be asked about is named, not ended: it may be the last of its kind.
    unasked = {one.number for one in items if one.kind is AccessKind.GRANT and one.reviewer is None}
    asked = [one for one in items if one.number not in unasked]
    ends = end_accesses(work, Actor(ActorKind.CLOCK), asked, reason=NOT_CONFIRMED)
    gone = {one.number for one in asked} - ends.ended - ends.kept
    for numbers, answer, reason in (
        (ends.ended, Answer.ENDED, NOT_CONFIRMED),
        (gone, Answer.ENDED, OVER_BEFORE),
        (ends.kept, Answer.UNASKED, "last_of_two"),
        (unasked, Answer.UNASKED, "nobody_to_ask"),
    ):
        access_reviews.answer(work.connection, review, numbers, answer, work.now, reason=reason)
    return len(items), len(ends.ended)


def _close(work: Work, review: UUID) -> None:
    head = access_reviews.lock(work.connection, review, wait=False)
    if head is None or head.state is not ReviewState.OPEN:
        return
    access_reviews.close(work.connection, review, work.now)
    counts: dict[str, FieldValue] = {
        f"{kind.value}_{answer.value}": count
        for kind, answers in access_reviews.counts(work.connection, review).items()
        for answer, count in answers.items()
    }
    work.record(
        AuditEvent(
            Action.REVIEW_CLOSE,
            Actor(ActorKind.CLOCK),
            SubjectType.ACCESS_REVIEW,
            review,
            fields=counts,
        )
    )
    work.touch(SubjectType.ACCESS_REVIEW, review)
    for person in _followers(work, head):
        key = f"access_review:{review}:{person}:closed"
        kind = NoticeKind.ACCESS_REVIEW_CLOSED
        work.notify(_notice(kind, key, head, person, work.now, None))


def _followers(work: Work, review: ReviewHead) -> set[UUID]:
    """Whoever started it; else HR for the whole organisation."""
    if review.started_by is not None:
        return {review.started_by}
    holders = roles.holders(work.connection, (Role.HR,), earliest_date(work.now))
    return {one.member.id for one in holders if one.scope == RoleScope(None, None)}
