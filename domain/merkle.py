"""The Merkle tree of RFC 6962 §2.1 over SHA-256: hashes, and the root of a growing list."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import repeat

HASH_BYTES = 32


def leaf_hash(body: bytes) -> bytes:
    """The hash of one entry; the prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What must be kept of a tree to append to it: its perfect subtrees' roots, largest first.

    A tree of n leaves keeps one hash per bit set in n, so memory and the cost of an append are
    O(log n), however long the list grows.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Raise ValueError where `peaks` cannot be those of a tree with `size` leaves."""
        if size < 0 or len(peaks) != size.bit_count():
            raise ValueError(f"{len(peaks)} subtrees cannot make a tree of {size} leaves")
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the end."""
        self._append(leaf, 1)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes at the end: `append` of each, in about half the time."""
        place, count = 0, len(leaves)
        while place < count:
            # The largest perfect subtree that can begin here.
            fits = 1 << (count - place).bit_length() - 1
            width = min(fits, self._size & -self._size) if self._size else fits
            level = leaves[place : place + width]
            while len(level) > 1:
                pairs = iter(level)
                nodes = map(b"".join, zip(repeat(b"\x01"), pairs, pairs))
                level = [sha256(node).digest() for node in nodes]
            self._append(level[0], width)
            place += width

    def _append(self, subtree: bytes, leaves: int) -> None:
        """Add a perfect subtree of so many leaves where one may stand."""
        height_bits = self._size // leaves
        while height_bits & 1:
            subtree = node_hash(self._peaks.pop(), subtree)
            height_bits >>= 1
        self._peaks.append(subtree)
        self._size += leaves

    def root(self) -> bytes:
        """The root over all leaves so far; of no leaves, the hash of nothing."""
        if not self._peaks:
            return sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """The subtree roots one after the other; `from_bytes` with the size brings them back."""
        return b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> Frontier:
        """Raise ValueError where the bytes cannot be a frontier of that size."""
        if len(peaks) % HASH_BYTES:
            raise ValueError(f"{len(peaks)} bytes are no whole number of hashes")
        return cls(size, [peaks[i : i + HASH_BYTES] for i in range(0, len(peaks), HASH_BYTES)])
