"""Two people give a role; one revokes it; it ends by itself on its day."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update

from domain.approvals import ApprovalState
from domain.people import GrantState, Role
from storage.tables.approvals import Approval
from storage.tables.people import RoleGrant
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.phones import MachineTime, Phone, key_shown
from usecases.approvals import SCANNED


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    return settle_offices(company, machine_time)


def test_an_administrator_asks_and_hr_approves(offices: Offices) -> None:
    company = offices.company
    offices.fill_grant()
    offices.admin.dialog.submit()
    shown = offices.admin.dialog.text
    assert (
        "Tarik Can gets the role Facilitator, for the whole organisation, until it is revoked"
        in shown
    )
    assert "Ines Duarte" in shown
    assert "Nora Sand" in shown
    assert not offices.hr.sees("asks for your approval")
    offices.admin.dialog.fill({"Code": offices.code("Omar")}).submit()
    offices.admin.dialog.close()
    assert not offices.admin.has_dialog

    told = offices.wanted("Nora")
    assert "Rounds in Support." in told.notification
    assert offices.roles_of("Tarik") == set()
    assert "Ines Duarte approved it, and it is done." in offices.approve("Ines")

    assert offices.roles_of("Tarik") == {Role.FACILITATOR}
    tarik = company.person("Tarik")
    assert "Omar Haddad and Ines Duarte" in tarik.wait_for("You hold the role Facilitator").text
    offices.admin.wait_for(lambda m: "You asked" in m.text and "Withdraw" not in m.buttons)
    settled = company.person("Nora").wait_for("Ines Duarte approved it")
    assert "asks for your approval" not in settled.text
    offices.admin.wait_for("What became of your request")
    outcomes = [m for m in offices.admin.messages() if "Ines Duarte approved it" in m.text]
    assert len(outcomes) == 1
    assert settled.ts == told.ts
    assert settled.buttons == []
    assert len(company.acts("approval.ask")) == len(company.acts("approval.give")) == 1
    assert len(company.acts("grant.give")) == 1
    tarik.command("/feedback round", channel="release")
    assert "You ask #release." in tarik.dialog.text


def test_home_shows_what_waits_for_ones_approval_until_somebody_has_decided(
    offices: Offices,
) -> None:
    offices.hr.home()
    offices.ask()
    waiting = offices.hr.home()
    assert "Omar Haddad asks for your approval" in waiting.text
    assert "Tarik Can gets the role Facilitator" in waiting.text
    assert "Rounds in Support." in waiting.text
    assert "Refuse" in waiting.buttons
    assert "asks for your approval" not in offices.admin.home().text
    offices.hr.command("/accord")
    assert "Somebody waits for your approval." in offices.hr.last_message().notification

    waiting.press("Approve")
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    offices.hr.dialog.close()
    assert Role.FACILITATOR in offices.roles_of("Tarik")
    assert "asks for your approval" not in offices.hr.home().text


@pytest.mark.parametrize(
    ("changes", "label", "words"),
    [
        ({"Who": "Omar"}, "Who", "Nobody gives a role to themselves"),
        ({"Who": "Ulla Unlisted"}, "Who", "don't know"),
        ({"Who": "Gustav"}, "Who", "guest"),
        ({"Who": "Mira"}, "Role", "holds this role there already"),
        ({"Last day": "2020-01-01"}, "Last day", "has passed"),
        ({"Last day": "9999-12-31"}, "Last day", "more than ten years away"),
        ({"Reason": "  "}, "Reason", "write something"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    offices: Offices, changes: dict[str, object], label: str, words: str
) -> None:
    offices.fill_grant(**changes)
    offices.admin.dialog.submit()
    assert words.casefold() in offices.admin.dialog.errors[label].casefold()
    assert offices.admin.dialog.title == "Give a role"


def test_a_unit_or_a_region_not_both_and_only_one_that_exists(offices: Offices) -> None:
    offices.fill_grant()
    dialog = offices.admin.dialog
    dialog.press("More detail")
    assert dialog.suggestions("Unit", "sal") == ["Company / Sales"]
    dialog.fill({"Unit": "Company / Sales", "Region": "Bavaria"}).submit()
    assert "such as DE or DE-BY" in dialog.errors["Region"]
    dialog.fill({"Region": "de-by"}).submit()
    assert "not both" in dialog.errors["Region"]
    dialog.fill({"Region": None}).submit()
    assert "for the unit Company / Sales" in dialog.text


def test_whoever_has_no_codes_sets_them_up_first_and_loses_nothing(
    company: Company, machine_time: MachineTime
) -> None:
    name_to_role(company, "Omar", Role.ADMINISTRATOR)
    offices = Offices(company, machine_time, {})
    offices.fill_grant()
    dialog = offices.admin.dialog
    dialog.submit()
    assert dialog.title == "One-time codes"
    phone = Phone(key_shown(offices.admin), machine_time)
    dialog.fill({"Code": phone.code()}).submit()
    dialog.close()
    assert dialog.value("Reason") == "Rounds in Support."
    dialog.submit()
    dialog.fill({"Code": phone.next_code()}).submit()
    assert dialog.text.startswith("Asked.")


def test_wrong_and_used_codes_are_refused_at_the_field(offices: Offices) -> None:
    offices.fill_grant()
    dialog = offices.admin.dialog
    dialog.submit()
    phone = offices.phones["Omar"]
    dialog.fill({"Code": phone.code()}).submit()
    assert "used already" in dialog.errors["Code"]
    right = phone.next_code()
    wrong = str((int(right) + 1) % 10**6).zfill(6)
    for left in (4, 3, 2, 1):
        dialog.fill({"Code": wrong}).submit()
        assert f"closes for 15 minutes: {left}." in dialog.errors["Code"]
    dialog.fill({"Code": wrong}).submit()
    dialog.fill({"Code": right}).submit()
    assert "15 min" in dialog.errors["Code"]
    offices.admin.wait_for("Five wrong one-time codes were typed in your name")
    assert offices.company.acts("approval.ask") == []


def test_back_leads_to_what_was_typed(offices: Offices) -> None:
    offices.fill_grant()
    offices.admin.dialog.submit()
    offices.admin.dialog.close()
    assert offices.admin.dialog.value("Reason") == "Rounds in Support."


def test_a_dialog_sent_twice_asks_and_approves_once(offices: Offices) -> None:
    company = offices.company
    offices.fill_grant()
    offices.admin.dialog.submit()
    offices.admin.dialog.fill({"Code": offices.code("Omar")})
    company.slack.fault("duplicate", method="view_submission", times=1)
    offices.admin.dialog.submit()
    assert offices.admin.dialog.text.startswith("Asked.")
    offices.wanted("Ines").press("Approve")
    offices.hr.dialog.fill({"Code": offices.code("Ines")})
    company.slack.fault("duplicate", method="view_submission", times=1)
    offices.hr.dialog.submit()
    assert "it is done" in offices.hr.dialog.text
    company.slack.settle()
    assert len(company.acts("approval.ask")) == len(company.acts("grant.give")) == 1


def test_a_refusal_says_why_and_changes_nothing(offices: Offices) -> None:
    offices.ask()
    offices.wanted("Ines").press("Refuse")
    offices.hr.dialog.fill({"Reason": ""}).submit()
    assert "Reason" in offices.hr.dialog.errors
    offices.hr.dialog.fill({"Reason": "He leaves in May."}).submit()
    assert "He leaves in May." in offices.admin.wait_for("Ines Duarte refused it").text
    assert offices.roles_of("Tarik") == set()
    assert "refused" in offices.company.person("Nora").wait_for("refused it").text


def test_whoever_asked_can_withdraw_it(offices: Offices) -> None:
    offices.ask()
    wanted = offices.wanted("Ines")
    offices.admin.wait_for("You asked for approval").press("Withdraw")
    offices.hr.wait_for("Omar Haddad withdrew it")
    offices.admin.wait_for("Omar Haddad withdrew it")
    wanted.content["blocks"] = []
    assert wanted.again().buttons == []


def test_after_24_hours_it_runs_out_in_place(offices: Offices) -> None:
    offices.ask()
    wanted = offices.wanted("Ines")
    wanted.press("Approve")
    offices.company.pass_days(1.01)
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert "its time is over" in offices.hr.dialog.text
    offices.hr.wait_for("Nobody approved it within 24 hours")
    assert wanted.again().buttons == []
    offices.admin.wait_for(lambda m: "Nobody approved it" in m.text and "Withdraw" not in m.buttons)
    assert offices.roles_of("Tarik") == set()


def test_what_lapsed_over_a_weekend_is_asked_for_again_with_all_that_was_typed(
    offices: Offices,
) -> None:
    company, admin = offices.company, offices.admin
    company.pass_days((4 - company.parts.clock.business().weekday()) % 7)
    offices.ask()
    company.pass_days(3)
    lapsed = admin.wait_for("Nobody approved it within 24 hours")
    lapsed.press("Ask again")
    assert "Tarik Can gets the role Facilitator" in admin.dialog.text
    assert "Rounds in Support." in admin.dialog.text
    admin.dialog.fill({"Code": offices.code("Omar")}).submit()
    assert admin.dialog.text.startswith("Asked."), admin.dialog.text
    admin.dialog.close()
    lapsed.again().press("Ask again")
    admin.wait_for("This has been answered already, or its time is over.")
    assert "it is done" in offices.approve("Ines")
    assert Role.FACILITATOR in offices.roles_of("Tarik")


def test_whoever_may_ask_no_more_cannot_ask_again(offices: Offices) -> None:
    company, admin = offices.company, offices.admin
    offices.ask()
    company.pass_days(2)
    lapsed = admin.wait_for("Nobody approved it within 24 hours")
    with company.parts.store.write_alone() as connection:
        connection.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id("Omar Haddad")))
    lapsed.press("Ask again")
    admin.wait_for("Ines Duarte")
    assert len(company.acts("approval.ask")) == 1


def test_a_request_that_only_a_later_version_knows_breaks_nothing(offices: Offices) -> None:
    company = offices.company
    offices.ask()
    now = company.parts.clock.business()
    with company.parts.store.write_alone() as connection:
        connection.execute(
            insert(Approval).values(
                id=uuid4(),
                act="moon.landing",
                about_id=uuid4(),
                parameters="{}",
                reason="To come.",
                asker_id=person_id("Omar Haddad"),
                state=ApprovalState.OPEN,
                digest=b"",
                asked_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )
    assert "Tarik Can gets the role" in offices.hr.home().text
    assert "Tarik Can gets the role" in offices.hr.command("/accord approvals").text
    assert "Tarik Can gets the role" in offices.admin.command("/accord approvals").text
    company.pass_days(2)
    offices.admin.wait_for("Nobody approved it within 24 hours")
    assert len(company.acts("approval.expire")) == 1


def test_neither_side_nor_its_deputy_approves(offices: Offices) -> None:
    """Jonas' deputy is Omar; Omar asks for a role for Nora, who is in compliance herself."""
    name_to_role(offices.company, "Omar", Role.HR)
    offices.ask(Who="Nora", Role="Legal")
    offices.wanted("Ines")
    for name in ("Omar", "Nora"):
        assert not offices.company.person(name).sees("asks for your approval")
    assert "gets the role Legal" in offices.approve("Ines")


