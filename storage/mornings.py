"""The one message of a person's morning: what waits for it, and handing it over together.

These functions run inside the caller's writing transaction and never commit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, select, update

from domain.notices import DATED_KINDS, NewNotice
from storage.handover import (
    Intent,
    hand_over,
    known_kind,
    store_notices,
    stored_intent,
    take_back_mornings,
)
from storage.literals import literally
from storage.tables.outbox import Notice, NoticeState, Way


@dataclass(frozen=True, slots=True)
class Morning:
    """A person's message of today: the check-in prompt if there is one, then what waited for it."""

    person: UUID
    day: date
    """Their own working day."""
    prompt: NewNotice | None


def _waiting(now: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.state == literally(NoticeState.WAITING),
        Notice.way == literally(Way.MORNING),
        Notice.due_at <= now,
        known_kind(),
    )


def people_waited_for(now: datetime) -> Select[UUID | None]:
    """For whom something is to be told in the next message of a morning."""
    return select(Notice.person_id).where(_waiting(now), Notice.person_id.is_not(None))


def waited_for(connection: Connection, people: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of these people to whom something is to be told; what has expired is void."""
    mine = (_waiting(now), Notice.person_id.in_(people))
    connection.execute(
        update(Notice)
        .where(*mine, Notice.expires_at <= now)
        .values(state=NoticeState.VOID, reason="expired")
    )
    return {who for who in connection.scalars(select(Notice.person_id).where(*mine)) if who}


def put_off_to(connection: Connection, person: UUID, until: datetime, now: datetime) -> None:
    """What waits for the person is to be looked at again then."""
    connection.execute(
        update(Notice).where(_waiting(now), Notice.person_id == person).values(due_at=until)
    )


def look_now(connection: Connection, person: UUID, now: datetime) -> None:
    """What waits for a morning of the person's to come may come with the next one instead."""
    connection.execute(
        update(Notice)
        .where(
            Notice.state == literally(NoticeState.WAITING),
            Notice.way == literally(Way.MORNING),
            Notice.person_id == person,
            Notice.due_at > now,
            Notice.kind.not_in(DATED_KINDS),
        )
        .values(due_at=now)
    )


def send_mornings(
    connection: Connection,
    mornings: Sequence[Morning],
    *,
    business_now: datetime,
    machine_now: datetime,
) -> int:
    """One message for each person, of the prompt and of all that waited; returns how many.

    What an earlier morning's message was to tell, which nobody has sent yet, goes with this one.
    """
    if not mornings:
        return 0
    prompts = store_notices(connection, [one.prompt for one in mornings if one.prompt is not None])
    parts: dict[UUID | None, list[Intent]] = {}
    for intent in prompts:
        parts.setdefault(intent.notice.person, []).append(intent)
    people = [one.person for one in mornings]
    take_back_mornings(connection, people, business_now)
    waited = connection.execute(
        select(Notice)
        .where(_waiting(business_now), Notice.person_id.in_(people))
        .order_by(Notice.lane, Notice.due_at, Notice.id)
        .with_for_update(skip_locked=True)
    )
    for row in waited:
        parts.setdefault(row.person_id, []).append(stored_intent(row))
    days = {one.person: one.day for one in mornings}
    return hand_over(connection, parts.values(), business_now, machine_now, days)
