"""Canonical JSON against the RFC's sample and against another implementation."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import Json, NotCanonical, canonical, parse_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
KEYS = st.text(st.characters(max_codepoint=127), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_another_implementation_writes_the_same_bytes(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_written_is_read_back(value: Json) -> None:
    assert parse_canonical(canonical(value)) == value


def test_strings_and_literals_are_written_as_in_the_sample_of_the_rfc() -> None:
    sample: Json = {
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(sample) == (
        rb'{"literals":[null,true,false],"string":"'
        + "€".encode()
        + rb"$\u000f\nA'B\"\\\\\"/"
        + b'"}'
    )


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, -(2**53), "\ud800", {"\ud800": 1}, {"é": 1}, {1: 2}, b"x", {1, 2}],
)
def test_what_readers_could_take_differently_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u0041"',
        b"-0",
        b"1.0",
        b"1e3",
        b"NaN",
        b"9007199254740992",
        b"\xff",
        b'\xef\xbb\xbf"x"',
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_bytes_in_any_other_form_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(data)
