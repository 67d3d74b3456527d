"""The tree against the known answers of RFC 6962 and against another implementation."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from domain.merkle import Frontier, leaf_hash, node_hash

# Leaves and roots of the reference implementation's tests (transparency-dev/merkle).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def grown(bodies: list[bytes]) -> Frontier:
    tree = Frontier()
    for body in bodies:
        tree.append(leaf_hash(body))
    return tree


def by_definition(bodies: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word by word."""
    if not bodies:
        return sha256(b"").digest()
    if len(bodies) == 1:
        return leaf_hash(bodies[0])
    split = 1 << (len(bodies) - 1).bit_length() - 1
    return node_hash(by_definition(bodies[:split]), by_definition(bodies[split:]))


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_reference_implementation(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=20), max_size=70))
def test_the_frontier_adds_up_to_the_root_that_the_definition_gives(bodies: list[bytes]) -> None:
    assert grown(bodies).root() == by_definition(bodies)


@given(st.lists(st.integers(0, 40), max_size=6))
def test_many_leaves_at_once_are_as_each_by_itself(parts: list[int]) -> None:
    one_by_one, at_once = Frontier(), Frontier()
    for part in parts:
        leaves = [leaf_hash(str(number).encode()) for number in range(part)]
        for leaf in leaves:
            one_by_one.append(leaf)
        at_once.extend(leaves)
        assert at_once.to_bytes() == one_by_one.to_bytes()
        assert at_once.size == one_by_one.size


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=40))
def test_another_implementation_finds_the_same_root(bodies: list[bytes]) -> None:
    other = InmemoryTree.init_from_entries(bodies, algorithm="sha256")
    assert grown(bodies).root() == other.get_root()


@given(st.lists(st.binary(max_size=8), max_size=40), st.lists(st.binary(max_size=8), max_size=10))
def test_a_tree_grows_on_from_its_stored_frontier(first: list[bytes], then: list[bytes]) -> None:
    tree = grown(first)
    tree = Frontier.from_bytes(tree.size, tree.to_bytes())
    for body in then:
        tree.append(leaf_hash(body))
    assert tree.root() == grown(first + then).root()


@pytest.mark.parametrize(("size", "length"), [(0, 32), (3, 32), (4, 64), (1, 31), (-1, 0)])
def test_a_frontier_of_the_wrong_size_is_refused(size: int, length: int) -> None:
    with pytest.raises(ValueError, match=r"hashes|subtrees"):
        Frontier.from_bytes(size, bytes(length))
