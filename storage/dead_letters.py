"""Dead letters in the database: what could not be delivered, and what administrators do with it.

All moments are machine time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from domain.dead_letters import (
    Cause,
    DeadLetter,
    LetterGroup,
    Picked,
    Topic,
    TriedAgain,
    cause_of,
    topic_of,
)
from domain.notices import Lane, NoticeKind
from storage.conflicts import insert_new
from storage.handover import CHANNEL, delivery_row
from storage.literals import literally
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post
from storage.tables.people import Person

A_DAY = timedelta(days=1)
_AT_ONCE = 500

_DEAD = Delivery.state == literally(DeliveryState.DEAD)
_WHO = func.coalesce(Delivery.person_id, Post.person_id)
_DIED = func.coalesce(Delivery.died_at, Delivery.send_started, Delivery.not_before)
# What tells administrators of dead letters begets none to tell of.
_TO_TELL = or_(Post.kind.is_(None), Post.kind != NoticeKind.DEAD_LETTERS)
# A kind that a later version has stored can be listed, too.
_KIND = type_coerce(Post.kind, String)
_BORN = Delivery.__table__.outerjoin(Post.__table__, Post.id == Delivery.post_id)


def groups(connection: Connection) -> tuple[LetterGroup, ...]:
    """All that is dead, by what stands in the way; the most frequent first."""
    rows = connection.execute(
        select(
            Delivery.error,
            _KIND,
            _WHO.is_not(None).label("to_person"),
            func.count(),
            func.max(_DIED, type_=Delivery.died_at.type),
            func.max(Delivery.id),
        )
        .select_from(_BORN)
        .where(_DEAD)
        .group_by(Delivery.error, Post.kind, _WHO.is_not(None))
    )
    found: dict[Cause, list[_Like]] = {}
    for code, kind, to_person, count, latest, newest in rows:
        like = _Like(code, topic_of(kind), count, latest, newest)
        found.setdefault(cause_of(code, to_person=bool(to_person)), []).append(like)
    made = [_group(connection, cause, mine) for cause, mine in found.items()]
    return tuple(sorted(made, key=lambda one: (-one.count, one.cause)))


@dataclass(frozen=True, slots=True)
class _Like:
    """How many are alike, in code and topic; when the last died, and the newest one's id."""

    code: str | None
    topic: Topic
    count: int
    latest: datetime
    newest: int


def _group(connection: Connection, cause: Cause, likes: Sequence[_Like]) -> LetterGroup:
    topics: Counter[Topic] = Counter()
    for one in likes:
        topics[one.topic] += one.count
    total, newest = sum(topics.values()), max(one.newest for one in likes)
    return LetterGroup(
        cause,
        total,
        topics,
        latest=max(one.latest for one in likes),
        newest=newest,
        codes=tuple(sorted({one.code for one in likes if one.code})),
        only=_letters(connection, Delivery.id == newest, 0, 1)[0] if total == 1 else None,
    )


def letters(connection: Connection, cause: Cause, offset: int, limit: int) -> list[DeadLetter]:
    """Those of one cause, the newest first."""
    of_cause = _of(connection, Picked(cause=cause))
    return [] if of_cause is None else _letters(connection, of_cause, offset, limit)


