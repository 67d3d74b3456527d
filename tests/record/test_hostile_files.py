"""Files that somebody made to harm whoever checks them: each is refused, in a blink."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from uuid import UUID

import pytest

from domain.audit import Action
from domain.entries import commitment
from domain.merkle import Frontier, leaf_hash
from domain.number_ranges import numbers_text, numbers_told
from domain.record_file import (
    HEADER,
    PURGED,
    PurgeList,
    end_line,
    entry_line,
    leaves_line,
    verify_file,
)
from domain.tlog_proofs import FIRST_LINE, NoProof, parse_proof
from domain.verification import Flaw, Verdict
from tests.record.test_entries import ENTRY

DEEP = b"[" * 100_000
CHECKPOINT = "x\n1\n" + "A" * 43 + "=\n\n\u2014 a AAAAAAAA\n"
SALT = bytes(32)


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER, b'{"checkpoint":' + DEEP + b"\n"],
        [HEADER, b'{"leaf":' + DEEP + b"\n", leaves_line([SALT]), end_line(1, SALT, None, None)],
        [HEADER, b'{"action":1}\n', b'{"leaves":"' + DEEP + b"\n", end_line(1, SALT, None, None)],
        [HEADER, b'{"action":1}\n', b'{"leaves":"",' + b'"a":' + DEEP + b"\n"],
    ],
)
def test_brackets_within_brackets_are_no_record(lines: list[bytes]) -> None:
    assert verify_file(lines, []).outcome.verdict is Verdict.BROKEN


def test_brackets_within_brackets_are_no_proof() -> None:
    extra = base64.b64encode(DEEP).decode()
    with pytest.raises(NoProof):
        parse_proof(f"{FIRST_LINE}\nextra {extra}\nindex 0\n\n{CHECKPOINT}")
    with pytest.raises(NoProof):
        parse_proof(json.dumps({"accord_consistency": 1})[:-1] + ',"a":' + DEEP.decode())


def purging(bodies: str) -> list[bytes]:
    """A file of three entries; the body of the middle one is gone, and the last lists `bodies`."""
    promise = commitment(SALT, ENTRY.id, PURGED, bodies)
    purge = replace(ENTRY, action=Action.RETENTION_PURGE, commitments={PURGED: promise}).body()
    first = replace(ENTRY, id=UUID(int=1)).body()
    leaves = [leaf_hash(first), SALT, leaf_hash(purge)]
    tree = Frontier()
    tree.extend(leaves)
    told = PurgeList(2, SALT, bodies)
    return [
        HEADER,
        entry_line(first, leaves[0]),
        entry_line(None, SALT),
        entry_line(purge, leaves[2]),
        leaves_line(leaves),
        end_line(3, tree.root(), None, None, [told]),
    ]


@pytest.mark.parametrize("bodies", ["1", "0-1", "0-99999999999999999999"])
def test_a_list_of_what_was_purged_ends_where_its_entry_stands(bodies: str) -> None:
    """However long it says it is: nobody's memory holds that many numbers."""
    outcome = verify_file(purging(bodies), []).outcome
    assert outcome.verdict is Verdict.INTACT, outcome.finding


@pytest.mark.parametrize("bodies", ["", "0", "2-9", "1\u00b2", "\u00b9", "-1", "1--1", "9" * 5000])
def test_a_list_that_does_not_name_it_covers_no_gap(bodies: str) -> None:
    finding = verify_file(purging(bodies), []).outcome.finding
    assert finding is not None
    assert finding.flaw in (Flaw.BODY_MISSING, Flaw.FILE)


def test_numbers_are_read_as_they_are_written() -> None:
    told = [3, 7, 8, 9, 12]
    assert list(numbers_told(numbers_text(told), 100)) == told
    assert list(numbers_told(numbers_text(told), 9)) == [3, 7, 8]
