"""A neutral person is asked, unseen by the other side."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.scenes.conftest import Company
from tests.scenes.goals import propose, propose_for_lena


def countered(company: Company) -> None:
    propose(company.person("Lena"), company)
    jonas = company.person("Jonas")
    jonas.wait_for("proposes a goal").press("Counter")
    jonas.dialog.fill({"Target": "6", "Reason": "Realistic."}).submit()


def test_the_facilitator_reads_the_note_in_a_dialog_and_the_other_side_is_not_told(
    company: Company,
) -> None:
    countered(company)
    lena, jonas, mira = (company.person(name) for name in ("Lena", "Jonas", "Mira"))
    lena.wait_for("suggests a change").press("Ask a facilitator")
    lena.dialog.fill({"What would help?": "I feel pushed by the date."}).submit()
    assert "Mira Sato is asked" in lena.dialog.text
    lena.dialog.close()

    asked = mira.wait_for("Lena Novak asks for your help")
    assert "I feel pushed" not in asked.text
    asked.press("Read")
    assert "I feel pushed by the date." in mira.dialog.text
    assert len(company.acts("read.facilitation")) == 1
    mira.dialog.close()
    assert "First reply" in mira.command("/goal show G-1").text

    jonas.command("/accord audit G-1")
    assert "facilit" not in jonas.dialog.text.casefold()
    jonas.dialog.close()
    assert all("facilit" not in message.text.casefold() for message in jonas.messages())
    for call in company.slack.log():
        assert "I feel pushed" not in str(call) or call["method"] in (
            "view_submission",
            "views.open",
        )


def test_the_facilitators_access_ends_when_it_is_agreed(company: Company) -> None:
    countered(company)
    lena, mira = company.person("Lena"), company.person("Mira")
    lena.wait_for("suggests a change").press("Ask a facilitator")
    lena.dialog.submit()
    mira.wait_for("asks for your help")
    lena.wait_for("suggests a change").press("Accept")
    mira.wait_for("This is settled")
    assert "I can't show you G-1" in mira.command("/goal show G-1").text


def test_the_manager_is_offered_a_facilitator_after_two_rounds(company: Company) -> None:
    countered(company)
    lena, jonas = company.person("Lena"), company.person("Jonas")
    assert "Ask a facilitator" not in jonas.wait_for("waiting for Lena").buttons
    lena.wait_for("suggests a change").press("Counter")
    lena.dialog.fill({"Target": "5.5", "Reason": "Halfway."}).submit()
    assert "Ask a facilitator" in jonas.wait_for("Lena Novak suggests a change").buttons


def test_a_neutral_person_of_ones_choice_answers_before_the_manager_gets_an_answer(
    company: Company,
) -> None:
    lena = propose_for_lena(company)
    jonas, nora = company.person("Jonas"), company.person("Nora")
    seen_by_jonas = {message.text for message in jonas.messages()}
    lena.wait_for("proposes a goal").press("Ask a neutral person first")
    for leads_or_decides in ("Jonas", "Omar", "Mara"):
        lena.dialog.fill({"Whom": leads_or_decides}).submit()
        assert "They can't be asked" in lena.dialog.errors["Whom"]
    lena.dialog.fill({"Whom": "Nora", "What would help?": "Is 5 h fair?"}).submit()
    assert "Nora Sand is asked" in lena.dialog.text
    lena.dialog.close()

    asked = nora.wait_for("Lena Novak asks for your help")
    asked.press("Answer privately")
    assert "Is 5 h fair?" in nora.dialog.text
    nora.dialog.fill({"Your answer": "Ask for six to begin with."}).submit()
    assert "Only Lena Novak can read it" in nora.dialog.text
    nora.dialog.close()
    told = lena.wait_for("Nora Sand has answered your question about G-1")
    assert "Ask for six" not in told.text
    told.press("Read")
    assert "Ask for six to begin with." in lena.dialog.text
    lena.dialog.close()
    assert len(company.acts("facilitation.answer")) == 1

    # Jonas has no message more than before, and nothing of his names her.
    assert {message.text for message in jonas.messages()} == seen_by_jonas
    jonas.command("/accord audit G-1")
    assert "Nora" not in jonas.dialog.text
    jonas.dialog.close()
    jonas.command("/goal history G-1")
    assert "Nora" not in jonas.dialog.text
    jonas.dialog.close()
    assert "Nora" not in jonas.command("/goal show G-1").text

    # She has two days before anybody reminds her: until Thursday at the hour she was asked.
    company.move_to(datetime(2027, 1, 14, 9, 45, tzinfo=UTC))
    assert not [one for one in lena.messages() if "your only reminder" in one.text]
    company.move_to(datetime(2027, 1, 14, 10, 15, tzinfo=UTC))
    lena.wait_for("your only reminder")
