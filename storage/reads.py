"""What the record says of readings: who opened what is confidential about a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from domain.audit import READS, Action, Receipt
from domain.entries import parse_entry
from domain.notices import SubjectType
from storage.tables.audit import AuditEntry, AuditLeaf
from storage.tables.feedback import EvaluationFeedback, SupportFeedback
from storage.tables.rounds import PrivateAnswer


@dataclass(frozen=True, slots=True)
class StoredRead:
    """An entry of the record about an opening; `at` is machine time, or when it was done where that
    was entered later.

    `reader` is None for an operator at the command line, who has no name there.
    """

    receipt: Receipt
    at: datetime
    reader: UUID | None
    action: Action
    object_type: SubjectType
    object: UUID


def reads_by_others(
    connection: Connection,
    person: UUID,
    but: Collection[Action] = (),
    *,
    before: int | None = None,
    limit: int | None = None,
) -> list[StoredRead]:
    """Openings of what is the person's or about them, by anybody else, newest first; none of `but`.

    Whoever opens feedback that they gave themselves has not looked at anything of anybody's.
    """
    wanted = (
        select(
            AuditEntry.seq,
            AuditLeaf.hash,
            AuditEntry.body,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.object_type,
            AuditEntry.object_id,
        )
        .join(AuditLeaf, AuditLeaf.seq == AuditEntry.seq)
        .where(_about(person), or_(AuditEntry.actor.is_(None), AuditEntry.actor != person))
        .where(*(~_gave(table) for table in (SupportFeedback, EvaluationFeedback)))
        .where(AuditEntry.action.not_in(but) if but else true())
        .order_by(AuditEntry.seq.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.seq < before)
    return [
        StoredRead(
            Receipt(seq, leaf), parse_entry(body).stamp.done_at, actor, action, object_type, thing
        )
        for seq, leaf, body, actor, action, object_type, thing in connection.execute(wanted)
    ]


def _about(person: UUID) -> ColumnElement[bool]:
    # The answers of a round are opened together, in one entry without a subject.
    answered = select(PrivateAnswer.round_id).where(PrivateAnswer.author_id == person)
    return or_(
        and_(AuditEntry.subject == person, AuditEntry.action.in_(READS)),
        and_(AuditEntry.object_id.in_(answered), AuditEntry.action == Action.READ_ROUND),
    )


def _gave(table: type[SupportFeedback | EvaluationFeedback]) -> ColumnElement[bool]:
    given = select(table.id).where(
        table.id == AuditEntry.object_id, table.giver_id == AuditEntry.actor
    )
    return and_(AuditEntry.action == Action.READ_FEEDBACK, given.exists())
