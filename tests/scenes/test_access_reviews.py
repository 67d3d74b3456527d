"""Access reviews: whoever answers for a role, a deputy or a share confirms it, or it ends."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from domain.people import GrantState, Role
from storage.tables.people import Person as PersonRow
from storage.tables.people import RoleGrant
from tests.company import LONG_AGO, person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.scenes.patience import dialog_with
from tests.scenes.test_ended_rights import change
from tests.scenes.test_sharing import share
from tests.scenes.test_silence import MONDAY
from tests.slack import Person

# Half past ten in Lisbon, where Lena works.
TUESDAY = MONDAY + timedelta(days=1, hours=1, minutes=30)


def give_role(company: Company, name: str, role: Role) -> None:
    change(
        company,
        insert(RoleGrant).values(
            id=person_id(f"{name} {role}"),
            person_id=person_id(name),
            role=role,
            state=GrantState.ACTIVE,
            valid_from=LONG_AGO,
        ),
    )


def start(company: Company) -> None:
    """Ines starts a review, and everybody hears of it the next morning."""
    ines = company.person("Ines")
    begin(ines)
    company.move_to(TUESDAY)


def begin(person: Person) -> None:
    person.command("/accord access-review").message.press("Start a review")
    person.dialog.submit()
    assert "being put together" in person.dialog.text
    person.dialog.close()


def revoke(person: Person, why: str = "No longer needed.") -> None:
    """Revoke what stands in the dialog; the dialog shows it again afterwards."""
    person.dialog.press("Revoke")
    person.dialog.fill({"Reason": why}).submit()


def look_through(person: Person) -> None:
    person.wait_for("Access review: ").press("Look through")
    dialog_with(person, "Does everybody still need this?")


def test_each_answers_for_their_own_and_what_nobody_confirms_ends(company: Company) -> None:
    lena, jonas, ines, clara = (company.person(name) for name in ("Lena", "Jonas", "Ines", "Clara"))
    company.move_to(MONDAY)
    share_a_goal(company, "Nora", "Tarik")
    start(company)

    look_through(lena)
    assert "Nora Sand can read G-1 First reply to customers" in lena.dialog.text
    assert "Please answer by Monday, 15 March" in lena.dialog.text
    lena.dialog.press("Confirm")
    assert "Confirmed." in lena.dialog.text
    assert "1 of 2 waits" in lena.dialog.text

    look_through(ines)
    assert "Mira Sato has the role Facilitator, for the whole organisation" in ines.dialog.text
    assert "Ines Duarte" not in ines.dialog.text
    ines.dialog.press("Confirm")
    assert "You have answered all of it" in ines.dialog.text
    ines.dialog.close()
    look_through(clara)
    assert "Ines Duarte has the role HR" in clara.dialog.text
    clara.dialog.press("Confirm")
    look_through(jonas)
    assert "Omar Haddad stands in for you" in jonas.dialog.text
    jonas.dialog.close()
    home = jonas.home()
    assert "Access review: 1 access waits for your answer" in home.text
    home.press("Look through")
    assert "Omar Haddad stands in for you" in jonas.dialog.text
    assert "Access review" not in clara.home().text

    report = ines.command("/accord access-review").text
    assert "open until 15 March" in report
    assert "Started by Ines Duarte" in report
    assert "Roles: 2 confirmed, 0 revoked, 0 ended, 0 open" in report
    assert "Deputies: 0 confirmed, 0 revoked, 0 ended, 1 open" in report
    assert "Jonas Brandt: 0 of 1 answered" in report
    assert "Lena Novak: 1 of 2 answered" in report

    the_deadline_passes(company)


def share_a_goal(company: Company, *names: str) -> None:
    lena = company.person("Lena")
    propose(lena, company)
    share(lena, *names)
    lena.dialog.close()


def the_deadline_passes(company: Company) -> None:
    lena, jonas, omar, ines = (company.person(name) for name in ("Lena", "Jonas", "Omar", "Ines"))
    nora, tarik = company.person("Nora"), company.person("Tarik")
    company.move_to(MONDAY + timedelta(days=9, hours=2))
    assert "a reminder" in jonas.wait_for("a reminder: 1 access").text
    company.move_to(MONDAY + timedelta(days=11, hours=2))
    jonas.wait_for("your last reminder: 1 access")
    assert not ines.sees("reminder")
    company.move_to(MONDAY + timedelta(days=14, hours=2))
    assert "1 open" in ines.command("/accord access-review").text
    company.move_to(MONDAY + timedelta(days=14, hours=12))
    report = ines.command("/accord access-review").text
    assert "closed on 15 March" in report
    assert "Deputies: 0 confirmed, 0 revoked, 1 ended, 0 open" in report
    assert "Shared goals: 1 confirmed, 0 revoked, 1 ended, 0 open" in report
    assert "The next one starts by itself on 1 June" in report
    assert "First reply" in nora.command("/goal show G-1").text
    assert "I can't show you G-1" in tarik.command("/goal show G-1").text
    tarik.wait_for("Lena Novak no longer shares a goal with you")
    lena.wait_for("1 has ended, since nobody confirmed it")
    company.move_to(MONDAY + timedelta(days=15, hours=2))
    closed = ines.wait_for(lambda m: not m.ephemeral and "closed on 15 March" in m.text)
    assert closed.buttons == []
    omar.wait_for("You no longer stand in for Jonas Brandt")
    jonas.wait_for("Omar Haddad no longer stands in for you")
    assert len(company.acts("review.start")) == len(company.acts("review.close")) == 1
    assert len(company.acts("review.confirm")) == 3
    assert len(company.acts("goal.unshare")) == len(company.acts("delegation.revoke")) == 1
    assert company.acts("grant.end") == []


def test_what_is_revoked_ends_at_once_and_its_holder_hears_of_it(company: Company) -> None:
    lena, nora, ines, mira = (company.person(name) for name in ("Lena", "Nora", "Ines", "Mira"))
    company.move_to(MONDAY)
    share_a_goal(company, "Nora")
    start(company)
    look_through(lena)
    lena.dialog.press("Confirm")
    lena.dialog.press("Revoke")
    assert "Nora Sand can't read the goal any more" in lena.dialog.text
    lena.dialog.press("Back")
    assert "Confirmed." in lena.dialog.text
    assert "First reply" in nora.command("/goal show G-1").text
    revoke(lena)
    assert "Revoked; it has ended" in lena.dialog.text
    assert "Confirm" not in lena.dialog.buttons
    lena.dialog.close()
    lena.command("/accord audit G-1")
    assert "No longer needed." in lena.dialog.text
    lena.dialog.close()
    assert "I can't show you G-1" in nora.command("/goal show G-1").text
    look_through(ines)
    ines.dialog.press("Revoke")
    assert "Mira Sato has the role Facilitator" in ines.dialog.text
    assert "is told, without your reason" in ines.dialog.text
    ines.dialog.submit()
    assert company.acts("grant.end") == []
    ines.dialog.fill({"Reason": "She has moved on."}).submit()
    assert "Revoked; it has ended" in ines.dialog.text
    told = mira.wait_for("You no longer hold the role Facilitator").text
    assert "It was revoked in an access review." in told
    assert "ask Ines Duarte" in told
    assert len(company.acts("grant.end")) == 1
    assert (
        "Only people with the role “Facilitator”"
        in mira.command("/feedback round", "C0RELEASE").text
    )


def test_nobody_confirms_their_own_role_and_the_last_who_can_give_roles_stays(
    company: Company,
) -> None:
    ines, clara = company.person("Ines"), company.person("Clara")
    company.move_to(MONDAY)
    give_role(company, "Clara Stein", Role.COMPLIANCE)
    start(company)
    look_through(clara)
    assert "Ines Duarte has the role HR" in clara.dialog.text
    assert "Clara Stein has" not in clara.dialog.text
    revoke(clara)
    assert "no two people could give roles" in dialog_with(clara, "no two people").text
    assert clara.dialog.value("Reason") == "No longer needed."
    assert company.acts("grant.end") == []
    look_through(ines)
    assert "Clara Stein has the role Compliance" in ines.dialog.text
    company.move_to(MONDAY + timedelta(days=14, hours=12))
    report = ines.command("/accord access-review").text
    assert "2 roles stay unconfirmed" in report
    assert len(company.acts("grant.end")) == 1  # Mira's, which nobody confirmed


def test_a_review_starts_by_itself_each_quarter(company: Company) -> None:
    ines, jonas = company.person("Ines"), company.person("Jonas")
    company.move_to(MONDAY)
    assert "There has been none yet" in ines.command("/accord access-review").text
    assert "starts by itself on 1 June" in ines.command("/accord access-review").text
    assert "The next review starts on 1 June" in jonas.command("/accord access-review").text
    company.move_to(MONDAY + timedelta(days=92, hours=1))
    company.move_to(MONDAY + timedelta(days=93))
    asked = jonas.wait_for("Access review: 1 access that you answer for")
    assert "Is it still needed?" in asked.text
    jonas.command("/accord access-review")
    jonas.dialog.press("Confirm")
    assert "You have answered all of it" in jonas.dialog.text
    report = ines.command("/accord access-review").text
    assert "Started by" not in report


def test_who_may_not_start_one_is_told_who_can_and_two_never_run_at_once(
    company: Company,
) -> None:
    ines, jonas = company.person("Ines"), company.person("Jonas")
    company.move_to(MONDAY)
    begin(ines)
    press_start_late(ines)
    assert "A review is open already" in ines.wait_for("open already").text
    assert len(company.acts("review.start")) == 1
    press_start_late(jonas)
    assert "HR, Compliance and Administrator" in jonas.wait_for("Only people with one").text


def press_start_late(person: Person) -> None:
    """*Start a review*, as a phone sends it that shows it although it is not there for them."""
    action = {
        "type": "button",
        "action_id": "access:start",
        "block_id": "late",
        "value": "1:-:0",
        "text": {"type": "plain_text", "text": "Start a review"},
        "action_ts": "1.0",
    }
    person.command("/goal")
    person.wait_for("You have no goals yet").press("New goal", forge={"actions": [action]})


def test_another_is_found_for_whoever_can_no_longer_answer(company: Company) -> None:
    company.move_to(MONDAY)
    share_a_goal(company, "Nora")
    start(company)
    change(
        company,
        update(PersonRow)
        .where(PersonRow.id == person_id("Lena Novak"))
        .values(leaving_on=(MONDAY - timedelta(days=3)).date()),
    )
    company.move_to(TUESDAY + timedelta(days=1))
    jonas = company.person("Jonas")
    jonas.command("/accord access-review")
    assert "Nora Sand can read G-1 First reply to customers of Lena Novak" in jonas.dialog.text


def test_an_access_review_in_german_with_a_press_from_yesterday(company: Company) -> None:
    emil, tarik = company.person("Emil"), company.person("Tarik")
    company.move_to(MONDAY)
    emil.command("/goal new")
    emil.dialog.fill(
        {
            "Titel": "Schneller antworten",
            "Messgröße": "Stunden",
            "Zielwert": "5",
            "Fällig am": (MONDAY + timedelta(days=90)).date().isoformat(),
        }
    ).submit()
    emil.command("/goal share G-1")
    emil.dialog.fill({"Teilen mit": ["Tarik"]}).submit()
    emil.dialog.close()
    start(company)
    asked = emil.wait_for("Zugriffsprüfung: ")
    asked.press("Durchsehen")
    assert "Tarik Can kann G-1 Schneller antworten lesen" in emil.dialog.text
    emil.dialog.press("Bestätigen")
    assert "Bestätigt." in emil.dialog.text
    emil.dialog.close()
    company.move_to(MONDAY + timedelta(days=15))
    asked.again().press("Durchsehen")
    assert "Diese Zugriffsprüfung ist abgeschlossen" in emil.dialog.text
    assert "Schneller antworten" in tarik.command("/goal show G-1").text


def test_what_starting_one_means_is_said_before_it_starts(company: Company) -> None:
    ines = company.person("Ines")
    company.move_to(MONDAY)
    share_a_goal(company, "Nora", "Tarik")
    ines.command("/accord access-review").message.press("Start a review")
    told = ines.dialog.text
    assert "4 people are asked about 5 accesses" in told
    assert "Roles: 2" in told
    assert "Deputies: 1" in told
    assert "Shared goals: 2" in told
    assert "10 working days of their own" in told
    assert "by Monday, 15 March" in told
    ines.dialog.close()
    assert company.acts("review.start") == []


def test_several_are_confirmed_in_one_dialog_that_lists_them(company: Company) -> None:
    lena = company.person("Lena")
    company.move_to(MONDAY)
    share_a_goal(company, "Nora", "Tarik")
    start(company)
    look_through(lena)
    lena.dialog.press("Confirm these 2")
    assert "Are these 2 still needed?" in lena.dialog.text
    assert "Nora Sand can read G-1" in lena.dialog.text
    assert "Tarik Can can read G-1" in lena.dialog.text
    lena.dialog.press("Back")
    assert company.acts("review.confirm") == []
    lena.dialog.press("Confirm these 2")
    lena.dialog.submit()
    assert "You have answered all of it" in lena.dialog.text
    assert len(company.acts("review.confirm")) == 2
