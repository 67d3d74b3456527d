"""`/accord people`: HR looks at the directory, uploads a file, sees every change, imports it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select, update

from bot.running import operator_origin
from domain.directory_rows import read_directory
from domain.people import GrantState, PersonState, Role
from domain.verification import Verdict
from messages.directory_pages import EXAMPLE
from storage.tables.people import Person as PersonRow
from storage.tables.people import RoleGrant
from storage.tables.waiting_imports import WaitingImport
from tests.company import PEOPLE, slack_id
from tests.directory.files import a_file
from tests.scenes import test_policy
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role
from tests.scenes.patience import dialog_with
from tests.scenes.test_erasures import checked
from tests.slack import Dialog, Person
from usecases.directory import import_people

offices = test_policy.offices

FILE = "File of people"


def rows(company: Company) -> dict[str, dict[str, str]]:
    """Everybody's row by first name, as they are in the directory already."""
    with company.parts.store.engine.connect() as connection:
        known = {one.name: one for one in connection.execute(select(PersonRow))}
    return {
        one.name.split()[0]: {
            "email": known[one.name].email,
            "name": one.name,
            "manager_email": known[one.manager].email if one.manager else "",
            "level": one.level.value,
            "unit": one.unit,
            "region": known[one.name].region or "",
            "timezone": known[one.name].timezone,
            "slack_user_id": slack_id(one.name),
            "employment": one.employment.value,
            "locale": known[one.name].locale,
        }
        for one in PEOPLE
    }


def with_changes(company: Company, **changes: Mapping[str, str]) -> bytes:
    """A file of these people alone, with what differs."""
    known = rows(company)
    return a_file(*({**known[name], **cells} for name, cells in changes.items()))


def upload(person: Person, content: bytes, name: str = "people.csv") -> None:
    if not person.has_dialog:
        person.command("/accord people")
        person.dialog.press("Import a file")
    person.dialog.fill({FILE: [person.upload(name, content)]}).submit()


def offered(person: Person, content: bytes) -> Dialog:
    upload(person, content)
    return dialog_with(person, "people in the directory aren't in the file")


def unit_of(company: Company, name: str) -> str:
    with company.parts.store.engine.connect() as connection:
        found = connection.execute(select(PersonRow).where(PersonRow.name == name)).one()
        return str(found.name) + ("" if found.state is PersonState.ACTIVE else " (left)")


def test_hr_and_administrators_see_the_directory_in_numbers(offices: Offices) -> None:
    hr, admin = offices.hr, offices.admin
    hr.command("/accord people")
    said = hr.dialog.text
    assert "People: 11" in said
    assert "Without a manager: 1" in said
    assert "Nothing was imported yet" in said
    admin.command("/accord people")
    assert "People: 11" in admin.dialog.text
    assert "Import a file" not in admin.dialog.buttons


def test_a_manager_hears_who_can(offices: Offices) -> None:
    jonas = offices.company.person("Jonas")
    said = jonas.command("/accord people").text
    assert "Only HR can do this. Please ask Ines Duarte" in said
    assert not jonas.has_dialog


def test_hr_of_a_part_does_not_import(offices: Offices) -> None:
    name_to_role(offices.company, "Jonas", Role.HR, region="DE")
    jonas = offices.company.person("Jonas")
    jonas.command("/accord people")
    assert "Import a file" not in jonas.dialog.buttons


