"""A say that came with a date ends with it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from domain.people import LineKind
from storage.database import WRITING
from storage.tables.people import Delegation, ReportingLine
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import press_late, propose
from tests.scenes.test_silence import MONDAY


def change(company: Company, statement: object) -> None:
    """What an operator's command does to the directory."""
    with company.parts.store.engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(statement)


def test_an_acting_manager_hands_back_what_they_were_asked_when_their_days_end(
    company: Company,
) -> None:
    lena, nora, jonas = (company.person(name) for name in ("Lena", "Nora", "Jonas"))
    company.move_to(MONDAY)
    change(
        company,
        insert(ReportingLine).values(
            id=person_id("acting"),
            person_id=person_id("Lena Novak"),
            manager_id=person_id("Nora Sand"),
            kind=LineKind.ACTING,
            valid_from=MONDAY.date(),
            valid_to=MONDAY.date() + timedelta(days=2),
            source="test",
        ),
    )
    propose(lena, company)
    question = nora.wait_for("Lena Novak proposes a goal")
    company.move_to(MONDAY + timedelta(days=3))
    jonas.wait_for("Lena Novak proposes a goal")
    assert "I can't show you" in nora.command("/goal show G-1").text
    if "History" in question.again().buttons:
        press_late(question, "Accept")
    assert company.acts("goal.accept") == []


def test_a_deputys_say_ends_with_the_delegation(company: Company) -> None:
    lena, omar, jonas = (company.person(name) for name in ("Lena", "Omar", "Jonas"))
    company.move_to(MONDAY)
    propose(lena, company)
    company.move_to(MONDAY + timedelta(days=4))
    omar.wait_for("Lena Novak proposes a goal")
    change(company, update(Delegation).values(valid_to=(MONDAY + timedelta(days=6)).date()))
    company.move_to(MONDAY + timedelta(days=7))
    assert "I can't show you G-1" in omar.command("/goal show G-1").text
    jonas.wait_for("Lena Novak proposes a goal").press("Accept")
    lena.wait_for("Jonas Brandt accepted G-1")
