"""Who looked at what is confidential is recorded before they see it, and its subject can see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.running import operator_origin
from domain.audit import Action
from storage.tables.audit import AuditEntry
from tests.record.intruder import intruder
from tests.scenes.checkins import asked
from tests.scenes.conftest import Company
from tests.scenes.rounds import answer, close_round, open_round
from tests.scenes.test_facilitator import countered
from tests.slack import Message, Person
from usecases.proofs import NoCheckpoint, prove_entry

SECRET = "Zitronenfalter"


def give(giver: Person, about: str, **changes: str) -> None:
    giver.command(f"/feedback @{about}")
    giver.dialog.fill({"Feedback": SECRET, "Kind": "Support", **changes}).submit()
    assert "Read by" in giver.dialog.text
    giver.dialog.close()


def looks(person: Person) -> str:
    """What `/accord audit me` says."""
    person.command("/accord audit me")
    said = person.dialog.text
    assert SECRET not in said
    return said


def support_written(company: Company) -> Message:
    """What Jonas gets when Lena has checked in with a blocker."""
    lena, jonas, question = asked(company)
    question.press("Check in")
    lena.dialog.fill({"Value": "7", "Blockers": SECRET}).submit()
    return jonas.wait_for("Lena Novak checked in")


def note_written(company: Company) -> Message:
    """What Mira gets when Lena has asked for help."""
    countered(company)
    lena = company.person("Lena")
    lena.wait_for("suggests a change").press("Ask a facilitator")
    lena.dialog.fill({"What would help?": SECRET}).submit()
    lena.dialog.close()
    return company.person("Mira").wait_for("Lena Novak asks for your help")


def feedback_given(company: Company) -> Message:
    give(company.person("Tarik"), "Lena", **{"Visible to": "The person and their manager"})
    return company.person("Jonas").wait_for("Tarik Can has feedback about Lena Novak")


def answered_privately(company: Company) -> Message:
    question = open_round(company)
    answer(company.person("Lena"), question, "Answer privately", SECRET)
    return close_round(company)


EVERY_KIND = pytest.mark.parametrize(
    ("made", "line"),
    [
        (
            support_written,
            "Jonas Brandt opened what you wrote for your manager with the check-in",
        ),
        (note_written, "Mira Sato opened your note to a facilitator about G-1"),
        (feedback_given, "Jonas Brandt opened feedback about you from Tarik Can, of "),
        (answered_privately, "Mira Sato opened your private answer in the round “Release week”"),
    ],
)


@EVERY_KIND
def test_its_subject_sees_who_opened_it_and_nobody_else_does(
    made: Callable[[Company], Message], line: str, company: Company
) -> None:
    message = made(company)
    lena, reader = company.person("Lena"), message.person
    if lena.has_dialog:
        lena.dialog.close()
    assert "Nobody else has opened anything" in looks(lena)
    lena.dialog.close()
    message.press("Read")
    assert SECRET in reader.dialog.text
    reader.dialog.close()
    said = looks(lena)
    assert line in said
    assert "#" in said
    for name in (reader.name, "Ines Duarte", "Clara Stein"):
        assert "Nobody else has opened anything" in looks(company.person(name))


@EVERY_KIND
def test_what_cannot_be_recorded_is_not_shown(
    made: Callable[[Company], Message], line: str, company: Company
) -> None:
    message = made(company)
    reads = [f"read.{kind}" for kind in ("support", "facilitation", "feedback", "round")]
    no_more_entries(company)
    message.press("Read")
    reader = message.person
    assert not reader.has_dialog or SECRET not in reader.dialog.text
    assert not any(company.acts(action) for action in reads), line
    for call in company.slack.log():
        assert SECRET not in str(call) or call["method"] == "view_submission"


def no_more_entries(company: Company) -> None:
    """As if the disk were full just where the record is written."""
    url = company.parts.settings.accord_database_url
    if url.startswith("sqlite"):
        with intruder(url) as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'no space left'); END"
            )
        return
    with intruder(url) as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RAISE EXCEPTION 'no space left'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER no_space_left BEFORE INSERT ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION no_space()"
        )


def test_of_feedback_that_is_not_shared_only_the_opening_is_told(company: Company) -> None:
    tarik, ines, lena = (company.person(name) for name in ("Tarik", "Ines", "Lena"))
    give(tarik, "Lena", **{"Visible to": "HR"})
    ines.wait_for("has feedback about Lena Novak").press("Read")
    said = looks(lena)
    assert "Ines Duarte opened feedback about you that its giver did not share with you" in said
    assert "Tarik" not in said


def test_an_operator_who_proves_a_confidential_entry_is_told_of(company: Company) -> None:
    note_written(company)
    with company.parts.store.engine.connect() as connection:
        asked_for_help = select(AuditEntry.seq).where(AuditEntry.action == Action.FACILITATION_ASK)
        seq = connection.execute(asked_for_help).scalar_one()
    with suppress(NoCheckpoint):
        prove_entry(company.parts.store, operator_origin(company.parts), seq)
    assert "An operator opened something confidential about you" in looks(company.person("Lena"))


def test_a_giver_who_opens_their_own_words_is_not_told_of(company: Company) -> None:
    tarik, lena = company.person("Tarik"), company.person("Lena")
    give(tarik, "Lena", **{"Visible to": "Only me"})
    tarik.command("/feedback list").message.press("Read")
    assert SECRET in tarik.dialog.text
    assert "Nobody else has opened anything" in looks(lena)


def test_long_lists_are_paged_newest_first(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    message = feedback_given(company)
    for _ in range(12):
        message.press("Read")
        jonas.dialog.close()
    first = looks(lena)
    assert first.count("Jonas Brandt opened") == 10
    lena.dialog.press("Earlier")
    second = lena.dialog.text
    assert second.count("Jonas Brandt opened") == 2
    assert "Earlier" not in lena.dialog.buttons
    assert numbers(first) + numbers(second) == sorted(numbers(first + second), reverse=True)


def numbers(said: str) -> list[int]:
    """The numbers of the entries, in the order in which they stand there."""
    return [int(word.strip("#·")) for word in said.split() if word.startswith("#")]


def test_in_german(company: Company) -> None:
    emil, jonas = company.person("Emil"), company.person("Jonas")
    assert "Niemand sonst hat etwas Vertrauliches" in looks(emil)
    emil.dialog.close()
    give(company.person("Tarik"), "Emil", **{"Visible to": "The person and their manager"})
    jonas.wait_for("has feedback about Emil Berg").press("Read")
    said = looks(emil)
    assert "Jonas Brandt hat eine Rückmeldung über dich von Tarik Can vom " in said
    assert emil.dialog.title == "Wer nachgesehen hat"
    emil.dialog.close()
    emil.command("/accord protokoll mich")
    assert emil.dialog.title == "Wer nachgesehen hat"


def test_typed_as_plain_words_a_button_opens_it(company: Company) -> None:
    lena = company.person("Lena")
    lena.say("audit me")
    lena.wait_for("Ready when you are").press("Who looked")
    assert "Nobody else has opened anything" in lena.dialog.text


def test_all_times_are_those_of_the_record_wherever_business_time_is(company: Company) -> None:
    """Weeks pass in the demo; when it was written and when it was opened are told by one clock."""
    tarik, lena, ines = (company.person(name) for name in ("Tarik", "Lena", "Ines"))
    company.move_to(company.parts.clock.machine() + timedelta(days=60))
    give(tarik, "Lena", **{"Visible to": "The person and their manager"})
    company.person("Jonas").wait_for("has feedback about Lena Novak").press("Read")
    lena.command("/accord my data")
    lena.dialog.press("Correct this")
    lena.dialog.fill({"What is wrong?": SECRET}).submit()
    lena.dialog.close(everything=True)
    ines.wait_for("asks for a correction").press("Read")
    said = looks(lena)
    assert "by its clock, the server's own" in said
    lines = [line for line in said.splitlines() if "opened" in line or "#" in line]
    machine = company.parts.clock.machine().astimezone(ZoneInfo("Europe/Lisbon"))
    today = f"{machine.day} {machine:%B}"
    assert len(lines) >= 4
    told = [line for line in lines if re.search(r"[0-9] [A-Z][a-z]+", line)]
    assert len(told) == 4
    assert [line for line in told if today not in line] == []