def test_a_right_that_was_lost_meanwhile_makes_it_void(offices: Offices) -> None:
    offices.ask()
    with offices.company.parts.store.write_alone() as connection:
        connection.execute(
            update(RoleGrant)
            .where(RoleGrant.role == Role.ADMINISTRATOR)
            .values(state=GrantState.REVOKED)
        )
    assert "Omar Haddad may no longer ask for it" in offices.approve("Ines")
    assert offices.roles_of("Tarik") == set()
    offices.admin.wait_for("approved it, but nothing was changed")
    assert len(offices.company.acts("approval.void")) == 1


def test_what_was_altered_after_consent_is_void(offices: Offices) -> None:
    offices.ask()
    offices.wanted("Ines").press("Approve")
    with offices.company.parts.store.write_alone() as connection:
        stored = connection.execute(Approval.__table__.select()).one()
        altered = stored.parameters.replace('"facilitator"', '"administrator"')
        assert altered != stored.parameters
        connection.execute(update(Approval).values(parameters=altered))
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    assert "isn't what was asked for" in offices.hr.dialog.text
    assert offices.roles_of("Tarik") == set()


def test_others_see_their_own_roles_and_who_can_tell_more(offices: Offices) -> None:
    mira, lena = offices.company.person("Mira"), offices.company.person("Lena")
    mira.command("/accord roles")
    assert "Facilitator: Mira Sato" in mira.last_message().text
    assert "Ines" not in mira.last_message().text
    assert "Omar Haddad can tell" in mira.last_message().text
    lena.command("/accord roles")
    assert "You have no role here." in lena.last_message().text
    assert lena.last_message().buttons == []
    offices.hr.command("/accord roles")
    listed = offices.hr.last_message()
    assert listed.text.startswith("Who holds which role")
    assert "Administrator: Omar Haddad" in listed.text
    assert listed.buttons == []
    assert "Omar Haddad can give roles" in listed.text


