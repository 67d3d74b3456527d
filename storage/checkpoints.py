"""Checkpoints of the record: made in the database, then kept in places outside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from domain.checkpoints import Checkpoint, sign_checkpoint
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.signing import Anchoring, SigningKeys
from storage import outbox
from storage.conflicts import insert_if_new
from storage.leaves import root_of
from storage.tables.audit import AuditHead
from storage.tables.checkpoints import AuditAnchor, AuditCheckpoint
from storage.tables.outbox import Delivery, DeliveryState, Post
from storage.types import Moment

FILE, CHANNEL = "file", "channel"
# Deliveries after which Slack will never have the message by itself.
_GIVEN_UP = (DeliveryState.DEAD, DeliveryState.VOID)


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as the database has it."""

    id: UUID
    size: int
    root: bytes
    note: str
    at: datetime

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.note.partition("\n")[0], self.size, self.root)


@dataclass(frozen=True, slots=True)
class AnchorState:
    """How far one place has the record: the size of its newest checkpoint, and what is wrong."""

    place: str
    size: int
    error: str | None = None
    failing_since: datetime | None = None


def head(connection: Connection) -> tuple[int, bytes]:
    """Size and root of the record as it stands."""
    size, root = connection.execute(select(AuditHead.size, AuditHead.root)).one()
    return size, root


def make(connection: Connection, keys: SigningKeys, at: datetime) -> StoredCheckpoint | None:
    """A checkpoint of the record as it stands; None where it has not grown since the last one."""
    size, root = head(connection)
    if not size:
        return None
    made = StoredCheckpoint(uuid4(), size, root, sign_checkpoint(size, root, keys.signer), at)
    row = {"size": size, "id": made.id, "root": root, "note": made.note, "at": at}
    return made if insert_if_new(connection, AuditCheckpoint, row) else None


def latest(connection: Connection) -> StoredCheckpoint | None:
    """The newest checkpoint."""
    return _one(connection)


def by_id(connection: Connection, checkpoint: UUID) -> StoredCheckpoint | None:
    return _one(connection, AuditCheckpoint.id == checkpoint)


def covering(connection: Connection, seq: int) -> StoredCheckpoint | None:
    """The newest checkpoint, if it was made when the entry was there."""
    return _one(connection, AuditCheckpoint.size > seq)


def root_at(connection: Connection, size: int) -> bytes | None:
    """The root over the first `size` entries, as a checkpoint says or as the leaves add up.

    None where the record has fewer.
    """
    stored = _one(connection, AuditCheckpoint.size == size)
    if stored is not None:
        return stored.root
    return root_of(connection, 0, size) if head(connection)[0] >= size else None


def send_to_channel(
    connection: Connection,
    checkpoint: StoredCheckpoint,
    channel: str,
    *,
    business_now: datetime,
    machine_now: datetime,
) -> int:
    """Put the checkpoint into the outbox unless it is there; anew, once an hour, if Slack gave up.

    Returns how many messages that makes.
    """
    if _sending(connection, checkpoint.id, channel) not in (None, *_GIVEN_UP):
        return 0
    notice = NewNotice(
        kind=NoticeKind.AUDIT_CHECKPOINT,
        dedup_key=f"checkpoint:{checkpoint.size}:{channel}:{machine_now:%Y%m%d%H}",
        person=None,
        lane=Lane.ESCALATION,
        subject_type=SubjectType.AUDIT_CHECKPOINT,
        subject=checkpoint.id,
        due_at=business_now,
        channel=channel,
    )
    return outbox.enqueue(connection, [notice], business_now=business_now, machine_now=machine_now)


def note_anchored(connection: Connection, place: str, size: int, at: datetime) -> None:
    """The place has the checkpoint of this size."""
    well = {"size": size, "anchored_at": at, "error": None, "failing_since": None}
    _keep(connection, place, well)


def note_failure(connection: Connection, place: str, code: str, at: datetime) -> None:
    """The place does not take it; `failing_since` stays at the first time in a row."""
    since = func.coalesce(AuditAnchor.failing_since, bindparam("at", at, type_=Moment))
    _keep(connection, place, {"error": code, "failing_since": since})


def anchor_states(connection: Connection, anchoring: Anchoring) -> tuple[AnchorState, ...]:
    """How each configured place is doing."""
    found = []
    if anchoring.file is not None:
        row = connection.execute(select(AuditAnchor).where(AuditAnchor.place == FILE)).first()
        found.append(
            AnchorState(FILE, 0)
            if row is None
            else AnchorState(FILE, row.size, row.error, row.failing_since)
        )
    if anchoring.channel is not None:
        found.append(_channel_state(connection, anchoring.channel))
    return tuple(found)


def _channel_state(connection: Connection, channel: str) -> AnchorState:
    reached = connection.execute(
        select(AuditCheckpoint.size)
        .join(Post, Post.subject_id == AuditCheckpoint.id)
        .where(
            Post.subject_type == SubjectType.AUDIT_CHECKPOINT,
            Post.channel == channel,
            Post.ts.is_not(None),
        )
        .order_by(AuditCheckpoint.size.desc())
        .limit(1)
    ).scalar()
    newest = latest(connection)
    last = None if newest is None else _last_delivery(connection, newest.id, channel)
    error = last[1] or last[0].value if last is not None and last[0] in _GIVEN_UP else None
    return AnchorState(CHANNEL, reached or 0, error)


def _sending(connection: Connection, checkpoint: UUID, channel: str) -> DeliveryState | None:
    """How far its message to the channel is; None where there is none."""
    row = _last_delivery(connection, checkpoint, channel)
    return None if row is None else row[0]


def _last_delivery(
    connection: Connection, checkpoint: UUID, channel: str
) -> tuple[DeliveryState, str | None] | None:
    row = connection.execute(
        select(Delivery.state, Delivery.error)
        .join(Post, Post.id == Delivery.post_id)
        .where(
            Post.subject_type == SubjectType.AUDIT_CHECKPOINT,
            Post.subject_id == checkpoint,
            Post.channel == channel,
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def _one(
    connection: Connection, condition: ColumnElement[bool] | None = None
) -> StoredCheckpoint | None:
    """The newest of those."""
    wanted = select(
        AuditCheckpoint.id,
        AuditCheckpoint.size,
        AuditCheckpoint.root,
        AuditCheckpoint.note,
        AuditCheckpoint.at,
    ).order_by(AuditCheckpoint.size.desc())
    if condition is not None:
        wanted = wanted.where(condition)
    row = connection.execute(wanted.limit(1)).first()
    return None if row is None else StoredCheckpoint(*row)


def _keep(connection: Connection, place: str, values: Mapping[str, object]) -> None:
    empty = {"place": place, "size": 0, "anchored_at": None, "error": None, "failing_since": None}
    insert_if_new(connection, AuditAnchor, empty)
    connection.execute(update(AuditAnchor).where(AuditAnchor.place == place).values(**values))
