"""Acts become entries: numbered without a gap, linked to the version before, readable again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, delete, select

from domain.audit import Action, RecordedAct
from domain.entries import Entry, parse_entry
from domain.merkle import Frontier, leaf_hash
from domain.notices import SubjectType
from domain.sensitivity import Sensitivity
from domain.verification import Verdict
from storage.audit import AT_ONCE, append, entries_about
from storage.database import open_engine
from storage.sealing import Opener, Sealer
from storage.tables.audit import AuditEntry, AuditPayload
from storage.tables.sealing import DataKey
from storage.verify import verify
from tests.record.acts import (
    COHORT,
    KEYRING,
    MARA,
    STAMP,
    an_event,
    record,
    record_a_negotiation,
)
from tests.record.intruder import intruder


def entries(engine: Engine) -> list[Entry]:
    with engine.connect() as connection:
        bodies = connection.scalars(select(AuditEntry.body).order_by(AuditEntry.seq))
        return [parse_entry(body) for body in bodies]


def about(
    engine: Engine, goal: UUID, *, before: int | None = None, limit: int = 20
) -> tuple[RecordedAct, ...]:
    with engine.connect() as connection:
        opener = Opener(connection, KEYRING)
        return entries_about(connection, opener, SubjectType.GOAL, goal, before=before, limit=limit)


def test_entries_are_numbered_from_zero_without_a_gap(engine: Engine) -> None:
    first = record(engine, an_event(uuid4()), an_event(uuid4()))
    second = record(engine, an_event(uuid4()))
    assert [receipt.seq for receipt in first + second] == [0, 1, 2]


def test_an_act_that_is_rolled_back_leaves_no_entry_and_no_gap(engine: Engine) -> None:
    with engine.connect() as connection:
        append(connection, Sealer(connection, KEYRING, COHORT), STAMP, [an_event(uuid4())])
        connection.rollback()
    assert [receipt.seq for receipt in record(engine, an_event(uuid4()))] == [0]
    assert verify(engine, KEYRING).verdict is Verdict.INTACT


def test_nothing_to_record_leaves_the_record_as_it_is(engine: Engine) -> None:
    assert record(engine) == ()
    assert verify(engine, KEYRING).entries == 0


def test_an_entry_points_at_the_entry_on_the_version_before(engine: Engine) -> None:
    goal, other = uuid4(), uuid4()
    first, _ = record(engine, an_event(goal, 1), an_event(other, 1))
    second, third, aside = record(
        engine, an_event(goal, 2), an_event(goal, 3), an_event(goal, None)
    )
    again, fourth, fifth = record(engine, an_event(goal, 3), an_event(goal, 4), an_event(goal, 4))
    assert [entry.prev for entry in entries(engine)] == [
        None,
        None,
        first.leaf,
        second.leaf,
        None,
        second.leaf,
        again.leaf,
        again.leaf,
    ]
    leaves = {receipt.leaf for receipt in (first, second, third, aside, again, fourth, fifth)}
    assert len(leaves) == 7


def test_more_acts_than_are_held_at_a_time_make_one_record(engine: Engine) -> None:
    """As an import makes them: of many people, one of whom has a key, and across the parts."""
    record(engine, an_event(uuid4(), subject=MARA))
    goal = uuid4()
    others = [an_event(uuid4(), subject=uuid4()) for _ in range(AT_ONCE)]
    receipts = record(engine, an_event(goal, 1), *others, an_event(goal, 2))
    assert [receipt.seq for receipt in receipts] == list(range(1, AT_ONCE + 3))
    assert entries(engine)[-1].prev == receipts[0].leaf
    with engine.connect() as connection:
        owners = connection.scalars(select(DataKey.subject)).all()
    assert sorted(owners, key=str) == sorted([MARA, *(one.subject for one in others)], key=str)
    assert verify(engine, KEYRING).verdict is Verdict.INTACT


def test_the_same_act_twice_makes_two_different_leaves(engine: Engine) -> None:
    goal = uuid4()
    one, two = record(engine, an_event(goal), an_event(goal))
    assert one.leaf != two.leaf


def test_what_an_entry_tells_is_what_was_recorded(engine: Engine) -> None:
    goal = uuid4()
    event = an_event(
        goal,
        2,
        action=Action.GOAL_UPDATE,
        fields={"value": "3,5", "step": 4, "late": True, "why": None},
    )
    [receipt] = record(engine, event)
    [told] = about(engine, goal)
    assert told == RecordedAct(
        receipt=receipt,
        at=STAMP.at,
        as_of=None,
        actor=event.actor,
        action=Action.GOAL_UPDATE,
        object_type=SubjectType.GOAL,
        object_id=goal,
        object_version=2,
        subject=MARA,
        sensitivity=event.sensitivity,
        reason=None,
        policy=1,
        fields={"value": "3,5", "step": 4, "late": True, "why": None},
    )
    assert receipt.leaf.hex().startswith(receipt.short_hash)


def test_what_was_said_stands_nowhere_in_plain(engine: Engine) -> None:
    record(engine, an_event(uuid4(), fields={"title": "Halve the queue"}))
    with engine.connect() as connection:
        [body] = connection.scalars(select(AuditEntry.body))
        [sealed] = connection.scalars(select(AuditPayload.sealed))
    assert b"Halve" not in body + sealed


def test_entries_about_an_object_come_newest_first_in_pages(engine: Engine) -> None:
    goal = uuid4()
    for version in range(1, 6):
        record(engine, an_event(goal, version), an_event(uuid4()))
    page = about(engine, goal, limit=2)
    following = about(engine, goal, before=page[-1].receipt.seq, limit=2)
    last = about(engine, goal, before=following[-1].receipt.seq, limit=2)
    versions = [told.object_version for told in page + following + last]
    assert versions == [5, 4, 3, 2, 1]


def test_an_entry_names_what_was_erased_from_it(engine: Engine, database_url: str) -> None:
    goal = record_a_negotiation(engine)
    with intruder(database_url) as connection:
        connection.execute(delete(DataKey).where(DataKey.sensitivity == Sensitivity.CONFIDENTIAL))
        connection.execute(delete(AuditPayload).where(AuditPayload.name == "title"))
    told = about(engine, goal)
    assert [(set(act.fields), set(act.erased)) for act in told] == [
        ({"value", "step"}, set()),
        (set(), {"note"}),
        ({"state", "late"}, set()),
        ({"target"}, {"title"}),
        ({"target"}, {"title"}),
    ]


def test_erasing_values_and_keys_leaves_the_tree_as_it_was(
    engine: Engine, database_url: str
) -> None:
    record_a_negotiation(engine)
    root = verify(engine, KEYRING).root
    with intruder(database_url) as connection:
        connection.execute(delete(DataKey).where(DataKey.subject == MARA))
        connection.execute(delete(AuditPayload))
        bodies = connection.scalars(select(AuditEntry.body).order_by(AuditEntry.seq))
        tree = Frontier()
        for body in bodies:
            tree.append(leaf_hash(body))
    assert tree.root() == root


@pytest.mark.parametrize(
    "fields",
    [{"value": 1.5}, {"value": 2**53}, {"value": "\ud800"}, {"two words": 1}],
    ids=["float", "big", "surrogate", "name"],
)
def test_a_value_that_an_entry_cannot_hold_is_refused(
    engine: Engine, fields: dict[str, str | int]
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kinds have words of their own
        record(engine, an_event(uuid4(), fields=fields))
    assert verify(engine, KEYRING).entries == 0


def test_many_who_append_at_once_leave_one_intact_record(database_url: str) -> None:
    engine = open_engine(database_url, lock_wait_ms=20_000)
    goals = [uuid4() for _ in range(3)]

    def act(number: int) -> list[int]:
        event = an_event(goals[number % 3], number + 1, subject=uuid4() if number % 2 else MARA)
        return [receipt.seq for receipt in record(engine, event, an_event(uuid4()))]

    with ThreadPoolExecutor(8) as pool:
        numbers = [seq for seqs in pool.map(act, range(60)) for seq in seqs]
    assert sorted(numbers) == list(range(120))
    outcome = verify(engine, KEYRING)
    assert (outcome.verdict, outcome.entries) == (Verdict.INTACT, 120)
    engine.dispose()
