"""One-time codes and challenges in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, insert, select, update

from domain.sensitivity import Sensitivity
from domain.step_up import Act
from storage.conflicts import insert_if_new
from storage.sealing import Opener, Place, Sealer
from storage.tables.step_up import Challenge, Mfa


@dataclass(frozen=True, slots=True)
class StoredCodes:
    """What is known of a person's codes; `sealed` is their secret, still sealed."""

    person: UUID
    sealed: bytes
    version: int
    failures: int
    locked_until: datetime | None
    enrolled_at: datetime | None

    def secret(self, opener: Opener) -> bytes:
        return opener.open_bytes(_place(self.person, self.version), self.sealed)


def _place(person: UUID, version: int) -> Place:
    return Place("mfa", person, "secret", version)


def locked(connection: Connection, person: UUID) -> StoredCodes | None:
    """The person's codes; nobody else judges a code of theirs before the commit."""
    row = connection.execute(
        select(
            Mfa.person_id,
            Mfa.secret,
            Mfa.version,
            Mfa.failures,
            Mfa.locked_until,
            Mfa.enrolled_at,
        )
        .where(Mfa.person_id == person)
        .with_for_update()
    ).one_or_none()
    return None if row is None else StoredCodes(*row)


def enrolled(connection: Connection, person: UUID) -> bool:
    """Whether the person has codes that count."""
    found = select(Mfa.person_id).where(Mfa.person_id == person, Mfa.enrolled_at.is_not(None))
    return connection.execute(found).first() is not None


def offer(connection: Connection, sealer: Sealer, person: UUID, secret: bytes) -> int | None:
    """Keep a secret that waits for its first code, and return its version.

    It takes the place of one that was offered before. None for somebody who has codes already.
    """
    row = {"person_id": person, "secret": b"", "version": 0, "last_step": 0, "failures": 0}
    insert_if_new(connection, Mfa, row)
    stored = locked(connection, person)
    if stored is None or stored.enrolled_at is not None:
        return None
    version = stored.version + 1
    sealed = sealer.seal_bytes(_place(person, version), person, Sensitivity.RESTRICTED, secret)
    _change(connection, person, secret=sealed, version=version)
    return version


def enrol(connection: Connection, person: UUID, step: int, at: datetime) -> None:
    """From now on codes of the offered secret count, later ones than that of `step`."""
    _change(connection, person, last_step=step, failures=0, locked_until=None, enrolled_at=at)


def forget(connection: Connection, person: UUID) -> bool:
    """The person has no codes any more; False if they had none."""
    gone = delete(Mfa).where(Mfa.person_id == person, Mfa.enrolled_at.is_not(None))
    return connection.execute(gone).rowcount == 1


def use_step(connection: Connection, person: UUID, step: int) -> bool:
    """Use up the code of a step, and every earlier one; False if it was used up already."""
    used = connection.execute(
        update(Mfa).where(Mfa.person_id == person, Mfa.last_step < step).values(last_step=step)
    )
    return used.rowcount == 1


def set_failures(
    connection: Connection, person: UUID, failures: int, locked_until: datetime | None
) -> None:
    _change(connection, person, failures=failures, locked_until=locked_until)


def _change(connection: Connection, person: UUID, **values: object) -> None:
    connection.execute(update(Mfa).where(Mfa.person_id == person).values(**values))


@dataclass(frozen=True, slots=True)
class StoredChallenge:
    """An act that waits to be confirmed."""

    expires_at: datetime
    answered_step: int | None
    used_at: datetime | None


def ask(connection: Connection, person: UUID, act: Act, expires_at: datetime) -> UUID:
    """Store a challenge and return its id."""
    challenge = uuid4()
    connection.execute(
        insert(Challenge).values(
            id=challenge,
            person_id=person,
            act=act.name,
            digest=act.digest,
            expires_at=expires_at,
        )
    )
    return challenge


def forget_expired(connection: Connection, person: UUID, at: datetime) -> None:
    connection.execute(
        delete(Challenge).where(Challenge.person_id == person, Challenge.expires_at <= at)
    )


def challenge_of(connection: Connection, person: UUID, challenge: UUID) -> StoredChallenge | None:
    """A challenge of this person's own."""
    row = connection.execute(
        select(Challenge.expires_at, Challenge.answered_step, Challenge.used_at).where(
            Challenge.id == challenge, Challenge.person_id == person
        )
    ).one_or_none()
    return None if row is None else StoredChallenge(*row)


def set_answered(connection: Connection, challenge: UUID, step: int) -> None:
    connection.execute(
        update(Challenge).where(Challenge.id == challenge).values(answered_step=step)
    )


def use(connection: Connection, person: UUID, act: Act, challenge: UUID, at: datetime) -> bool:
    """Use up an answered challenge; False if it is another's, of another act, used or expired."""
    used = connection.execute(
        update(Challenge)
        .where(
            Challenge.id == challenge,
            Challenge.person_id == person,
            Challenge.act == act.name,
            Challenge.digest == act.digest,
            Challenge.answered_step.is_not(None),
            Challenge.used_at.is_(None),
            Challenge.expires_at > at,
        )
        .values(used_at=at)
    )
    return used.rowcount == 1
