"""The life of a delivery: claimed, sending, sent; its side exits, and who may take it over.

Every step is a conditional update: it happens only if the row still is in the state, and leased by
the token, that the process believes in. Zero rows mean that somebody took over. All moments are
machine time, given by the caller. Source: the delivery design.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from domain.notices import Lane
from domain.pacing import Room
from storage.conditions import built_once, one_of_words
from storage.conflicts import insert_if_new
from storage.handover import delivery_row, destination_of
from storage.literals import literally
from storage.outbox import MessageRef, queue_update
from storage.paces import blocked_now, read_paces, resting, store_taken
from storage.statements import Statement
from storage.tables.outbox import AttemptLog, Delivery, DeliveryState, Op, Post
from storage.types import Moment

BULK_FROM = Lane.REMINDER
"""From this lane on, posts may not take all of the budget."""

# Any number, as long as nobody else in this database locks it: claims take their turn.
_CLAIMING = 0x0ACC0_0D0

_IN_FLIGHT = (DeliveryState.CLAIMED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery leased to this process until machine time `until`."""

    id: int
    token: UUID
    op: Op
    lane: Lane
    attempt: int
    failures: int
    until: datetime
    destination: str = ""
    slot: datetime | None = None
    """When it may leave, at the earliest and nearly at the latest."""


def claim(
    connection: Connection,
    *,
    machine_now: datetime,
    lease: timedelta,
    limit: int,
    ops: Collection[Op],
    horizon: timedelta = timedelta(),
) -> list[Claim]:
    """Lease up to `limit` due deliveries, the most urgent first, one per destination.

    Each gets the next slot of its method, of those that begin within `horizon`; without a slot it
    stays where it is. A destination with something in flight gets nothing, so that two messages
    never race there, nor one that has just had a post.
    """
    if connection.dialect.name == "postgresql":
        # What was reserved is read after the lock was had, by a statement of its own.
        connection.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
    room = Room(read_paces(connection), machine_now, horizon)
    wanted = open_queue(room, ops)
    if wanted is None:
        return []
    slots = {}
    for identity, op, lane in _most_urgent(wanted).rows(
        connection, {"now": machine_now, "most": limit}
    ):
        slot = room.take(op.method, bulk=lane >= BULK_FROM)
        if slot is not None:
            slots[identity] = slot
    if not slots:
        return []
    store_taken(connection, room.changed())
    rows = connection.execute(
        update(Delivery)
        .where(Delivery.id.in_(list(slots)))
        .values(
            state=DeliveryState.CLAIMED,
            lease_token=uuid4(),
            lease_until=machine_now + lease,
            attempt=Delivery.attempt + 1,
        )
        .returning(*_CLAIM_COLUMNS, Delivery.not_before)
    ).all()
    urgent_first = sorted(rows, key=lambda row: (row.lane, row.not_before, row.id))
    return [_claim(row, slots[row.id]) for row in urgent_first]


@dataclass(frozen=True, slots=True)
class OpenQueue:
    """What has a slot to be had: these operations, and whether bulk posts do."""

    ops: frozenset[Op]
    bulk_posts: bool


def open_queue(room: Room, ops: Collection[Op]) -> OpenQueue | None:
    """What of these operations could be sent now; None where nothing could."""
    free = frozenset(op for op in ops if room.opens_at(op.method) is None)
    if not free:
        return None
    return OpenQueue(free, room.opens_at(Op.POST.method, bulk=True) is None)


def anything_due(connection: Connection, wanted: OpenQueue, *, machine_now: datetime) -> bool:
    """Whether a claim would find something; a look that takes no lock."""
    return _look(wanted).row(connection, {"now": machine_now}) is not None


def anything_under_way(connection: Connection, *, machine_now: datetime) -> bool:
    """Whether a delivery is due or in flight; what waits for a later moment does not count."""
    due = and_(any_of(DeliveryState.QUEUED), Delivery.not_before <= machine_now)
    return any(
        connection.execute(select(Delivery.id).where(wanted).limit(1)).first() is not None
        for wanted in (due, any_of(*_IN_FLIGHT))
    )


