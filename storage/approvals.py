"""Requests for a second person's approval, in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from domain.approvals import ApprovalState, StoredApproval
from storage.tables.approvals import Approval

_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Approval.id,
    Approval.act,
    Approval.about_id,
    Approval.parameters,
    Approval.reason,
    Approval.asker_id,
    Approval.beneficiary_id,
    Approval.state,
    Approval.digest,
    Approval.asked_at,
    Approval.expires_at,
    Approval.decided_by_id,
    Approval.decided_at,
    Approval.answer,
    Approval.void_reason,
)


def add(connection: Connection, new: StoredApproval) -> None:
    connection.execute(
        insert(Approval).values(
            id=new.id,
            act=new.act,
            about_id=new.about,
            parameters=new.parameters,
            reason=new.reason,
            asker_id=new.asker,
            beneficiary_id=new.beneficiary,
            state=new.state,
            digest=new.digest,
            asked_at=new.asked_at,
            expires_at=new.expires_at,
        )
    )


def by_id(connection: Connection, approval: UUID, *, lock: bool = False) -> StoredApproval | None:
    """The request; with `lock`, nobody else can decide it before the commit."""
    wanted = select(*_COLUMNS).where(Approval.id == approval)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else StoredApproval(*row)


def open_up(
    connection: Connection, approval: UUID, asked_at: datetime, expires_at: datetime
) -> bool:
    """The draft is a request now; False if it was one, or another about the same thing is open."""
    try:
        with connection.begin_nested():
            opened = connection.execute(
                update(Approval)
                .where(Approval.id == approval, Approval.state == ApprovalState.DRAFT)
                .values(state=ApprovalState.OPEN, asked_at=asked_at, expires_at=expires_at)
            )
    except IntegrityError:
        return False
    return opened.rowcount == 1


def settle(connection: Connection, approval: UUID, **values: object) -> bool:
    """Give an open request its end; False if it has one already."""
    settled = connection.execute(
        update(Approval)
        .where(Approval.id == approval, Approval.state == ApprovalState.OPEN)
        .values(**values)
    )
    return settled.rowcount == 1


def open_ones(connection: Connection, acts: Collection[str], limit: int) -> list[StoredApproval]:
    """Open requests for these acts, the most urgent first.

    One for an act that only a later version knows is left alone: nobody here can say what it is.
    """
    return _some(connection, _open(acts), limit)


def open_of(
    connection: Connection, acts: Collection[str], asker: UUID, limit: int
) -> list[StoredApproval]:
    """Open requests of one person's own, the most urgent first."""
    return _some(connection, _open(acts) & (Approval.asker_id == asker), limit)


def expired(
    connection: Connection, acts: Collection[str], now: datetime, limit: int
) -> list[StoredApproval]:
    """Open requests whose time has passed."""
    return _some(connection, _open(acts) & (Approval.expires_at <= now), limit)


def _open(acts: Collection[str]) -> ColumnElement[bool]:
    return (Approval.state == ApprovalState.OPEN) & Approval.act.in_(acts)


def any_over(connection: Connection, acts: Collection[str], now: datetime) -> bool:
    """Whether there is anything for a sweep to do."""
    waiting = _open(acts) | (Approval.state == ApprovalState.DRAFT)
    found = select(Approval.id).where(waiting, Approval.expires_at <= now).limit(1)
    return connection.execute(found).first() is not None


def forget_drafts(connection: Connection, now: datetime) -> int:
    """Delete what nobody confirmed that they ask for."""
    draft = Approval.state == ApprovalState.DRAFT
    return connection.execute(delete(Approval).where(draft, Approval.expires_at <= now)).rowcount


def open_about(connection: Connection, about: UUID) -> StoredApproval | None:
    """The open request about a thing."""
    open_ = Approval.state == ApprovalState.OPEN
    found = _some(connection, open_ & (Approval.about_id == about), 1)
    return found[0] if found else None


def draft_about(connection: Connection, about: UUID, asker: UUID) -> StoredApproval | None:
    """What this person is about to ask for about a thing, and nobody else sees."""
    draft = (Approval.state == ApprovalState.DRAFT) & (Approval.asker_id == asker)
    found = _some(connection, draft & (Approval.about_id == about), 1)
    return found[0] if found else None


def newest_about(connection: Connection, about: UUID, act: str) -> UUID | None:
    """The newest request for the act about a thing, whatever has become of it."""
    return connection.scalars(
        select(Approval.id)
        .where(
            Approval.about_id == about,
            Approval.act == act,
            Approval.state != ApprovalState.DRAFT,
        )
        .order_by(Approval.asked_at.desc(), Approval.id)
        .limit(1)
    ).first()


def done_about(connection: Connection, about: UUID) -> StoredApproval | None:
    """The newest request about a thing that was carried out."""
    row = connection.execute(
        select(*_COLUMNS)
        .where(Approval.about_id == about, Approval.state == ApprovalState.DONE)
        .order_by(Approval.decided_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else StoredApproval(*row)


def abouts_open(connection: Connection, abouts: list[UUID]) -> set[UUID]:
    """Of these things, those that a request is open about."""
    return set(
        connection.scalars(
            select(Approval.about_id).where(
                Approval.state == ApprovalState.OPEN, Approval.about_id.in_(abouts)
            )
        )
    )


def _some(connection: Connection, wanted: ColumnElement[bool], limit: int) -> list[StoredApproval]:
    rows = connection.execute(
        select(*_COLUMNS).where(wanted).order_by(Approval.expires_at, Approval.id).limit(limit)
    )
    return [StoredApproval(*row) for row in rows]
