"""Sealed values open in their own place, under their own key, and nowhere else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection, Engine, delete, func, select, update

from domain.sensitivity import Sensitivity
from storage.keyring import Corrupt, KeyGone, KeyIdentity, Keyring, Wrapped, WrongKey
from storage.sealing import Opener, Place, Sealer, keys_of_missing_secrets
from storage.tables.sealing import DataKey
from tests.record.acts import COHORT, JOHN, KEYRING, MARA, SECRET, writing

OTHER_SECRET = "another secret, also long enough ✓"
PLACE = Place("facilitation", UUID("cccccccc-0000-4000-8000-000000000001"), "note")
CONFIDENTIAL = Sensitivity.CONFIDENTIAL


def sealer(connection: Connection, keyring: Keyring = KEYRING, cohort: str = COHORT) -> Sealer:
    return Sealer(connection, keyring, cohort)


def a_note(engine: Engine, keyring: Keyring = KEYRING, subject: UUID | None = MARA) -> bytes:
    with writing(engine) as connection:
        return sealer(connection, keyring).seal(PLACE, subject, CONFIDENTIAL, "Only for Ana ☕")


def opened(engine: Engine, place: Place, blob: bytes, keyring: Keyring = KEYRING) -> str:
    with engine.connect() as connection:
        return Opener(connection, keyring).open(place, blob)


def test_key_wrapping_gives_the_known_answer_of_rfc_3394() -> None:
    # §4.6: 256 bits of key data under a 256-bit key.
    key = bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    answer = "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    assert aes_key_wrap(bytes(range(32)), key).hex() == answer
    assert aes_key_unwrap(bytes(range(32)), bytes.fromhex(answer)) == key


def test_what_was_sealed_opens_in_another_unit_of_work(engine: Engine) -> None:
    blob = a_note(engine)
    assert b"Ana" not in blob
    assert opened(engine, PLACE, blob) == "Only for Ana ☕"


def test_a_sealed_value_is_33_bytes_longer_than_its_content(engine: Engine) -> None:
    assert len(a_note(engine)) == 33 + len("Only for Ana ☕".encode())


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="feedback"),
        replace(PLACE, row=UUID("cccccccc-0000-4000-8000-000000000002")),
        replace(PLACE, column="title"),
        replace(PLACE, version=2),
    ],
    ids=["table", "row", "column", "version"],
)
def test_a_sealed_value_that_was_moved_does_not_open(engine: Engine, elsewhere: Place) -> None:
    blob = a_note(engine)
    with pytest.raises(Corrupt):
        opened(engine, elsewhere, blob)


@pytest.mark.parametrize("position", [0, 5, 17, -1], ids=["version", "nonce", "text", "tag"])
def test_a_sealed_value_with_a_flipped_bit_does_not_open(engine: Engine, position: int) -> None:
    blob = bytearray(a_note(engine))
    blob[position] ^= 4
    with pytest.raises(Corrupt):
        opened(engine, PLACE, bytes(blob))


@pytest.mark.parametrize("blob", [b"", b"\x01", bytes(33)])
def test_bytes_that_nobody_sealed_are_refused(engine: Engine, blob: bytes) -> None:
    with pytest.raises(Corrupt):
        opened(engine, PLACE, blob)


def test_each_person_class_and_cohort_has_a_key_of_its_own(engine: Engine) -> None:
    with writing(engine) as connection:
        for cohort in ("2025", "2026"):
            for subject in (MARA, JOHN, None):
                for sensitivity in Sensitivity:
                    sealer(connection, cohort=cohort).seal(PLACE, subject, sensitivity, "x")
                    sealer(connection, cohort=cohort).seal(PLACE, subject, sensitivity, "y")
        assert connection.scalar(select(func.count()).select_from(DataKey)) == 2 * 3 * 3


def test_what_a_destroyed_key_sealed_is_gone_for_good(engine: Engine) -> None:
    mara, john = a_note(engine, subject=MARA), a_note(engine, subject=JOHN)
    with writing(engine) as connection:
        connection.execute(delete(DataKey).where(DataKey.subject == MARA))
    with pytest.raises(KeyGone):
        opened(engine, PLACE, mara)
    assert opened(engine, PLACE, john)


def test_a_wrong_secret_is_told_apart_from_damage(engine: Engine) -> None:
    blob = a_note(engine)
    with pytest.raises(WrongKey):
        opened(engine, PLACE, blob, Keyring([OTHER_SECRET]))
    with writing(engine) as connection:
        connection.execute(update(DataKey).values(wrapped=bytes(40)))
    with pytest.raises(Corrupt):
        opened(engine, PLACE, blob)


def test_after_a_new_secret_comes_first_the_old_values_still_open(engine: Engine) -> None:
    old = a_note(engine)
    both = Keyring([OTHER_SECRET, SECRET])
    new = a_note(engine, both, subject=JOHN)
    assert opened(engine, PLACE, old, both) == opened(engine, PLACE, new, both)
    with pytest.raises(WrongKey):
        opened(engine, PLACE, new)


def test_it_can_be_told_beforehand_that_a_secret_is_missing(engine: Engine) -> None:
    a_note(engine)
    a_note(engine, Keyring([OTHER_SECRET]), subject=JOHN)
    with engine.connect() as connection:
        assert keys_of_missing_secrets(connection, KEYRING) == 1
        assert keys_of_missing_secrets(connection, Keyring([SECRET, OTHER_SECRET])) == 0


def test_a_key_passed_off_as_another_persons_does_not_open() -> None:
    identity = KeyIdentity(7, MARA, CONFIDENTIAL, COHORT)
    wrapped = KEYRING.wrap(identity, bytes(32))
    assert KEYRING.unwrap(identity, wrapped) == bytes(32)
    for other in (
        replace(identity, kid=8),
        replace(identity, subject=JOHN),
        replace(identity, subject=None),
        replace(identity, sensitivity=Sensitivity.INTERNAL),
        replace(identity, cohort="2027"),
    ):
        with pytest.raises(Corrupt):
            KEYRING.unwrap(other, wrapped)


def test_a_damaged_fingerprint_does_not_pass_for_a_missing_secret() -> None:
    identity = KeyIdentity(7, MARA, CONFIDENTIAL, COHORT)
    wrapped = KEYRING.wrap(identity, bytes(32))
    with pytest.raises(Corrupt):
        KEYRING.unwrap(identity, Wrapped(wrapped.key, bytes(8)))


@pytest.mark.parametrize("secrets", [[], ["x" * 31], [SECRET, ""]])
def test_a_secret_that_is_too_short_is_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Keyring(secrets)


def test_two_who_need_the_same_new_key_at_once_share_one(engine: Engine) -> None:
    person, together = uuid4(), Barrier(2)

    def seal() -> bytes:
        together.wait()
        return a_note(engine, subject=person)

    with ThreadPoolExecutor(2) as pool:
        blobs = [made.result() for made in [pool.submit(seal), pool.submit(seal)]]
    assert [opened(engine, PLACE, blob) for blob in blobs] == ["Only for Ana ☕"] * 2
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(DataKey)) == 1
