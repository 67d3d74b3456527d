"""What verification says of a whole record, with and without the key."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from domain.merkle import Frontier
from domain.verification import Progress, Verdict
from storage.keyring import Keyring
from storage.verify import BATCH, verify
from tests.record.acts import JOHN, KEYRING, SECRET, an_event, record, record_a_negotiation
from tests.record.intruder import intruder

OTHER_SECRET = "another secret, also long enough"


def test_an_empty_record_is_intact(engine: Engine) -> None:
    outcome = verify(engine, KEYRING)
    assert (outcome.verdict, outcome.entries) == (Verdict.INTACT, 0)
    assert outcome.root == Frontier().root()


def test_a_record_that_nobody_touched_is_intact(engine: Engine) -> None:
    record_a_negotiation(engine)
    outcome = verify(engine, KEYRING)
    assert (outcome.verdict, outcome.entries, outcome.finding) == (Verdict.INTACT, 6, None)


@pytest.mark.parametrize("keyring", [None, Keyring([OTHER_SECRET])], ids=["no key", "wrong key"])
def test_without_the_key_it_cannot_be_told_but_the_rest_is_checked(
    engine: Engine, database_url: str, keyring: Keyring | None
) -> None:
    record_a_negotiation(engine)
    outcome = verify(engine, keyring)
    values, data_keys = 9, 3
    assert (outcome.verdict, outcome.entries) == (Verdict.CANNOT_TELL, 6)
    assert outcome.unopened == values + data_keys
    assert outcome.root == verify(engine, KEYRING).root
    with intruder(database_url) as connection:
        connection.execute(text("UPDATE audit_entry SET object_version = 9 WHERE seq = 2"))
    assert str(verify(engine, keyring).finding) == (
        "entry 2: a column does not repeat what the body says (object_version)"
    )


def test_where_one_secret_of_two_is_missing_the_rest_is_opened(
    engine: Engine, database_url: str
) -> None:
    record(engine, an_event(uuid4()))
    record(engine, an_event(uuid4(), subject=JOHN), keyring=Keyring([OTHER_SECRET, SECRET]))
    outcome = verify(engine, KEYRING)
    assert (outcome.verdict, outcome.unopened) == (Verdict.CANNOT_TELL, 2 + 1)
    assert verify(engine, Keyring([OTHER_SECRET, SECRET])).verdict is Verdict.INTACT
    with intruder(database_url) as connection:
        connection.execute(
            text(
                "UPDATE audit_payload SET sealed = (SELECT other.sealed FROM audit_payload other "
                "WHERE other.seq = 0 AND other.name = 'target') WHERE seq = 0 AND name = 'title'"
            )
        )
    assert verify(engine, KEYRING).verdict is Verdict.BROKEN


def test_of_several_flaws_the_first_entry_is_named(engine: Engine, database_url: str) -> None:
    record_a_negotiation(engine)
    with intruder(database_url) as connection:
        connection.execute(text("UPDATE audit_entry SET subject = NULL WHERE seq = 1"))
        connection.execute(text("DELETE FROM audit_payload WHERE seq = 0 AND name = 'title'"))
        connection.execute(text("DELETE FROM audit_leaf WHERE seq = 3"))
    outcome = verify(engine, KEYRING)
    assert str(outcome.finding) == "entry 0: a sealed value is missing (title)"


def test_a_long_record_is_checked_range_by_range_in_flat_memory(engine: Engine) -> None:
    def remember(progress: Progress) -> None:
        told.append(progress)
        held.append(tracemalloc.get_traced_memory()[0])

    told: list[Progress] = []
    held: list[int] = []
    size = 3 * BATCH + 1
    for _ in range(3):
        record(engine, *(an_event(uuid4(), fields={}) for _ in range(BATCH)))
    record(engine, an_event(uuid4()))
    tracemalloc.start()
    outcome = verify(engine, KEYRING, remember)
    tracemalloc.stop()
    assert outcome.verdict is Verdict.INTACT
    assert told == [Progress(end, size) for end in (BATCH, 2 * BATCH, 3 * BATCH, size)]
    # Kept entries would be some 700 bytes each; caches of the first look are a few thousand.
    assert held[2] < held[0] + 64 * BATCH


def test_people_go_on_working_while_the_record_is_verified(engine: Engine) -> None:
    record(engine, *(an_event(uuid4()) for _ in range(300)))

    def work(_: int) -> None:
        record(engine, an_event(uuid4()))

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(work, number) for number in range(20)]
        outcomes = [verify(engine, KEYRING) for _ in range(5)]
        for done in working:
            done.result()
    assert {outcome.verdict for outcome in outcomes} == {Verdict.INTACT}
