"""Somebody leaves, entered by hand: what ends is seen before, told after, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from domain.people import PersonState, Role
from domain.verification import Verdict
from storage.tables.people import Person as PersonRow
from tests.company import person_id
from tests.scenes import test_policy
from tests.scenes.goals import agree, day_in, in_days
from tests.scenes.offices import Offices, name_to_role
from tests.scenes.test_erasures import checked
from tests.slack import Dialog, Person

offices = test_policy.offices


def pick(hr: Person, name: str, last_day: str) -> Dialog:
    """As somebody in HR looks at what would end."""
    if hr.has_dialog:
        hr.dialog.close(everything=True)
    hr.command("/accord people")
    hr.dialog.press("Somebody leaves")
    first = name.split(maxsplit=1)[0]
    known = f"{name} ({first.lower()}@company.example)"
    hr.dialog.fill({"Who": known, "Last day": last_day}).submit()
    return hr.dialog


def state_of(offices: Offices, name: str) -> PersonState:
    with offices.company.parts.store.engine.connect() as connection:
        wanted = select(PersonRow.state).where(PersonRow.id == person_id(name))
        return connection.execute(wanted).scalar_one()


def no_finding(offices: Offices) -> None:
    assert checked(offices.company.parts.store).verdict is Verdict.INTACT


def test_whoever_has_left_loses_all_they_were_given_at_once_and_gets_only_their_access_back(
    offices: Offices,
) -> None:
    company, hr = offices.company, offices.hr
    omar, mara, jonas, lena = (company.person(one) for one in ("Omar", "Mara", "Jonas", "Lena"))
    agree(omar, mara, company)
    agree(lena, jonas, company)
    said = pick(hr, "Omar Haddad", in_days(company, -1)).text
    assert "Omar Haddad has left" in said
    assert "Roles: Administrator for the whole organisation" in said
    assert "They stand in for nobody: Jonas Brandt" in said
    assert "1 goal of theirs: nobody is asked any more" in said
    assert "1 open goal: whoever leads them decides" in said
    assert "2 people who report to them" in said
    assert "shared with them" not in said
    # While HR reads, one more goal is shared with him: another thing would end than was shown.
    lena.command("/goal share G-2")
    lena.dialog.fill({"Share with": ["Omar"]}).submit()
    hr.dialog.fill({"Reason": "Left at once, file 12."}).submit()
    assert "Something has changed meanwhile" in hr.dialog.text
    assert "1 goal shared with them" in hr.dialog.text
    assert state_of(offices, "Omar Haddad") is PersonState.ACTIVE
    hr.dialog.fill({"Reason": "Left at once, file 12."}).submit()
    assert "Omar Haddad has left; what they were given has ended" in hr.dialog.text
    assert state_of(offices, "Omar Haddad") is PersonState.LEFT
    assert offices.roles_of("Omar") == set()
    told = mara.wait_for("Omar Haddad has left; the last day was")
    assert "Goals of theirs that are open: 1" in told.text
    assert "file 12" not in told.text
    jonas.wait_for("Omar Haddad no longer stands in for you")
    assert "I don't know you yet" in omar.command("/goal").text
    no_finding(offices)

    hr.dialog.close(everything=True)
    hr.command("/accord people")
    assert "Omar Haddad has left; the last day was" in hr.dialog.text
    hr.dialog.press("Is back")
    assert "What ended with" in hr.dialog.text
    hr.dialog.fill({"Reason": "The wrong Omar."}).submit()
    assert "Omar Haddad is back" in hr.dialog.text
    assert state_of(offices, "Omar Haddad") is PersonState.ACTIVE
    assert offices.roles_of("Omar") == set()
    assert "First reply" in omar.command("/goal").text
    mara.wait_for("Omar Haddad stays: no last day is noted any more")
    no_finding(offices)


def test_a_last_day_ahead_is_told_taken_back_and_comes(offices: Offices) -> None:
    company, hr = offices.company, offices.hr
    tarik, omar = company.person("Tarik"), company.person("Omar")
    last_day = in_days(company, 10)
    day = day_in(company, 10)
    shown = f"{day.day} {day:%B}"
    said = pick(hr, "Tarik Can", last_day).text
    assert "All this ends when that day is over everywhere on earth" in said
    assert "Roles:" not in said
    hr.dialog.fill({"Reason": "Gave notice."}).submit()
    assert f"Tarik Can leaves; the last day is {shown}" in hr.dialog.text
    own = tarik.wait_for(f"Your last day here is noted: {shown}")
    assert "Please ask Ines Duarte" in own.text
    told = omar.wait_for(f"Tarik Can leaves; the last day is {shown}")
    assert "No goal of theirs is open" in told.text
    assert state_of(offices, "Tarik Can") is PersonState.ACTIVE

    hr.dialog.close(everything=True)
    hr.command("/accord people")
    hr.dialog.press("Stays after all")
    hr.dialog.fill({"Reason": "They stay."}).submit()
    assert "Tarik Can stays" in hr.dialog.text
    tarik.wait_for("Your last day is taken back")
    omar.wait_for("Tarik Can stays")
    company.pass_days(12)
    assert "Tarik Can stays" in told.again().text
    assert state_of(offices, "Tarik Can") is PersonState.ACTIVE
    no_finding(offices)

    pick(hr, "Tarik Can", in_days(company, 3))
    hr.dialog.fill({"Reason": "Now after all."}).submit()
    omar.wait_for("Tarik Can leaves")
    company.pass_days(5)
    assert state_of(offices, "Tarik Can") is PersonState.LEFT
    omar.wait_for("Tarik Can has left")
    no_finding(offices)


def test_hr_enters_it_for_those_whom_their_role_covers_and_never_for_themselves(
    offices: Offices,
) -> None:
    company, hr = offices.company, offices.hr
    said = company.person("Tarik").command("/accord departures").text
    assert "Only HR can do this. Please ask Ines Duarte" in said
    offices.admin.command("/accord people")
    assert "Somebody leaves" not in offices.admin.dialog.buttons
    name_to_role(company, "Jonas", Role.HR, region="PT")
    jonas = company.person("Jonas")
    jonas.command("/accord people")
    jonas.dialog.press("Somebody leaves")
    assert jonas.dialog.suggestions("Who", "tarik") == []
    hr.command("/accord people")
    hr.dialog.press("Somebody leaves")
    assert hr.dialog.suggestions("Who", "TARIK") == ["Tarik Can (tarik@company.example)"]
    far = (day_in(company, 0) + timedelta(days=500)).isoformat()
    hr.dialog.fill({"Who": "Tarik Can (tarik@company.example)", "Last day": far}).submit()
    assert "from a year ago until a year ahead" in str(hr.dialog.errors)
    said = pick(hr, "Ines Duarte", in_days(company, 1)).text
    assert "Who" in hr.dialog.labels or "Nobody enters their own last day" in said
    assert company.acts("person.change") == []
