"""*Correct this*: a person says what is wrong; HR answers in time, or somebody else is asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update

from domain.corrections import CorrectionAbout, CorrectionState
from domain.people import Role
from storage.tables.corrections import Correction
from storage.tables.people import RoleGrant
from tests.company import person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.scenes.offices import name_to_role
from tests.scenes.patience import dialog_with
from tests.scenes.test_ended_rights import change
from tests.scenes.test_my_data import data_of
from tests.scenes.test_silence import MONDAY
from tests.slack import Message, Person
from usecases.corrections import AT_ONCE

WRONG, BECAUSE = "Zitronenfalter", "Trauermantel"


def ask(person: Person, words: str = WRONG) -> str:
    """Ask from the dialog of one's own data; returns what the dialog says then."""
    person.command("/accord my data")
    person.dialog.press("Correct this")
    assert person.dialog.title == "Correct this"
    person.dialog.fill({"What is wrong?": words}).submit()
    said = person.dialog.text
    person.dialog.close(everything=True)
    return said


def answer(by: Person, message: Message, outcome: str = "Nothing had to change") -> str:
    message.press("Read")
    by.dialog.fill({"Outcome": outcome, "Explanation": BECAUSE}).submit()
    said = by.dialog.text
    by.dialog.close()
    return said


def asked(company: Company) -> tuple[Person, Person, Message]:
    company.move_to(MONDAY)
    lena, ines = company.person("Lena"), company.person("Ines")
    assert "Sent to Ines Duarte" in ask(lena)
    return lena, ines, ines.wait_for("Lena Novak asks for a correction")


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("Nothing had to change", "Nothing had to change, says Ines Duarte"),
        ("Not corrected", "Not corrected, says Ines Duarte"),
    ],
)
def test_hr_reads_and_answers_and_the_asker_is_told(
    outcome: str, says: str, company: Company
) -> None:
    lena, ines, message = asked(company)
    assert WRONG not in message.text + message.notification
    assert company.acts("read.correction") == []
    message.press("Read")
    assert WRONG in ines.dialog.text
    assert company.acts("read.correction") == company.acts("correction.ask")
    ines.dialog.submit()
    assert set(ines.dialog.errors) == {"Outcome", "Explanation"}
    ines.dialog.close()
    assert "Answered. Lena Novak is told." in answer(ines, message, outcome)

    told = lena.wait_for("Ines Duarte answered what you asked to have corrected")
    assert BECAUSE not in told.text + told.notification
    told.press("Read")
    for words in (WRONG, BECAUSE, says):
        assert words in lena.dialog.text
    lena.dialog.close()
    lena.command("/accord audit me")
    assert "Ines Duarte opened what you asked on" in lena.dialog.text
    company.pass_days(0)
    assert "Answered by Ines Duarte" in message.again().text
    assert "Read" not in message.again().buttons
    data = data_of(lena)
    assert data["corrections_that_you_asked_for"][0]["words"] == WRONG
    assert data["answers_to_your_corrections"][0]["answer"] == BECAUSE
    for call in company.slack.log():
        quiet = ("view_submission", "views.open", "views.push")
        assert WRONG not in str(call) or call["method"] in quiet


def test_nobody_else_reads_it_and_nobody_answers_twice(company: Company) -> None:
    lena, ines, message = asked(company)
    jonas = company.person("Jonas")
    message.press("Read", forge={"user": {"id": jonas.id}})
    assert company.acts("read.correction") == []
    assert "No correction is open" in jonas.command("/accord cases").text
    message.press("Read")
    ines.dialog.fill({"Outcome": "Nothing had to change", "Explanation": BECAUSE})
    ines.dialog.submit(forge={"user": {"id": lena.id}})
    assert company.acts("correction.answer") == []
    answer(ines, message)
    message.press("Read")
    assert not ines.has_dialog or WRONG not in ines.dialog.text
    assert len(company.acts("correction.answer")) == 1