def test_a_role_is_revoked_with_a_code_and_its_holder_is_told(offices: Offices) -> None:
    offices.admin.command("/accord roles")
    listed = offices.admin.last_message()
    place = [b for b in listed.blocks if "Mira Sato" in str(b)]
    button = place[0]["accessory"]
    offices.admin.act(
        "press",
        channel=listed.channel,
        ts=listed.ts,
        block_id=place[0]["block_id"],
        action_id=button["action_id"],
    )
    dialog = offices.admin.dialog
    dialog.fill({"Reason": "Left the panel.", "Code": "12"}).submit()
    assert "six digits" in dialog.errors["Code"]
    dialog.fill({"Code": offices.code("Omar")}).submit()
    assert "no longer holds the role Facilitator" in dialog.text
    mira = offices.company.person("Mira")
    assert "Left the panel" not in mira.wait_for("You no longer hold the role").text
    assert offices.roles_of("Mira") == set()
    assert len(offices.company.acts("grant.end")) == 1


def press_at(offices: Offices, words: str) -> None:
    """The administrator presses the button that stands at these words of the list."""
    # The answer itself: news of an approval may come after it.
    listed = offices.admin.command("/accord roles").message
    assert listed is not None
    [place] = [block for block in listed.blocks if words in str(block)]
    offices.admin.act(
        "press",
        channel=listed.channel,
        ts=listed.ts,
        block_id=place["block_id"],
        action_id=place["accessory"]["action_id"],
    )


