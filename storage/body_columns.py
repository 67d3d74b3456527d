"""The columns of an entry that repeat its body, compared with what the body says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from domain.body_reading import BodyRead, UsualBody, usual_bodies
from storage.types import EPOCH, MICROSECOND

AnyRow = tuple[Any, ...]

# In the order in which they are read, behind an entry's number and body.
REPEATED = (
    "at",
    "actor",
    "action",
    "object_type",
    "object_id",
    "object_version",
    "subject",
    "sensitivity",
)


class BodyColumns:
    """How those columns are written in one kind of database: UUIDs with dashes, or without."""

    def __init__(self, *, dashes: bool) -> None:
        self._dashes = dashes

    def agreeing(
        self, first: int, leaves: Sequence[AnyRow], entries: Sequence[AnyRow]
    ) -> list[UsualBody] | None:
        """What the bodies say, if each has its number, its leaf hash and its columns.

        `leaves` are numbers and hashes from `first` on, `entries` numbers, bodies, and the columns
        of REPEATED. Many at a time cost half of what they cost one by one. None says nothing of
        which is wrong, and may be a body that is merely unusual: then look at each.
        """
        numbers = list(range(first, first + len(leaves)))
        try:
            (seqs, hashes), (of, bodies, *columns) = _columns(leaves), _columns(entries)
            if seqs != numbers or of != numbers:
                return None
            if hashes != [sha256(b"\x00" + body).digest() for body in bodies]:
                return None
            found = usual_bodies(bodies)
        except (ValueError, TypeError):
            return None
        return found if found and self._repeats(found, columns) else None

    def _repeats(self, found: Sequence[UsualBody], columns: Sequence[list[Any]]) -> bool:
        action, actor, at, sensitivity, _, _, object_id, kind, version, subject = zip(
            *found, strict=True
        )
        at_, actor_, action_, kind_, object_id_, version_, subject_, sensitivity_ = columns
        return (
            action_ == list(action)
            and kind_ == list(kind)
            and sensitivity_ == list(sensitivity)
            and actor_ == self._ids(actor)
            and object_id_ == self._ids(object_id)
            and subject_ == self._ids(subject)
            and version_ == [int(one) if one else None for one in version]
            # Entries of one transaction share their moment.
            and all(_microseconds(told) == one for told, one in set(zip(at, at_, strict=True)))
        )

    def _ids(self, told: Iterable[str]) -> list[str | None]:
        """Those of many entries; none is told as nothing."""
        text = "\n".join(told)
        plain = text if self._dashes else text.replace("-", "")
        return [one or None for one in plain.split("\n")]

    def of(self, read: BodyRead) -> list[object]:
        """What the columns must hold. Raise ValueError for no moment."""
        actor, object_id, subject = read.actor, read.object_id, read.subject
        if not self._dashes:
            actor = actor and actor.replace("-", "")
            object_id = object_id.replace("-", "")
            subject = subject and subject.replace("-", "")
        return [
            _microseconds(read.at),
            actor,
            read.action,
            read.object_type,
            object_id,
            read.object_version,
            subject,
            read.sensitivity,
        ]


def _columns(rows: Sequence[AnyRow]) -> Iterable[list[Any]]:
    return map(list, zip(*rows, strict=True))


def _microseconds(at: str) -> int:
    return (datetime.fromisoformat(at) - EPOCH) // MICROSECOND