def begin_sending(
    connection: Connection, held: Claim, *, worker: str, revision: int | None, machine_now: datetime
) -> bool:
    """From now on it may be in Slack.

    False if the claim is no longer this process's, or if Slack has asked to wait since.
    """
    mine = connection.execute(
        update(Delivery)
        .where(_held(held, DeliveryState.CLAIMED), ~blocked_now(held.op.method, machine_now))
        .values(
            state=DeliveryState.SENDING,
            # An earlier attempt may be in Slack after all: history is read from the first one on.
            send_started=func.coalesce(Delivery.send_started, literal(machine_now, Moment)),
            rendered_rev=func.coalesce(Delivery.rendered_rev, revision),
        )
    ).rowcount
    if mine:
        connection.execute(
            insert(AttemptLog).values(
                delivery_id=held.id, n=held.attempt, worker=worker, started=machine_now
            )
        )
    return mine == 1


def finish_sent(
    connection: Connection,
    held: Claim,
    *,
    message: MessageRef | None,
    revision: int | None,
    machine_now: datetime,
) -> bool:
    """Slack has it. False if somebody took over: then `record_seen` says whose message stands.

    `message` is None for Home. A lease that ran out does not matter as long as nobody has decided
    otherwise.
    """
    post = connection.execute(
        update(Delivery)
        .where(_held(held, DeliveryState.SENDING, DeliveryState.UNCERTAIN))
        .values(**_KNOWN_TO_BE_SENT)
        .returning(Delivery.post_id)
    ).one_or_none()
    if post is None:
        return False
    _log_outcome(connection, held, "sent", machine_now)
    if message is not None and revision is not None:
        _show(connection, post.post_id, message, revision, machine_now)
    return True


class Seen(Enum):
    """What a message in Slack is that bears the marker of a delivery."""

    STANDS = auto()
    """The one that stands for the post."""
    DUPLICATE = auto()
    """Beside it; its deletion is queued."""
    UNKNOWN = auto()
    """There is no such delivery any more."""


def record_seen(
    connection: Connection, uuid: UUID, message: MessageRef, *, machine_now: datetime
) -> Seen:
    """The message with this delivery's marker exists in Slack, whoever found it.

    Of a duplicate the deletion is queued in the same transaction, so that nobody forgets it.
    """
    row = connection.execute(
        update(Delivery)
        .where(Delivery.uuid == uuid, Delivery.op == Op.POST, Delivery.state != DeliveryState.SENT)
        .values(**_KNOWN_TO_BE_SENT)
        .returning(Delivery.post_id, Delivery.rendered_rev)
    ).one_or_none()
    if row is not None:
        _show(connection, row.post_id, message, row.rendered_rev or 0, machine_now)
    standing = connection.execute(
        select(Post.id, Post.person_id, Post.ts)
        .join(Delivery, Delivery.post_id == Post.id)
        .where(Delivery.uuid == uuid)
    ).one_or_none()
    if standing is None:
        return Seen.UNKNOWN
    if standing.ts == message.ts:
        return Seen.STANDS
    deletion = delivery_row(
        op=Op.DELETE,
        post_id=standing.id,
        destination=destination_of(standing.person_id, message.channel),
        lane=Lane.INTERACTIVE,
        not_before=machine_now,
    )
    insert_if_new(connection, Delivery, {**deletion, "duplicate_ts": message.ts})
    return Seen.DUPLICATE


def requeue(
    connection: Connection,
    held: Claim,
    *,
    not_before: datetime,
    error: str | None,
    counts: bool,
    machine_now: datetime,
    states: Collection[DeliveryState] = _IN_FLIGHT,
) -> bool:
    """It is certainly not in Slack, or may be repeated: try again from `not_before` on.

    False if it is no longer held in one of these states.
    """
    values = {
        "state": DeliveryState.QUEUED,
        "not_before": not_before,
        "failures": Delivery.failures + int(counts),
    }
    try:
        # Within the savepoint only: a newer update of the same message may be queued already.
        with connection.begin_nested():
            return _leave(connection, held, values, error, machine_now, states)
    except IntegrityError:
        return void(connection, held, reason="superseded", machine_now=machine_now)


