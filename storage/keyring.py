"""The organisation's secrets, and how they wrap data keys. No database, no files.

Each data key is wrapped under a key derived (HKDF, RFC 5869) for it alone from the secret and from
whose key it is: a row of the key table that is altered to name another person no longer opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from domain.sensitivity import Sensitivity

SHORTEST_SECRET = 32
KEY_BYTES = 32
FINGERPRINT_BYTES = 8


class SealingError(Exception):
    """A sealed value cannot be opened."""


class WrongKey(SealingError):
    """None of the organisation's secrets at hand wrapped this data key."""


class Corrupt(SealingError):
    """The value or its key was damaged, altered, or moved to where it does not belong."""


class KeyGone(SealingError):
    """The data key no longer exists: what it sealed is erased for good."""


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """Whose data key it is: one per person (or nobody), class and retention cohort."""

    kid: int
    subject: UUID | None
    sensitivity: Sensitivity
    cohort: str

    def __str__(self) -> str:
        return f"{self.kid}|{self.subject or ''}|{self.sensitivity.value}|{self.cohort}"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is stored: 40 bytes, and the fingerprint of the secret that wrapped it."""

    key: bytes
    wrapped_by: bytes


class Keyring:
    """Wraps data keys under the newest secret, unwraps them under any."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets` as in ACCORD_SECRET_KEY, newest first. Raise ValueError if one is short."""
        if not secrets or any(len(secret) < SHORTEST_SECRET for secret in secrets):
            raise ValueError(f"every secret must have {SHORTEST_SECRET} characters or more")
        roots = [_root(secret) for secret in secrets]
        self._roots = {_derive(root, b"fingerprint", FINGERPRINT_BYTES): root for root in roots}
        self._newest = next(iter(self._roots))

    @property
    def fingerprints(self) -> tuple[bytes, ...]:
        """What tells the secrets apart in the key table, newest first."""
        return tuple(self._roots)

    def wrap(self, identity: KeyIdentity, key: bytes) -> Wrapped:
        """A data key, made ready to be stored, under the newest secret."""
        wrapping_key = _wrapping_key(self._roots[self._newest], identity)
        return Wrapped(aes_key_wrap(wrapping_key, key), self._newest)

    def unwrap(self, identity: KeyIdentity, wrapped: Wrapped) -> bytes:
        """The data key. Raise WrongKey where its secret is not at hand, Corrupt where altered."""
        root = self._roots.get(wrapped.wrapped_by)
        if root is not None:
            return _unwrap(root, identity, wrapped.key)
        for candidate in self._roots.values():
            # A damaged fingerprint must not pass for a secret that is merely elsewhere.
            if _opens(candidate, identity, wrapped.key):
                raise Corrupt(f"the fingerprint beside data key {identity.kid} is wrong")
        raise WrongKey(f"no secret at hand wrapped data key {identity.kid}")


def _root(secret: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"accord data keys 1").derive(secret.encode())


def _derive(root: bytes, purpose: bytes, length: int) -> bytes:
    return HKDFExpand(SHA256(), length, info=purpose).derive(root)


def _wrapping_key(root: bytes, identity: KeyIdentity) -> bytes:
    return _derive(root, b"wrap|" + str(identity).encode(), KEY_BYTES)


def _unwrap(root: bytes, identity: KeyIdentity, wrapped: bytes) -> bytes:
    try:
        return aes_key_unwrap(_wrapping_key(root, identity), wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise Corrupt(f"data key {identity.kid} is damaged or passed off as another's") from error


def _opens(root: bytes, identity: KeyIdentity, wrapped: bytes) -> bool:
    try:
        _unwrap(root, identity, wrapped)
    except Corrupt:
        return False
    return True
