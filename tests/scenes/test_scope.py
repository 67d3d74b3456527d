"""Representatives see for whom Accord is used and under which rules, in numbers that hide a few."""

from __future__ import annotations

from domain.people import Role
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.offices import name_to_role
from tests.scenes.test_reports import hire, line_of, report


def scope(company: Company, name: str) -> str:
    person = company.person(name)
    person.command("/accord agreements")
    person.dialog.press("Scope")
    said = person.dialog.text
    person.dialog.close(everything=True)
    return said


def test_a_representative_sees_counts_what_is_kept_and_the_rules(company: Company) -> None:
    hire(company, "Faro", 12, with_goal=5)
    hire(company, "Porto", 11, with_goal=5)
    hire(company, "Lisbon", 4, with_goal=2)
    name_to_role(company, "Tarik", Role.REPRESENTATIVE)
    said = scope(company, "Tarik")
    assert "12 people" in line_of(said, "Company / Faro")
    assert "not told" in line_of(said, "Company / Lisbon")
    assert "Check in every: Two weeks" in said
    assert "Off for everybody: rankings, ratings, pay" in said
    assert "Ines" not in said
    assert company.acts("report.read") == [person_id("Tarik Can")]


def test_it_tells_of_each_group_what_the_report_tells_and_no_more(company: Company) -> None:
    hire(company, "Faro", 12, with_goal=12)
    hire(company, "Porto", 11, with_goal=5)
    hire(company, "Lisbon", 4, with_goal=1, region="PT")
    name_to_role(company, "Tarik", Role.REPRESENTATIVE)
    name_to_role(company, "Lena", Role.REPRESENTATIVE, region="PT")
    said, small = scope(company, "Tarik"), scope(company, "Lena")
    told_of = []
    for group in ("Company / Faro", "Company / Porto", "Company / Lisbon", "PT"):
        part = "Goals by region" if group == "PT" else "Goals by unit"
        told = "not told" not in line_of(report(company, "Ines", part), group)
        assert told == ("not told" not in line_of(said, group)), group
        told_of += [group] if told else []
    assert told_of == ["Company / Faro"]
    assert "Company" not in small
    assert line_of(small, "PT") == line_of(said, "PT")


def test_nobody_else_has_the_button(company: Company) -> None:
    for name in ("Ines", "Lena"):
        person = company.person(name)
        person.command("/accord agreements")
        assert "Scope" not in person.dialog.buttons
        person.dialog.close()
