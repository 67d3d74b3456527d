"""Sealing: content is stored encrypted, bound to its place, under keys that can be destroyed.

A blob is `version(1) | kid(4) | nonce(12) | AES-256-GCM ciphertext | tag(16)`, 33 bytes longer than
its content. Each person, class and retention cohort has a data key of its own: destroying the key
shreds what it sealed, in every backup that does not hold the key. Data keys are stored wrapped
(AES key wrap, RFC 3394).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, func, select

from domain.sensitivity import Sensitivity
from storage.conflicts import insert_if_new, insert_those_new
from storage.keyring import Corrupt, KeyGone, KeyIdentity, Keyring, Wrapped
from storage.statements import Statement
from storage.tables.sealing import DataKey

BLOB_VERSION = 1
KID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = 1 + KID_BYTES
# The first bit stays clear: databases know signed integers only.
LARGEST_KID = 2**31 - 1

_key = DataKey.__table__.c

KEYS = Statement(select(DataKey.__table__).where(_key.kid.in_(bindparam("kids", expanding=True))))
_COLUMNS = tuple(column.key for column in _key)
_KEYS_OF_CLASS = select(DataKey.__table__).where(
    _key.sensitivity == bindparam("class"), _key.cohort == bindparam("cohort")
)
KEY_OF = Statement(_KEYS_OF_CLASS.where(_key.subject == bindparam("owner")))
KEYS_OF = Statement(_KEYS_OF_CLASS.where(_key.subject.in_(bindparam("owners", expanding=True))))
KEY_OF_NOBODY = Statement(_KEYS_OF_CLASS.where(_key.subject.is_(None)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a blob belongs; moved anywhere else it does not open. `version` is the row's own."""

    table: str
    row: UUID | str
    column: str
    version: int = 1

    def __str__(self) -> str:
        return f"{self.table}|{self.row}|{self.column}|{self.version}"


def key_id(blob: bytes) -> int:
    """The kid of the data key that sealed `blob`. Raise Corrupt where it is no blob of ours."""
    if len(blob) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or blob[0] != BLOB_VERSION:
        raise Corrupt("not a sealed value")
    return int.from_bytes(blob[1:HEADER_BYTES])


def identity_of(row: Mapping[str, Any]) -> KeyIdentity:
    """Whose key one row of `data_key` is."""
    return KeyIdentity(row["kid"], row["subject"], row["sensitivity"], row["cohort"])


def unwrap_row(keyring: Keyring, row: Mapping[str, Any]) -> bytes:
    """The data key of one row of `data_key`. Raise WrongKey, Corrupt."""
    return keyring.unwrap(identity_of(row), Wrapped(row["wrapped"], row["wrapped_by"]))


def keys_of_missing_secrets(connection: Connection, keyring: Keyring) -> int:
    """How many data keys no secret at hand wrapped; what they sealed cannot be opened now."""
    wanted = (
        select(func.count())
        .select_from(DataKey)
        .where(_key.wrapped_by.not_in(keyring.fingerprints))
    )
    return connection.execute(wanted).scalar_one()


class Opener:
    """Opens sealed values within one unit of work, and forgets the keys with it.

    Keys live no longer than this, or a key erased here would live on in another process.
    """

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring
        self._ciphers: dict[int, AESGCM] = {}

    def open(self, place: Place, blob: bytes) -> str:
        """The text that was sealed for this place. Raise WrongKey, Corrupt, KeyGone."""
        return self.open_bytes(place, blob).decode()

    def open_bytes(self, place: Place, blob: bytes) -> bytes:
        """As `open`, for bytes."""
        kid = key_id(blob)
        if kid not in self._ciphers:
            self.preload([blob])
        cipher = self._ciphers.get(kid)
        if cipher is None:
            raise KeyGone(f"the key of {place} is gone")
        nonce = blob[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, blob[HEADER_BYTES + NONCE_BYTES :], str(place).encode())
        except InvalidTag as error:
            raise Corrupt(f"{place} is damaged, or was moved here from elsewhere") from error

    def preload(self, blobs: Iterable[bytes]) -> None:
        """Fetch the keys of a whole list in one query. Raise WrongKey, Corrupt."""
        missing = {key_id(blob) for blob in blobs} - self._ciphers.keys()
        if missing:
            for row in KEYS.rows(self._connection, {"kids": list(missing)}):
                self._unwrap(row)

    def _unwrap(self, row: Sequence[Any]) -> int:
        key = dict(zip(_COLUMNS, row, strict=True))
        kid: int = key["kid"]
        self._ciphers[kid] = AESGCM(unwrap_row(self._keyring, key))
        return kid


