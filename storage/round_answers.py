"""Answers to rounds: in the thread, for the facilitator alone, and anonymous."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.sensitivity import Sensitivity
from storage.conflicts import insert_new
from storage.rounds import ballot_key
from storage.sealing import Place, Sealer
from storage.tables.rounds import AnonymousAnswer, Ballot, PrivateAnswer, RoundReply

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply in the thread."""

    id: UUID
    author: UUID
    ts: str
    words: str | None
    at: datetime
    late: bool
    edited: bool


_REPLY = (
    RoundReply.id,
    RoundReply.author_id,
    RoundReply.ts,
    RoundReply.words,
    RoundReply.at,
    RoundReply.late,
    RoundReply.edited,
)


def reply_at(connection: Connection, round_: UUID, ts: str) -> StoredReply | None:
    row = connection.execute(
        select(*_REPLY).where(RoundReply.round_id == round_, RoundReply.ts == ts)
    ).one_or_none()
    return None if row is None else StoredReply(*row)


def replies(connection: Connection, round_: UUID) -> list[StoredReply]:
    """In the order of the thread."""
    rows = connection.execute(
        select(*_REPLY).where(RoundReply.round_id == round_).order_by(RoundReply.at, RoundReply.ts)
    )
    return [StoredReply(*row) for row in rows]


def add_reply(connection: Connection, round_: UUID, reply: StoredReply) -> None:
    connection.execute(
        insert(RoundReply).values(
            id=reply.id,
            round_id=round_,
            author_id=reply.author,
            ts=reply.ts,
            words=reply.words,
            at=reply.at,
            late=reply.late,
            edited=reply.edited,
        )
    )


def edit_reply(connection: Connection, reply: UUID, words: str) -> None:
    connection.execute(
        update(RoundReply).where(RoundReply.id == reply).values(words=words, edited=True)
    )


def delete_reply(connection: Connection, reply: UUID) -> None:
    """It was deleted before closing: as if it had never been."""
    connection.execute(delete(RoundReply).where(RoundReply.id == reply))


def withdraw_reply(connection: Connection, reply: UUID) -> None:
    """It was deleted after closing: that there was one stays, what it said goes."""
    connection.execute(update(RoundReply).where(RoundReply.id == reply).values(words=None))


def private_place(round_: UUID, author: UUID) -> Place:
    return Place("round_private_answer", f"{round_}:{author}", "words")


def keep_private(
    connection: Connection, sealer: Sealer, round_: UUID, author: UUID, words: str
) -> bool:
    """Store an answer for the facilitator, in place of the author's earlier one; True if new."""
    place = private_place(round_, author)
    sealed = sealer.seal(place, author, Sensitivity.CONFIDENTIAL, words)
    removed = connection.execute(
        delete(PrivateAnswer).where(
            PrivateAnswer.round_id == round_, PrivateAnswer.author_id == author
        )
    )
    connection.execute(
        insert(PrivateAnswer).values(round_id=round_, author_id=author, words=sealed)
    )
    return removed.rowcount == 0


def own_private(connection: Connection, sealer: Sealer, round_: UUID, author: UUID) -> str | None:
    """What the author sent last, for themselves."""
    words = connection.execute(
        select(PrivateAnswer.words).where(
            PrivateAnswer.round_id == round_, PrivateAnswer.author_id == author
        )
    ).scalar_one_or_none()
    return None if words is None else sealer.open(private_place(round_, author), words)


def open_private(connection: Connection, sealer: Sealer, round_: UUID) -> list[tuple[UUID, str]]:
    rows = connection.execute(
        select(PrivateAnswer.author_id, PrivateAnswer.words).where(PrivateAnswer.round_id == round_)
    ).all()
    sealer.preload(words for _, words in rows)
    return [(author, sealer.open(private_place(round_, author), words)) for author, words in rows]


def destroy_private(connection: Connection, round_: UUID) -> list[UUID]:
    """Delete every private answer; returns whose they were."""
    return list(
        connection.scalars(
            delete(PrivateAnswer)
            .where(PrivateAnswer.round_id == round_)
            .returning(PrivateAnswer.author_id)
        )
    )


def private_count(connection: Connection, round_: UUID) -> int:
    return connection.execute(
        select(func.count()).select_from(PrivateAnswer).where(PrivateAnswer.round_id == round_)
    ).scalar_one()