def doubt(
    connection: Connection, held: Claim, *, look_at: datetime, error: str, machine_now: datetime
) -> bool:
    """It may be in Slack: its history is to be read at `look_at`.

    The token stays: if the process that sent it comes back with an answer, that settles it.
    """
    changed = connection.execute(
        update(Delivery)
        .where(_held(held, DeliveryState.SENDING))
        .values(
            state=DeliveryState.UNCERTAIN,
            lease_until=None,
            reconcile_at=look_at,
            looks=0,
            error=error,
        )
    ).rowcount
    if changed:
        _log_outcome(connection, held, error, machine_now)
    return changed == 1


def seek_copies(connection: Connection, held: Claim, *, look_at: datetime) -> None:
    """Slack may have it from this process, although others have taken over: a look will tell.

    Where a look is under way, it decides nothing any more.
    """
    connection.execute(
        update(Delivery).where(Delivery.id == held.id).values(reconcile_at=look_at, looks=0)
    )


def void(connection: Connection, held: Claim, *, reason: str, machine_now: datetime) -> bool:
    """It has become pointless, for a reason given as a code."""
    return _leave(connection, held, {"state": DeliveryState.VOID}, reason, machine_now)


def bury(
    connection: Connection,
    held: Claim,
    *,
    error: str,
    machine_now: datetime,
    reference: str | None = None,
    states: Collection[DeliveryState] = _IN_FLIGHT,
) -> bool:
    """It will never be sent: an administrator is to know. `reference` leads into the log."""
    values = {"state": DeliveryState.DEAD, "reference": reference, "died_at": machine_now}
    return _leave(connection, held, values, error, machine_now, states)