def test_somebody_of_a_region_alone_does_not_save_the_last_of_the_whole_organisation(
    offices: Offices,
) -> None:
    name_to_role(offices.company, "Mira", Role.HR, region="DE-BY")
    for name, said in (("Nora Sand", "no longer holds"), ("Ines Duarte", "no two people")):
        press_at(offices, name)
        offices.admin.dialog.fill({"Reason": "No more.", "Code": offices.code("Omar")}).submit()
        told = offices.admin.dialog.text + str(offices.admin.dialog.errors)
        assert said in told
        offices.admin.dialog.close()
    assert Role.HR in offices.roles_of("Ines")


def test_the_only_administrator_is_warned_and_others_hear_that_hr_gives_roles_then(
    offices: Offices,
) -> None:
    press_at(offices, "Omar Haddad")
    assert "Nobody else is administrator." in offices.admin.dialog.text
    offices.admin.dialog.fill({"Reason": "I leave.", "Code": offices.code("Omar")}).submit()
    assert "no longer holds the role Administrator" in offices.admin.dialog.text
    offices.admin.dialog.close()
    offices.admin.command("/accord security @nora")
    said = offices.admin.wait_for("There is no administrator now, so HR gives roles").text
    assert "Ines Duarte" in said


def test_a_role_ends_by_itself_after_its_last_day(offices: Offices) -> None:
    last = offices.company.parts.clock.business().date() + timedelta(days=2)
    offices.ask(**{"Last day": last.isoformat()})
    offices.approve("Ines")
    tarik = offices.company.person("Tarik")
    tarik.command("/feedback round", channel="release")
    assert "You ask #release." in tarik.dialog.text
    tarik.dialog.close()
    offices.company.pass_days(3.6)
    tarik.command("/feedback round", channel="release")
    assert not tarik.has_dialog
    tarik.command("/accord roles")
    assert "You have no role here." in tarik.last_message().text
    # It ended on a Thursday; what waited for office hours over the weekend comes on Monday.
    offices.company.pass_days(2.4)
    told = tarik.wait_for("You no longer hold the role Facilitator").text
    assert "Its last day has passed." in told
    assert "ask Omar Haddad" in told


