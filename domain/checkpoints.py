"""Checkpoints as C2SP describes them (c2sp.org/tlog-checkpoint): the tree's size and root, signed.

Kept where the database's owner cannot write, a checkpoint shows later whether the record it was
made of is still there, unchanged, at the beginning of the present one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from domain.merkle import HASH_BYTES
from domain.signed_notes import (
    MalformedNote,
    Signer,
    UnknownKey,
    Verifier,
    decoded,
    opened,
    parse_note,
)

# A note in a longer text: three lines, perhaps more, an empty one, signatures at their full length,
# so that what was left half written is none.
_NOTE = re.compile(
    r"^[^\n]+\n(?:0|[1-9][0-9]*)\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n"
    r"(?:— [^ \n]+ (?:[A-Za-z0-9+/]{4}){22,}[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/][A-Za-z0-9+/=])\n)+",
    re.MULTILINE,
)
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many entries there were, and the root over all of them. `origin` names the record."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(size: int, root: bytes, signer: Signer) -> str:
    """The checkpoint as a signed note; its origin is the name of the key."""
    return signer.sign(Checkpoint(signer.verifier.name, size, root).text)


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint in a note that one of these keys signed.

    Raise MalformedNote, BadSignature, UnknownKey.
    """
    return _read(opened(note, verifiers))


def read_checkpoint(note: str) -> Checkpoint:
    """The checkpoint in a note, whoever signed it. Raise MalformedNote."""
    return _read(parse_note(note).text)


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint and the key that signed it; `trusted` if that key came from elsewhere."""

    checkpoint: Checkpoint
    key: str | None
    trusted: bool


def signed_by_own_or_known(note: str, own: str | None, known: Sequence[Verifier]) -> Signed:
    """A checkpoint that comes in a file with its own key, checked with known ones if there are any.

    `own` is the verifier key that the file names. Where nothing is known, its signature is checked
    with that: it shows that file and key belong together, and no more. Raise MalformedNote,
    BadSignature, and UnknownKey where there are known keys and none of them signed it.
    """
    keys = tuple(known) or (() if own is None else (Verifier.from_vkey(own),))
    if not keys:
        return Signed(read_checkpoint(note), None, trusted=False)
    for key in keys:
        with suppress(UnknownKey):
            return Signed(open_checkpoint(note, [key]), key.vkey, trusted=bool(known))
    raise UnknownKey(parse_note(note).signers)


def notes_in(text: str) -> Iterator[str]:
    """Every checkpoint in a text, such as a file to which they were appended one by one."""
    return (found.group() for found in _NOTE.finditer(text))


def _read(text: str) -> Checkpoint:
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    if not origin or not _SIZE.fullmatch(size):
        raise MalformedNote("no checkpoint")
    data = decoded(root)
    if len(data) != HASH_BYTES:
        raise MalformedNote("no root")
    return Checkpoint(origin, int(size), data)