def test_hr_uploads_a_file_with_mistakes_mends_it_and_imports(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    good = with_changes(company, Tarik={"name": "Tarik Can-Berg"}, Lena={"region": "PT"})
    upload(hr, good.replace(b"individual contributor", b"individal contributor"))
    said = dialog_with(hr, "problems").text
    assert "2 problems; nothing was imported" in said
    assert "line 2, column level" in said
    assert "Did you mean “individual contributor”?" in said
    upload(hr, good)
    said = dialog_with(hr, "Changed people: 2").text
    assert "Tarik Can · Tarik Can-Berg" in said
    assert "people in the directory aren't in the file and stay as they are" in said
    assert company.acts("directory.import") == []
    hr.dialog.submit()
    assert "Changed people: 2" in dialog_with(hr, "Imported.").text
    assert unit_of(company, "Tarik Can-Berg") == "Tarik Can-Berg"
    assert len(company.acts("directory.import")) == 1
    assert checked(company.parts.store).verdict is Verdict.INTACT
    hr.dialog.close(everything=True)
    hr.command("/accord people")
    assert "by Ines Duarte. Changed people: 2" in hr.dialog.text
    hr.dialog.close(everything=True)
    # The same file again changes nothing.
    upload(hr, good)
    assert "Nothing would change" in dialog_with(hr, "Nothing would change").text
    hr.dialog.close(everything=True)
    assert len(company.acts("directory.import")) == 1


def test_an_old_dialog_shows_what_would_happen_now(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    file = with_changes(company, Tarik={"name": "Tarik One"})
    offered(hr, file)
    other = with_changes(company, Tarik={"name": "Tarik Two"})
    import_people(company.parts.store, operator_origin(company.parts), other)
    hr.dialog.submit()
    said = dialog_with(hr, "has changed meanwhile").text
    assert "Tarik Two · Tarik One" in said
    assert unit_of(company, "Tarik Two")
    hr.dialog.submit()
    dialog_with(hr, "Imported.")
    assert unit_of(company, "Tarik One")


def test_whoever_lost_the_role_meanwhile_imports_nothing(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    offered(hr, with_changes(company, Tarik={"name": "Tarik One"}))
    with company.parts.store.write_alone() as connection:
        connection.execute(
            update(RoleGrant).where(RoleGrant.role == Role.HR).values(state=GrantState.REVOKED)
        )
    hr.dialog.submit()
    assert company.acts("directory.import") == []


def test_roles_in_a_file_wait_for_two_people(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    dialog = offered(hr, with_changes(company, Tarik={"roles": "legal"}))
    assert "Roles, given once two people have confirmed them" in dialog.text
    dialog.submit()
    dialog_with(hr, "Imported.")
    assert Role.LEGAL not in offices.roles_of("Tarik")
    assert offices.admin.wait_for("of an import wait")


@pytest.mark.parametrize(
    ("name", "cells", "said"),
    [
        ("Ines", {"level": "executive"}, "changes something about you"),
        ("Ines", {"manager_email": "nora@company.example"}, "changes something about you"),
        ("Nora", {"slack_user_id": "U0STRANGER"}, "another Slack account: Nora Sand"),
    ],
)
def test_what_would_give_somebody_anothers_rights_waits_for_the_command_line(
    offices: Offices, name: str, cells: dict[str, str], said: str
) -> None:
    hr = offices.hr
    upload(hr, with_changes(offices.company, **{name: cells}))
    dialog = dialog_with(hr, said)
    assert "whoever runs Accord" in dialog.text
    assert "submit" not in dialog.view or dialog.view["submit"] is None


def test_whoever_holds_a_role_gets_no_first_account_here_either(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    file = with_changes(company, Nora={"slack_user_id": "U0OTHER"})
    with company.parts.store.write_alone() as connection:
        connection.execute(
            update(PersonRow).where(PersonRow.name == "Nora Sand").values(slack_user=None)
        )
    upload(hr, file)
    assert dialog_with(hr, "another Slack account: Nora Sand").view.get("submit") is None


def newcomers(company: Company, count: int) -> list[dict[str, str]]:
    mara = rows(company)["Mara"]["email"]
    return [
        {
            "email": f"new{number}@company.example",
            "name": f"New {number}",
            "manager_email": mara,
            "level": "individual contributor",
            "unit": "Company / Support",
            "region": "DE",
            "timezone": "Europe/Berlin",
        }
        for number in range(count)
    ]


def ask_for_second(offices: Offices, content: bytes) -> None:
    """HR uploads what is too much for one person, says why, and asks with a code."""
    hr = offices.hr
    upload(hr, content)
    dialog_with(hr, "one person alone may change 20").fill({"Reason": "The new site."}).submit()
    dialog_with(hr, "A file of people is imported").fill({"Code": offices.code("Ines")}).submit()
    assert hr.dialog.text.startswith("Asked."), hr.dialog.text
    hr.dialog.close(everything=True)


def files_kept(company: Company) -> int:
    with company.parts.store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(WaitingImport)) or 0


def test_very_many_changes_wait_for_a_second_person_who_sees_every_one_of_them(
    offices: Offices,
) -> None:
    company, hr, nora = offices.company, offices.hr, offices.company.person("Nora")
    new = newcomers(company, 61)
    upload(hr, a_file(*new))
    dialog = dialog_with(hr, "changes 61 people; one person alone may change 20")
    assert "Page 1 of 2" in dialog.text
    assert "New people: 61. 11 people in the directory aren't in the file" in dialog.text
    dialog.press("More")
    assert "New 60" in dialog_with(hr, "Page 2 of 2").text
    hr.dialog.fill({"Reason": "The new site."}).submit()
    dialog = dialog_with(hr, "A file of people is imported, which changes 61 people")
    dialog.press("Every change")
    assert "New 60" not in hr.dialog.text
    hr.dialog.close()
    hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert "Nora Sand" in hr.dialog.text
    hr.dialog.close(everything=True)
    wanted = offices.wanted("Nora")
    assert "changes 61 people" in wanted.text
    assert "New 1" not in wanted.text
    assert company.acts("directory.import") == []
    wanted.press("Approve")
    nora.dialog.press("Every change")
    nora.dialog.press("More")
    assert "New 60" in nora.dialog.text
    nora.dialog.close()
    nora.dialog.fill({"Code": offices.code("Nora")}).submit()
    assert "Done" in nora.dialog.text or "done" in nora.dialog.text, nora.dialog.text
    assert len(company.acts("directory.import")) == 1
    assert unit_of(company, "New 60")
    assert files_kept(company) == 0
    assert checked(company.parts.store).verdict is Verdict.INTACT
    hr.command("/accord people")
    assert "by Ines Duarte. New people: 61." in hr.dialog.text
    hr.dialog.close(everything=True)
    # So few need nobody else.
    upload(hr, with_changes(company, Tarik={"name": "Tarik One"}))
    dialog_with(hr, "Changed people: 1").submit()
    assert "Changed people: 1" in dialog_with(hr, "Imported.").text


def test_what_was_approved_is_done_only_as_it_was_shown_and_its_file_goes_with_the_request(
    offices: Offices,
) -> None:
    company, hr = offices.company, offices.hr
    store = company.parts.store
    new = newcomers(company, 21)
    ask_for_second(offices, a_file(*new))
    import_people(store, operator_origin(company.parts), a_file(new[0] | {"name": "Else"}))
    assert "It no longer fits how things stand" in offices.approve("Nora")
    assert len(company.acts("directory.import")) == 1
    with store.engine.connect() as connection:
        assert connection.scalar(select(PersonRow.id).where(PersonRow.name == "New 1")) is None
    company.pass_days(0.001)
    assert files_kept(company) == 0

    ask_for_second(offices, a_file(*new))
    assert files_kept(company) == 1
    hr.wait_for("Nora Sand can approve it").press("Withdraw")
    company.pass_days(0.001)
    assert files_kept(company) == 0

    ask_for_second(offices, a_file(*new))
    company.pass_days(1.1)
    assert files_kept(company) == 0
    hr.command("/accord people")
    hr.dialog.close(everything=True)
    assert len(company.acts("approval.expire")) == 1
    assert len(company.acts("directory.import")) == 1


def test_a_plan_that_nobody_was_shown_is_never_carried_out(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    dialog = offered(hr, with_changes(company, Tarik={"name": "Tarik One"}))
    metadata = dialog.view["private_metadata"]
    other = hr.upload("other.csv", with_changes(company, Tarik={"name": "Tarik Forged"}))
    start = metadata.index('"file":"') + len('"file":"')
    forged = metadata[:start] + other + metadata[metadata.index('"', start) :]
    dialog.submit(forge={"view": {"private_metadata": forged}})
    dialog_with(hr, "has changed meanwhile")
    assert company.acts("directory.import") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00", "isn't plain text in UTF-8"),
        (b"x" * 10_000_001, "too large: I take 10 megabytes at most"),
        ("email,näme\n".encode("latin-1"), "This isn't UTF-8 text"),
    ],
)
def test_what_cannot_be_a_file_of_people_is_refused_kindly(
    offices: Offices, content: bytes, said: str
) -> None:
    upload(offices.hr, content)
    dialog = dialog_with(offices.hr, said)
    assert FILE in dialog.labels


def test_a_dialog_that_was_closed_meanwhile_keeps_nobody_from_the_next(offices: Offices) -> None:
    hr = offices.hr
    upload(hr, with_changes(offices.company, Tarik={"name": "Tarik One"}))
    hr.dialog.close(everything=True)
    offered(hr, with_changes(offices.company, Tarik={"name": "Tarik Two"}))


def test_somebody_elses_file_is_not_read(offices: Offices) -> None:
    hr = offices.hr
    jonas = offices.company.person("Jonas")
    file = jonas.upload("people.csv", with_changes(offices.company, Tarik={"name": "Tarik One"}))
    hr.command("/accord people")
    hr.dialog.press("Import a file")
    hr.dialog.fill({FILE: [file]}).submit()
    assert "isn't one that you uploaded" in dialog_with(hr, "I can't read this file").text


def test_the_file_to_start_from_can_be_imported_as_it_stands() -> None:
    file = read_directory("\n".join(EXAMPLE).encode())
    assert file.problems == ()
    assert [row.facts.name for row in file.rows] == ["Mara Lindt", "Li Wei"]