def _key_place(round_: UUID) -> Place:
    return Place("feedback_round", round_, "ballot_key")


def _anonymous_place(answer: UUID) -> Place:
    return Place("round_anonymous_answer", answer, "words")


def new_ballot_key(sealer: Sealer, round_: UUID) -> bytes:
    """A fresh key for a round, sealed."""
    key = secrets.token_bytes(KEY_BYTES)
    return sealer.seal_bytes(_key_place(round_), None, Sensitivity.CONFIDENTIAL, key)


def _mark(connection: Connection, sealer: Sealer, round_: UUID, person: UUID) -> bytes | None:
    """What stands for the person in this round, known to whoever has its key; None without one."""
    sealed = ballot_key(connection, round_)
    if sealed is None:
        return None
    key = sealer.open_bytes(_key_place(round_), sealed)
    return hmac.digest(key, person.bytes, "sha256")


def has_cast_ballot(connection: Connection, sealer: Sealer, round_: UUID, person: UUID) -> bool:
    """Whether this person has answered anonymously; looks only, and leaves no trace."""
    mark = _mark(connection, sealer, round_, person)
    found = select(Ballot.round_id).where(Ballot.round_id == round_, Ballot.mark == mark)
    return mark is not None and connection.execute(found).first() is not None


def cast_ballot(connection: Connection, sealer: Sealer, round_: UUID, person: UUID) -> bool:
    """Note that this person answers anonymously; False if they did before."""
    mark = _mark(connection, sealer, round_, person)
    if mark is None:
        return False
    cast = connection.execute(
        insert_new(connection, Ballot).values(round_id=round_, mark=mark).returning(Ballot.round_id)
    )
    if cast.first() is None:
        return False
    # Written anew in the order of the marks, which is none: as they came, beside the answers as
    # these came, they would tell whoever has the key who wrote what.
    marks = connection.scalars(
        delete(Ballot).where(Ballot.round_id == round_).returning(Ballot.mark)
    )
    rows = [{"round_id": round_, "mark": mark} for mark in sorted(marks)]
    connection.execute(insert(Ballot), rows)
    return True


def ballot_count(connection: Connection, round_: UUID) -> int:
    return connection.execute(
        select(func.count()).select_from(Ballot).where(Ballot.round_id == round_)
    ).scalar_one()


def erase_ballots(connection: Connection, round_: UUID) -> None:
    connection.execute(delete(Ballot).where(Ballot.round_id == round_))


def keep_anonymous(connection: Connection, sealer: Sealer, round_: UUID, words: str) -> None:
    """Store an answer about nobody. Its id is random and all that orders it.

    All answers of the round are written anew in the order of their ids: rows in the order of
    arrival, beside ballots in the same order, would tell who wrote what.
    """
    fresh = uuid4()
    sealed = sealer.seal(_anonymous_place(fresh), None, Sensitivity.CONFIDENTIAL, words)
    rows = connection.execute(
        delete(AnonymousAnswer)
        .where(AnonymousAnswer.round_id == round_)
        .returning(AnonymousAnswer.id, AnonymousAnswer.words)
    ).all()
    answers = sorted([(fresh, sealed), *((row[0], row[1]) for row in rows)])
    connection.execute(
        insert(AnonymousAnswer),
        [{"id": answer, "round_id": round_, "words": held} for answer, held in answers],
    )


def open_anonymous(connection: Connection, sealer: Sealer, round_: UUID) -> list[str]:
    """The answers in the order of their random ids."""
    rows = connection.execute(
        select(AnonymousAnswer.id, AnonymousAnswer.words)
        .where(AnonymousAnswer.round_id == round_)
        .order_by(AnonymousAnswer.id)
    )
    return [sealer.open(_anonymous_place(answer), words) for answer, words in rows]


def anonymous_count(connection: Connection, round_: UUID) -> int:
    return connection.execute(
        select(func.count()).select_from(AnonymousAnswer).where(AnonymousAnswer.round_id == round_)
    ).scalar_one()


def destroy_anonymous(connection: Connection, round_: UUID) -> None:
    """Delete every anonymous answer, unread."""
    connection.execute(delete(AnonymousAnswer).where(AnonymousAnswer.round_id == round_))
