"""Writes what was decided about people in groups: questions, their messages, when to look again.

Runs after `storage.checkin_groups`, inside the caller's writing transaction, and never commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    false,
    insert,
    literal,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.orm import aliased

from domain.notices import Lane, NoticeKind, SubjectType
from storage.checkin_group_tables import (
    CADENCE_DECIDED,
    COUNTED,
    GROUP_DECIDED,
    GROUPED_CADENCE,
    GROUPED_PERSON,
    MICROSECOND,
    part_of,
)
from storage.conflicts import insert_new
from storage.tables.base import Base
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, DigestCadence
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post, Way
from storage.temporary import dashed, micros, numbered
from storage.types import EPOCH, Moment, Word


def save(connection: Connection, business_now: datetime, machine_now: datetime) -> int:
    """Write what was decided: questions with their messages, and when to look again.

    Returns how many get a message.
    """
    asked = _ask(connection, business_now, machine_now)
    latest = business_now + timedelta(days=1)
    connection.execute(
        update(Cadence)
        .where(
            Cadence.goal_id == GROUPED_CADENCE.c.goal_id,
            CADENCE_DECIDED.c.id == GROUPED_CADENCE.c.decided,
            GROUPED_PERSON.c.person_id == GROUPED_CADENCE.c.person_id,
        )
        .values(
            handled=CADENCE_DECIDED.c.handled,
            next_local=CADENCE_DECIDED.c.next_local,
            look_at=_look(CADENCE_DECIDED, latest),
            due_since=CADENCE_DECIDED.c.due_since,
            ask_again_on=CADENCE_DECIDED.c.ask_again_on,
        )
    )
    connection.execute(
        update(DigestCadence)
        .where(
            DigestCadence.manager_id == GROUPED_PERSON.c.person_id,
            ~GROUPED_PERSON.c.apart,
            GROUP_DECIDED.c.group_no == GROUPED_PERSON.c.group_no,
            GROUP_DECIDED.c.up == GROUPED_PERSON.c.up,
        )
        .values(look_at=_look(GROUP_DECIDED, latest))
    )
    return asked


def _ask(connection: Connection, business_now: datetime, machine_now: datetime) -> int:
    wanted = (
        select(GROUPED_CADENCE.c.person_id)
        .join(CADENCE_DECIDED, CADENCE_DECIDED.c.id == GROUPED_CADENCE.c.decided)
        .where(CADENCE_DECIDED.c.wanted)
    )
    asks = update(GROUPED_PERSON).where(GROUPED_PERSON.c.person_id.in_(wanted), GROUPED_PERSON.c.up)
    if not connection.execute(asks.values(asks=true())).rowcount:
        return 0
    morning = _Morning(connection, business_now, machine_now)
    morning.show_earlier_ones_anew()
    return morning.write()


class _Morning:
    """The messages of those who are asked. One id stands for a question, its notice, its message
    and the sending of it: so each is known without being looked up."""

    def __init__(
        self, connection: Connection, business_now: datetime, machine_now: datetime
    ) -> None:
        self._connection = connection
        self._business_now = literal(business_now, Moment)
        self._machine_now = literal(machine_now, Moment)
        self._id = numbered(connection, uuid4().hex[:24], GROUPED_PERSON.c.n)
        self._address = dashed(connection, GROUPED_PERSON.c.person_id)
        self._those = (
            select(GROUPED_PERSON.c.n)
            .join(
                GROUP_DECIDED,
                and_(
                    GROUP_DECIDED.c.group_no == GROUPED_PERSON.c.group_no,
                    GROUP_DECIDED.c.up == GROUPED_PERSON.c.up,
                ),
            )
            .where(GROUPED_PERSON.c.asks)
            .order_by(GROUPED_PERSON.c.n)
        )

    def show_earlier_ones_anew(self) -> None:
        """The last question of each says that it is asked again."""
        earlier = aliased(CheckInPrompt)
        newest = (
            select(earlier.local_date)
            .where(
                earlier.owner_id == GROUPED_PERSON.c.person_id,
                exists().where(CheckInAsked.prompt_id == earlier.id),
            )
            .order_by(earlier.local_date.desc())
            .limit(1)
            .correlate(GROUPED_PERSON)
            .scalar_subquery()
        )
        prompts = (
            select(CheckInPrompt.id)
            .join(GROUPED_PERSON, GROUPED_PERSON.c.person_id == CheckInPrompt.owner_id)
            .where(GROUPED_PERSON.c.asks, CheckInPrompt.local_date == newest)
        )
        about = (
            Post.subject_type == SubjectType.CHECK_IN_PROMPT,
            Post.subject_id.in_(prompts),
        )
        changed = update(Post).where(*about).values(wanted_rev=Post.wanted_rev + 1)
        if not self._connection.execute(changed).rowcount:
            return
        row = {
            **self._delivery(Op.UPDATE, Lane.INTERACTIVE),
            "uuid": numbered(self._connection, uuid4().hex[:24], GROUPED_PERSON.c.n),
            "post_id": Post.id,
        }
        shown = (
            select(*row.values())
            .select_from(GROUPED_PERSON)
            .join(Post, Post.person_id == GROUPED_PERSON.c.person_id)
            .where(GROUPED_PERSON.c.asks, Post.ts.is_not(None), *about)
        )
        self._connection.execute(
            insert_new(self._connection, Delivery).from_select(list(row), shown)
        )

    def write(self) -> int:
        count = self._insert(
            CheckInPrompt,
            id=self._id,
            owner_id=GROUPED_PERSON.c.person_id,
            local_date=GROUP_DECIDED.c.shift,
            at=self._business_now,
            after_leave=false(),
            with_digest=false(),
        )
        asked = {"prompt_id": self._id, "goal_id": GROUPED_CADENCE.c.goal_id}
        goals = (
            select(*asked.values())
            .join(GROUPED_PERSON, GROUPED_PERSON.c.person_id == GROUPED_CADENCE.c.person_id)
            .join(CADENCE_DECIDED, CADENCE_DECIDED.c.id == GROUPED_CADENCE.c.decided)
            .where(GROUPED_PERSON.c.asks, CADENCE_DECIDED.c.wanted)
            .order_by(GROUPED_PERSON.c.n)
        )
        self._connection.execute(insert(CheckInAsked).from_select(list(asked), goals))
        subject: dict[str, Any] = {
            "kind": literal(NoticeKind.CHECK_IN_PROMPT, Word(NoticeKind)),
            "subject_type": literal(SubjectType.CHECK_IN_PROMPT, Word(SubjectType)),
            "subject_id": self._id,
        }
        self._insert(
            Post,
            id=self._id,
            **subject,
            person_id=GROUPED_PERSON.c.person_id,
            about=literal(0),
            morning=GROUP_DECIDED.c.shift,
            wanted_rev=literal(1),
            shown_rev=literal(0),
        )
        self._insert(
            Notice,
            id=self._id,
            **subject,
            dedup_key=literal("check_in:")
            .op("||")(self._address)
            .op("||")(literal(":"))
            .op("||")(cast(GROUP_DECIDED.c.shift, String)),
            person_id=GROUPED_PERSON.c.person_id,
            lane=literal(int(Lane.REMINDER)),
            subject_revision=literal(0),
            due_at=self._business_now,
            expires_at=GROUP_DECIDED.c.expires,
            state=literal(NoticeState.QUEUED, Word(NoticeState)),
            way=literal(Way.ALONE, Word(Way)),
            post_id=self._id,
        )
        self._insert(
            Delivery,
            uuid=self._id,
            post_id=self._id,
            expires_at=GROUP_DECIDED.c.expires,
            **self._delivery(Op.POST, Lane.REMINDER),
        )
        return count

    def _delivery(self, op: Op, lane: Lane) -> dict[str, Any]:
        return {
            "op": literal(op, Word(Op)),
            "destination": self._address,
            "lane": literal(int(lane)),
            "state": literal(DeliveryState.QUEUED, Word(DeliveryState)),
            "not_before": self._machine_now,
            "attempt": literal(0),
            "failures": literal(0),
            "looks": literal(0),
        }

    def _insert(self, table: type[Base], **row: Any) -> int:
        those = self._those.with_only_columns(*row.values(), maintain_column_froms=True)
        new = insert(table).from_select(list(row), those, include_defaults=False)
        return self._connection.execute(new, execution_options=COUNTED).rowcount


def _look(decided: Table, latest: datetime) -> ColumnElement[Any]:
    """When to look again: within the spread at the place of each, at `latest` at the latest."""
    at = micros(decided.c.look) + part_of(decided.c.spread, GROUPED_PERSON.c.place)
    last = literal((latest - EPOCH) // MICROSECOND, BigInteger)
    return type_coerce(case((at > last, last), else_=at), Moment)