def test_of_a_role_revoked_before_its_last_day_nothing_more_is_heard(offices: Offices) -> None:
    last = offices.company.parts.clock.business().date() + timedelta(days=2)
    offices.ask(**{"Last day": last.isoformat()})
    offices.approve("Ines")
    press_at(offices, "Tarik Can")
    offices.admin.dialog.fill({"Reason": "No more.", "Code": offices.code("Omar")}).submit()
    tarik = offices.company.person("Tarik")
    tarik.wait_for("You no longer hold the role Facilitator")
    offices.company.pass_days(5)
    assert not tarik.sees("Its last day has passed.")


def test_roles_of_a_later_import_are_confirmed_by_two_people(offices: Offices) -> None:
    name_to_role(offices.company, "Tarik", Role.LEGAL, state=GrantState.PENDING)
    offices.admin.command("/accord roles")
    listed = offices.admin.last_message()
    assert "An import asks for it" in listed.text
    listed.press("Confirm")
    offices.admin.dialog.fill({"Reason": "As agreed."}).submit()
    assert "An import of the directory asks for it" in offices.admin.dialog.text
    offices.admin.dialog.fill({"Code": offices.code("Omar")}).submit()
    offices.admin.dialog.close()
    assert offices.roles_of("Tarik") == set()
    offices.approve("Nora")
    assert offices.roles_of("Tarik") == {Role.LEGAL}


def test_a_role_of_a_later_import_can_be_dropped(offices: Offices) -> None:
    name_to_role(offices.company, "Tarik", Role.LEGAL, state=GrantState.PENDING)
    offices.admin.command("/accord roles")
    offices.admin.last_message().press("Drop")
    offices.admin.dialog.fill({"Reason": "A mistake.", "Code": offices.code("Omar")}).submit()
    offices.admin.dialog.close()
    offices.admin.command("/accord roles")
    assert "Tarik" not in offices.admin.last_message().text
    assert not offices.company.person("Tarik").sees("role")


def test_with_one_person_alone_it_says_who_else_is_needed(company: Company) -> None:
    """Ines alone is in HR, and there is no administrator."""
    ines = company.person("Ines")
    ines.command("/accord roles")
    assert "Two people are needed" in ines.last_message().text
    ines.last_message().press("Give a role")
    ines.dialog.fill({"Who": "Lena", "Role": "Legal", "Reason": "Contracts."}).submit()
    assert "nobody else in HR or compliance" in str(ines.dialog.errors)
    assert ines.dialog.value("Reason") == "Contracts."


def test_lost_phones(offices: Offices) -> None:
    company = offices.company
    offices.hr.command("/accord security @omar")
    assert "Only an administrator" in offices.hr.last_message().text
    nora = company.person("Nora")
    offices.admin.command("/accord security @nora")
    offices.admin.dialog.fill({"Reason": "Lost in the river."}).submit()
    offices.admin.dialog.fill({"Code": offices.code("Omar")}).submit()
    offices.admin.dialog.close()
    assert not nora.sees("asks for your approval")
    assert "one-time codes end" in offices.approve("Ines")
    assert "tell Ines Duarte at once" in nora.wait_for("Your one-time codes were reset").text
    nora.command("/accord security")
    assert "otpauth" in nora.dialog.text
    assert company.acts("codes.reset") == [person_id("Nora Sand")]


def test_what_one_asked_for_can_be_withdrawn_behind_any_number_of_others(offices: Offices) -> None:
    offices.ask()
    now, lena = offices.company.parts.clock.business(), person_id("Lena Novak")
    other = {
        "act": "codes.reset",
        "parameters": f'{{"person":"{lena}"}}',
        "reason": "Lost.",
        "asker_id": person_id("Ines Duarte"),
        "state": ApprovalState.OPEN,
        "digest": b"",
        "asked_at": now,
        "expires_at": now + timedelta(hours=1),
    }
    with offices.company.parts.store.write_alone() as connection:
        for _ in range(SCANNED):
            connection.execute(insert(Approval).values(id=uuid4(), about_id=uuid4(), **other))
    listed = offices.admin.command("/accord approvals")
    assert "Tarik Can gets the role" in listed.text
    assert listed.message is not None
    assert "Withdraw" in listed.message.buttons
