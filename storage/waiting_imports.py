"""Files of people that wait for a second person: packed, sealed, and gone with their request."""

from __future__ import annotations

import zlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select

from domain.approvals import ApprovalState
from domain.sensitivity import Sensitivity
from storage.sealing import Opener, Place, Sealer
from storage.tables.approvals import Approval
from storage.tables.waiting_imports import WaitingImport


def _place(waiting: UUID) -> Place:
    return Place(WaitingImport.__tablename__, waiting, "file")


def keep(
    connection: Connection, sealer: Sealer, waiting: UUID, asker: UUID, data: bytes, at: datetime
) -> None:
    sealed = sealer.seal_bytes(_place(waiting), None, Sensitivity.CONFIDENTIAL, zlib.compress(data))
    connection.execute(
        insert(WaitingImport).values(id=waiting, asker_id=asker, file=sealed, kept_at=at)
    )


def kept(connection: Connection, opener: Opener, waiting: UUID) -> bytes | None:
    """The file; None once its request is over. Raise WrongKey, Corrupt, KeyGone."""
    sealed = connection.scalar(select(WaitingImport.file).where(WaitingImport.id == waiting))
    return None if sealed is None else zlib.decompress(opener.open_bytes(_place(waiting), sealed))


def forget(connection: Connection, waiting: UUID) -> None:
    connection.execute(delete(WaitingImport).where(WaitingImport.id == waiting))


def any_over(connection: Connection) -> bool:
    return connection.execute(select(WaitingImport.id).where(_over()).limit(1)).first() is not None


def forget_over(connection: Connection) -> int:
    """Delete the files that no request waits with any more."""
    return connection.execute(delete(WaitingImport).where(_over())).rowcount


def _over() -> ColumnElement[bool]:
    waits = Approval.state.in_((ApprovalState.OPEN, ApprovalState.DRAFT))
    return ~exists().where(Approval.about_id == WaitingImport.id, waits)