class Sealer(Opener):
    """Seals too. `cohort` names the retention period of what is sealed now, such as the year."""

    def __init__(self, connection: Connection, keyring: Keyring, cohort: str) -> None:
        super().__init__(connection, keyring)
        self._cohort = cohort
        self._kids: dict[tuple[UUID | None, Sensitivity], int] = {}

    def seal(
        self, place: Place, subject: UUID | None, sensitivity: Sensitivity, content: str
    ) -> bytes:
        """The blob for a text about `subject` (None: about nobody). Raise WrongKey, Corrupt."""
        return self.seal_bytes(place, subject, sensitivity, content.encode())

    def seal_bytes(
        self, place: Place, subject: UUID | None, sensitivity: Sensitivity, content: bytes
    ) -> bytes:
        """As `seal`, for bytes."""
        kid = self._kids.get((subject, sensitivity)) or self._find_or_make(subject, sensitivity)
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[kid].encrypt(nonce, content, str(place).encode())
        return bytes((BLOB_VERSION,)) + kid.to_bytes(KID_BYTES) + nonce + sealed

    def preload_keys(self, subjects: Collection[UUID], sensitivity: Sensitivity) -> None:
        """Have the keys of many people at hand, those that are missing made together.

        Raise WrongKey, Corrupt.
        """
        self._find_all(subjects, sensitivity, {})
        missing = {one for one in subjects if (one, sensitivity) not in self._kids}
        if missing:
            made = [self._new_key(subject, sensitivity) for subject in sorted(missing)]
            insert_those_new(self._connection, DataKey, [row for row, _ in made])
            self._find_all(missing, sensitivity, {row["kid"]: key for row, key in made})

    def _find_all(
        self, subjects: Collection[UUID], sensitivity: Sensitivity, made: Mapping[int, bytes]
    ) -> None:
        """`made` are keys that need no unwrapping, by their kids."""
        asked = {"owners": list(subjects), "class": sensitivity, "cohort": self._cohort}
        for row in KEYS_OF.rows(self._connection, asked):
            key = dict(zip(_COLUMNS, row, strict=True))
            kid, own = key["kid"], made.get(key["kid"])
            if own is None:
                self._unwrap(row)
            else:
                self._ciphers[kid] = AESGCM(own)
            self._kids[key["subject"], sensitivity] = kid

    def forget(self) -> None:
        """Let go of all keys; those that are wanted again are fetched again."""
        self._kids.clear()
        self._ciphers.clear()

    def _find_or_make(self, subject: UUID | None, sensitivity: Sensitivity) -> int:
        kid = self._find(subject, sensitivity)
        while kid is None:
            # A new kid each time round: the last may have met another key's by chance.
            self._make(subject, sensitivity)
            kid = self._find(subject, sensitivity)
        self._kids[subject, sensitivity] = kid
        return kid

    def _find(self, subject: UUID | None, sensitivity: Sensitivity) -> int | None:
        asked = {"owner": subject, "class": sensitivity, "cohort": self._cohort}
        wanted = KEY_OF_NOBODY if subject is None else KEY_OF
        row = wanted.row(self._connection, asked)
        return None if row is None else self._unwrap(row)

    def _make(self, subject: UUID | None, sensitivity: Sensitivity) -> None:
        row, _ = self._new_key(subject, sensitivity)
        # Where two make the key of one person at once, the first to commit wins and both use it.
        insert_if_new(self._connection, DataKey, row)

    def _new_key(
        self, subject: UUID | None, sensitivity: Sensitivity
    ) -> tuple[dict[str, Any], bytes]:
        """A row for a new key, and the key."""
        identity = KeyIdentity(
            secrets.randbelow(LARGEST_KID) + 1, subject, sensitivity, self._cohort
        )
        key = AESGCM.generate_key(256)
        wrapped = self._keyring.wrap(identity, key)
        row = {
            "kid": identity.kid,
            "subject": subject,
            "sensitivity": sensitivity,
            "cohort": self._cohort,
            "wrapped": wrapped.key,
            "wrapped_by": wrapped.wrapped_by,
        }
        return row, key
