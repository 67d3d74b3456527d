"""The record as a file that can be checked elsewhere, with nothing but hashes: JSON Lines.

The first line says what it is. Then comes one line for each entry, its body exactly as it was
stored and hashed, in the order of the tree; of an entry whose body is gone, its leaf hash alone.
After every 1,024 entries, and after the last, a line repeats their leaf hashes, so that a changed
line can be named. The last line has the number of entries, the root, and a checkpoint if there is
a key to sign one. Values are not in it: entries hold commitments alone.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from domain.checkpoints import signed_by_own_or_known
from domain.held import Comparison, Held
from domain.merkle import HASH_BYTES, Frontier
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier
from domain.verification import Finding, Flaw, Verification

BLOCK = 1_024
HEADER = b'{"accord_export":1}\n'
_BODY, _LEAF, _LEAVES, _END = b'{"action":', b'{"leaf":', b'{"leaves":', b'{"checkpoint":'


def entry_line(body: bytes | None, leaf: bytes) -> bytes:
    """The line of one entry; without its body, what stands for it in the tree."""
    return (_json({"leaf": leaf.hex()}) if body is None else body) + b"\n"


def leaves_line(leaves: Sequence[bytes]) -> bytes:
    """The line behind a block of entries."""
    return _json({"leaves": base64.b64encode(b"".join(leaves)).decode()}) + b"\n"


def end_line(size: int, root: bytes, checkpoint: str | None, key: str | None) -> bytes:
    """The last line; `key` is the verifier key of the checkpoint."""
    end = {"checkpoint": checkpoint, "entries": size, "key": key, "root": root.hex()}
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
    reader = _Reader(iter(lines), verifiers, Comparison(held), on_progress)
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
        lines: Iterator[bytes],
        verifiers: Sequence[Verifier],
        comparison: Comparison,
        on_progress: Callable[[int], None],
    ) -> None:
        self._lines = lines
        self._keys = verifiers
        self._on_progress = on_progress
        self._read = 0
        self.tree = Frontier()
        self.comparison = comparison
        self.doubts: tuple[str, ...] = ()
        self.signed_by: str | None = None
        self.trusted = False

    def run(self) -> None:
        if next(self._lines, b"") != HEADER:
            raise _Broken(Finding(Flaw.FILE))
        while True:
            leaves, last = self._block()
            if last.startswith(_LEAVES):
                self._compare(leaves, last)
            elif last.startswith(_END) and not leaves:
                return self._end(last)
            else:
                raise _Broken(Finding(Flaw.FILE, self.tree.size + len(leaves)))

    def _block(self) -> tuple[list[bytes], bytes]:
        """The leaf hashes of the next entries, and the line behind them."""
        leaves: list[bytes] = []
        for line in self._lines:
            self._read += len(line)
            if not line.startswith(_BODY):
                if line.startswith(_LEAF):
                    raise _Broken(Finding(Flaw.BODY_MISSING, self.tree.size + len(leaves)))
                return leaves, line
            if len(leaves) == BLOCK:
                break
            leaves.append(sha256(b"\x00" + line[:-1]).digest())
        raise _Broken(Finding(Flaw.FILE, self.tree.size + len(leaves)))

    def _compare(self, leaves: list[bytes], line: bytes) -> None:
        told = _told_leaves(line)
        if told != b"".join(leaves):
            seq = next(
                (
                    place
                    for place, leaf in enumerate(leaves)
                    if told[place * HASH_BYTES : (place + 1) * HASH_BYTES] != leaf
                ),
                len(leaves),
            )
            raise _Broken(Finding(Flaw.BODY, self.tree.size + seq))
        if (found := self.comparison.extend(self.tree, leaves)) is not None:
            raise _Broken(found)
        self._on_progress(self._read)

    def _end(self, line: bytes) -> None:
        try:
            end = json.loads(line)
            size, root = end["entries"], bytes.fromhex(end["root"])
            note, key = end["checkpoint"], end["key"]
        except (ValueError, KeyError, TypeError) as error:
            raise _Broken(Finding(Flaw.FILE)) from error
        if next(self._lines, None) is not None or size != self.tree.size:
            raise _Broken(Finding(Flaw.FILE, self.tree.size))
        if root != self.tree.root():
            raise _Broken(Finding(Flaw.ROOT))
        if (found := self.comparison.finish(self.tree)) is not None:
            raise _Broken(found)
        if note is not None:
            self._checkpoint(note, key)

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
    except (ValueError, KeyError, TypeError, binascii.Error):
        return b""


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
