"""Proof of one entry in the form of C2SP (c2sp.org/tlog-proof@v1), and of growth.

The *extra* line of a proof holds the entry's body, and the salts and values that open its
commitments: whoever has the file can check that this was recorded, and needs nothing else.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.audit import FieldValue
from domain.canonical import NotCanonical, canonical
from domain.checkpoints import read_checkpoint
from domain.entries import Entry, MalformedEntry, commitment, parse_entry
from domain.merkle import leaf_hash
from domain.proofs import WrongProof, require_consistent, root_from_inclusion
from domain.signed_notes import MalformedNote, decoded

FIRST_LINE = "c2sp.org/tlog-proof@v1"
GROWTH = "accord_consistency"
_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")


class NoProof(Exception):
    """The text is no proof of ours."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A value and the salt under which the entry commits to it."""

    salt: bytes
    value: FieldValue


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That the tree of a checkpoint holds an entry."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    body: bytes
    opened: Mapping[str, Opened] = field(default_factory=dict)
    key: str | None = None
    """The verifier key of whoever signed the checkpoint."""

    def text(self) -> str:
        """The file, as C2SP describes it."""
        extra = canonical(
            {
                "body": self.body.decode(),
                "key": self.key,
                "opened": {
                    name: {"salt": one.salt.hex(), "value": one.value}
                    for name, one in self.opened.items()
                },
            }
        )
        lines = [FIRST_LINE, f"extra {_base64(extra)}", f"index {self.index}"]
        return "\n".join([*lines, *map(_base64, self.path), "", self.checkpoint])

    def proved(self) -> Entry:
        """The entry, after everything but the checkpoint's signature was checked.

        Raise WrongProof where something does not fit.
        """
        tree = read_checkpoint(self.checkpoint)
        leaf = leaf_hash(self.body)
        if root_from_inclusion(self.index, tree.size, leaf, self.path) != tree.root:
            raise WrongProof("the entry does not lead to the checkpoint's root")
        try:
            entry = parse_entry(self.body)
            made = {
                name: commitment(one.salt, entry.id, name, one.value)
                for name, one in self.opened.items()
            }
        except (MalformedEntry, NotCanonical) as error:
            raise WrongProof("the body is not an audit entry, or a value none of its") from error
        for name, found in made.items():
            if entry.commitments.get(name) != found:
                raise WrongProof(f"the value of {name!r} is not what the entry commits to")
        return entry


@dataclass(frozen=True, slots=True)
class Growth:
    """That one tree is the beginning of a later one. A checkpoint may stand for either."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: tuple[bytes, ...]
    checkpoints: tuple[str, ...] = ()
    key: str | None = None

    def text(self) -> str:
        told = {
            GROWTH: 1,
            "old": {"entries": self.old, "root": self.old_root.hex()},
            "new": {"entries": self.new, "root": self.new_root.hex()},
            "proof": [part.hex() for part in self.path],
            "checkpoints": list(self.checkpoints),
            "key": self.key,
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    def check(self) -> None:
        """Raise WrongProof unless the proof holds and the checkpoints are of these trees."""
        require_consistent(self.old, self.new, self.old_root, self.new_root, self.path)
        trees = {(self.old, self.old_root), (self.new, self.new_root)}
        for note in self.checkpoints:
            found = read_checkpoint(note)
            if (found.size, found.root) not in trees:
                raise WrongProof("a checkpoint is of another tree")


def parse_proof(text: str) -> EntryProof | Growth:
    """The proof in a file. Raise NoProof for anything else."""
    try:
        return _growth(text) if text.startswith("{") else _entry_proof(text)
    except (
        *(MalformedNote, KeyError, TypeError, ValueError, AttributeError),
        # Brackets within brackets, as nobody means them.
        RecursionError,
    ) as error:
        raise NoProof from error


def _entry_proof(text: str) -> EntryProof:
    head, gap, checkpoint = text.partition("\n\n")
    first, extra, index, *path = head.split("\n")
    if first != FIRST_LINE or not gap or not extra.startswith("extra "):
        raise NoProof
    number = index.removeprefix("index ")
    if not index.startswith("index ") or not _INDEX.fullmatch(number):
        raise NoProof
    read_checkpoint(checkpoint)
    told: dict[str, Any] = json.loads(decoded(extra.removeprefix("extra ")))
    opened = {
        str(name): Opened(bytes.fromhex(one["salt"]), one["value"])
        for name, one in told["opened"].items()
    }
    return EntryProof(
        int(number),
        tuple(decoded(part) for part in path),
        checkpoint,
        told["body"].encode(),
        opened,
        told["key"],
    )


def _growth(text: str) -> Growth:
    told: dict[str, Any] = json.loads(text)
    if told[GROWTH] != 1:
        raise NoProof
    for note in told["checkpoints"]:
        read_checkpoint(note)
    return Growth(
        int(told["old"]["entries"]),
        int(told["new"]["entries"]),
        bytes.fromhex(told["old"]["root"]),
        bytes.fromhex(told["new"]["root"]),
        tuple(bytes.fromhex(part) for part in told["proof"]),
        tuple(told["checkpoints"]),
        told["key"],
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
