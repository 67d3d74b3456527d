"""The format of an entry: for ever, and one way to write each."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import Action, Actor, ActorKind, Lineage
from domain.entries import Entry, MalformedEntry, Stamp, commitment, parse_entry
from domain.notices import SubjectType
from domain.origin import Via
from domain.sensitivity import Sensitivity

MOMENTS = st.datetimes(timezones=st.just(UTC))
HASHES = st.binary(min_size=32, max_size=32)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers(0, 2**53 - 1)
NAMES = st.from_regex(r"[!-~]{1,20}", fullmatch=True)
STAMPS = st.builds(
    Stamp,
    at=MOMENTS,
    via=st.sampled_from(Via),
    request=st.none() | TEXT,
    policy=NUMBERS,
    as_of=st.none() | MOMENTS,
)
ENTRIES = st.builds(
    Entry,
    id=st.uuids(),
    stamp=STAMPS,
    nonce=st.binary(min_size=16, max_size=16),
    actor=st.builds(
        Actor,
        kind=st.sampled_from(ActorKind),
        ref=st.none() | st.uuids(),
        role=st.none() | TEXT,
        on_behalf_of=st.none() | st.uuids(),
    ),
    action=st.sampled_from(Action),
    object_type=st.sampled_from(SubjectType),
    object_id=st.uuids(),
    object_version=st.none() | NUMBERS,
    prev=st.none() | HASHES,
    subject=st.none() | st.uuids(),
    sensitivity=st.sampled_from(Sensitivity),
    reason=st.none() | TEXT,
    commitments=st.dictionaries(NAMES, HASHES, max_size=4),
    lineage=st.none()
    | st.builds(
        Lineage,
        source=TEXT,
        connector=TEXT,
        fetched_at=MOMENTS,
        raw_sha256=HASHES,
        transform=TEXT,
        inputs=st.lists(NUMBERS, max_size=3).map(tuple),
    ),
)
ENTRY = Entry(
    id=UUID("11111111-2222-4333-8444-555555555555"),
    stamp=Stamp(
        at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC), via=Via.ACTION, request="r-7", policy=12
    ),
    nonce=bytes(range(16)),
    actor=Actor(
        ActorKind.PERSON,
        UUID("aaaaaaaa-0000-4000-8000-000000000001"),
        role="hr",
        on_behalf_of=UUID("aaaaaaaa-0000-4000-8000-000000000002"),
    ),
    action=Action.GOAL_UPDATE,
    object_type=SubjectType.GOAL,
    object_id=UUID("bbbbbbbb-0000-4000-8000-000000000001"),
    object_version=3,
    prev=b"\xab" * 32,
    subject=None,
    sensitivity=Sensitivity.INTERNAL,
    reason="measured",
    commitments={"value": b"\xcd" * 32},
    lineage=Lineage("crm", "http", datetime(2026, 3, 2, tzinfo=UTC), b"\xef" * 32, "sum", (4, 5)),
)
BODY = (
    '{"action":"goal.update","actor":{"kind":"person","on_behalf_of":'
    '"aaaaaaaa-0000-4000-8000-000000000002","ref":"aaaaaaaa-0000-4000-8000-000000000001",'
    '"role":"hr"},"as_of":null,"at":"2026-03-02T09:30:00.000000Z","class":"internal",'
    '"fields":{"value":"' + "cd" * 32 + '"},"id":"11111111-2222-4333-8444-555555555555",'
    '"lineage":{"connector":"http","fetched_at":"2026-03-02T00:00:00.000000Z","inputs":[4,5],'
    '"raw_sha256":"' + "ef" * 32 + '","source":"crm","transform":"sum"},'
    '"nonce":"000102030405060708090a0b0c0d0e0f","object":{"id":'
    '"bbbbbbbb-0000-4000-8000-000000000001","prev":"' + "ab" * 32 + '","type":"goal",'
    '"version":3},"policy":12,"reason":"measured","subject":null,"v":1,'
    '"via":{"kind":"action","req":"r-7"}}'
).encode()


def test_the_bytes_of_an_entry_never_change_from_release_to_release() -> None:
    assert ENTRY.body() == BODY


@given(ENTRIES)
def test_every_entry_is_read_back_as_it_was(entry: Entry) -> None:
    assert parse_entry(entry.body()) == entry


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    in_lisbon = ENTRY.stamp.at.astimezone(timezone(timedelta(hours=1)))
    assert replace(ENTRY, stamp=replace(ENTRY.stamp, at=in_lisbon)).body() == BODY


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = ENTRY.stamp.at.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        replace(ENTRY, stamp=replace(ENTRY.stamp, at=naive)).body()


def _with(path: str, value: Any) -> bytes:
    record = json.loads(BODY)
    *parents, last = path.split(".")
    part = record
    for parent in parents:
        part = part[parent]
    part[last] = value
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", 2),
        ("v", True),
        ("more", 1),
        ("actor.more", None),
        ("at", "2026-03-02T09:30:00Z"),
        ("at", "2026-03-02T09:30:00.000000+00:00"),
        ("at", "2026-03-02T09:30:00.000000"),
        ("at", None),
        ("id", "11111111222243338444555555555555"),
        ("actor", None),
        ("actor.kind", "robot"),
        ("via.req", 7),
        ("action", "goal.destroy"),
        ("object.version", "3"),
        ("object.version", True),
        ("object.prev", "AB" * 32),
        ("policy", None),
        ("class", "secret"),
        ("fields", []),
        ("fields.value", 1),
        ("fields.value", "CD" * 32),
        ("lineage", []),
        ("lineage.inputs", "4"),
        ("lineage.inputs", [True]),
        ("reason", {}),
    ],
)
def test_a_body_that_we_would_have_written_otherwise_is_refused(path: str, value: object) -> None:
    with pytest.raises(MalformedEntry):
        parse_entry(_with(path, value))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", BODY[:-1], BODY + b"\n"])
def test_bytes_that_are_no_entry_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedEntry):
        parse_entry(body)


def test_a_commitment_is_the_hmac_that_the_format_describes() -> None:
    salt = bytes(32)
    message = b"accord-audit/1\x00" + str(ENTRY.id).encode() + b'\x00title\x00"Caf\xc3\xa9"'
    expected = hmac.new(salt, message, hashlib.sha256).digest()
    assert commitment(salt, ENTRY.id, "title", "Café") == expected


@pytest.mark.parametrize("name", ["", "two words", "a\x00b", "naïve", "x" * 101])
def test_a_field_with_a_doubtful_name_is_refused(name: str) -> None:
    with pytest.raises(MalformedEntry):
        commitment(bytes(32), ENTRY.id, name, 1)
