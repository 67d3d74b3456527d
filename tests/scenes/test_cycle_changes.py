"""A cycle after it was set up: HR changes it, or withdraws it and says why."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from domain.people import GrantState, Role
from domain.verification import Verdict
from storage.database import WRITING
from storage.tables.people import OrgUnit, RoleGrant
from storage.verify import verify
from tests.company import LONG_AGO, person_id
from tests.scenes.announcements import (
    CYCLE,
    TEXT,
    announce,
    announced,
    followed,
    go_to_morning,
    set_up_cycle,
    write_announcement,
)
from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.slack import Message, Person

WHY = "The reorganisation comes first."


def listed(person: Person) -> Message:
    shown = person.command("/cycle list").message
    assert shown is not None
    return shown


def withdraw(person: Person, why: str = WHY) -> None:
    listed(person).press("Withdraw")
    person.dialog.fill({"Reason": why}).submit()
    assert "is withdrawn" in person.dialog.text, person.dialog.errors
    person.dialog.close()


def test_a_cycle_gets_another_name_and_other_days_and_its_phases_follow(company: Company) -> None:
    ines = set_up_cycle(company)
    listed(ines).press("Change")
    assert ines.dialog.title == "Change the cycle"
    assert ines.dialog.value("Name") == CYCLE
    before = ines.dialog.value("Phases")
    assert "People were told" not in ines.dialog.text
    ines.dialog.fill({"Name": "Goals for summer", "Ends": in_days(company, 120)})
    assert ines.dialog.value("Phases") != before
    assert ines.dialog.value("Name") == "Goals for summer"
    ines.dialog.submit()
    assert "Goals for summer is changed." in ines.dialog.text, ines.dialog.errors
    assert "People were told" not in ines.dialog.text
    ines.dialog.close()
    shown = listed(ines).text
    assert "Goals for summer" in shown
    assert CYCLE not in shown
    assert shown.count("Check in") == 2
    assert len(company.acts("cycle.change")) == 1
    store = company.parts.store
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT


def test_who_was_told_the_old_dates_is_said_before_and_after(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = announce(company)
    mara = company.person("Mara")
    first = announced(mara)
    followed(company, "Sent: 11 of 11")
    listed(ines).press("Change")
    assert "People were told of this already: Set goals" in ines.dialog.text
    kept = ines.dialog.value("Phases").splitlines()
    ours = f"Set goals: {in_days(company, -3)} to {in_days(company, 40)}"
    ines.dialog.fill({"Phases": "\n".join([ours, *kept[1:]])}).submit()
    assert "People were told Set goals otherwise" in ines.dialog.text, ines.dialog.errors
    ines.dialog.close()
    company.pass_days(0)
    day = (company.parts.clock.business() + timedelta(days=40)).date()
    told = mara.wait_for(f"until {day.day} {day:%B}")
    assert told.ts == first.ts
    assert TEXT in told.text
    assert "Corrected" not in told.text


def test_a_phase_that_was_announced_stays_and_others_can_go(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = announce(company)
    listed(ines).press("Change")
    goals, *check_ins = ines.dialog.value("Phases").splitlines()
    assert goals.startswith("Set goals")
    ines.dialog.fill({"Phases": "\n".join(check_ins)}).submit()
    assert "has an announcement" in ines.dialog.errors["Phases"]
    ines.dialog.fill({"Phases": goals}).submit()
    assert "is changed" in ines.dialog.text, ines.dialog.errors
    ines.dialog.close()
    assert "Check in" not in listed(ines).text
    assert "Set goals" in ines.command("/cycle status").text


def test_what_cannot_be_stands_at_its_field_and_nothing_typed_is_lost(company: Company) -> None:
    ines = set_up_cycle(company)
    set_up_cycle(company, "Goals for autumn", starts=100, ends=190)
    listed(ines).press("Change")
    ines.dialog.submit()
    assert "Nothing is different" in ines.dialog.errors["Name"]
    ines.dialog.fill({"Name": "Goals for autumn"}).submit()
    assert "already" in ines.dialog.errors["Name"]
    ines.dialog.fill({"Name": "Goals", "Ends": in_days(company, -30)}).submit()
    assert "after the first day" in ines.dialog.errors["Ends"]
    assert ines.dialog.value("Name") == "Goals"
    ines.dialog.close()
    listed(ines).press("Withdraw")
    ines.dialog.fill({"Reason": "  "}).submit()
    assert ines.dialog.errors["Reason"]
    assert company.acts("cycle.change") == company.acts("cycle.withdraw") == []


def test_nobody_overwrites_what_they_have_not_seen(company: Company) -> None:
    ines = set_up_cycle(company)
    make_hr(company, "Mara")
    mara = company.person("Mara")
    listed(mara).press("Change")
    listed(ines).press("Change")
    ines.dialog.fill({"Name": "Ines's name"}).submit()
    mara.dialog.fill({"Name": "Mara's name"}).submit()
    assert "changed while you were looking" in mara.dialog.errors["Name"]
    ines.dialog.close()
    assert "Ines's name" in listed(ines).text


def make_hr(company: Company, name: str, unit: str | None = None) -> None:
    """HR for a unit and what is below it, or for everybody."""
    engine = company.parts.store.engine
    full = {"Mara": "Mara Lindt", "Omar": "Omar Haddad"}[name]
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        paths = OrgUnit.__table__.select().where(OrgUnit.path == unit)
        scope = connection.execute(paths).one().id if unit else None
        connection.execute(
            insert(RoleGrant).values(
                id=person_id(f"grant {name}"),
                person_id=person_id(full),
                role=Role.HR,
                state=GrantState.ACTIVE,
                org_unit_id=scope,
                valid_from=LONG_AGO,
            )
        )


def test_only_who_could_set_it_up_may_change_and_withdraw_it(company: Company) -> None:
    ines, lena = set_up_cycle(company), company.person("Lena")
    make_hr(company, "Omar", "Company / Support")
    omar = company.person("Omar")
    assert "Change" not in listed(lena).buttons
    assert "Change" not in listed(omar).buttons
    shown = listed(ines)
    shown.press("Withdraw", forge={"user": {"id": omar.id}})
    ines.wait_for("Your role covers Company / Support")
    shown.press("Change", forge={"user": {"id": lena.id}})
    ines.wait_for("Only HR can do this")
    listed(ines).press("Withdraw")
    ines.dialog.fill({"Reason": WHY}).submit(forge={"user": {"id": lena.id}})
    assert company.acts("cycle.withdraw") == []


def test_a_withdrawn_cycle_is_gone_its_announcement_stops_and_messages_say_why(
    company: Company,
) -> None:
    morning = go_to_morning(company, 9)
    company.move_to(morning + timedelta(minutes=40))
    set_up_cycle(company)
    ines = announce(company)
    mara, lena = company.person("Mara"), company.person("Lena")
    first = announced(mara)
    first_words = first.text
    followed(company, "Sent: 10 of 11 · waiting: 1")
    withdraw(ines)
    company.pass_days(0)
    said = mara.wait_for("HR has withdrawn this")
    assert said.ts == first.ts
    assert WHY in said.text
    assert "until" in first_words
    assert "until" not in said.text
    assert said.buttons == []
    assert len(company.acts("announcement.stop")) == 1
    desk = followed(company, "stopped: 1")
    assert WHY in desk.text
    assert "Send the rest" not in desk.buttons
    go_to_morning(company)
    assert not lena.sees(CYCLE)
    assert "There is no cycle" in ines.command("/cycle list").text
    assert "set up a cycle first" in ines.command("/cycle announce").text
    # Its name is free again.
    set_up_cycle(company)
    store = company.parts.store
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT


def test_what_is_withdrawn_cannot_be_announced_nor_gone_on_with(company: Company) -> None:
    morning = go_to_morning(company, 9)
    company.move_to(morning + timedelta(minutes=40))
    set_up_cycle(company)
    ines = announce(company)
    followed(company, "Sent: 10 of 11 · waiting: 1").press("Stop the rest")
    shown = followed(company, "stopped: 1")
    make_hr(company, "Mara")
    write_announcement(company, **{"Message": "Once more", "Send at": "Now"})
    withdraw(company.person("Mara"))
    ines.dialog.submit()
    assert "was withdrawn" in ines.dialog.text
    ines.dialog.close()
    # From a list that was on the screen before.
    shown.press("Send the rest")
    ines.wait_for("was withdrawn, so there is nothing more to do with it")
    assert company.acts("announcement.resume") == []
    assert len(company.acts("announcement.send")) == 1


def test_from_the_status_too(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = announce(company)
    status = ines.command("/cycle status").message
    assert status is not None
    assert "not yet:" in status.text
    assert [label for label in status.buttons if "(" in label]
    status.press("Withdraw the cycle")
    assert "nobody is notified" in ines.dialog.text
    ines.dialog.fill({"Reason": WHY}).submit()
    assert "is withdrawn" in ines.dialog.text
    ines.dialog.close()
    shown = ines.command("/cycle status").message
    assert shown is not None
    assert f"The cycle was withdrawn: “{WHY}”" in shown.text
    assert "not yet:" not in shown.text
    assert "until" not in shown.text
    assert not [label for label in shown.buttons if "(" in label]
