"""The format of one audit entry, version 1, and the commitments it holds. Stored for ever.

An entry says who did what, when, through which channel, about which version of which object, under
which policy. Of what was said it keeps commitments only: the values are sealed beside it with the
salt that opens the commitment, and can be erased without touching the entry.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue, Lineage
from domain.canonical import Json, NotCanonical, canonical, parse_canonical
from domain.notices import SubjectType
from domain.origin import Via
from domain.sensitivity import Sensitivity

FORMAT_VERSION = 1
NONCE_BYTES = 16
SALT_BYTES = 32
COMMITMENT_DOMAIN = b"accord-audit/1"
# Printable ASCII: it is a JSON key, and stands between zero bytes under a commitment.
FIELD_NAME = re.compile(r"[!-~]{1,100}")


Read = TypeVar("Read")


class MalformedEntry(ValueError):
    """The bytes are not an entry in the format of version 1, or the parts would not make one."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all entries of one transaction share. `at` is machine time; `request` stands in the log.

    `as_of` is set where somebody acted for another business moment than the present one.
    """

    at: datetime
    via: Via
    request: str | None
    policy: int
    as_of: datetime | None = None

    @property
    def done_at(self) -> datetime:
        """When it was done: what is entered later was done back then."""
        return self.at if self.as_of is None else min(self.at, self.as_of)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `prev` is the leaf hash of the entry on the object's previous version."""

    id: UUID
    stamp: Stamp
    nonce: bytes
    actor: Actor
    action: Action
    object_type: SubjectType
    object_id: UUID
    object_version: int | None
    prev: bytes | None
    subject: UUID | None
    sensitivity: Sensitivity
    reason: str | None
    commitments: Mapping[str, bytes]
    lineage: Lineage | None = None

    def body(self) -> bytes:
        """The bytes that are stored and hashed. Raise ValueError for what cannot be written."""
        return canonical(_record(self))


def entry_of(
    event: AuditEvent,
    stamp: Stamp,
    *,
    entry_id: UUID,
    nonce: bytes,
    prev: bytes | None,
    commitments: Mapping[str, bytes],
) -> Entry:
    """The entry that records `event`; the nonce keeps a bare leaf hash unguessable."""
    return Entry(
        id=entry_id,
        stamp=stamp,
        nonce=nonce,
        actor=event.actor,
        action=event.action,
        object_type=event.object_type,
        object_id=event.object_id,
        object_version=event.object_version,
        prev=prev,
        subject=event.subject,
        sensitivity=event.sensitivity,
        reason=event.reason,
        commitments=commitments,
        lineage=event.lineage,
    )


def commitment(salt: bytes, entry_id: UUID, name: str, value: FieldValue) -> bytes:
    """HMAC-SHA256 of one field's value; without the salt nobody can tell or guess the value."""
    if not FIELD_NAME.fullmatch(name):
        raise MalformedEntry(f"{name!r} cannot name a field")
    place = b"\x00".join((COMMITMENT_DOMAIN, str(entry_id).encode(), name.encode(), b""))
    return hmac.digest(salt, place + canonical(value), "sha256")


def parse_entry(body: bytes) -> Entry:
    """The entry whose `body()` is exactly these bytes. Raise MalformedEntry for any other."""
    try:
        entry = _entry(parse_canonical(body))
    except NotCanonical as error:
        raise MalformedEntry(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedEntry("a part is missing or has the wrong shape") from error
    # Whatever the readers above let through (an extra key, a date in another style) shows here.
    if entry.body() != body:
        raise MalformedEntry("a part is unknown or written in another way")
    return entry


def _record(entry: Entry) -> dict[str, Json]:
    stamp, actor, lineage = entry.stamp, entry.actor, entry.lineage
    return {
        "v": FORMAT_VERSION,
        "id": str(entry.id),
        "at": _moment_text(stamp.at),
        "nonce": entry.nonce.hex(),
        "actor": {
            "kind": actor.kind.value,
            "ref": _optional_id(actor.ref),
            "role": actor.role,
            "on_behalf_of": _optional_id(actor.on_behalf_of),
        },
        "via": {"kind": stamp.via.value, "req": stamp.request},
        "action": entry.action.value,
        "object": {
            "type": entry.object_type.value,
            "id": str(entry.object_id),
            "version": entry.object_version,
            "prev": None if entry.prev is None else entry.prev.hex(),
        },
        "subject": _optional_id(entry.subject),
        "class": entry.sensitivity.value,
        "as_of": None if stamp.as_of is None else _moment_text(stamp.as_of),
        "policy": stamp.policy,
        "reason": entry.reason,
        "fields": {name: value.hex() for name, value in entry.commitments.items()},
        "lineage": None if lineage is None else _lineage_record(lineage),
    }


def _lineage_record(lineage: Lineage) -> dict[str, Json]:
    return {
        "source": lineage.source,
        "connector": lineage.connector,
        "fetched_at": _moment_text(lineage.fetched_at),
        "raw_sha256": lineage.raw_sha256.hex(),
        "transform": lineage.transform,
        "inputs": list(lineage.inputs),
    }


def _moment_text(moment: datetime) -> str:
    """UTC with six decimals and a Z, whatever the fraction. Raise ValueError without a zone."""
    if moment.tzinfo is None:
        raise MalformedEntry("a moment without a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _optional_id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _entry(value: Json) -> Entry:
    record = _object(value)
    via, about = _object(record["via"]), _object(record["object"])
    return Entry(
        id=_id(record["id"]),
        stamp=Stamp(
            at=_moment(record["at"]),
            via=Via(_text(via["kind"])),
            request=_optional(_text, via["req"]),
            policy=_number(record["policy"]),
            as_of=_optional(_moment, record["as_of"]),
        ),
        nonce=_bytes(record["nonce"]),
        actor=_actor(record["actor"]),
        action=Action(_text(record["action"])),
        object_type=SubjectType(_text(about["type"])),
        object_id=_id(about["id"]),
        object_version=_optional(_number, about["version"]),
        prev=_optional(_bytes, about["prev"]),
        subject=_optional(_id, record["subject"]),
        sensitivity=Sensitivity(_text(record["class"])),
        reason=_optional(_text, record["reason"]),
        commitments={name: _bytes(held) for name, held in _object(record["fields"]).items()},
        lineage=_optional(_lineage, record["lineage"]),
    )


def _actor(value: Json) -> Actor:
    record = _object(value)
    return Actor(
        kind=ActorKind(_text(record["kind"])),
        ref=_optional(_id, record["ref"]),
        role=_optional(_text, record["role"]),
        on_behalf_of=_optional(_id, record["on_behalf_of"]),
    )


def _lineage(value: Json) -> Lineage:
    record = _object(value)
    inputs = record["inputs"]
    if not isinstance(inputs, list):
        raise MalformedEntry("not a list")
    return Lineage(
        source=_text(record["source"]),
        connector=_text(record["connector"]),
        fetched_at=_moment(record["fetched_at"]),
        raw_sha256=_bytes(record["raw_sha256"]),
        transform=_text(record["transform"]),
        inputs=tuple(_number(seq) for seq in inputs),
    )


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MalformedEntry("not an object")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise MalformedEntry("not text")
    return value


def _number(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedEntry("not a whole number")
    return value


def _id(value: Json) -> UUID:
    return UUID(_text(value))


def _moment(value: Json) -> datetime:
    return datetime.fromisoformat(_text(value))


def _bytes(value: Json) -> bytes:
    return bytes.fromhex(_text(value))


def _optional(read: Callable[[Json], Read], value: Json) -> Read | None:
    return None if value is None else read(value)