def reap(
    connection: Connection,
    *,
    machine_now: datetime,
    settle: timedelta,
    max_failures: int,
    limit: int = 100,
) -> int:
    """Free what was leased to processes that did not come back; returns how many rows.

    What was claimed was certainly not sent. What was being sent may be in Slack: a post becomes
    uncertain, an update or Home is simply repeated.
    """
    expired = connection.execute(
        select(*_CLAIM_COLUMNS, Delivery.state)
        .where(any_of(*_IN_FLIGHT), Delivery.lease_until <= machine_now)
        .order_by(Delivery.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in expired:
        lost = _claim(row)
        if row.state is DeliveryState.SENDING and lost.op is Op.POST:
            look_at = machine_now + settle
            doubt(connection, lost, look_at=look_at, error="lease_lost", machine_now=machine_now)
        elif lost.failures + 1 >= max_failures:
            bury(connection, lost, error="lease_lost", machine_now=machine_now)
        else:
            requeue(
                connection,
                lost,
                not_before=machine_now,
                error="lease_lost",
                counts=True,
                machine_now=machine_now,
            )
    return len(expired)


def any_of(*states: DeliveryState) -> ColumnElement[bool]:
    """The delivery is in one of these states, spelled as the partial indexes spell it."""
    words = [literally(state) for state in states]
    return Delivery.state == words[0] if len(words) == 1 else Delivery.state.in_(words)


_KNOWN_TO_BE_SENT: dict[str, Any] = {
    "state": DeliveryState.SENT,
    "error": None,
    "lease_token": None,
    "lease_until": None,
    # The look that was to tell is settled, too; one for copies is not.
    "reconcile_at": case(
        (Delivery.state == DeliveryState.UNCERTAIN, None), else_=Delivery.reconcile_at
    ),
}

_CLAIM_COLUMNS = (
    Delivery.id,
    Delivery.lease_token,
    Delivery.op,
    Delivery.lane,
    Delivery.attempt,
    Delivery.failures,
    Delivery.lease_until,
    Delivery.destination,
)


def _claim(row: Row[*tuple[Any, ...]], slot: datetime | None = None) -> Claim:
    return Claim(
        id=row.id,
        token=row.lease_token,
        op=row.op,
        lane=Lane(row.lane),
        attempt=row.attempt,
        failures=row.failures,
        until=row.lease_until,
        destination=row.destination,
        slot=slot,
    )


@built_once
def _look(wanted: OpenQueue) -> Statement:
    """Asked many times a second while nothing is due."""
    return Statement(_due(wanted).limit(1))


@built_once
def _most_urgent(wanted: OpenQueue) -> Statement:
    return Statement(
        _due(wanted)
        .order_by(Delivery.lane, Delivery.not_before, Delivery.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


@built_once
def _due(wanted: OpenQueue) -> Select[int, Op, int]:
    """What may be claimed at `now`, a parameter."""
    ops = wanted.ops
    now: BindParameter[datetime] = bindparam("now", type_=Moment())
    ahead = aliased(Delivery)
    flying = aliased(Delivery)
    queued = literally(DeliveryState.QUEUED)
    bulk_posts = and_(Delivery.op == literally(Op.POST), Delivery.lane >= int(BULK_FROM))
    due = select(Delivery.id, Delivery.op, Delivery.lane).where(
        Delivery.state == queued,
        Delivery.not_before <= now,
        one_of_words(Delivery.op, ops),
        ~exists().where(
            flying.destination == Delivery.destination,
            flying.state.in_([literally(state) for state in _IN_FLIGHT]),
        ),
        ~exists().where(
            ahead.destination == Delivery.destination,
            ahead.state == queued,
            ahead.not_before <= now,
            one_of_words(ahead.op, ops),
            tuple_(ahead.lane, ahead.not_before, ahead.id)
            < tuple_(Delivery.lane, Delivery.not_before, Delivery.id),
        ),
        ~and_(Delivery.op == literally(Op.POST), resting(Delivery.destination, now)),
    )
    return due if wanted.bulk_posts else due.where(~bulk_posts)


def _held(held: Claim, *states: DeliveryState) -> ColumnElement[bool]:
    return and_(Delivery.id == held.id, Delivery.lease_token == held.token, any_of(*states))


def _leave(
    connection: Connection,
    held: Claim,
    values: dict[str, Any],
    outcome: str | None,
    machine_now: datetime,
    states: Collection[DeliveryState] = _IN_FLIGHT,
) -> bool:
    changed = connection.execute(
        update(Delivery)
        .where(_held(held, *states))
        .values(error=outcome, lease_token=None, lease_until=None, **values)
    ).rowcount
    if changed:
        _log_outcome(connection, held, outcome, machine_now)
    return changed == 1


def _log_outcome(
    connection: Connection, held: Claim, outcome: str | None, machine_now: datetime
) -> None:
    connection.execute(
        update(AttemptLog)
        .where(AttemptLog.delivery_id == held.id, AttemptLog.n == held.attempt)
        .values(ended=machine_now, outcome=outcome)
    )


def _show(
    connection: Connection, post: UUID, message: MessageRef, revision: int, machine_now: datetime
) -> None:
    """Slack shows the post as of `revision`; an update follows if that is no longer the newest.

    The post's row lock decides between this and a change at the same moment: whoever comes second
    sees the other and queues the update.
    """
    shown = connection.execute(
        update(Post)
        .where(Post.id == post)
        .values(
            channel=func.coalesce(Post.channel, message.channel),
            ts=func.coalesce(Post.ts, message.ts),
            shown_rev=_greatest(connection, revision),
        )
        .returning(Post.person_id, Post.channel, Post.ts, Post.wanted_rev, Post.shown_rev)
    ).one()
    if shown.wanted_rev > shown.shown_rev:
        queue_update(connection, post, shown.person_id, shown.channel, machine_now)


def _greatest(connection: Connection, revision: int) -> ColumnElement[int]:
    pick = func.max if connection.dialect.name == "sqlite" else func.greatest
    return pick(Post.shown_rev, revision)
