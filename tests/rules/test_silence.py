"""What the sweep over silent proposals promises beyond the scenes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.audit import Action
from domain.errors import InvalidInput
from domain.goals import Capacity
from domain.notices import SubjectType
from domain.people import Employment, Standing
from storage.audit import entries_about
from storage.tables.people import Person
from tests.company import person_id
from tests.rules.office import Office, id_of


def change(office: Office, name: str, **values: object) -> None:
    with office.store.write(office.operator()) as work:
        work.connection.execute(update(Person).where(Person.id == person_id(name)).values(**values))


def asked(office: Office, name: str) -> bool:
    return "goal_to_decide" in office.told(name)


def test_one_that_cannot_be_handled_does_not_hold_up_the_others(office: Office) -> None:
    office.propose("Emil")
    goal = office.propose("Lena")
    office.wait(timedelta(days=7))
    change(office, "Emil Berg", timezone="Nowhere/Such")
    with pytest.raises(ExceptionGroup) as failed:
        office.sweep()
    assert len(failed.value.exceptions) == 1
    assert office.show("Omar", goal).capacity is Capacity.DEPUTY


def test_a_second_sweep_finds_nothing_left_to_do(office: Office) -> None:
    office.propose("Lena")
    office.wait(timedelta(days=7))
    assert (office.sweep(), office.sweep()) == (1, 0)


@pytest.mark.parametrize(
    "unable",
    [
        {"slack_user": None},
        {"standing": Standing.DEACTIVATED},
        {"employment": Employment.CONTRACTOR},
    ],
)
def test_nobody_is_asked_who_could_not_answer(office: Office, unable: dict[str, object]) -> None:
    change(office, "Jonas Brandt", **unable)
    office.propose("Lena")
    assert not asked(office, "Jonas")
    assert asked(office, "Omar")


def test_an_answer_goes_past_a_counterpart_who_cannot_read_it_any_more(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    change(office, "Jonas Brandt", standing=Standing.DEACTIVATED)
    office.counter("Lena", goal, 5.5)
    assert office.told("Jonas") == ["goal_to_decide"]
    assert asked(office, "Omar")


def test_a_contractor_proposes_for_nobody_else(office: Office) -> None:
    change(office, "Jonas Brandt", employment=Employment.CONTRACTOR)
    with pytest.raises(InvalidInput, match="only_for_reports"):
        office.propose("Jonas", owner="Lena")


def test_what_a_deputy_decides_is_recorded_as_on_behalf_of_who_named_them(office: Office) -> None:
    goal = office.propose("Lena")
    office.wait(timedelta(days=7))
    office.sweep()
    office.accept("Omar", goal)
    with office.store.read(office.operator()) as work:
        acts = entries_about(
            work.connection, work.sealer, SubjectType.GOAL, goal.id, before=None, limit=10
        )
    [accepted] = [act for act in acts if act.action is Action.GOAL_ACCEPT]
    assert accepted.actor.ref == id_of("Omar")
    assert accepted.actor.on_behalf_of == id_of("Jonas")
