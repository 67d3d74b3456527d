"""The record as a file that can be checked elsewhere, with nothing but hashes: JSON Lines.

The first line says what it is. Then comes one line for each entry, its body exactly as it was
stored and hashed, in the order of the tree; of an entry whose body is gone, its leaf hash alone.
After every 1,024 entries, and after the last, a line repeats their leaf hashes, so that a changed
line can be named. The last line has the number of entries, the root, and a checkpoint if there is
a key to sign one. Values are not in it: entries hold commitments alone. One kind is: the lists of
entries whose bodies purges have taken away, each with the salt that opens its commitment, so that a
missing body can be told from a purged one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from domain.checkpoints import signed_by_own_or_known
from domain.entries import commitment, parse_entry
from domain.held import Comparison, Held
from domain.merkle import HASH_BYTES, Frontier
from domain.number_ranges import numbers_told
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier
from domain.verification import Finding, Flaw, Verification

BLOCK = 1_024
HEADER = b'{"accord_export":1}\n'
_BODY, _LEAF, _LEAVES, _END = b'{"action":', b'{"leaf":', b'{"leaves":"', b'{"checkpoint":'
_PURGE = b'{"action":"retention.purge",'
PURGED = "bodies"
"""The field of a purge's entry that lists bodies."""
UNREADABLE = (ValueError, KeyError, TypeError, RecursionError)
"""What reading a line that somebody else wrote can raise."""


@dataclass(frozen=True, slots=True)
class PurgeList:
    """Which bodies an entry says are purged, with the salt that opens its commitment to it."""

    entry: int
    salt: bytes
    bodies: str


def entry_line(body: bytes | None, leaf: bytes) -> bytes:
    """The line of one entry; without its body, what stands for it in the tree."""
    return (_json({"leaf": leaf.hex()}) if body is None else body) + b"\n"


def leaves_line(leaves: Sequence[bytes]) -> bytes:
    """The line behind a block of entries."""
    return _json({"leaves": base64.b64encode(b"".join(leaves)).decode()}) + b"\n"


def end_line(
    size: int,
    root: bytes,
    checkpoint: str | None,
    key: str | None,
    purges: Sequence[PurgeList] = (),
) -> bytes:
    """The last line; `key` is the verifier key of the checkpoint."""
    end: dict[str, object] = {
        "checkpoint": checkpoint,
        "entries": size,
        "key": key,
        "root": root.hex(),
    }
    if purges:
        end["purges"] = [
            {"bodies": one.bodies, "entry": one.entry, "salt": one.salt.hex()} for one in purges
        ]
    return _json(end) + b"\n"


@dataclass(frozen=True, slots=True)
class FileVerification:
    """What a file turned out to be.

    `signed_by` is the key of its own checkpoint; `trusted` is False for one that only the file
    itself names.
    """

    outcome: Verification
    signed_by: str | None = None
    trusted: bool = False


