"""A database with people in it, a machine clock that the test moves, and the outbox's verbs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, insert, select

from domain.clock import Clock
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.people import Employment, Level, PersonState
from storage import deliveries, outbox
from storage.database import WRITING
from storage.deliveries import Claim
from storage.outbox import MessageRef, PostRevision
from storage.tables.outbox import Delivery, DeliveryState, Op, Post
from storage.tables.people import Person

LEASE = timedelta(seconds=60)


def person_row(number: int, identity: UUID, slack_user: str) -> dict[str, object]:
    """Somebody in the directory."""
    return {
        "id": identity,
        "email": f"person{number}@example.com",
        "name": f"Person {number}",
        "name_folded": f"person {number}",
        "slack_user": slack_user,
        "state": PersonState.ACTIVE,
        "level": Level.INDIVIDUAL,
        "employment": Employment.REGULAR,
        "fte_percent": 100,
        "working_days": "12345",
        "day_start": time(9),
        "timezone": "Europe/Lisbon",
        "locale": "en",
    }


class Scene:
    """Both clocks stand still until `wait` moves them; they start at the real time.

    Slack, pretend or not, names messages by the real time, and its history is asked for a window.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = datetime.now(UTC)
        self.clock = Clock(lambda: self.now)
        self._people = count(1)
        self._notices = count(1)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.now.timestamp()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.execution_options(**{WRITING: True}).begin() as connection:
            yield connection

    def person(self, slack_user: str | None = None, **facts: object) -> UUID:
        number = next(self._people)
        identity = uuid4()
        row = {**person_row(number, identity, slack_user or f"U{number:04}"), **facts}
        with self.writing() as connection:
            connection.execute(insert(Person).values(**row))
        return identity

    def notice(
        self,
        person: UUID,
        *,
        subject: UUID | None = None,
        key: str | None = None,
        lane: Lane = Lane.INTERACTIVE,
        due_in: timedelta = timedelta(),
        expires_in: timedelta | None = None,
    ) -> NewNotice:
        return NewNotice(
            kind=NoticeKind.GOAL_TO_OWNER,
            dedup_key=key or f"notice-{next(self._notices)}",
            person=person,
            lane=lane,
            subject_type=SubjectType.GOAL,
            subject=subject or uuid4(),
            due_at=self.clock.business() + due_in,
            expires_at=None if expires_in is None else self.clock.business() + expires_in,
        )

    def enqueue(self, *notices: NewNotice) -> int:
        with self.writing() as connection:
            return outbox.enqueue(
                connection,
                notices,
                business_now=self.clock.business(),
                machine_now=self.now,
            )

    def materialise(self) -> int:
        with self.writing() as connection:
            return outbox.materialise_due(
                connection, business_now=self.clock.business(), machine_now=self.now
            )

    def refresh(self, subject: UUID, clicked: MessageRef | None = None) -> tuple[PostRevision, ...]:
        with self.writing() as connection:
            return outbox.refresh_posts(
                connection, SubjectType.GOAL, subject, machine_now=self.now, clicked=clicked
            )

    def claim(self, limit: int = 10) -> list[Claim]:
        with self.writing() as connection:
            return deliveries.claim(
                connection, machine_now=self.now, lease=LEASE, limit=limit, ops=list(Op)
            )

    def claim_one(self) -> Claim:
        (claimed,) = self.claim()
        return claimed

    def begin(self, held: Claim) -> bool:
        with self.writing() as connection:
            return deliveries.begin_sending(
                connection, held, worker="test", revision=1, machine_now=self.now
            )

    def finish(self, held: Claim, message: MessageRef, revision: int = 1) -> bool:
        with self.writing() as connection:
            return deliveries.finish_sent(
                connection, held, message=message, revision=revision, machine_now=self.now
            )

    def reap(self) -> int:
        with self.writing() as connection:
            return deliveries.reap(
                connection, machine_now=self.now, settle=timedelta(seconds=30), max_failures=3
            )

    def states(self) -> list[DeliveryState]:
        """Of every delivery, in the order they were made."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(Delivery.state).order_by(Delivery.id)).scalars())

    def errors(self) -> list[str | None]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(Delivery.error).order_by(Delivery.id)).scalars())

    def ops(self, state: DeliveryState = DeliveryState.QUEUED) -> list[Op]:
        with self.engine.connect() as connection:
            return list(
                connection.execute(
                    select(Delivery.op).where(Delivery.state == state).order_by(Delivery.id)
                ).scalars()
            )

    def uuid(self, held: Claim) -> UUID:
        with self.engine.connect() as connection:
            return connection.execute(
                select(Delivery.uuid).where(Delivery.id == held.id)
            ).scalar_one()

    def shown(self) -> list[tuple[int, int]]:
        """(wanted, shown) of every post."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(Post.wanted_rev, Post.shown_rev))
            return [(wanted, shown) for wanted, shown in rows]
