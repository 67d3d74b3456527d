"""What delivery reads before it acts: whom a delivery is for, and what Slack knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from domain.notices import Lane, NoticeKind, Part, SubjectType
from domain.people import PersonState
from storage.deliveries import Claim
from storage.outbox import further_parts
from storage.tables.outbox import Delivery, Op, Post
from storage.tables.people import Person


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person as far as delivery needs to know them."""

    id: UUID
    slack_user: str | None
    dm_channel: str | None
    left: bool


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A message as it is wanted, and where it stands in Slack, if it does.

    `parts` is what it tells beside its subject.
    """

    id: UUID
    kind: NoticeKind
    subject_type: SubjectType
    subject: UUID
    about: int
    channel: str | None
    thread_ts: str | None
    ts: str | None
    wanted_rev: int
    parts: tuple[Part, ...]
    morning: date | None


@dataclass(frozen=True, slots=True)
class Errand:
    """A delivery with all that is needed to carry it out; `post` is None for Home."""

    uuid: UUID
    op: Op
    lane: Lane
    expires_at: datetime | None
    addressee: Addressee | None
    post: PostFacts | None
    duplicate_ts: str | None = None
    """Which message is to be deleted, if one is."""


def read_errand(connection: Connection, held: Claim) -> Errand:
    """Read it from committed state, before anything is rendered.

    What is rendered afterwards is at least as new as `wanted_rev`.
    """
    row = connection.execute(
        select(
            Delivery.uuid,
            Delivery.op,
            Delivery.lane,
            Delivery.expires_at,
            Delivery.post_id,
            Delivery.duplicate_ts,
            Post.kind,
            Post.subject_type,
            Post.subject_id,
            Post.about,
            Post.channel,
            Post.thread_ts,
            Post.ts,
            Post.wanted_rev,
            Post.morning,
            Person.id.label("person_id"),
            Person.slack_user,
            Person.dm_channel,
            Person.state.label("person_state"),
        )
        .select_from(Delivery)
        .outerjoin(Post, Post.id == Delivery.post_id)
        .outerjoin(Person, Person.id == func.coalesce(Delivery.person_id, Post.person_id))
        .where(Delivery.id == held.id)
    ).one()
    addressee = (
        None
        if row.person_id is None
        else Addressee(
            row.person_id, row.slack_user, row.dm_channel, row.person_state is PersonState.LEFT
        )
    )
    post = (
        None
        if row.post_id is None
        else PostFacts(
            id=row.post_id,
            kind=row.kind,
            subject_type=row.subject_type,
            subject=row.subject_id,
            about=row.about,
            channel=row.channel,
            thread_ts=row.thread_ts,
            ts=row.ts,
            wanted_rev=row.wanted_rev,
            parts=further_parts(connection, row.post_id) if addressee is not None else (),
            morning=row.morning,
        )
    )
    return Errand(
        row.uuid, row.op, Lane(row.lane), row.expires_at, addressee, post, row.duplicate_ts
    )


def learn_dm_channel(connection: Connection, person: UUID, channel: str) -> None:
    """Slack's reply named the conversation with this person; conversations.open is not needed."""
    connection.execute(
        update(Person)
        .where(Person.id == person, Person.dm_channel.is_distinct_from(channel))
        .values(dm_channel=channel)
    )