def test_who_answered_is_told_to_nobody_who_could_not_have(company: Company) -> None:
    name_to_role(company, "Nora", Role.HR)
    company.move_to(MONDAY)
    lena, ines, nora, jonas = (company.person(one) for one in ("Lena", "Ines", "Nora", "Jonas"))
    ask(lena)
    ines.wait_for("Lena Novak asks for a correction").press("Read")
    ines.dialog.fill({"Outcome": "Nothing had to change", "Explanation": BECAUSE})
    answer(nora, nora.wait_for("Lena Novak asks for a correction"))
    ines.dialog.submit(forge={"user": {"id": jonas.id}})
    assert "Nora" not in ines.dialog.text
    ines.dialog.submit()
    assert "Nora Sand" in ines.dialog.text


def test_from_the_history_of_a_goal_and_from_feedback(company: Company) -> None:
    lena, ines, tarik = (company.person(name) for name in ("Lena", "Ines", "Tarik"))
    company.move_to(MONDAY)
    propose(lena, company)
    lena.command("/goal history G-1")
    lena.dialog.press("Correct this")
    assert "It is about G-1 First reply to customers." in lena.dialog.text
    lena.dialog.fill({"What is wrong?": WRONG}).submit()
    lena.dialog.close(everything=True)
    assert "It is about G-1" in ines.wait_for("Lena Novak asks for a correction").text

    tarik.command("/feedback @Lena")
    tarik.dialog.fill({"Feedback": BECAUSE, "Kind": "Support"}).submit()
    tarik.dialog.close()
    lena.wait_for("has feedback for you").press("Read")
    lena.dialog.press("Correct this")
    assert "It is about feedback from Tarik Can." in lena.dialog.text
    lena.dialog.fill({"What is wrong?": WRONG}).submit()
    lena.dialog.close(everything=True)
    asked = ines.wait_for("It is about feedback about Lena Novak")
    asked.press("Read")
    assert "nobody changes them for somebody else, HR neither" in ines.dialog.text
    ines.dialog.close()
    assert "Tarik" not in asked.text
    assert len(company.acts("correction.ask")) == 2
    listed = ines.command("/accord cases")
    assert listed.text.count("Lena Novak · asked") == 2
    assert listed.message is not None
    listed.message.press("Read")
    assert WRONG in ines.dialog.text


def test_of_a_goal_that_is_not_shared_nobody_can_ask(company: Company) -> None:
    lena, tarik = company.person("Lena"), company.person("Tarik")
    company.move_to(MONDAY)
    propose(lena, company)
    lena.command("/goal history G-1")
    lena.dialog.press("Correct this", forge={"user": {"id": tarik.id}})
    dialog_with(lena, "I can't show you")
    lena.dialog.close()
    lena.dialog.press("Correct this")
    lena.dialog.fill({"What is wrong?": WRONG}).submit(forge={"user": {"id": tarik.id}})
    assert company.acts("correction.ask") == []


def day_by_day(company: Company, person: Person, words: str, latest: int) -> Message:
    """Days pass until the person sees these words, at the latest so many after Monday."""
    while company.parts.clock.business() < MONDAY + timedelta(days=latest):
        company.pass_days(1)
        company.let_it_be_sent()
        if person.sees(words):
            break
    return person.wait_for(words)


def make_compliance(name: str, company: Company) -> Person:
    change(
        company,
        update(RoleGrant)
        .where(RoleGrant.person_id == person_id(name))
        .values(role=Role.COMPLIANCE),
    )
    return company.person(name)


def test_a_late_answer_is_reminded_of_then_passed_on(company: Company) -> None:
    lena, ines, _ = asked(company)
    mira = make_compliance("Mira Sato", company)
    company.move_to(MONDAY + timedelta(days=22))
    assert not ines.sees("still waits for an answer")
    # In a week it is due, but for the next working morning; Easter lies in between.
    day_by_day(company, ines, "Lena Novak still waits for an answer about a correction", 30)
    assert not mira.sees("asks for a correction")
    message = day_by_day(company, mira, "Nobody answered in time; you are asked now, too.", 37)
    assert company.acts("correction.escalate") == company.acts("correction.ask")
    late = day_by_day(company, lena, "Nobody has answered what you asked to have corrected", 40)
    assert "Ines Duarte and Mira Sato" in late.text
    answer(mira, message)
    lena.wait_for("Mira Sato answered what you asked to have corrected")
    company.move_to(MONDAY + timedelta(days=90))
    assert len(company.acts("correction.escalate")) == 1


