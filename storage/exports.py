"""Links by which a file leaves Accord once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from domain.my_data import ExportKind
from domain.sensitivity import Sensitivity
from storage.keyring import SealingError
from storage.sealing import Place, Sealer
from storage.statements import insert_row
from storage.tables.exports import ExportLink


@dataclass(frozen=True, slots=True)
class Taken:
    """A link that was opened just now, and by nobody before."""

    person: UUID
    kind: ExportKind
    passphrase: str
    """Empty for a file that is open."""


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


OPEN = frozenset({ExportKind.POLICY})
"""Kinds of file that everybody may read: they need no passphrase. All others do."""


def _place(hashed: bytes, person: UUID, kind: ExportKind, approval: UUID | None) -> Place:
    """Bound to all that says what the link leads to: a row changed beside us opens nothing."""
    return Place("export_link", f"{hashed.hex()}|{person}|{kind}|{approval}", "passphrase")


def add_link(
    connection: Connection,
    sealer: Sealer,
    *,
    token: str,
    person: UUID,
    kind: ExportKind,
    passphrase: str | None,
    made_at: datetime,
    expires_at: datetime,
    approval: UUID | None = None,
) -> None:
    """Store a link; others to the same that nobody has opened yet lead nowhere from now on.

    Without a passphrase the file that it leads to is not encrypted.
    """
    connection.execute(
        delete(ExportLink).where(
            ExportLink.person_id == person,
            ExportLink.kind == kind,
            ExportLink.approval_id.is_(None)
            if approval is None
            else ExportLink.approval_id == approval,
            ExportLink.fetched_at.is_(None),
        )
    )
    hashed = token_hash(token)
    sealed = None
    if passphrase is not None:
        place = _place(hashed, person, kind, approval)
        sealed = sealer.seal(place, person, Sensitivity.RESTRICTED, passphrase)
    insert_row(
        connection,
        ExportLink,
        {
            "token_hash": hashed,
            "person_id": person,
            "kind": kind,
            "passphrase": sealed,
            "made_at": made_at,
            "expires_at": expires_at,
            "fetched_at": None,
            "approval_id": approval,
        },
    )


def _usable(hashed: bytes, at: datetime) -> ColumnElement[bool]:
    return and_(
        ExportLink.token_hash == hashed,
        ExportLink.fetched_at.is_(None),
        ExportLink.expires_at > at,
    )


def leads_to(connection: Connection, token: str, at: datetime) -> ExportKind | None:
    """What a link that works still leads to; anybody may ask, so it takes no lock."""
    wanted = select(ExportLink.kind).where(_usable(token_hash(token), at))
    return connection.scalars(wanted).first()


def approval_behind(connection: Connection, token: str) -> UUID | None:
    """The approved export that a link is for, whether it works still or not."""
    wanted = select(ExportLink.approval_id).where(ExportLink.token_hash == token_hash(token))
    return connection.scalars(wanted).first()


def take_link(
    connection: Connection, sealer: Sealer, token: str, kind: ExportKind, at: datetime
) -> Taken | None:
    """Open a link for the first and last time; None for one that is unknown, used or too old, and
    for one whose row somebody has changed."""
    hashed = token_hash(token)
    row = connection.execute(
        select(ExportLink.person_id, ExportLink.approval_id, ExportLink.passphrase)
        .where(_usable(hashed, at), ExportLink.kind == kind)
        .with_for_update()
    ).one_or_none()
    if row is None or (row.passphrase is None) != (kind in OPEN):
        return None
    passphrase = ""
    if row.passphrase is not None:
        try:
            place = _place(hashed, row.person_id, kind, row.approval_id)
            passphrase = sealer.open(place, row.passphrase)
        except SealingError:
            return None
    connection.execute(
        update(ExportLink)
        .where(ExportLink.token_hash == hashed)
        .values(fetched_at=at, passphrase=None)
    )
    return Taken(row.person_id, kind, passphrase)
