"""Proofs in the tree, against the known answers of transparency-dev/merkle and every corruption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.merkle import Frontier, leaf_hash
from domain.proofs import (
    Subtree,
    WrongProof,
    consistency_path,
    inclusion_path,
    require_consistent,
    root_from_inclusion,
)
from tests.record.test_merkle import LEAVES, grown

SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
EMPTY_ROOT = Frontier().root()

# (leaf, size, proof): `proof/verify_test.go`, which counts leaves from 1.
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]

Proof = list[bytes]


def root_of(bodies: Sequence[bytes]) -> bytes:
    return grown(list(bodies)).root()


def proof_of(path: Sequence[Subtree], bodies: Sequence[bytes]) -> Proof:
    return [root_of(bodies[part.first : part.end]) for part in path]


def in_bytes(proof: Sequence[str]) -> Proof:
    return [bytes.fromhex(part) for part in proof]


def includes(index: int, size: int, root: bytes, leaf: bytes, proof: Proof) -> bool:
    try:
        return root_from_inclusion(index, size, leaf, proof) == root
    except WrongProof:
        return False


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Proof) -> bool:
    try:
        require_consistent(old, new, old_root, new_root, proof)
    except WrongProof:
        return False
    return True


def damaged(proof: Proof, *more: bytes) -> Iterator[Proof]:
    """The proof with a part altered, missing, put in, put behind or before."""
    for place, part in enumerate(proof):
        yield [*proof[:place], bytes([part[0] ^ 8]) + part[1:], *proof[place + 1 :]]
    for extra in (b"", *more):
        yield [*proof, extra]
        yield [extra, *proof]
    if proof:
        yield proof[:-1]
        yield [proof[0], *proof]
    if len(proof) > 1:
        yield [proof[0], SOME_HASH, *proof[1:]]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_the_known_inclusion_proofs_are_made_and_hold_and_no_corruption_does(
    index: int, size: int, proof: list[str]
) -> None:
    known, root, leaf = in_bytes(proof), root_of(LEAVES[:size]), leaf_hash(LEAVES[index])
    assert proof_of(inclusion_path(index, size), LEAVES) == known
    assert includes(index, size, root, leaf, known)
    for other in (index - 1, index + 1, index ^ 2):
        assert not includes(other, size, root, leaf, known)
    for other in (size * 2, size // 2):
        assert not includes(index, other, root, leaf, known)
    assert not includes(index, size, root, b"WrongLeaf", known)
    assert not includes(index, size, EMPTY_ROOT, leaf, known)
    assert not includes(index, size, SOME_HASH, leaf, known)
    for bad in damaged(known, root):
        assert not includes(index, size, root, leaf, bad)


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_the_known_consistency_proofs_are_made_and_hold_and_no_corruption_does(
    old: int, new: int, proof: list[str]
) -> None:
    known, was, now = in_bytes(proof), root_of(LEAVES[:old]), root_of(LEAVES[:new])
    assert proof_of(consistency_path(old, new), LEAVES) == known
    assert consistent(old, new, was, now, known)
    for bad in damaged(known, was, now):
        assert not consistent(old, new, was, now, bad)
    if old == new:
        assert not consistent(old, new, was, SOME_HASH, known)
        return
    for other in (old - 1, old + 1, old ^ 2):
        assert not consistent(other, new, was, now, known)
    for other in (new * 2, new // 2):
        assert not consistent(old, other, was, now, known)
    assert not consistent(old, new, b"WrongRoot", now, known)
    assert not consistent(old, new, was, b"WrongRoot", known)
    assert not consistent(old, new, now, was, known)
    assert not consistent(old, new, was, now, [])


@given(st.integers(1, 300), st.data())
def test_every_leaf_of_every_tree_can_be_proved(size: int, data: st.DataObject) -> None:
    bodies = [str(number).encode() for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = proof_of(inclusion_path(index, size), bodies)
    assert includes(index, size, root_of(bodies), leaf_hash(bodies[index]), proof)


@given(st.integers(0, 300), st.data())
def test_every_growth_can_be_proved_and_no_rewriting(new: int, data: st.DataObject) -> None:
    bodies = [str(number).encode() for number in range(new)]
    old = data.draw(st.integers(0, new))
    proof = proof_of(consistency_path(old, new), bodies)
    assert consistent(old, new, root_of(bodies[:old]), root_of(bodies), proof)
    if old:
        rewritten = [b"other", *bodies[1:]]
        again = proof_of(consistency_path(old, new), rewritten)
        assert not consistent(old, new, root_of(bodies[:old]), root_of(rewritten), again)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 2), (3, 2)])
def test_there_is_no_proof_of_shrinking(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot grow"):
        consistency_path(old, new)
    assert not consistent(old, new, SOME_HASH, SOME_HASH, [])
