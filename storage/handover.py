"""From notices to messages: each group of notices becomes one post with its first delivery.

These functions run inside the caller's writing transaction and never commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, update

from domain.notices import Lane, NewNotice, NoticeKind
from storage.conditions import one_of_words
from storage.conflicts import insert_those_new
from storage.literals import literally
from storage.statements import Statement, insert_rows, sent_together
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post, Way

# Rows of one statement; databases take some ten thousand parameters.
AT_ONCE = 1000
CHANNEL = "channel:"
"""Begins the destination of what is not for one person."""
NO_MORNINGS: Mapping[UUID, date] = MappingProxyType({})

_STORED = Statement(select(Notice.id).where(Notice.id.in_(bindparam("notices", expanding=True))))
_HANDED_OVER = Statement(
    update(Notice)
    .where(Notice.id == bindparam("notice"))
    .values(state=NoticeState.QUEUED, post_id=bindparam("post"))
)


@dataclass(frozen=True, slots=True)
class Intent:
    """A stored notice that is to become a message, or a part of one."""

    id: UUID
    notice: NewNotice

    def expired(self, business_now: datetime) -> bool:
        return self.notice.expires_at is not None and self.notice.expires_at <= business_now


def store_notices(connection: Connection, notices: Iterable[NewNotice]) -> list[Intent]:
    """Those that were not stored before, in the order given."""
    intents = [Intent(uuid4(), notice) for notice in notices]
    new = []
    for first in range(0, len(intents), AT_ONCE):
        batch = intents[first : first + AT_ONCE]
        rows = [notice_row(intent.id, intent.notice) for intent in batch]
        if insert_those_new(connection, Notice, rows) < len(rows):
            ids = {"notices": [intent.id for intent in batch]}
            stored = {identity for (identity,) in _STORED.rows(connection, ids)}
            batch = [intent for intent in batch if intent.id in stored]
        new += batch
    return new


def hand_over(
    connection: Connection,
    messages: Iterable[Sequence[Intent]],
    business_now: datetime,
    machine_now: datetime,
    mornings: Mapping[UUID, date] = NO_MORNINGS,
) -> int:
    """Make each group of notices one message, about the first of them; returns how many messages.

    What has expired by now is void, and takes no part. `mornings` has, for the one message of
    somebody's working day, that day by their id.
    """
    groups = [list(group) for group in messages]
    late = [one.id for group in groups for one in group if one.expired(business_now)]
    if late:
        connection.execute(
            update(Notice)
            .where(Notice.id.in_(late))
            .values(state=NoticeState.VOID, reason="expired")
        )
    lively = [[one for one in group if not one.expired(business_now)] for group in groups]
    posts = [(uuid4(), group) for group in lively if group]
    if not posts:
        return 0
    deliveries = [
        delivery_row(
            op=Op.POST,
            post_id=post,
            destination=destination_of(group[0].notice.person, group[0].notice.channel),
            lane=min(one.notice.lane for one in group),
            not_before=machine_now,
            expires_at=_last_expiry(group),
        )
        for post, group in posts
    ]
    handed = [{"notice": one.id, "post": post} for post, group in posts for one in group]
    with sent_together(connection):
        insert_rows(
            connection, Post, [_post_row(post, group[0].notice, mornings) for post, group in posts]
        )
        insert_rows(connection, Delivery, deliveries)
        _HANDED_OVER.run_each(connection, handed)
    return len(posts)


def _last_expiry(group: Sequence[Intent]) -> datetime | None:
    """When nothing of it is worth telling any more; None if something always is."""
    ends = [one.notice.expires_at for one in group]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def known_kind() -> ColumnElement[bool]:
    """Of a notice that this release can read.

    While replicas are replaced, a later one stores what only it can tell: that waits for it, and
    holds up nothing.
    """
    return one_of_words(Notice.kind, tuple(NoticeKind))


def put_off(connection: Connection, post: UUID, until: datetime) -> None:
    """What the post was to tell waits until then (business time), unless it expires before.

    For a message that nobody has sent; its delivery is given up by the caller.
    """
    _put_off(connection, [post], until)


def take_back_mornings(
    connection: Connection, people: Collection[UUID], business_now: datetime
) -> int:
    """Mornings' messages to these people that nobody has begun to send are given up, and what they
    were to tell waits again; returns how many. What has expired meanwhile is void."""
    queued = connection.execute(
        select(Delivery.id, Delivery.post_id)
        .join(Post, Post.id == Delivery.post_id)
        .where(
            Delivery.destination.in_([str(person) for person in people]),
            Delivery.state == literally(DeliveryState.QUEUED),
            Delivery.op == Op.POST,
            Post.morning.is_not(None),
        )
        .with_for_update(skip_locked=True, of=Delivery)
    ).all()
    if queued:
        connection.execute(
            update(Delivery)
            .where(Delivery.id.in_([delivery for delivery, _ in queued]))
            .values(state=DeliveryState.VOID, error="coalesced")
        )
        posts = [post for _, post in queued if post is not None]
        # The question of a day that is over is asked anew, with whatever else is due by now.
        connection.execute(
            update(Notice)
            .where(Notice.post_id.in_(posts), Notice.way == Way.ALONE)
            .values(state=NoticeState.VOID, reason="coalesced")
        )
        _put_off(connection, posts, business_now)
    return len(queued)


def _put_off(connection: Connection, posts: Collection[UUID], until: datetime) -> None:
    mine = Notice.post_id.in_(posts), Notice.state == NoticeState.QUEUED
    connection.execute(
        update(Notice)
        .where(*mine, Notice.expires_at <= until)
        .values(state=NoticeState.VOID, reason="expired")
    )
    connection.execute(
        update(Notice).where(*mine).values(state=NoticeState.WAITING, due_at=until, post_id=None)
    )


def stored_intent(row: Row[Any]) -> Intent:
    return Intent(
        row.id,
        NewNotice(
            kind=row.kind,
            dedup_key=row.dedup_key,
            person=row.person_id,
            lane=Lane(row.lane),
            subject_type=row.subject_type,
            subject=row.subject_id,
            due_at=row.due_at,
            expires_at=row.expires_at,
            subject_revision=row.subject_revision,
            channel=row.channel,
            thread_ts=row.thread_ts,
            with_morning=row.way is Way.MORNING,
        ),
    )


def notice_row(notice_id: UUID, notice: NewNotice) -> dict[str, object]:
    """A notice as stored, waiting to be due."""
    return {
        "id": notice_id,
        "kind": notice.kind,
        "dedup_key": notice.dedup_key,
        "person_id": notice.person,
        "channel": notice.channel,
        "thread_ts": notice.thread_ts,
        "lane": int(notice.lane),
        "subject_type": notice.subject_type,
        "subject_id": notice.subject,
        "subject_revision": notice.subject_revision,
        "due_at": notice.due_at,
        "expires_at": notice.expires_at,
        "state": NoticeState.WAITING,
        "way": Way.MORNING if notice.with_morning else Way.ALONE,
    }


def _post_row(post: UUID, notice: NewNotice, mornings: Mapping[UUID, date]) -> dict[str, object]:
    return {
        "id": post,
        "kind": notice.kind,
        "subject_type": notice.subject_type,
        "subject_id": notice.subject,
        "person_id": notice.person,
        "about": notice.subject_revision,
        "channel": notice.channel,
        "thread_ts": notice.thread_ts,
        "morning": None if notice.person is None else mornings.get(notice.person),
        "wanted_rev": 1,
        "shown_rev": 0,
    }


def delivery_row(
    *,
    op: Op,
    destination: str,
    lane: Lane,
    not_before: datetime,
    post_id: UUID | None = None,
    person_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> dict[str, object]:
    return {
        "uuid": uuid4(),
        "op": op,
        "post_id": post_id,
        "person_id": person_id,
        "destination": destination,
        "lane": int(lane),
        "state": DeliveryState.QUEUED,
        "not_before": not_before,
        "expires_at": expires_at,
        "attempt": 0,
        "failures": 0,
        "looks": 0,
    }


def destination_of(person: UUID | None, channel: str | None) -> str:
    """One thing at a time goes there: a person's direct messages, or a channel."""
    return str(person) if person is not None else f"{CHANNEL}{channel}"