def test_where_hr_is_oneself_the_next_role_answers(company: Company) -> None:
    company.move_to(MONDAY)
    ines, clara = company.person("Ines"), company.person("Clara")
    make_compliance("Mira Sato", company)
    assert "Sent to Mira Sato" in ask(ines)
    company.person("Mira").wait_for("Ines Duarte asks for a correction")
    assert not clara.sees("asks for a correction")


def test_where_nobody_can_answer_the_dialog_says_so_before_anything_is_typed(
    company: Company,
) -> None:
    change(company, delete(RoleGrant))
    lena = company.person("Lena")
    lena.command("/accord my data")
    lena.dialog.press("Correct this")
    assert company.acts("correction.ask") == []


def test_sent_twice_it_is_one_case_and_nothing_typed_is_refused_at_the_field(
    company: Company,
) -> None:
    lena = company.person("Lena")
    lena.command("/accord my data")
    lena.dialog.press("Correct this")
    lena.dialog.fill({"What is wrong?": "   "}).submit()
    assert "What is wrong?" in lena.dialog.errors
    lena.dialog.fill({"What is wrong?": WRONG})
    company.slack.fault("duplicate", method="view_submission", times=1)
    lena.dialog.submit()
    company.slack.settle()
    assert len(company.acts("correction.ask")) == 1


def test_in_german(company: Company) -> None:
    company.move_to(MONDAY)
    emil, ines = company.person("Emil"), company.person("Ines")
    emil.command("/accord meine daten")
    emil.dialog.press("Berichtigen")
    assert "Eine Antwort kommt innerhalb von 30 Tagen" in emil.dialog.text
    emil.dialog.fill({"Was stimmt nicht?": WRONG}).submit()
    emil.dialog.close(everything=True)
    answer(ines, ines.wait_for("Emil Berg asks for a correction"), "Not corrected")
    emil.wait_for("Ines Duarte hat auf deine Bitte um Berichtigung geantwortet").press("Lesen")
    assert "Nicht berichtigt, sagt Ines Duarte" in emil.dialog.text


def test_one_person_fills_nobodys_list(company: Company) -> None:
    lena, tarik, ines = (company.person(name) for name in ("Lena", "Tarik", "Ines"))
    for number in range(10):
        assert ask(tarik, f"{WRONG} {number}").startswith("Sent to")
    tarik.command("/accord my data")
    tarik.dialog.press("Correct this")
    dialog_with(tarik, "You have 10 open cases")
    tarik.dialog.close(everything=True)
    ask(lena)
    listed = lena.command("/accord cases").text
    assert "to be answered by" in listed
    assert "It is about" in listed
    listed = ines.command("/accord cases").text
    assert "Tarik Can" in listed
    answer(ines, ines.wait_for("Tarik Can asks for a correction"))
    assert ask(tarik).startswith("Sent to")


def test_whoever_answers_sees_their_cases_behind_any_number_of_others(company: Company) -> None:
    """More than a page waits for HR alone; the newest is the only one for compliance."""
    parts = company.parts
    with parts.store.write_alone() as connection:
        row = {"words": b"", "about": CorrectionAbout.DATA, "state": CorrectionState.OPEN}
        for number in range(AT_ONCE + 5):
            asked_at = parts.clock.business() - timedelta(hours=number)
            values = {"id": uuid4(), "asker_id": person_id("Tarik Can"), "asked_at": asked_at}
            values["answer_by"] = asked_at + timedelta(days=30)
            connection.execute(insert(Correction).values(**row, **values))
    name_to_role(company, "Nora", Role.COMPLIANCE)
    ask(company.person("Ines"))
    listed = company.person("Nora").command("/accord cases").text
    assert "Ines Duarte" in listed
    assert "Tarik Can" not in listed
