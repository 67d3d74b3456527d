"""A change of manager puts open proposals before whoever answers for the owner now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain.errors import NotShared
from domain.goals import Capacity, GoalState, Side
from domain.people import PersonState, Role, Standing
from storage.tables.people import Person
from tests.rules.office import MONDAY, Office, id_of
from usecases.cover import set_acting_manager
from usecases.directory import import_people


def test_an_open_proposal_goes_to_the_new_manager_and_leaves_the_former_one(
    office: Office,
) -> None:
    goal = office.propose("Lena")
    office.replace_manager("Lena", "Nora")
    assert office.show("Lena", goal).counterpart == "Nora Sand"
    assert office.told("Nora") == ["goal_to_decide"]
    assert office.show("Nora", goal).can_decide
    with pytest.raises(NotShared):
        office.accept("Jonas", goal)
    office.accept("Nora", goal)
    assert office.acts(goal.id) == ["goal.propose", "goal.reassign", "goal.accept"]


def test_a_negotiation_goes_on_with_the_new_manager(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena", 5), 6)
    goal = office.counter("Lena", goal, 5.5)
    office.replace_manager("Lena", "Nora")
    assert office.counter("Nora", goal, 5.8).turn is Side.OWNER


def test_the_owner_keeps_the_turn_and_answers_to_the_new_manager(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    office.replace_manager("Lena", "Nora")
    shown = office.show("Lena", goal)
    assert (shown.turn, shown.counterpart, shown.version) == (Side.OWNER, "Nora Sand", 2)
    assert office.told("Nora") == []
    answered = office.counter("Lena", shown, 5.5)
    assert answered.counterpart == "Nora Sand"
    assert office.told("Nora") == ["goal_to_decide"]
    assert office.acts(goal.id).count("goal.reassign") == 1


def test_a_counter_taken_back_is_answered_by_whoever_decides_now(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    office.replace_manager("Lena", "Nora")
    office.undo("Lena", office.counter("Lena", office.show("Lena", goal), 5.5))
    again = office.show("Lena", goal)
    assert (again.turn, again.counterpart) == (Side.OWNER, "Nora Sand")
    answered = office.counter("Lena", again, 5.4)
    assert answered.counterpart == "Nora Sand"
    assert office.show("Nora", goal).can_decide
    with pytest.raises(NotShared):
        office.accept("Jonas", answered)


def test_the_former_managers_deputy_is_not_asked_any_more(office: Office) -> None:
    goal = office.propose("Lena")
    office.wait(timedelta(days=4))
    office.sweep()
    assert office.show("Omar", goal).capacity is Capacity.DEPUTY
    office.replace_manager("Lena", "Nora")
    for former in ("Jonas", "Omar"):
        with pytest.raises(NotShared):
            office.accept(former, goal)
    assert office.accept("Nora", goal).state is GoalState.ACTIVE


def test_who_answers_under_the_new_manager_too_keeps_the_case(office: Office) -> None:
    goal = office.propose("Lena")
    for _ in range(2):
        office.wait(timedelta(days=7))
        office.sweep()
    assert office.show("Lena", goal).counterpart == "Mara Lindt"
    office.replace_manager("Lena", "Omar")
    shown = office.show("Lena", goal)
    assert shown.counterpart == "Omar Haddad"
    assert office.show("Omar", goal).capacity is Capacity.MANAGER
    assert office.show("Mara", goal).capacity is Capacity.MANAGERS_MANAGER


def test_without_a_manager_the_policys_role_is_asked(office: Office) -> None:
    goal = office.propose("Lena")
    office.replace_manager("Lena", None)
    assert office.show("Lena", goal).counterpart == "Ines Duarte"
    assert office.show("Ines", goal).capacity is Capacity.ROLE


def test_a_proposal_that_nobody_could_answer_goes_to_the_first_manager(office: Office) -> None:
    office.replace_manager("Ines", None)
    goal = office.propose("Ines")
    assert goal.counterpart is None
    office.replace_manager("Ines", "Clara")
    assert office.show("Ines", goal).counterpart == "Clara Stein"
    assert office.show("Ines", goal).answer_by is not None


def test_where_nobody_is_left_the_owners_card_says_so_until_somebody_can_be_asked(
    office: Office,
) -> None:
    goal = office.propose("Ines")
    office.replace_manager("Ines", None)
    shown = office.show("Ines", goal)
    assert (shown.turn, shown.counterpart) == (Side.OTHER, None)
    with pytest.raises(NotShared):
        office.show("Clara", goal)
    office.give_role("Nora", Role.HR)
    office.wait(timedelta(days=7))
    office.sweep()
    assert office.show("Ines", goal).counterpart == "Nora Sand"


def test_the_same_manager_again_changes_nothing(office: Office) -> None:
    goal = office.propose("Lena")
    office.replace_manager("Lena", "Jonas")
    assert office.acts(goal.id) == ["goal.propose"]
    assert office.told("Jonas") == ["goal_to_decide"]


def test_what_is_settled_stays_as_it_is(office: Office) -> None:
    goal = office.accept("Jonas", office.propose("Lena"))
    office.replace_manager("Lena", "Nora")
    assert office.acts(goal.id) == ["goal.propose", "goal.accept"]


def test_an_acting_manager_takes_over_open_proposals_and_the_permanent_one_may_still_answer(
    office: Office,
) -> None:
    goal = office.propose("Lena")
    today = MONDAY.date()
    act_for_jonas(office, today)
    assert office.show("Lena", goal).counterpart == "Nora Sand"
    assert office.show("Nora", goal).can_decide
    assert office.accept("Jonas", goal).state is GoalState.ACTIVE


def test_an_acting_manager_of_next_month_is_not_asked_today(office: Office) -> None:
    goal = office.propose("Lena")
    act_for_jonas(office, MONDAY.date() + timedelta(days=30))
    assert office.show("Lena", goal).counterpart == "Jonas Brandt"
    assert office.acts(goal.id) == ["goal.propose"]


def act_for_jonas(office: Office, first_day: date) -> None:
    email = "jonas@company.example", "nora@company.example"
    set_acting_manager(
        office.store, office.operator(), *email, first_day, first_day + timedelta(days=20)
    )


def test_an_import_that_names_another_manager_re_addresses_too(office: Office) -> None:
    goal = office.propose("Lena")
    file = (
        "email,name,manager_email,level,unit,roles,region,timezone,slack_user_id\n"
        "lena@company.example,Lena Novak,nora@company.example,individual contributor,"
        "Company / Support,,DE,Europe/Lisbon,U0LENA\n"
    )
    import_people(office.store, office.operator(), file.encode())
    assert office.show("Lena", goal).counterpart == "Nora Sand"
    assert office.acts()[-3:] == ["directory.import", "person.change", "goal.reassign"]


def test_who_is_asked_a_second_time_about_one_version_gets_a_second_message(
    office: Office,
) -> None:
    goal = office.propose("Lena")
    office.replace_manager("Lena", "Nora")
    office.wait(timedelta(days=1))
    office.replace_manager("Lena", "Jonas")
    assert office.show("Lena", goal).counterpart == "Jonas Brandt"
    assert office.told("Jonas") == ["goal_to_decide", "goal_to_decide"]
    assert office.accept("Jonas", goal).state is GoalState.ACTIVE


@pytest.mark.parametrize(
    "gone",
    [{"state": PersonState.LEFT}, {"standing": Standing.DEACTIVATED}, {"slack_user": None}],
)
def test_a_manager_who_is_gone_is_not_waited_for(office: Office, gone: dict[str, object]) -> None:
    goal = office.propose("Lena")
    with office.store.write(office.operator()) as work:
        work.connection.execute(update(Person).where(Person.id == id_of("Jonas")).values(**gone))
    office.wait(timedelta(minutes=1))
    assert office.sweep() == 1
    # With their account the deputyship for them stays; who has left has none.
    expected = "Ines Duarte" if gone.get("state") else "Omar Haddad"
    assert office.show("Lena", goal).counterpart == expected
    assert office.sweep() == 0
