"""The outbox: what people are to be told is stored in the transaction that gives rise to it.

These functions run inside the caller's writing transaction and never commit. What a message says
is not stored: it is rendered when it is sent, from what is then true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from domain.notices import Lane, NewNotice, NoticeKind, Part, SubjectType
from storage.conflicts import insert_if_new, insert_new
from storage.handover import (
    delivery_row,
    destination_of,
    hand_over,
    known_kind,
    store_notices,
    stored_intent,
)
from storage.literals import literally
from storage.statements import Statement
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post, Way
from storage.tables.people import Person

# Long enough for the handler's own replacement of the pressed message, which gives up after 2 s.
CLICKED_GRACE = timedelta(seconds=5)

# Home is kept current for those who looked at it this recently; the others see it made anew.
HOME_IS_WATCHED_FOR = timedelta(minutes=10)

# Rows of one statement; databases take some ten thousand parameters.
AT_ONCE = 1000


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

    id: UUID
    kind: NoticeKind
    subject: UUID
    person: UUID | None
    about: int
    wanted: int


_ABOUT_IT = and_(Post.subject_type == bindparam("kind_of_it"), Post.subject_id == bindparam("it"))
_ANEW = (
    update(Post)
    .values(wanted_rev=Post.wanted_rev + 1)
    .returning(Post.id, Post.person_id, Post.channel, Post.ts, Post.wanted_rev)
)
_WANT_ANEW = Statement(_ANEW.where(_ABOUT_IT))
_WANT_THESE_ANEW = Statement(
    _ANEW.where(Post.id.in_(bindparam("posts", expanding=True)), ~_ABOUT_IT)
)
_MORNINGS_ABOUT = Statement(
    select(Notice.post_id).where(
        Notice.subject_type == bindparam("kind_of_it"),
        Notice.subject_id == bindparam("it"),
        Notice.way == literally(Way.MORNING),
        Notice.post_id.is_not(None),
    )
)
_COME_EARLIER = Statement(
    update(Delivery)
    .where(
        Delivery.post_id == bindparam("post"),
        Delivery.state == literally(DeliveryState.QUEUED),
        Delivery.op == literally(Op.UPDATE),
        Delivery.not_before > bindparam("early"),
    )
    .values(not_before=bindparam("early"))
)
_WATCHING = Statement(
    select(Person.id).where(
        Person.id.in_(bindparam("people", expanding=True)),
        Person.home_opened_at > bindparam("lately"),
    )
)


def enqueue(
    connection: Connection,
    notices: Iterable[NewNotice],
    *,
    business_now: datetime,
    machine_now: datetime,
) -> int:
    """Store notices, each once per `dedup_key`; returns how many became deliveries at once.

    Those due later become deliveries through `materialise_due`, those that come with the morning
    through `storage.mornings`.
    """
    new = store_notices(connection, notices)
    due = [i for i in new if i.notice.due_at <= business_now and not i.notice.with_morning]
    return hand_over(connection, [[intent] for intent in due], business_now, machine_now)


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
        .where(
            Notice.state == literally(NoticeState.WAITING),
            Notice.due_at <= business_now,
            Notice.way == Way.ALONE,
            known_kind(),
        )
        .order_by(Notice.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    intents = [[stored_intent(row)] for row in connection.execute(due)]
    hand_over(connection, intents, business_now, machine_now)
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
    it = {"kind_of_it": subject_type, "it": subject}
    told_in_mornings = [post for (post,) in _MORNINGS_ABOUT.rows(connection, it)]
    posts = _WANT_ANEW.rows(connection, it)
    if told_in_mornings:
        posts += _WANT_THESE_ANEW.rows(connection, {**it, "posts": told_in_mornings})
    shown = []
    for post, person, channel, ts, wanted in posts:
        if ts is not None:
            message = MessageRef(channel, ts)
            grace = CLICKED_GRACE if message == clicked else timedelta()
            queue_update(connection, post, person, channel, machine_now + grace)
            shown.append(PostRevision(post, message, wanted))
    return tuple(shown)


def keys_of(
    connection: Connection, kinds: Collection[NoticeKind], subject: UUID, whom: Collection[UUID]
) -> list[str]:
    """The `dedup_key` of every notice of these kinds about the subject, to these people."""
    wanted = select(Notice.dedup_key).where(
        Notice.person_id.in_(whom), Notice.kind.in_(kinds), Notice.subject_id == subject
    )
    return list(connection.scalars(wanted))


def refresh_listed(
    connection: Connection,
    keys: Collection[str],
    *,
    machine_now: datetime,
    clicked: MessageRef | None = None,
    lane: Lane = Lane.INTERACTIVE,
) -> int:
    """The same for single messages, by the `dedup_key` of a notice in each.

    Returns how many are in Slack.
    """
    posts = connection.execute(
        update(Post)
        .where(Post.id.in_(select(Notice.post_id).where(Notice.dedup_key.in_(keys))))
        .values(wanted_rev=Post.wanted_rev + 1)
        .returning(Post.id, Post.person_id, Post.channel, Post.ts)
    ).all()
    shown = [post for post in posts if post.ts is not None]
    for post in shown:
        grace = CLICKED_GRACE if MessageRef(post.channel, post.ts) == clicked else timedelta()
        queue_update(connection, post.id, post.person_id, post.channel, machine_now + grace, lane)
    return len(shown)


def waiting_updates(connection: Connection, lane: Lane) -> int:
    """How many updates of a lane are queued."""
    return connection.execute(
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.state == literally(DeliveryState.QUEUED),
            Delivery.lane == int(lane),
            Delivery.op == Op.UPDATE,
        )
    ).scalar_one()


def queue_update(
    connection: Connection,
    post: UUID,
    person: UUID | None,
    channel: str | None,
    not_before: datetime,
    lane: Lane = Lane.INTERACTIVE,
) -> None:
    """Queue an update of the post unless one is queued already: it will say the newest anyway.

    One that is queued for later comes as early as this one would.
    """
    row = delivery_row(
        op=Op.UPDATE,
        post_id=post,
        destination=destination_of(person, channel),
        lane=lane,
        not_before=not_before,
    )
    if not insert_if_new(connection, Delivery, row):
        _COME_EARLIER.run(connection, {"post": post, "early": not_before})


def post_at(connection: Connection, message: MessageRef) -> PostAt | None:
    """The post behind a message in Slack; None for one that is not ours."""
    row = connection.execute(
        select(
            Post.id, Post.kind, Post.subject_id, Post.person_id, Post.about, Post.wanted_rev
        ).where(Post.channel == message.channel, Post.ts == message.ts)
    ).one_or_none()
    return None if row is None else PostAt(*row)


def was_shown(connection: Connection, kind: NoticeKind, subject: UUID, person: UUID) -> bool:
    """Whether a message of this kind about the subject has reached the person."""
    found = connection.execute(
        select(Post.id)
        .join(Notice, Notice.post_id == Post.id)
        .where(
            Notice.kind == kind,
            Notice.subject_id == subject,
            Notice.person_id == person,
            Post.ts.is_not(None),
        )
        .limit(1)
    )
    return found.first() is not None


def further_parts(connection: Connection, post: UUID) -> tuple[Part, ...]:
    """What the message tells beside what its post is about, in a fixed order."""
    rows = connection.execute(
        select(Notice.kind, Notice.subject_id, Notice.subject_revision)
        .join(Post, Post.id == Notice.post_id)
        .where(
            Notice.post_id == post,
            Notice.way == Way.MORNING,
            or_(Notice.subject_id != Post.subject_id, Notice.kind != Post.kind),
        )
        .order_by(Notice.lane, Notice.due_at, Notice.id)
    )
    return tuple(Part(*row) for row in rows)


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
    asked = {"people": list(person_ids), "lately": machine_now - HOME_IS_WATCHED_FOR}
    watching = _WATCHING.rows(connection, asked)
    rows = [
        delivery_row(
            op=Op.HOME,
            person_id=person,
            destination=f"home:{person}",
            lane=Lane.INTERACTIVE,
            not_before=machine_now,
        )
        for (person,) in watching
    ]
    if rows:
        connection.execute(insert_new(connection, Delivery), rows)
    return len(rows)
