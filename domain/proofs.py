"""Proofs in the tree of RFC 6962: that it holds an entry (§2.1.1), that it only grew (§2.1.2).

A proof is a list of subtrees' roots. Which subtrees is a matter of two numbers, so that whoever
keeps the leaves reads each range of them once, and whoever checks needs no tree at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.merkle import HASH_BYTES, node_hash


class WrongProof(Exception):
    """The proof does not show what it is said to show."""


@dataclass(frozen=True, slots=True)
class Subtree:
    """The leaves from `first` up to, not including, `end`."""

    first: int
    end: int


def inclusion_path(index: int, size: int) -> tuple[Subtree, ...]:
    """Whose roots prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards.

    Raise ValueError where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path: list[Subtree] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(Subtree(middle, end))
            end = middle
        else:
            path.append(Subtree(first, middle))
            first = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int) -> tuple[Subtree, ...]:
    """Whose roots prove that the tree of `old` leaves is the beginning of that of `new` ones.

    Raise ValueError unless 0 ≤ old ≤ new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot grow into one of {new}")
    if old in (0, new):
        return ()
    path: list[Subtree] = []
    first, end, whole = 0, new, True
    while old < end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(Subtree(middle, end))
            end = middle
        else:
            path.append(Subtree(first, middle))
            first, whole = middle, False
    if not whole:
        path.append(Subtree(first, end))
    return tuple(reversed(path))


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that the tree must have if the proof is right. Raise WrongProof (RFC 9162 §2.1.3.2).

    `leaf` is the leaf's hash.
    """
    if not 0 <= index < size:
        raise WrongProof("there is no such entry in a tree of this size")
    _require_hashes((leaf, *proof))
    root = leaf
    for sibling, is_left in _upwards(index, size - 1, proof):
        root = node_hash(sibling, root) if is_left else node_hash(root, sibling)
    return root


def require_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise WrongProof unless the proof shows that the tree only grew (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        raise WrongProof("a tree cannot have grown from more leaves into fewer")
    if old in (0, new):
        if proof or (old == new and old_root != new_root):
            raise WrongProof("trees of one size have different roots, or the proof is too long")
        return
    _require_hashes((old_root, new_root, *proof))
    # A tree of a power of two is a subtree of every later one: its root need not be told.
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise WrongProof("the proof is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    from_old = from_new = path[0]
    for sibling, is_left in _upwards(node, last, path[1:]):
        if is_left:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
        else:
            from_new = node_hash(from_new, sibling)
    if from_old != old_root or from_new != new_root:
        raise WrongProof("the later tree does not begin with the earlier one")


def _upwards(node: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each sibling on the way up from a node to the root, and whether it stands to the left.

    `last` is the last node on the level of `node`. Raise WrongProof for a proof of another length.
    """
    for sibling in proof:
        if last == 0:
            raise WrongProof("the proof is too long")
        is_left = bool(node & 1) or node == last
        yield sibling, is_left
        if is_left:
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    if last:
        raise WrongProof("the proof is too short")


def _split(size: int) -> int:
    """The largest power of two below `size`, at which the definition divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise WrongProof("a part is no hash")
