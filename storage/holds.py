"""Legal holds, in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from domain.holds import HoldScope
from domain.people import Member
from domain.sensitivity import Sensitivity
from storage.people import MEMBER_COLUMNS, member_from
from storage.sealing import Opener, Place, Sealer
from storage.tables.holds import LegalHold
from storage.tables.people import Person


@dataclass(frozen=True, slots=True)
class StoredHold:
    """A hold as it is stored, its words still sealed."""

    id: UUID
    person: UUID
    scope: HoldScope
    placed_by: UUID
    placed_at: datetime
    released_at: datetime | None


_COLUMNS = (
    LegalHold.id,
    LegalHold.person_id,
    LegalHold.scope,
    LegalHold.placed_by_id,
    LegalHold.placed_at,
    LegalHold.released_at,
)


def words_place(hold: UUID, column: str) -> Place:
    """Where the sealed matter, or reason, of a hold belongs."""
    return Place(LegalHold.__tablename__, hold, column)


def place(
    connection: Connection, sealer: Sealer, new: StoredHold, matter: str, reason: str
) -> None:
    def sealed(column: str, words: str) -> bytes:
        where = words_place(new.id, column)
        return sealer.seal(where, new.person, Sensitivity.CONFIDENTIAL, words)

    connection.execute(
        insert(LegalHold).values(
            id=new.id,
            person_id=new.person,
            scope=new.scope,
            matter=sealed("matter", matter),
            reason=sealed("reason", reason),
            placed_by_id=new.placed_by,
            placed_at=new.placed_at,
        )
    )


def by_id(connection: Connection, hold: UUID) -> StoredHold | None:
    row = connection.execute(select(*_COLUMNS).where(LegalHold.id == hold)).one_or_none()
    return None if row is None else StoredHold(*row)


def open_matter(connection: Connection, opener: Opener, hold: UUID) -> tuple[str, str]:
    """Matter and reason of a hold. Raise WrongKey, Corrupt, KeyGone."""
    wanted = select(LegalHold.matter, LegalHold.reason).where(LegalHold.id == hold)
    matter, reason = connection.execute(wanted).one()
    return (
        opener.open(words_place(hold, "matter"), matter),
        opener.open(words_place(hold, "reason"), reason),
    )


def standing(connection: Connection) -> list[StoredHold]:
    """Every hold that stands, newest first."""
    wanted = select(*_COLUMNS).where(LegalHold.released_at.is_(None))
    ordered = wanted.order_by(LegalHold.placed_at.desc(), LegalHold.id)
    return [StoredHold(*row) for row in connection.execute(ordered)]


def scopes_on(connection: Connection, people: Iterable[UUID]) -> dict[UUID, set[HoldScope]]:
    """What holds keep of these people; nobody without one."""
    found: dict[UUID, set[HoldScope]] = {}
    wanted = select(LegalHold.person_id, LegalHold.scope).where(
        LegalHold.person_id.in_(list(people)), LegalHold.released_at.is_(None)
    )
    for person, scope in connection.execute(wanted):
        found.setdefault(person, set()).add(scope)
    return found


def release(connection: Connection, hold: UUID, at: datetime) -> bool:
    """End a hold; False if it has ended already."""
    ended = connection.execute(
        update(LegalHold)
        .where(LegalHold.id == hold, LegalHold.released_at.is_(None))
        .values(released_at=at)
    )
    return ended.rowcount == 1


def anybody(connection: Connection, slack_user: str) -> Member | None:
    """Somebody in the directory by Slack's id, whether they are here or have left."""
    wanted = select(*MEMBER_COLUMNS).where(Person.slack_user == slack_user)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else member_from(row)
