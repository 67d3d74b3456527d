"""The organisation's signing keys: the newest signs checkpoints, all of them are recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.signed_notes import Signer, Verifier

SHORTEST_SECRET = 32
SEED_BYTES = 32


class SigningKeys:
    """Made from `ACCORD_SIGNING_KEY`: one key of Ed25519 for each secret, newest first."""

    def __init__(self, secrets: Sequence[str], origin: str) -> None:
        """`origin` names the record and its keys. Raise ValueError for a short secret, no name."""
        if not secrets or any(len(secret) < SHORTEST_SECRET for secret in secrets):
            raise ValueError(f"every secret must have {SHORTEST_SECRET} characters or more")
        signers = [Signer(origin, _seed(secret)) for secret in secrets]
        self.signer = signers[0]
        self.verifiers: tuple[Verifier, ...] = tuple(one.verifier for one in signers)


@dataclass(frozen=True, slots=True)
class Anchoring:
    """With what checkpoints are signed, and where they are kept outside the database."""

    keys: SigningKeys | None = None
    channel: str | None = None
    file: Path | None = None
    ledger: Path | None = None
    """Where erasures are noted outside the database, so that a restored backup forgets them too."""

    @property
    def places(self) -> int:
        return sum(place is not None for place in (self.channel, self.file))


def _seed(secret: str) -> bytes:
    hkdf = HKDF(SHA256(), SEED_BYTES, salt=None, info=b"accord checkpoints 1")
    return hkdf.derive(secret.encode())
