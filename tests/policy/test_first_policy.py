"""The first policy: from a file or the defaults, adopted once, named by every entry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.policy_file import read_policy
from bot.settings import SettingsProblem
from domain.clock import Clock
from domain.entries import parse_entry
from domain.goals import Rhythm
from domain.origin import Origin, Via
from domain.people import Level, Role
from domain.policy import Negotiation, Policy
from storage.keyring import Keyring
from storage.tables.audit import AuditEntry
from storage.unit_of_work import Store
from usecases.policy import adopt_first_policy

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
OPERATOR = Origin(via=Via.CLI, now=NOW, request="r")


def store(engine: Engine) -> Store:
    return Store(
        engine, Keyring(["a-secret-key-for-tests-that-is-long-enough"]), Clock(lambda: NOW)
    )


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_defaults_hold() -> None:
    policy = read_policy(None)
    assert policy.negotiation.answering_role is Role.HR
    assert policy.template(Level.INDIVIDUAL).rhythm is Rhythm.BIWEEKLY


def test_a_file_changes_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    file = written(tmp_path, "negotiation:\n  answer_within_working_days: 5\n")
    policy = read_policy(file)
    assert policy.negotiation.answer_within_working_days == 5
    assert policy.negotiation.undo_minutes == Negotiation().undo_minutes


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("negotiation:\n  anser_within: 5\n", "negotiation.anser_within"),
        ("negotiation:\n  answer_within_working_days: 0\n", "answer_within_working_days"),
        ("negotiation: [", ":1:15: Line 1, column 15"),
        ("- a list\n", ":1:1: Line 1, column 1"),
        ("negotiation:\n  answering_role: emperor\n", "answering_role"),
    ],
)
def test_every_mistake_in_the_file_is_named_with_its_place(
    tmp_path: Path, text: str, where: str
) -> None:
    with pytest.raises(SettingsProblem) as caught:
        read_policy(written(tmp_path, text))
    assert where in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="No such file"):
        read_policy(tmp_path / "nowhere.yaml")


def test_the_first_policy_is_adopted_once_and_recorded(engine: Engine) -> None:
    one = store(engine)
    assert adopt_first_policy(one, OPERATOR, Policy())
    assert not adopt_first_policy(
        one, OPERATOR, Policy(negotiation=Negotiation(answer_within_working_days=9))
    )
    with one.read(OPERATOR) as work:
        assert work.policy.number == 1
        assert work.policy.document == Policy()
        bodies = work.connection.scalars(select(AuditEntry.body)).all()
    assert [parse_entry(body).action for body in bodies if body] == ["policy.adopt"]


def test_every_entry_names_the_version_it_was_made_under(engine: Engine) -> None:
    one = store(engine)
    adopt_first_policy(one, OPERATOR, Policy())
    with one.read(OPERATOR) as work:
        number = work.policy.number
        body = work.connection.scalars(select(AuditEntry.body)).one()
    assert number == 1
    assert body is not None
    # The very first entry was made before there was a version.
    assert b'"policy":0' in body
