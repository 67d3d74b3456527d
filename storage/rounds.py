"""Rounds of feedback in the database: the question and where it stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.notices import NoticeKind
from domain.rounds import RoundHead, RoundState
from storage.conflicts import insert_new
from storage.literals import literally
from storage.outbox import MessageRef
from storage.people import able_to_act
from storage.tables.outbox import Delivery, DeliveryState, Notice, Op, Post
from storage.tables.people import Person
from storage.tables.rounds import Round

_HEAD: tuple[InstrumentedAttribute[Any], ...] = (
    Round.id,
    Round.facilitator_id,
    Round.channel,
    Round.channel_name,
    Round.topic,
    Round.question,
    Round.anonymous,
    Round.state,
    Round.opened_at,
    Round.closes_at,
    Round.closing_at,
    Round.closed_at,
    Round.closed_by_id,
    Round.anonymous_fate,
    Round.summary,
    Round.summary_posted_at,
    Round.trouble,
)


def add(connection: Connection, head: RoundHead, ballot_key: bytes | None) -> bool:
    """Store a round that opens; False where another is open in its channel already.

    `ballot_key` is sealed.
    """
    stored = connection.execute(
        insert_new(connection, Round)
        .values(
            id=head.id,
            facilitator_id=head.facilitator,
            channel=head.channel,
            channel_name=head.channel_name,
            topic=head.topic,
            question=head.question,
            anonymous=head.anonymous,
            state=head.state,
            opened_at=head.opened_at,
            closes_at=head.closes_at,
            ballot_key=ballot_key,
        )
        .returning(Round.id)
    )
    return stored.first() is not None


def by_id(connection: Connection, round_: UUID, *, lock: bool = False) -> RoundHead | None:
    """The round; with `lock`, nobody else can answer or close it before the commit."""
    wanted = select(*_HEAD).where(Round.id == round_)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else RoundHead(*row)


def open_in(connection: Connection, channel: str) -> RoundHead | None:
    """The round that is open in a channel."""
    row = connection.execute(
        select(*_HEAD).where(Round.channel == channel, Round.state == RoundState.OPEN).limit(1)
    ).one_or_none()
    return None if row is None else RoundHead(*row)


def change(connection: Connection, round_: UUID, **values: object) -> None:
    connection.execute(update(Round).where(Round.id == round_).values(**values))


def ballot_key(connection: Connection, round_: UUID) -> bytes | None:
    """The sealed key of the round; None once destroyed."""
    return connection.execute(
        select(Round.ballot_key).where(Round.id == round_)
    ).scalar_one_or_none()


def due(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Rounds whose date has come, and those that were closed by hand."""
    return list(
        connection.scalars(
            select(Round.id)
            .where(
                or_(
                    Round.state == RoundState.CLOSING,
                    (Round.state == RoundState.OPEN) & (Round.closes_at <= now),
                )
            )
            .order_by(Round.closes_at, Round.id)
            .limit(limit)
        )
    )


def to_follow(connection: Connection, closed_since: datetime) -> list[UUID]:
    """Every round whose results are still to come, or came since then."""
    return list(
        connection.scalars(
            select(Round.id).where(
                or_(Round.state != RoundState.CLOSED, Round.closed_at >= closed_since)
            )
        )
    )


def questions_of(connection: Connection, round_: UUID) -> list[MessageRef]:
    """Where the question stands, or stood, in Slack: the latest last. Empty while Slack has not
    named it."""
    rows = connection.execute(
        select(Post.channel, Post.ts)
        .where(
            Post.kind == NoticeKind.ROUND_QUESTION,
            Post.subject_id == round_,
            Post.ts.is_not(None),
        )
        .order_by(Post.ts)
    )
    return [MessageRef(str(channel), str(ts)) for channel, ts in rows]


def times_asked(connection: Connection, round_: UUID) -> int:
    """How often the question was, or is to be, put to the channel."""
    return connection.execute(
        select(func.count())
        .select_from(Notice)
        .where(Notice.kind == NoticeKind.ROUND_QUESTION, Notice.subject_id == round_)
    ).scalar_one()


def unasked(connection: Connection) -> list[UUID]:
    """Open rounds whose question Slack has refused, as far as that is not known of them yet."""
    latest = (
        select(Post.subject_id, func.max(Delivery.id).label("delivery"))
        .join(Delivery, Delivery.post_id == Post.id)
        .where(Post.kind == NoticeKind.ROUND_QUESTION, Delivery.op == Op.POST)
        .group_by(Post.subject_id)
        .subquery()
    )
    return list(
        connection.scalars(
            select(Round.id)
            .join(latest, latest.c.subject_id == Round.id)
            .join(Delivery, Delivery.id == latest.c.delivery)
            .where(
                Round.state == RoundState.OPEN,
                Round.trouble.is_(None),
                Delivery.state == literally(DeliveryState.DEAD),
            )
        )
    )


def adrift(connection: Connection, closed_since: datetime) -> list[UUID]:
    """Rounds that still need their facilitator, who can no longer act."""
    return list(
        connection.scalars(
            select(Round.id)
            .join(Person, Person.id == Round.facilitator_id)
            .where(
                ~able_to_act(),
                or_(
                    Round.state != RoundState.CLOSED,
                    Round.summary_posted_at.is_(None) & (Round.closed_at >= closed_since),
                ),
            )
        )
    )


def eligible(connection: Connection, slack_users: Collection[str], facilitator: UUID) -> int:
    """How many of these accounts belong to people who may answer; the facilitator apart."""
    found = connection.scalars(
        select(Person.id).where(
            Person.slack_user.in_(slack_users), able_to_act(), Person.id != facilitator
        )
    )
    return len(found.all())
