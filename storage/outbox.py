"""The outbox: what people are to be told is stored in the transaction that gives rise to it.

These functions run inside the caller's writing transaction and never commit. What a message says
is not stored: it is rendered when it is sent, from what is then true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from storage.conflicts import insert_new
from storage.literals import literally
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post
from storage.tables.people import Person

# Long enough for the handler's own replacement of the pressed message, which gives up after 2 s.
CLICKED_GRACE = timedelta(seconds=5)

# Home is kept current for those who looked at it this recently; the others see it made anew.
HOME_IS_WATCHED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message as Slack names it."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class PostRevision:
    """A message that no longer says what is true, and the revision that would."""

    post: UUID
    message: MessageRef
    revision: int


@dataclass(frozen=True, slots=True)
class PostAt:
    """What a message in Slack is about, and the revision that it ought to show."""

    kind: NoticeKind
    subject: UUID
    person: UUID | None
    about: int
    wanted: int


def enqueue(
    connection: Connection,
    notices: Iterable[NewNotice],
    *,
    business_now: datetime,
    machine_now: datetime,
) -> int:
    """Store notices, each once per `dedup_key`; returns how many became deliveries at once.

    Those due later become deliveries through `materialise_due`.
    """
    intents = [_Intent(uuid4(), notice) for notice in notices]
    if not intents:
        return 0
    stored = connection.execute(
        insert_new(connection, Notice).returning(Notice.id),
        [notice_row(intent.id, intent.notice) for intent in intents],
    )
    new = set(stored.scalars())
    due = [i for i in intents if i.id in new and i.notice.due_at <= business_now]
    return _hand_to_delivery(connection, due, business_now, machine_now)


def materialise_due(
    connection: Connection,
    *,
    business_now: datetime,
    machine_now: datetime,
    limit: int = 1000,
) -> int:
    """Turn waiting notices that are due into deliveries; returns how many notices it dealt with.

    Safe on any number of processes at once: each row is taken by one of them.
    """
    due = (
        select(Notice)
        .where(Notice.state == literally(NoticeState.WAITING), Notice.due_at <= business_now)
        .order_by(Notice.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    intents = [_stored_intent(row) for row in connection.execute(due)]
    _hand_to_delivery(connection, intents, business_now, machine_now)
    return len(intents)


def refresh_posts(
    connection: Connection,
    subject_type: SubjectType,
    subject: UUID,
    *,
    machine_now: datetime,
    clicked: MessageRef | None = None,
) -> tuple[PostRevision, ...]:
    """Every message about the subject is to say what is now true; returns those in Slack.

    One update is queued for each, however often this is called before it is sent. A message that
    is just being sent is updated once Slack has named it. The update of the `clicked` message waits
    for its handler to replace it, and comes only if that failed.
    """
    posts = connection.execute(
        update(Post)
        .where(Post.subject_type == subject_type, Post.subject_id == subject)
        .values(wanted_rev=Post.wanted_rev + 1)
        .returning(Post.id, Post.person_id, Post.channel, Post.ts, Post.wanted_rev)
    ).all()
    shown = [(post, MessageRef(post.channel, post.ts)) for post in posts if post.ts is not None]
    for post, message in shown:
        grace = CLICKED_GRACE if message == clicked else timedelta()
        queue_update(connection, post.id, post.person_id, post.channel, machine_now + grace)
    return tuple(PostRevision(post.id, message, post.wanted_rev) for post, message in shown)


def queue_update(
    connection: Connection,
    post: UUID,
    person: UUID | None,
    channel: str | None,
    not_before: datetime,
) -> None:
    """Queue an update of the post unless one is queued already: it will say the newest anyway.

    One that is queued for later comes as early as this one would.
    """
    row = _delivery_row(
        op=Op.UPDATE,
        post_id=post,
        destination=_destination(person, channel),
        lane=Lane.INTERACTIVE,
        not_before=not_before,
    )
    queued = insert_new(connection, Delivery).values(row).returning(Delivery.id)
    if connection.execute(queued).first() is None:
        connection.execute(
            update(Delivery)
            .where(
                Delivery.post_id == post,
                Delivery.state == literally(DeliveryState.QUEUED),
                Delivery.op == literally(Op.UPDATE),
                Delivery.not_before > not_before,
            )
            .values(not_before=not_before)
        )


def post_at(connection: Connection, message: MessageRef) -> PostAt | None:
    """The post behind a message in Slack; None for one that is not ours."""
    row = connection.execute(
        select(Post.kind, Post.subject_id, Post.person_id, Post.about, Post.wanted_rev).where(
            Post.channel == message.channel, Post.ts == message.ts
        )
    ).one_or_none()
    return None if row is None else PostAt(*row)


def mark_shown(connection: Connection, message: MessageRef, revision: int) -> bool:
    """The message was replaced by its handler and says `revision`: its queued update is pointless.

    False if it is not one of our posts, or has changed again meanwhile; then the update goes out.
    """
    post = connection.execute(
        update(Post)
        .where(
            Post.channel == message.channel,
            Post.ts == message.ts,
            Post.wanted_rev <= revision,
        )
        .values(shown_rev=Post.wanted_rev)
        .returning(Post.id)
    ).scalar_one_or_none()
    if post is None:
        return False
    connection.execute(
        update(Delivery)
        .where(
            Delivery.post_id == post,
            Delivery.state == literally(DeliveryState.QUEUED),
            Delivery.op == literally(Op.UPDATE),
        )
        .values(state=DeliveryState.VOID, error="shown_already")
    )
    return True


def refresh_home(
    connection: Connection, person_ids: Iterable[UUID], *, machine_now: datetime
) -> int:
    """Publish Home anew for those of these people who looked at it lately; returns how many."""
    watching = connection.execute(
        select(Person.id).where(
            Person.id.in_(list(person_ids)),
            Person.home_opened_at > machine_now - HOME_IS_WATCHED_FOR,
        )
    ).scalars()
    rows = [
        _delivery_row(
            op=Op.HOME,
            person_id=person,
            destination=f"home:{person}",
            lane=Lane.INTERACTIVE,
            not_before=machine_now,
        )
        for person in watching
    ]
    if rows:
        connection.execute(insert_new(connection, Delivery), rows)
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Intent:
    id: UUID
    notice: NewNotice

    def expired(self, business_now: datetime) -> bool:
        return self.notice.expires_at is not None and self.notice.expires_at <= business_now


def _hand_to_delivery(
    connection: Connection,
    intents: Sequence[_Intent],
    business_now: datetime,
    machine_now: datetime,
) -> int:
    late = [intent.id for intent in intents if intent.expired(business_now)]
    if late:
        connection.execute(
            update(Notice)
            .where(Notice.id.in_(late))
            .values(state=NoticeState.VOID, reason="expired")
        )
    posts = [(uuid4(), intent) for intent in intents if not intent.expired(business_now)]
    if not posts:
        return 0
    connection.execute(insert(Post), [_post_row(post, intent.notice) for post, intent in posts])
    connection.execute(
        insert(Delivery),
        [
            _delivery_row(
                op=Op.POST,
                post_id=post,
                destination=_destination(intent.notice.person, intent.notice.channel),
                lane=intent.notice.lane,
                not_before=machine_now,
                expires_at=intent.notice.expires_at,
            )
            for post, intent in posts
        ],
    )
    connection.execute(
        update(Notice)
        .where(Notice.id == bindparam("notice"))
        .values(state=NoticeState.QUEUED, post_id=bindparam("post")),
        [{"notice": intent.id, "post": post} for post, intent in posts],
    )
    return len(posts)


def _stored_intent(row: Row[Any]) -> _Intent:
    return _Intent(
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
    }


def _post_row(post: UUID, notice: NewNotice) -> dict[str, object]:
    return {
        "id": post,
        "kind": notice.kind,
        "subject_type": notice.subject_type,
        "subject_id": notice.subject,
        "person_id": notice.person,
        "about": notice.subject_revision,
        "channel": notice.channel,
        "thread_ts": notice.thread_ts,
        "wanted_rev": 1,
        "shown_rev": 0,
    }


def _delivery_row(
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


def _destination(person: UUID | None, channel: str | None) -> str:
    """One thing at a time goes there: a person's direct messages, or a channel."""
    return str(person) if person is not None else f"channel:{channel}"