class _Broken(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


def verify_file(
    lines: Iterable[bytes],
    verifiers: Sequence[Verifier],
    held: Iterable[Held] = (),
    on_progress: Callable[[int], None] = lambda _bytes: None,
) -> FileVerification:
    """Check an export against its own end, and against checkpoints from elsewhere.

    `on_progress` is told how many bytes were read, now and then.
    """
    reader = _Reader(lines, verifiers, Comparison(held), on_progress)
    try:
        reader.run()
        finding = None
    except _Broken as broken:
        finding = broken.finding
    outcome = Verification(
        reader.tree.size,
        reader.tree.root(),
        finding,
        anchored=reader.comparison.agreed,
        doubts=reader.doubts,
    )
    return FileVerification(outcome, reader.signed_by, reader.trusted)


class _Reader:
    def __init__(
        self,
        lines: Iterable[bytes],
        verifiers: Sequence[Verifier],
        comparison: Comparison,
        on_progress: Callable[[int], None],
    ) -> None:
        self._lines = iter(lines)
        self._keys = verifiers
        self._on_progress = on_progress
        self._read = 0
        self._missing: list[int] = []
        self._purges: dict[int, bytes] = {}
        self.tree = Frontier()
        self.comparison = comparison
        self.doubts: tuple[str, ...] = ()
        self.signed_by: str | None = None
        self.trusted = False

    def run(self) -> None:
        if next(self._lines, b"") != HEADER:
            raise _Broken(Finding(Flaw.FILE))
        while (lines := list(islice(self._lines, BLOCK + 1)))[-1:] and lines[-1][:11] == _LEAVES:
            self._compare(lines[:-1], lines[-1])
        self._last(lines)

    def _last(self, lines: list[bytes]) -> None:
        """The end of the file: a block that is not full, if there is one, and the last line."""
        end = lines.pop() if lines else b""
        if not end.startswith(_END) or not end.endswith(b"\n") or len(lines) == 1:
            raise _Broken(Finding(Flaw.FILE, self.tree.size))
        if lines:
            self._compare(lines[:-1], lines[-1])
        self._end(end)

    def _compare(self, lines: list[bytes], told: bytes) -> None:
        """A block of entries, and the line that repeats their leaf hashes."""
        gaps = [place for place, line in enumerate(lines) if line[:8] == _LEAF]
        leaves = [sha256(b"\x00" + line[:-1]).digest() for line in lines]
        for place in gaps:
            leaves[place] = _told_leaf(lines[place])
        if _told_leaves(told) != b"".join(leaves):
            raise _Broken(self._first_wrong(lines, leaves, _told_leaves(told)))
        if not all(line.startswith((_BODY, _LEAF)) for line in lines):
            raise _Broken(self._first_wrong(lines, leaves, b""))
        first = self.tree.size
        self._missing += [first + place for place in gaps]
        self._purges |= {
            first + place: line for place, line in enumerate(lines) if line.startswith(_PURGE)
        }
        if (found := self.comparison.extend(self.tree, leaves)) is not None:
            raise _Broken(found)
        self._read += sum(map(len, lines))
        self._on_progress(self._read)

    def _first_wrong(self, lines: list[bytes], leaves: list[bytes], told: bytes) -> Finding:
        for place, (line, leaf) in enumerate(zip(lines, leaves, strict=True)):
            seq = self.tree.size + place
            if not line.startswith((_BODY, _LEAF)):
                return Finding(Flaw.FILE, seq)
            if told and told[place * HASH_BYTES : (place + 1) * HASH_BYTES] != leaf:
                return Finding(Flaw.BODY, seq)
        return Finding(Flaw.FILE, self.tree.size + len(lines))

    def _end(self, line: bytes) -> None:
        try:
            end = json.loads(line)
            size, root = end["entries"], bytes.fromhex(end["root"])
            note, key = end["checkpoint"], end["key"]
            purged = [number for one in end.get("purges", ()) for number in self._purged(one)]
        except (*UNREADABLE, AttributeError) as error:
            raise _Broken(Finding(Flaw.FILE)) from error
        if size != self.tree.size:
            raise _Broken(Finding(Flaw.FILE, self.tree.size))
        if root != self.tree.root():
            raise _Broken(Finding(Flaw.ROOT))
        if not_purged := set(self._missing).difference(purged):
            raise _Broken(Finding(Flaw.BODY_MISSING, min(not_purged)))
        if (found := self.comparison.finish(self.tree)) is not None:
            raise _Broken(found)
        if note is not None:
            self._checkpoint(note, key)

    def _purged(self, told: Mapping[str, object]) -> Iterable[int]:
        """The entries that a purge took, if its entry in this file committed to that list."""
        number = int(str(told["entry"]))
        entry = parse_entry(self._purges[number][:-1])
        salt, bodies = bytes.fromhex(str(told["salt"])), str(told["bodies"])
        if commitment(salt, entry.id, PURGED, bodies) != entry.commitments.get(PURGED):
            return ()
        # What came after it, it cannot have taken.
        return numbers_told(bodies, number)

    def _checkpoint(self, note: object, key: object) -> None:
        """The file's own checkpoint, with a key at hand or else the one that the file names."""
        try:
            own = signed_by_own_or_known(str(note), None if key is None else str(key), self._keys)
        except UnknownKey as unknown:
            self.doubts = (f"signed by a key that is not at hand ({', '.join(unknown.names)})",)
            return
        except (MalformedNote, BadSignature) as error:
            raise _Broken(Finding(Flaw.SIGNATURE)) from error
        if (own.checkpoint.size, own.checkpoint.root) != (self.tree.size, self.tree.root()):
            raise _Broken(Finding(Flaw.CHECKPOINT, None, "that at the end of the file"))
        self.signed_by, self.trusted = own.key, own.trusted


def _told_leaves(line: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(line)["leaves"], validate=True)
    except UNREADABLE:
        return b""


def _told_leaf(line: bytes) -> bytes:
    try:
        return bytes.fromhex(json.loads(line)["leaf"])
    except UNREADABLE:
        return b""


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
