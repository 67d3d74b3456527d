"""Agreements with employee representatives, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.agreements import AgreementState, ChangeAgreement, Side
from domain.roles import RolePlace
from storage.tables.agreements import Agreement, AgreementText
from storage.tables.people import OrgUnit


@dataclass(frozen=True, slots=True)
class StoredAgreement:
    """An agreement without its versions."""

    id: UUID
    number: int
    place: RolePlace
    current: int | None
    look_on: date | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of an agreement."""

    agreement: UUID
    number: int
    state: AgreementState
    content: ChangeAgreement
    side: Side
    proposed_by: UUID
    proposed_at: datetime
    answered_by: UUID | None = None
    answered_at: datetime | None = None
    answer: str | None = None


_AGREEMENTS = (
    select(
        Agreement.id,
        Agreement.number,
        OrgUnit.path,
        Agreement.region,
        Agreement.current,
        Agreement.look_on,
    )
    .select_from(Agreement)
    .outerjoin(OrgUnit, OrgUnit.id == Agreement.org_unit_id)
)
_CONTENT = tuple(ChangeAgreement.model_fields)
_VERSION: tuple[InstrumentedAttribute[Any], ...] = (
    AgreementText.agreement_id,
    AgreementText.number,
    AgreementText.state,
    AgreementText.side,
    AgreementText.proposed_by_id,
    AgreementText.proposed_at,
    AgreementText.answered_by_id,
    AgreementText.answered_at,
    AgreementText.answer,
    *(getattr(AgreementText, name) for name in _CONTENT),
)


def _agreement(row: Sequence[Any]) -> StoredAgreement:
    found, number, path, region, current, look_on = row
    return StoredAgreement(found, number, RolePlace(path, region), current, look_on)


def _version(row: Sequence[Any]) -> StoredVersion:
    agreement, number, state, side, proposed_by, proposed_at, by, at, answer, *content = row
    # Checked when it was written; what is stored is shown as it is.
    words = ChangeAgreement.model_construct(None, **dict(zip(_CONTENT, content, strict=True)))
    return StoredVersion(
        agreement, number, state, words, side, proposed_by, proposed_at, by, at, answer
    )


def add(
    connection: Connection, agreement: UUID, number: int, org_unit: UUID | None, region: str | None
) -> None:
    connection.execute(
        insert(Agreement).values(id=agreement, number=number, org_unit_id=org_unit, region=region)
    )


def add_version(connection: Connection, new: StoredVersion) -> None:
    connection.execute(
        insert(AgreementText).values(
            agreement_id=new.agreement,
            number=new.number,
            state=new.state,
            side=new.side,
            proposed_by_id=new.proposed_by,
            proposed_at=new.proposed_at,
            **{name: getattr(new.content, name) for name in _CONTENT},
        )
    )


def by_id(connection: Connection, agreement: UUID, *, lock: bool = False) -> StoredAgreement | None:
    """The agreement; with `lock`, nobody else changes it before the commit."""
    wanted = _AGREEMENTS.where(Agreement.id == agreement)
    if lock:
        wanted = wanted.with_for_update(of=Agreement)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _agreement(row)


def every(connection: Connection) -> list[StoredAgreement]:
    """All agreements, newest first; an organisation has some dozens."""
    rows = connection.execute(_AGREEMENTS.order_by(Agreement.number.desc()))
    return [_agreement(row) for row in rows]


def versions(connection: Connection, agreement: UUID) -> list[StoredVersion]:
    """All versions of an agreement, newest first."""
    rows = connection.execute(
        select(*_VERSION)
        .where(AgreementText.agreement_id == agreement)
        .order_by(AgreementText.number.desc())
    )
    return [_version(row) for row in rows]


def that_count(connection: Connection) -> list[tuple[int, ChangeAgreement]]:
    """What each agreement says that counts, by its number."""
    rows = connection.execute(
        select(Agreement.number, *_VERSION).join(
            AgreementText,
            (AgreementText.agreement_id == Agreement.id)
            & (AgreementText.number == Agreement.current),
        )
    )
    return [(row[0], _version(row[1:]).content) for row in rows]


def answer(
    connection: Connection,
    version: StoredVersion,
    to: AgreementState,
    by: UUID,
    at: datetime,
    words: str | None = None,
) -> None:
    connection.execute(
        update(AgreementText)
        .where(
            AgreementText.agreement_id == version.agreement,
            AgreementText.number == version.number,
        )
        .values(state=to, answered_by_id=by, answered_at=at, answer=words)
    )


def count_from_now(
    connection: Connection, agreement: UUID, number: int, look_on: date | None
) -> None:
    """This version counts."""
    connection.execute(
        update(Agreement).where(Agreement.id == agreement).values(current=number, look_on=look_on)
    )


def look_again(connection: Connection, agreement: UUID, on: date | None) -> None:
    connection.execute(update(Agreement).where(Agreement.id == agreement).values(look_on=on))


def to_look_at(connection: Connection, today: date, limit: int) -> list[UUID]:
    """Agreements about whose end something is to be done by today."""
    rows = connection.scalars(
        select(Agreement.id)
        .where(Agreement.look_on <= today)
        .order_by(Agreement.look_on, Agreement.id)
        .limit(limit)
    )
    return list(rows)