def _letters(
    connection: Connection, which: ColumnElement[bool], offset: int, limit: int
) -> list[DeadLetter]:
    rows = connection.execute(
        select(
            Delivery.uuid,
            Delivery.error,
            Delivery.reference,
            Delivery.reconcile_at,
            _DIED.label("died"),
            _KIND.label("kind"),
            Post.channel,
            Person.id.label("person"),
            Person.name,
        )
        .select_from(_BORN.outerjoin(Person.__table__, Person.id == _WHO))
        .where(_DEAD, which)
        .order_by(Delivery.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        DeadLetter(
            id=row.uuid,
            cause=cause_of(row.error, to_person=row.person is not None),
            code=row.error or "",
            topic=topic_of(row.kind),
            person=row.name,
            channel=None if row.person is not None else row.channel,
            at=row.died,
            reference=row.reference,
            in_doubt=row.reconcile_at is not None,
        )
        for row in rows
    ]


def _of(connection: Connection, picked: Picked) -> ColumnElement[bool] | None:
    """The condition for these letters; None where there are none."""
    if picked.letter is not None:
        return Delivery.uuid == picked.letter
    kinds = connection.execute(
        select(Delivery.error, _WHO.is_not(None)).select_from(_BORN).where(_DEAD).distinct()
    )
    mine = [
        and_(
            Delivery.error == code if code is not None else Delivery.error.is_(None),
            _WHO.is_not(None) if to_person else _WHO.is_(None),
        )
        for code, to_person in kinds
        if cause_of(code, to_person=bool(to_person)) is picked.cause
    ]
    if not mine:
        return None
    seen = () if picked.newest is None else (Delivery.id <= picked.newest,)
    return and_(or_(*mine), *seen)


@dataclass(frozen=True, slots=True)
class Dead:
    """A dead delivery, locked, as far as it takes to try it again."""

    id: int
    uuid: UUID
    op: Op
    post: UUID | None
    person: UUID | None
    destination: str
    lane: Lane
    expires_at: datetime | None
    in_doubt: bool
    cause: Cause
    duplicate_ts: str | None


def take(connection: Connection, picked: Picked, limit: int) -> list[Dead]:
    """Those meant, as far as they are dead still, the oldest first; nobody else takes them."""
    which = _of(connection, picked)
    if which is None:
        return []
    wanted = (
        select(Delivery)
        .where(_DEAD, Delivery.id.in_(select(Delivery.id).select_from(_BORN).where(_DEAD, which)))
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update()
    )
    return [
        Dead(
            row.id,
            row.uuid,
            row.op,
            row.post_id,
            row.person_id,
            row.destination,
            Lane(row.lane),
            row.expires_at,
            row.reconcile_at is not None,
            cause_of(row.error, to_person=not row.destination.startswith(CHANNEL)),
            row.duplicate_ts,
        )
        for row in connection.execute(wanted)
    ]


def try_again(connection: Connection, dead: Sequence[Dead], machine_now: datetime) -> None:
    """Each gets a new delivery, which is rendered and checked anew; the dead one is over.

    What may be in Slack after all is looked for there first.
    """
    doubted = [one.id for one in dead if one.in_doubt]
    _set(
        connection,
        doubted,
        state=DeliveryState.UNCERTAIN,
        reconcile_at=machine_now,
        looks=0,
        failures=0,
        again_at=machine_now,
        died_at=None,
        told_at=None,
    )
    certain = [one for one in dead if not one.in_doubt]
    rows = [
        {
            **delivery_row(
                op=one.op,
                destination=one.destination,
                lane=one.lane,
                not_before=machine_now,
                post_id=one.post,
                person_id=one.person,
                expires_at=one.expires_at,
            ),
            "duplicate_ts": one.duplicate_ts,
            "again_at": machine_now,
        }
        for one in certain
    ]
    if rows:
        # An update, or Home, that is queued already will say the same.
        connection.execute(insert_new(connection, Delivery), rows)
    _set(connection, [one.id for one in certain], state=DeliveryState.VOID, error="tried_again")


def dismiss(connection: Connection, dead: Collection[Dead]) -> None:
    """Nothing more is to be done about them."""
    _set(connection, [one.id for one in dead], state=DeliveryState.VOID, error="dismissed")


def _set(connection: Connection, ids: Sequence[int], **values: object) -> None:
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        connection.execute(update(Delivery).where(Delivery.id.in_(some), _DEAD).values(**values))


def tried_again(connection: Connection, machine_now: datetime) -> TriedAgain:
    """What became, within a day, of what was tried again."""
    rows = connection.execute(
        select(Delivery.state, Delivery.error, func.count())
        .where(Delivery.again_at.is_not(None), Delivery.again_at > machine_now - A_DAY)
        .group_by(Delivery.state, Delivery.error)
    )
    states: Counter[DeliveryState] = Counter()
    reasons: Counter[str] = Counter()
    for state, error, count in rows:
        states[state] += count
        if state is DeliveryState.VOID:
            reasons[error or ""] += count
    # Dealt with once more: that is told where it was.
    for over in ("tried_again", "dismissed"):
        reasons.pop(over, None)
    dead, sent = states[DeliveryState.DEAD], states[DeliveryState.SENT]
    waiting = sum(states.values()) - dead - sent - states[DeliveryState.VOID]
    return TriedAgain(sent, waiting, reasons or None, dead)


def untold(connection: Connection) -> list[int]:
    """The ids of those dead of which administrators have not been told."""
    return list(
        connection.scalars(
            select(Delivery.id)
            .select_from(_BORN)
            .where(_DEAD, Delivery.told_at.is_(None), _TO_TELL)
            .order_by(Delivery.id)
        )
    )


def note_told(connection: Connection, ids: Sequence[int], machine_now: datetime) -> None:
    """Administrators are told of these, so that the next morning is quiet."""
    _set(connection, ids, told_at=machine_now)


def hear_soon(connection: Connection, people: Iterable[UUID]) -> set[UUID]:
    """Those of these administrators for whom the news of dead letters waits already."""
    waiting = select(Notice.person_id).where(
        Notice.state == literally(NoticeState.WAITING),
        Notice.kind == NoticeKind.DEAD_LETTERS,
        Notice.person_id.in_(list(people)),
    )
    return {person for person in connection.scalars(waiting) if person is not None}


def uuid_of(connection: Connection, delivery: int) -> UUID:
    return connection.execute(select(Delivery.uuid).where(Delivery.id == delivery)).scalar_one()


def last_told(connection: Connection) -> UUID | None:
    """What the last news of dead letters was about: older ones stay as they were."""
    return connection.scalars(
        select(Notice.subject_id)
        .where(Notice.kind == NoticeKind.DEAD_LETTERS)
        .order_by(Notice.due_at.desc())
        .limit(1)
    ).one_or_none()
