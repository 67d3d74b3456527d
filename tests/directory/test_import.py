"""Importing: all or nothing, dated, recorded, and nothing at all the second time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, update

from domain.audit import Action, ActorKind
from domain.directory import BadDirectory
from domain.directory_plan import FactChange
from domain.errors import Changed, NotAllowed, Unknown
from domain.origin import Origin, Via
from domain.people import GrantState, LineKind, PersonState
from storage.tables.people import OrgUnit, Person, ReportingLine, RoleGrant
from tests.directory.files import (
    CEO,
    COMPANY,
    JONAS,
    LENA,
    NOW,
    ORIGIN,
    Directory,
    a_file,
    a_row,
)
from usecases.directory import import_people, preview_import

MARA = a_row("mara@x.example", manager_email="ceo@x.example", slack_user_id="U0MARA")


def later(days: int) -> Origin:
    return replace(ORIGIN, now=NOW + timedelta(days=days))


def lines(directory: Directory) -> set[tuple[LineKind, date, date | None]]:
    with directory.store.read(ORIGIN) as reading:
        rows = reading.connection.execute(
            select(ReportingLine.kind, ReportingLine.valid_from, ReportingLine.valid_to)
        )
        return {(row.kind, row.valid_from, row.valid_to) for row in rows}


def test_an_import_brings_people_units_lines_and_roles(directory: Directory) -> None:
    plan = directory.take({**CEO, "roles": "hr;legal@Company / Support"}, JONAS, LENA)
    assert [new.who.name for new in plan.created] == ["Clara Stein", "Jonas Brandt", "Lena Novak"]
    now = directory.now()
    assert set(now.units) == {"Company", "Company / Support"}
    assert directory.managers() == {
        "jonas@x.example": "ceo@x.example",
        "lena@x.example": "jonas@x.example",
    }
    assert {(key.role, key.unit) for key in now.grants} == {
        ("hr", None),
        ("legal", "Company / Support"),
    }


def test_a_unit_lies_in_the_one_above_it(directory: Directory) -> None:
    directory.take({**CEO, "unit": "A / B / C"})
    with directory.store.read(ORIGIN) as reading:
        rows = reading.connection.execute(select(OrgUnit.id, OrgUnit.name, OrgUnit.parent_id)).all()
    by_id = {row.id: row.name for row in rows}
    assert {row.name: by_id.get(row.parent_id) for row in rows} == {"A": None, "B": "A", "C": "B"}


def test_the_same_file_again_changes_and_records_nothing(directory: Directory) -> None:
    directory.take({**CEO, "roles": "hr"}, JONAS, LENA)
    before = directory.now(), directory.entries()
    plan = directory.take({**CEO, "roles": "hr"}, JONAS, LENA, origin=later(30))
    assert plan.is_empty
    assert plan.unchanged == 3
    assert (directory.now(), directory.entries()) == before


def test_one_bad_row_and_nothing_is_written(directory: Directory) -> None:
    with pytest.raises(BadDirectory):
        directory.take(*COMPANY, a_row("x@x.example", timezone="Nowhere"))
    assert directory.now().people == {}
    assert directory.now().units == {}
    assert directory.entries() == 0


def test_a_preview_writes_nothing_and_says_what_an_import_does(directory: Directory) -> None:
    data = a_file(*COMPANY)
    shown = preview_import(directory.store, ORIGIN, data)
    assert directory.now().people == {}
    assert import_people(directory.store, ORIGIN, data, shown=shown) == shown


def test_what_was_not_shown_is_not_done(directory: Directory) -> None:
    data = a_file(*COMPANY)
    shown = preview_import(directory.store, ORIGIN, data)
    directory.take(CEO)
    with pytest.raises(Changed):
        import_people(directory.store, ORIGIN, data, shown=shown)
    assert len(directory.now().people) == 1


def test_a_stranger_imports_nothing_through_slack_and_no_link_does(directory: Directory) -> None:
    stranger = Origin(Via.DIALOG, NOW, request="r-2", slack_user="U0LENA")
    with pytest.raises(NotAllowed):
        preview_import(directory.store, stranger, a_file(*COMPANY))
    with pytest.raises(Unknown):
        import_people(directory.store, stranger, a_file(*COMPANY))
    with pytest.raises(NotAllowed):
        import_people(directory.store, Origin(Via.LINK, NOW, request="r-3"), a_file(*COMPANY))


def test_the_record_names_the_file_and_every_person(directory: Directory) -> None:
    data = a_file({**CEO, "roles": "hr"}, JONAS, LENA)
    import_people(directory.store, ORIGIN, data)
    [whole] = directory.recorded(Action.DIRECTORY_IMPORT)
    assert whole.actor.kind is ActorKind.OPERATOR
    assert whole.fields["sha256"] == sha256(data).hexdigest()
    assert (whole.fields["created"], whole.fields["grants"]) == (3, 1)
    people = directory.recorded(Action.PERSON_CREATE)
    lena = next(act for act in people if act.fields["name"] == "Lena Novak")
    assert lena.object_id == lena.subject == directory.id_of("lena@x.example")
    assert lena.fields["manager"] == str(directory.id_of("jonas@x.example"))
    assert lena.fields["working_days"] == "12345"
    [grant] = directory.recorded(Action.GRANT_GIVE)
    assert (grant.subject, grant.fields["role"]) == (directory.id_of("ceo@x.example"), "hr")


def test_a_changed_fact_is_told_and_recorded_before_and_after(directory: Directory) -> None:
    directory.take(*COMPANY)
    plan = directory.take(CEO, JONAS, {**LENA, "timezone": "Europe/Berlin"})
    [person] = plan.changed
    assert person.changes == (FactChange("timezone", "Europe/Lisbon", "Europe/Berlin"),)
    [act] = directory.recorded(Action.PERSON_CHANGE)
    assert act.fields == {"timezone": "Europe/Berlin", "timezone_before": "Europe/Lisbon"}
    assert directory.now().people[person.who.id].facts.timezone == "Europe/Berlin"


def test_a_new_manager_ends_the_old_line_on_the_day_the_new_one_begins(
    directory: Directory,
) -> None:
    directory.take(CEO, LENA | {"manager_email": "ceo@x.example"}, MARA)
    first = NOW.date()
    plan = directory.take(CEO, LENA | {"manager_email": "mara@x.example"}, MARA, origin=later(30))
    lena, mara = directory.id_of("lena@x.example"), directory.id_of("mara@x.example")
    assert plan.moved == {lena}
    moved = first + timedelta(days=30)
    assert lines(directory) == {
        (LineKind.PRIMARY, first, None),
        (LineKind.PRIMARY, first, moved),
        (LineKind.PRIMARY, moved, None),
    }
    [act] = directory.recorded(Action.PERSON_CHANGE)
    assert act.fields == {
        "manager": str(mara),
        "manager_before": str(directory.id_of("ceo@x.example")),
    }


def test_two_changes_of_manager_on_one_day_leave_the_last(directory: Directory) -> None:
    for manager in ("ceo@x.example", "mara@x.example", "", "mara@x.example"):
        directory.take(CEO, MARA, LENA | {"manager_email": manager})
    assert directory.managers()["lena@x.example"] == "mara@x.example"


def test_people_whom_the_file_does_not_list_stay(directory: Directory) -> None:
    directory.take(*COMPANY)
    plan = directory.take(CEO, JONAS)
    assert (plan.not_listed, plan.is_empty) == (1, True)
    assert directory.managers()["lena@x.example"] == "jonas@x.example"


def test_columns_that_the_file_lacks_leave_their_facts(directory: Directory) -> None:
    directory.take(CEO | {"fte": "50%", "matrix_manager_emails": ""}, JONAS, LENA)
    plan = directory.take(*COMPANY)
    assert plan.is_empty
    plan = directory.take(CEO | {"fte": ""}, JONAS, LENA)
    assert [change.fact for change in plan.changed[0].changes] == ["fte_percent"]


def test_an_empty_slack_id_takes_nobodys_account_away(directory: Directory) -> None:
    directory.take(*COMPANY)
    assert directory.take(CEO, JONAS, LENA | {"slack_user_id": ""}).is_empty


def test_two_people_can_swap_their_slack_accounts(directory: Directory) -> None:
    directory.take(*COMPANY)
    directory.take(CEO, JONAS | {"slack_user_id": "U0LENA"}, LENA | {"slack_user_id": "U0JONAS"})
    facts = {each.facts.email: each.facts for each in directory.now().people.values()}
    assert facts["lena@x.example"].slack_user == "U0JONAS"
    assert facts["jonas@x.example"].slack_user == "U0LENA"


def test_a_new_email_with_the_same_slack_account_is_the_same_person(directory: Directory) -> None:
    directory.take(*COMPANY)
    jonas = directory.id_of("jonas@x.example")
    plan = directory.take(CEO, JONAS | {"email": "jonas.brandt@x.example"}, LENA)
    assert [change.fact for change in plan.changed[0].changes] == ["email"]
    assert directory.id_of("jonas.brandt@x.example") == jonas
    assert plan.lines == ()


def test_somebody_who_left_comes_back_as_who_they_were(directory: Directory) -> None:
    directory.take(*COMPANY)
    lena = directory.id_of("lena@x.example")
    with directory.store.write(ORIGIN) as work:
        work.connection.execute(
            update(Person).where(Person.id == lena).values(state=PersonState.LEFT)
        )
    plan = directory.take(*COMPANY)
    assert [change.fact for change in plan.changed[0].changes] == ["state"]
    assert directory.now().people[lena].state is PersonState.ACTIVE


def test_matrix_managers_come_and_go_beside_the_manager(directory: Directory) -> None:
    both = "ceo@x.example;mara@x.example"
    directory.take(CEO, JONAS, MARA, LENA | {"matrix_manager_emails": both})
    plan = directory.take(CEO, JONAS, MARA, LENA | {"matrix_manager_emails": "mara@x.example"})
    assert plan.moved == frozenset()
    lena = directory.id_of("lena@x.example")
    [left] = directory.now().matrix[lena]
    assert left.manager == directory.id_of("mara@x.example")


def test_roles_wait_for_two_people_once_the_directory_is_not_empty(directory: Directory) -> None:
    directory.take(*COMPANY)
    plan = directory.take(CEO | {"roles": "hr@PT"}, JONAS, LENA)
    [grant] = plan.grants
    assert (grant.state, grant.region) == (GrantState.PENDING, "PT")
    with directory.store.read(ORIGIN) as reading:
        assert reading.connection.scalars(select(RoleGrant.state)).all() == [GrantState.PENDING]
    assert len(directory.recorded(Action.GRANT_ASK)) == 1
    assert directory.take(CEO | {"roles": "hr@PT"}, JONAS, LENA).is_empty


def test_lines_and_roles_hold_for_whoever_asks_wherever_they_are(directory: Directory) -> None:
    midnight_in_london = replace(ORIGIN, now=NOW.replace(hour=0, minute=5))
    directory.take(*COMPANY, origin=midnight_in_london)
    still_yesterday_in_california = date(2026, 3, 1)
    assert {valid_from for _, valid_from, _ in lines(directory)} == {still_yesterday_in_california}
