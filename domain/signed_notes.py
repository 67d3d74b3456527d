"""Signed notes as C2SP describes them (c2sp.org/signed-note@v1.0.0), with Ed25519 keys.

A note is a text that ends in a newline, an empty line, and one line for each signature:
`— name base64(key id ‖ signature)`. Whoever has the verifier key, one line of text, can check it
with any implementation.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

SIGNATURE_MARK = "— "
ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
MOST_SIGNATURES = 100
FIRST_PRINTABLE = " "


class MalformedNote(ValueError):
    """The text is no signed note, or the key no verifier key."""


class UnknownKey(Exception):
    """None of the keys at hand made a signature of this note."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


class BadSignature(Exception):
    """The note bears a key's name, and this key did not sign this text."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _is_key_name(self.name) or len(self.public_key) != PUBLIC_KEY_BYTES:
            raise MalformedNote("no key of Ed25519, or no name of one")

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key made a signature."""
        named = self.name.encode() + b"\n" + ED25519 + self.public_key
        return sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The verifier key as people hand it on: `name+key id+base64`."""
        key = base64.b64encode(ED25519 + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def from_vkey(cls, vkey: str) -> Verifier:
        """Raise MalformedNote where this is not exactly a verifier key of Ed25519."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = decoded(encoded)
        if key[:1] != ED25519:
            raise MalformedNote("not a key of Ed25519")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id:
            raise MalformedNote("the key does not fit its id")
        return verifier

    def made(self, text: str, signature: bytes) -> bool:
        """Whether this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A private key and its name. Never printed, and kept nowhere in the database."""

    def __init__(self, name: str, seed: bytes) -> None:
        """`seed` is the 32 bytes that Ed25519 starts from. Raise ValueError for others."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signed note over `text`. Raise MalformedNote for what cannot be one."""
        if not text.endswith("\n") or not _is_note_text(text):
            raise MalformedNote("a text that cannot be signed")
        signature = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n{SIGNATURE_MARK}{self.verifier.name} {signature}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a note, not checked yet."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who is said to have signed it."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def signers(self) -> tuple[str, ...]:
        """The signing keys, by name and id."""
        return tuple(f"{one.name}+{one.key_id.hex()}" for one in self.signatures)


def parse_note(note: str) -> Note:
    """Raise MalformedNote where it is not a signed note."""
    body, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or not _is_note_text(note):
        raise MalformedNote("no signed note")
    signatures = tuple(_signature(line) for line in lines.removesuffix("\n").split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise MalformedNote("too many signatures")
    return Note(body + "\n", signatures)


def opened(note: str, verifiers: Sequence[Verifier]) -> str:
    """The text of a note that one of these keys signed.

    Raise MalformedNote, BadSignature where a known key's signature does not fit, UnknownKey where
    none of the keys is among the signers. A signature of an unknown key counts for nothing.
    """
    parsed = parse_note(note)
    known = {(one.name, one.key_id): one for one in verifiers}
    trusted = False
    for signature in parsed.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.made(parsed.text, signature.signature):
            raise BadSignature(f"{signature.name}+{signature.key_id.hex()}")
        trusted = True
    if not trusted:
        raise UnknownKey(parsed.signers)
    return parsed.text


def decoded(text: str) -> bytes:
    """Base64 as it is written in one way only. Raise MalformedNote for any other."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNote("no base64") from error
    if base64.b64encode(data).decode() != text:
        raise MalformedNote("base64, but not written as usual")
    return data


def _signature(line: str) -> Signature:
    marked, _, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
    if not line.startswith(SIGNATURE_MARK) or not _is_key_name(marked):
        raise MalformedNote("no signature line")
    data = decoded(encoded)
    if len(data) <= KEY_ID_BYTES:
        raise MalformedNote("no signature")
    return Signature(marked, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def _is_note_text(text: str) -> bool:
    return all(c >= FIRST_PRINTABLE or c == "\n" for c in text)
