"""Access and activity in numbers: for those whose role has them, and about nobody in particular."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert, select, update

from domain.goals import Audience, GoalState, StepKind
from domain.people import Level, Role
from storage.goals import new_goal
from storage.tables.goals import Goal, GoalStep
from storage.tables.people import OrgUnit
from storage.tables.people import Person as PersonRow
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.offices import name_to_role
from tests.scenes.test_my_data import give

CANARY = "Trauermantel"


def hire(
    company: Company,
    unit: str,
    how_many: int,
    *,
    with_goal: int,
    region: str = "DE",
    own: bool = False,
    reserving: int = 0,
) -> None:
    """People of one unit, some of whom have a goal."""
    with company.parts.store.write_alone() as connection:
        unit_id = uuid5(NAMESPACE_URL, f"unit:Company / {unit}")
        if connection.scalar(select(OrgUnit.id).where(OrgUnit.id == unit_id)) is None:
            parent = uuid5(NAMESPACE_URL, "unit:Company")
            path = f"Company / {unit}"
            connection.execute(
                insert(OrgUnit).values(id=unit_id, path=path, name=unit, parent_id=parent)
            )
        like = dict(
            connection.execute(
                select(*PersonRow.__table__.c).where(PersonRow.id == person_id("Tarik Can"))
            )
            .one()
            ._mapping
        )
        for number in range(how_many):
            name = f"{unit} {region} {number}"
            own = {
                "id": person_id(name),
                "email": f"{unit}.{region}.{number}@company.example".lower(),
                "name": name,
                "slack_user": None,
                "org_unit_id": unit_id,
                "region": region,
                "level": Level.INDIVIDUAL,
            }
            connection.execute(insert(PersonRow).values({**like, **own}))
            if number < with_goal:
                reserved = "Only with help." if number < reserving else None
                agree(company, connection, name, reserved, own=own)


def agree(
    company: Company, connection: object, name: str, reservation: str | None = None, *, own: bool
) -> None:
    """Agreed to by its owner, perhaps with a reservation, or else by nobody in particular."""
    goal = uuid5(NAMESPACE_URL, f"goal:{name}")
    new_goal(
        connection,  # type: ignore[arg-type] # a connection
        goal,
        owner=person_id(name),
        proposer=person_id(name),
        audience=Audience.LINE,
        title=CANARY,
    )
    connection.execute(  # type: ignore[attr-defined] # a connection
        update(Goal).where(Goal.id == goal).values(state=GoalState.ACTIVE)
    )
    now = company.parts.clock.business()
    for number, (kind, hours) in enumerate(((StepKind.PROPOSED, 50), (StepKind.ACCEPTED, 1)), 1):
        at = datetime.fromtimestamp(now.timestamp() - hours * 3600, UTC)
        connection.execute(  # type: ignore[attr-defined] # a connection
            insert(GoalStep).values(
                goal_id=goal,
                number=number,
                kind=kind,
                at=at,
                version=1,
                actor_id=person_id(name) if own and kind is StepKind.ACCEPTED else None,
                reason=reservation if kind is StepKind.ACCEPTED else None,
            )
        )


def report(company: Company, name: str, part: str) -> str:
    person = company.person(name)
    person.command("/accord report")
    assert person.dialog.title == "Report"
    if part != "Access":
        person.dialog.press(part)
    said = person.dialog.text
    person.dialog.close(everything=True)
    return said


def line_of(said: str, group: str) -> str:
    found = re.search(rf"{group}\W*: [^\n]*", said)
    assert found is not None, said
    return found[0]


def test_hr_reads_who_has_access_and_that_they_read_it_is_recorded(company: Company) -> None:
    said = report(company, "Ines", "Access")
    assert "HR: 1 · Ines Duarte" in said
    assert "Facilitator: 1 · Mira Sato" in said
    assert "1 person stands in for somebody" in said
    assert "Omar Haddad for Jonas Brandt" in said
    assert "There has been none yet." in said
    assert company.acts("report.read") == [person_id("Ines Duarte")]


def test_openings_are_counted_by_week_and_what_they_are_of(company: Company) -> None:
    give(company.person("Lena"), "Emil", CANARY, "The person and their manager")
    jonas = company.person("Jonas")
    jonas.wait_for("Read").press("Read")
    assert CANARY in jonas.dialog.text
    jonas.dialog.close()
    said = report(company, "Ines", "Openings")
    assert "By managers 1" in said
    assert "Opened: feedback 1" in said
    assert CANARY not in said


def test_a_group_of_four_is_not_told_and_neither_is_what_would_give_it_away(
    company: Company,
) -> None:
    hire(company, "Lisbon", 4, with_goal=3)
    hire(company, "Porto", 7, with_goal=2)
    hire(company, "Faro", 12, with_goal=5)
    said = report(company, "Ines", "Goals by unit")
    assert "not told" in line_of(said, "Company / Lisbon")
    assert "not told" in line_of(said, "Company / Sales")
    # Without Porto, all less the others would be the few in Lisbon, Sales, People and the board.
    assert "12 people, 5 with a goal (41%)" in line_of(said, "Company / Faro")
    assert "34 people, 10 with a goal" in line_of(said, "Everybody")
    assert "not testable here" in said
    assert CANARY not in said


def test_days_and_outcomes_are_told_of_five_people_and_no_fewer(company: Company) -> None:
    hire(company, "Faro", 13, with_goal=5)
    hire(company, "Lisbon", 12, with_goal=6)
    said = report(company, "Ines", "Goals by unit")
    faro = said[said.index("Company / Faro") :]
    assert "agreed as they were: 5" in faro
    assert "up to 2 days" in faro
    hire(company, "Porto", 12, with_goal=4)
    porto = report(company, "Ines", "Goals by unit")
    porto = porto[porto.index("Company / Porto") :]
    assert "agreed as they were: not told" in porto


def test_that_the_few_at_the_top_have_agreed_nothing_does_not_follow_from_equal_figures(
    company: Company,
) -> None:
    hire(company, "Faro", 12, with_goal=6)
    said = report(company, "Ines", "Goals by level")
    everybody, *levels = re.findall(r"agreed as they were: ([^·]*) ·", said)
    assert everybody == "6"
    assert levels
    assert set(levels) == {"not told"}


def test_how_many_accepted_without_a_word_is_told_of_five_people_and_no_fewer(
    company: Company,
) -> None:
    def pressed(group: str) -> tuple[str, ...]:
        said = report(company, "Ines", "Goals by unit")
        found = re.search(
            r"without a word: ([^·]*) · with a reservation: (.*)", said[said.index(group) :]
        )
        assert found is not None
        return found.groups()

    hire(company, "Faro", 22, with_goal=11, own=True, reserving=5)
    hire(company, "Lisbon", 22, with_goal=11, own=True, reserving=6)
    assert pressed("Everybody") == ("11", "11")
    assert pressed("Company / Lisbon") == ("5", "6")
    hire(company, "Porto", 22, with_goal=11, own=True, reserving=3)
    assert pressed("Company / Porto") == ("not told", "not told")


def test_a_single_person_without_a_goal_is_not_named_by_the_six_who_have_one(
    company: Company,
) -> None:
    hire(company, "Faro", 7, with_goal=6, region="US")
    hire(company, "Porto", 20, with_goal=8)
    said = report(company, "Ines", "Goals by region")
    assert "not told" in line_of(said, "US")
    assert "6 with a goal" not in said


def test_a_representative_reads_numbers_and_no_names(company: Company) -> None:
    hire(company, "Faro", 12, with_goal=5)
    hire(company, "Porto", 11, with_goal=5)
    name_to_role(company, "Tarik", Role.REPRESENTATIVE)
    tarik = company.person("Tarik")
    tarik.command("/accord report")
    assert "Ines" not in tarik.dialog.text
    assert "HR: 1" in tarik.dialog.text
    assert tarik.dialog.buttons == ["Goals by level", "Goals by region", "Goals by unit"]
    tarik.dialog.press("Goals by unit")
    assert "12 people, 5 with a goal" in tarik.dialog.text
    tarik.dialog.close()
    assert company.acts("report.read") == [person_id("Tarik Can")] * 2


def test_whoever_holds_a_role_for_a_region_reads_that_region_alone(company: Company) -> None:
    hire(company, "Faro", 12, with_goal=5, region="PT")
    hire(company, "Porto", 20, with_goal=8)
    name_to_role(company, "Tarik", Role.COMPLIANCE, region="PT")
    tarik = company.person("Tarik")
    tarik.command("/accord report")
    assert tarik.dialog.buttons == ["Goals by region"]
    tarik.dialog.press("Goals by region")
    assert "12 people, 5 with a goal" in tarik.dialog.text
    assert "DE" not in tarik.dialog.text
    assert "Everybody" not in tarik.dialog.text


def test_nobody_else_reads_it_and_an_administrator_neither(company: Company) -> None:
    name_to_role(company, "Omar", Role.ADMINISTRATOR)
    for name in ("Omar", "Jonas", "Lena"):
        person = company.person(name)
        person.command("/accord report")
        person.wait_for("The report is for people in HR, legal and compliance")
    assert company.acts("report.read") == []


def test_it_is_german_for_whoever_reads_german(company: Company) -> None:
    name_to_role(company, "Emil", Role.LEGAL)
    emil = company.person("Emil")
    emil.command("/accord bericht")
    assert emil.dialog.title == "Bericht"
    assert "Rollen, die heute jemand hat" in emil.dialog.text
