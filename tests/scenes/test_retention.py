"""Whose time is over is counted, and purged by two people, unless something keeps them by then."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.people import PersonState, Role
from domain.verification import Verdict
from storage.tables.people import Person as PersonRow
from tests.scenes import test_erasures
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role
from tests.scenes.phones import MachineTime
from tests.scenes.test_erasures import LENA, TRACES, checked, everything_stored, leave
from tests.scenes.test_holds import place

LONG_GONE = date.today() - timedelta(days=5 * 366)  # noqa: DTZ011 - years ago in any zone

ledger = test_erasures.ledger
offices = test_erasures.offices


@pytest.fixture
def long_gone(offices: Offices) -> Offices:
    leave(offices.company, leaving_on=LONG_GONE)
    return offices


def name_now(company: Company) -> str | None:
    with company.parts.store.engine.connect() as connection:
        return connection.scalar(select(PersonRow.name).where(PersonRow.id == LENA))


def ask(offices: Offices) -> None:
    offices.hr.command("/accord retention")
    listed = offices.hr.wait_for("People who have left")
    assert "Their time is over: 1" in listed.text
    listed.press("Purge")
    assert "1 person is purged by this request: Lena Novak" in offices.hr.dialog.text
    offices.hr.dialog.fill({"Where the purge was decided": ""}).submit()
    assert "Where the purge was decided" in offices.hr.dialog.errors
    offices.hr.dialog.fill({"Where the purge was decided": "Ticket 78"}).submit()
    assert "What is held on 1 person who has left is erased" in offices.hr.dialog.text
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert offices.hr.dialog.text.startswith("Asked."), offices.hr.dialog.text
    offices.hr.dialog.close()


def test_two_people_purge_whose_time_is_over(long_gone: Offices, ledger: Path) -> None:
    company, store = long_gone.company, long_gone.company.parts.store
    ask(long_gone)
    assert name_now(company) == "Lena Novak"
    assert "it is done" in long_gone.approve("Nora")
    assert name_now(company) == "Erased person"
    after = everything_stored(store)
    assert [trace for trace in TRACES if trace in after] == []
    assert len(company.acts("retention.purge")) == 1
    assert checked(store).verdict is Verdict.INTACT
    assert len(ledger.read_text().splitlines()) == 1
    long_gone.hr.command("/accord retention")
    long_gone.hr.wait_for("Their time is over: 0")


def test_a_hold_placed_meanwhile_leaves_them_out(long_gone: Offices) -> None:
    company = long_gone.company
    ask(long_gone)
    place(long_gone)
    company.person("Mara").dialog.close()
    assert "nothing was changed" in long_gone.approve("Nora")
    assert name_now(company) == "Lena Novak"
    assert company.acts("retention.purge") == []
    long_gone.hr.command("/accord retention")
    told = long_gone.hr.wait_for("a legal hold keeps them: 1")
    assert "Purge" not in told.buttons


def test_who_has_time_left_is_counted_only(offices: Offices) -> None:
    leave(offices.company, leaving_on=LONG_GONE + timedelta(days=3 * 366))
    offices.hr.command("/accord retention")
    told = offices.hr.wait_for("They have time left: 1")
    assert "DE: 48 months after leaving (§§ 195, 199 BGB)." in str(told.blocks)
    assert "Purge" not in told.buttons


def test_who_works_here_is_never_counted(long_gone: Offices) -> None:
    leave(long_gone.company, state=PersonState.ACTIVE)
    long_gone.hr.command("/accord retention")
    long_gone.hr.wait_for("They have time left: 0")


def test_a_role_for_a_part_of_the_organisation_does_not_do(long_gone: Offices) -> None:
    name_to_role(long_gone.company, "Jonas", Role.HR, region="DE")
    for name in ("Jonas", "Omar"):
        person = long_gone.company.person(name)
        person.command("/accord retention")
        told = person.wait_for("Retention is for people in HR, compliance and legal")
        assert "Lena" not in told.text


def test_machine_time_alone_counts(offices: Offices, machine_time: MachineTime) -> None:
    """Moving the business clock ahead makes nobody due."""
    leave(offices.company, leaving_on=machine_time().date())
    offices.company.pass_days(5 * 366)
    offices.hr.command("/accord retention")
    offices.hr.wait_for("They have time left: 1")
