"""A dialog that comes back with other ids than it went out with is somebody's forgery."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from storage.tables.audit import AuditEntry
from storage.tables.goals import Goal
from tests.scenes.checkins import new_manager
from tests.scenes.conftest import Company
from tests.scenes.goals import agree, propose
from tests.slack import Person


def update(tarik: Person, _omar: Person) -> Person:
    tarik.command("/goal update G-2")
    tarik.dialog.fill({"Value": "8"})
    return tarik


def share(tarik: Person, _omar: Person) -> Person:
    tarik.command("/goal share G-2")
    tarik.dialog.fill({tarik.dialog.labels[0]: ["Nora"]})
    return tarik


def counter(_tarik: Person, omar: Person) -> Person:
    omar.wait_for("proposes a goal").press("Counter")
    omar.dialog.fill({"Target": "6", "Reason": "Realistic."})
    return omar


def decline(_tarik: Person, omar: Person) -> Person:
    omar.wait_for("proposes a goal").press("Decline")
    omar.dialog.fill({"Reason": "Not now."})
    return omar


def check_in(tarik: Person, _omar: Person) -> Person:
    tarik.command("/checkin G-2")
    tarik.dialog.fill({tarik.dialog.labels[0]: "8"})
    return tarik


@pytest.fixture
def goal_of_nora(company: Company) -> UUID:
    """G-1 is Nora's and Clara's alone."""
    propose(company.person("Nora"), company)
    company.person("Clara").wait_for("proposes a goal")
    with company.parts.store.engine.connect() as connection:
        return connection.execute(select(Goal.id)).scalar_one()


def forged(person: Person, goal: UUID) -> dict[str, Any]:
    state = json.loads(person.dialog.view["private_metadata"])
    state["i"] = dict.fromkeys(state["i"], str(goal))
    return {"view": {"private_metadata": json.dumps(state)}}


@pytest.mark.parametrize("fill", [update, share, check_in, counter, decline])
def test_ids_forged_in_a_dialog_get_the_one_refusal_and_it_is_logged(
    fill: Callable[[Person, Person], Person], company: Company, goal_of_nora: UUID
) -> None:
    tarik, omar = company.person("Tarik"), company.person("Omar")
    if fill in (counter, decline):
        propose(tarik, company, Title="Mentor two starters")
    else:
        agree(tarik, omar, company, Title="Mentor two starters")
    company.slack.settle()
    person = fill(tarik, omar)
    recorded, said = entries(company), []
    for goal in (goal_of_nora, uuid4()):
        with capture_logs() as logged:
            person.dialog.submit(forge=forged(person, goal))
        said.append(person.dialog.text)
        codes = {one.get("code") for one in logged if one["event"] == "refused"}
        assert codes == {"not_shared_here"}, person.dialog.text
    assert said[0] == said[1]
    assert entries(company) == recorded


def entries(company: Company) -> int:
    with company.parts.store.engine.connect() as connection:
        return len(connection.scalars(select(AuditEntry.seq)).all())


def test_a_manager_who_was_replaced_while_the_dialog_stood_open_is_refused(
    company: Company,
) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    propose(lena, company)
    jonas.wait_for("proposes a goal").press("Decline")
    jonas.dialog.fill({"Reason": "Not this quarter."})
    new_manager(company, "Lena Novak", "Nora Sand")
    jonas.dialog.submit()
    assert company.acts("goal.decline") == []
    assert "This is for the owner and whoever was asked to decide" in jonas.dialog.text
