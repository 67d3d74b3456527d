"""Who is asked to decide or to help: nobody with a stake in it where there is somebody without."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from domain.errors import InvalidInput, NotShared, Refused
from domain.goals import Capacity
from domain.people import LineKind, Role
from storage.tables.people import ReportingLine
from tests.rules.office import Office, id_of


def led_in_a_matrix(office: Office, name: str, manager: str) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(
            insert(ReportingLine).values(
                id=uuid4(),
                person_id=id_of(name),
                manager_id=id_of(manager),
                kind=LineKind.MATRIX,
                valid_from=date(2020, 1, 1),
                source="test",
            )
        )


def test_an_hr_partner_decides_their_own_managers_goal_only_if_there_is_no_other(
    office: Office,
) -> None:
    only = office.propose("Clara")
    assert only.counterpart == "Ines Duarte"
    office.give_role("Emil", Role.HR)
    goal = office.propose("Clara")
    assert goal.counterpart == "Emil Berg"
    assert office.show("Emil", goal).capacity is Capacity.ROLE
    with pytest.raises(NotShared):
        office.show("Ines", goal)


def test_a_facilitator_who_leads_the_owner_in_a_matrix_is_not_neutral(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    led_in_a_matrix(office, "Lena", "Mira")
    with pytest.raises(Refused, match="no_facilitator"):
        office.ask_for_help("Lena", goal)
    office.give_role("Tarik", Role.FACILITATOR)
    assert office.ask_for_help("Lena", goal) == "Tarik Can"


def test_a_guest_is_no_facilitator_for_they_could_not_read_the_goal(office: Office) -> None:
    office.give_role("Gustav", Role.FACILITATOR)
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    assert office.ask_for_help("Lena", goal) == "Mira Sato"


def test_each_side_asks_for_help_once_and_the_least_busy_is_asked(office: Office) -> None:
    office.give_role("Tarik", Role.FACILITATOR)
    first = office.counter("Jonas", office.propose("Lena"), 6)
    second = office.counter("Jonas", office.propose("Lena"), 6)
    helpers = {office.ask_for_help("Lena", goal) for goal in (first, second)}
    assert helpers == {"Mira Sato", "Tarik Can"}
    with pytest.raises(InvalidInput):
        office.ask_for_help("Lena", first)
    assert office.acts().count("facilitation.ask") == 2


def test_who_helps_with_a_goal_is_not_asked_to_decide_it(office: Office) -> None:
    office.give_role("Mira", Role.HR)
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    assert office.ask_for_help("Lena", goal) == "Mira Sato"
    goal = office.counter("Lena", goal, 5.5)
    for _ in range(4):
        office.wait(timedelta(days=7))
        office.sweep()
    assert "goal_to_decide" in office.told("Ines")
    assert "goal_to_decide" not in office.told("Mira")
