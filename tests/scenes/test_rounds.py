"""A facilitator asks a channel; answers come under names, privately and anonymously."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.errors import AlreadyDone
from domain.origin import Origin, Via
from domain.verification import Verdict
from storage.tables.audit import AuditEntry
from storage.tables.outbox import Inbound, Notice
from storage.tables.requests import FormToken
from storage.tables.rounds import AnonymousAnswer, Ballot, Round
from storage.verify import verify
from tests.company import person_id, slack_id
from tests.scenes.conftest import Company
from tests.scenes.goals import day_in, in_days
from tests.scenes.rounds import (
    CHANNEL,
    QUESTION,
    TOPIC,
    answer,
    close_round,
    open_round,
    reply,
    thread_with,
)
from tests.scenes.test_silence import MONDAY
from usecases import rounds

FIVE = ("Lena", "Jonas", "Omar", "Nora", "Tarik")


def test_the_question_stands_in_the_channel_with_its_ways_to_answer(company: Company) -> None:
    question = open_round(company)
    assert "Mira Sato collects answers until" in question.text
    assert "Anonymous: nobody sees your name." in question.text
    assert "never for anyone's evaluation" in question.text
    assert question.buttons == ["Answer privately", "Answer anonymously"]


def test_at_closing_the_facilitator_gets_all_answers_each_where_it_belongs(
    company: Company,
) -> None:
    question = open_round(company)
    reply(company.person("Lena"), question, "Keep the pairing, @Jonas & all.")
    assert "after closing" in answer(
        company.person("Jonas"), question, "Answer privately", "The date was mad."
    )
    for name in FIVE:
        person = company.person(name)
        said = answer(person, question, "Answer anonymously", f"Quietly {name[::-1]}")
        assert "kept without your name" in said

    result = close_round(company)
    assert "Lena Novak" in result.text
    assert "Keep the pairing, @Jonas Brandt & all." in result.text
    assert "1 in the thread, 1 private, 5 anonymous" in result.text
    assert "The date was mad" not in result.text + result.notification
    assert "Quietly" not in result.text + result.notification
    assert company.acts("read.round") == []
    mira = company.person("Mira")
    result.press("Read")
    assert "Jonas Brandt, privately" in mira.dialog.text
    assert "The date was mad." in mira.dialog.text
    assert mira.dialog.text.count("Quietly") == 5
    assert company.acts("read.round") == company.acts("round.open")
    assert company.person("Lena").wait_for("Closed", CHANNEL).buttons == []


def test_the_summary_is_posted_once_the_facilitator_approves_it(company: Company) -> None:
    question = open_round(company, anonymous=False)
    reply(company.person("Lena"), question, "Keep the pairing.")
    answer(company.person("Omar"), question, "Answer privately", "The date was mad.")
    mira = company.person("Mira")
    result = close_round(company)
    assert question.again().replies[1:] == []
    result.press("Approve")
    draft = mira.dialog.value("Summary")
    assert "• Keep the pairing." in draft
    assert "Lena" not in draft
    mira.dialog.fill({"Summary": "We keep pairing <!channel> *all* week."}).submit()
    assert "The summary is posted" in mira.dialog.text
    mira.dialog.close()
    mira.wait_for("The summary is posted.")
    lena = company.person("Lena")
    lena.wait_for("The summary is in the thread.", CHANNEL)
    posted = thread_with(question, "Summary: Release week")
    assert "We keep pairing <!channel> *all* week." in posted.text
    # How many answered privately is nobody else's business.
    assert "Approved by Mira Sato. Answers: 2." in posted.text
    assert "Approve" not in result.again().buttons


def test_a_summary_that_cannot_be_posted_stays_in_the_dialog(company: Company) -> None:
    reply(company.person("Lena"), open_round(company), "Keep the pairing.")
    mira = company.person("Mira")
    close_round(company).press("Approve")
    mira.dialog.fill({"Summary": "We keep pairing."})
    company.slack.steer("members", channel=CHANNEL, remove=["U0BOT"])
    mira.dialog.submit()
    assert "invite me again" in mira.dialog.errors["Summary"]
    company.slack.steer("members", channel=CHANNEL, add=["U0BOT"], archive=True)
    mira.dialog.submit()
    assert "archived" in mira.dialog.errors["Summary"]
    assert mira.dialog.value("Summary") == "We keep pairing."
    company.slack.steer("members", channel=CHANNEL, archive=False)
    mira.dialog.submit()
    assert "The summary is posted" in mira.dialog.text
    assert len(company.acts("round.summarise")) == 1


def test_edits_are_followed_and_what_is_deleted_before_closing_is_gone(company: Company) -> None:
    lena, tarik = company.person("Lena"), company.person("Tarik")
    question = open_round(company)
    first = reply(lena, question, "Keep the pairing.")
    second = reply(tarik, question, "Change the date.")
    lena.edit(first, "Keep the pairing, always.")
    tarik.delete(second)
    company.slack.settle()
    text = close_round(company).text
    assert "Keep the pairing, always." in text
    assert "edited" in text
    assert "Tarik" not in text


def test_after_closing_what_is_deleted_reads_withdrawn_and_what_is_new_late(
    company: Company,
) -> None:
    lena, tarik, mira = (company.person(name) for name in ("Lena", "Tarik", "Mira"))
    question = open_round(company)
    first = reply(lena, question, "Keep the pairing.")
    close_round(company)
    company.slack.wait(5)
    reply(tarik, question, "One more thing.")
    lena.delete(first)
    company.slack.settle()
    result = mira.wait_for(lambda message: "withdrawn" in message.text)
    assert "Tarik Can (late)" in mira.wait_for("late").text
    assert "Keep the pairing." not in result.again().text


def test_fewer_than_five_anonymous_answers_are_deleted_unread(company: Company) -> None:
    question = open_round(company)
    for name in FIVE[:4]:
        answer(company.person(name), question, "Answer anonymously", "Quietly")
    result = close_round(company)
    assert "Fewer than five people answered anonymously" in result.text
    assert "Read" not in result.buttons
    with company.parts.store.engine.connect() as connection:
        assert connection.execute(select(AnonymousAnswer.id)).all() == []


def test_nothing_leads_from_an_anonymous_answer_to_a_person(company: Company) -> None:
    question = open_round(company)
    lena = company.person("Lena")
    with company.parts.store.engine.connect() as connection:
        before = connection.execute(select(Inbound.key)).all()
    answer(lena, question, "Answer anonymously", "Quietly")
    with company.parts.store.engine.connect() as connection:
        assert connection.execute(select(Inbound.key)).all() == before
        entry = connection.execute(
            select(AuditEntry.actor, AuditEntry.at, AuditEntry.body)
            .where(AuditEntry.action == "round.answer")
            .order_by(AuditEntry.seq.desc())
        ).first()
        assert entry is not None
        assert entry.actor is None
        assert entry.at.time() == time(0)
        assert b'"kind":"anonymous"' in entry.body
        assert b'"req":null' in entry.body
        assert len(connection.execute(select(Ballot.mark)).all()) == 1
    close_round(company)
    with company.parts.store.engine.connect() as connection:
        assert connection.execute(select(Ballot.mark)).all() == []
        assert connection.execute(select(Round.ballot_key)).scalar_one() is None


def test_no_log_names_who_answers_anonymously_and_the_record_stays_intact(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    question = open_round(company)
    lena = company.person("Lena")
    capsys.readouterr()
    answer(lena, question, "Answer anonymously", "Quietly")
    lena.wait_for(TOPIC, CHANNEL).press("Answer anonymously")
    lena.wait_for("You have answered anonymously already", CHANNEL)
    logged = "".join(capsys.readouterr())
    assert "round_answered_anonymously" in logged
    for trace in (lena.id, str(person_id("Lena Novak")), "Lena", "Quietly"):
        assert trace not in logged
    close_round(company)
    store = company.parts.store
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT


def test_a_second_private_answer_replaces_the_first(company: Company) -> None:
    question = open_round(company)
    lena, mira = company.person("Lena"), company.person("Mira")
    answer(lena, question, "Answer privately", "First thought.")
    assert "replaces" in answer(lena, question, "Answer privately", "Second thought.")
    close_round(company).press("Read")
    assert "Second thought." in mira.dialog.text
    assert "First thought." not in mira.dialog.text


def test_a_private_answer_is_there_to_be_changed(company: Company) -> None:
    question = open_round(company)
    lena, emil = company.person("Lena"), company.person("Emil")
    answer(lena, question, "Answer privately", "First thought.")
    lena.wait_for(TOPIC, CHANNEL).press("Answer privately")
    assert lena.dialog.value("Answer") == "First thought."
    assert "This is what you sent" in lena.dialog.text
    lena.dialog.close()
    emil.wait_for(TOPIC, CHANNEL).press("Answer privately")
    assert emil.dialog.value("Antwort") in (None, "")
    assert "First thought." not in emil.dialog.text
    emil.dialog.close()
    answer(lena, question, "Answer anonymously", "Quietly")
    lena.wait_for(TOPIC, CHANNEL).press("Answer privately")
    assert lena.dialog.value("Answer") == "First thought."


def test_after_closing_nobody_can_answer_by_an_old_dialog(company: Company) -> None:
    question = open_round(company)
    lena = company.person("Lena")
    question.press("Answer anonymously")
    close_round(company)
    lena.dialog.fill({"Answer": "Too late"}).submit()
    assert "This round is closed" in lena.dialog.text


def test_everybody_has_one_anonymous_answer(company: Company) -> None:
    question = open_round(company)
    lena = company.person("Lena")
    answer(lena, question, "Answer anonymously", "First")
    before = _traces(company)
    lena.wait_for(TOPIC, CHANNEL).press("Answer anonymously")
    lena.wait_for("You have answered anonymously already", CHANNEL)
    assert not lena.has_dialog
    # Having looked leaves nothing behind.
    assert _traces(company) == before
    company.person("Emil").wait_for(TOPIC, CHANNEL).press("Answer anonymously")
    assert company.person("Emil").has_dialog


def _traces(company: Company) -> list[Sequence[object]]:
    """Everything in which somebody's press could be noted."""
    with company.parts.store.engine.connect() as connection:
        return [
            connection.scalars(select(column).order_by(column)).all()
            for column in (Inbound.key, AuditEntry.seq, Ballot.mark, Notice.id, FormToken.token)
        ]


def test_anonymity_is_not_offered_where_fewer_than_five_could_answer(company: Company) -> None:
    mira = company.person("Mira")
    mira.command("/feedback round", "C0SMALL")
    assert mira.dialog.labels == ["Topic", "Question", "Closes on"]
    assert "there are 4" in mira.dialog.text
    question = {"Topic": TOPIC, "Question": QUESTION, "Closes on": in_days(company, 7)}
    mira.dialog.fill(question).submit()
    shown = company.person("Lena").wait_for(TOPIC, "C0SMALL")
    assert shown.buttons == ["Answer privately"]


def test_a_round_closes_by_itself_on_its_date(company: Company) -> None:
    company.move_to(MONDAY)
    question = open_round(company)
    reply(company.person("Lena"), question, "Keep the pairing.")
    mira = company.person("Mira")
    closing = datetime.combine(day_in(company, 7), time(17), tzinfo=ZoneInfo("Europe/Berlin"))
    company.move_to(closing - timedelta(minutes=1))
    assert "Closed" not in question.again().text
    company.move_to(closing)
    company.person("Lena").wait_for("Closed", CHANNEL)
    # Her day has ended by then; nobody asked for it now, so it comes in the morning.
    assert not mira.sees("What your round brought")
    company.move_to(closing + timedelta(hours=17))
    brought = mira.wait_for("What your round brought")
    # The draft repeats the answer, so its words stand where it is changed and approved.
    assert brought.text.count("Keep the pairing.") == 1
    assert "Draft summary: the answer above, without its name." in brought.text
    brought.press("Approve")
    assert "Keep the pairing." in mira.dialog.value("Summary")


def test_a_reply_that_no_event_told_is_found_in_the_thread_at_closing(company: Company) -> None:
    question = open_round(company)
    company.slack.fault("lose", method="event")
    reply(company.person("Lena"), question, "Nobody heard this.")
    company.slack.clear_faults()
    assert "Nobody heard this." in close_round(company).text


def test_who_closes_a_round_second_hears_who_was_first(company: Company) -> None:
    open_round(company)
    mira = company.person("Mira")
    second = mira.command("/feedback round", CHANNEL).message
    assert second is not None
    mira.wait_for("Your round is open").press("Close round")
    second.press("Close round")
    mira.wait_for("You have closed this round already", CHANNEL)
    assert len(company.acts("round.close")) == 1


def test_of_two_who_close_a_round_at_once_one_wins(company: Company) -> None:
    open_round(company)
    store = company.parts.store
    origin = Origin(Via.ACTION, company.parts.clock.business(), "r-1", slack_id("Mira"))
    with store.engine.connect() as connection:
        round_ = connection.execute(select(Round.id)).scalar_one()

    def close(_: int) -> str:
        try:
            rounds.close_round(store, origin, round_)
        except AlreadyDone as error:
            return error.code
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, range(2))) == ["closed", "round_closed_by_you"]


def test_who_is_no_facilitator_hears_who_is(company: Company) -> None:
    said = company.person("Lena").command("/feedback round", CHANNEL).text
    assert "Only facilitators can do this. Please ask one of them: Mira Sato." in said


def test_bad_input_gets_a_kind_answer_at_its_field(company: Company) -> None:
    mira = company.person("Mira")
    mira.command("/feedback round", CHANNEL)
    dialog = mira.dialog
    dialog.fill({"Topic": "🎉", "Question": "שלום?", "Closes on": in_days(company, -1)}).submit()
    assert "in the past" in dialog.errors["Closes on"]
    dialog.fill({"Question": "🙂" * 1500, "Closes on": in_days(company, 3)}).submit()
    mira.dialog.close()
    long = company.person("Lena").wait_for("🎉", CHANNEL)
    assert "🙂" * 100 in long.text
    lena = company.person("Lena")
    long.press("Answer privately")
    lena.dialog.fill({"Answer": "   "}).submit()
    assert "Please write something" in lena.dialog.errors["Your answer"]


def test_what_strangers_and_the_unlisted_reply_is_not_kept(company: Company) -> None:
    question = open_round(company)
    for name in ("ulla", "stella", "gerd", "Mira"):
        reply(company.person(name), question, f"I am {name}")
    result = close_round(company)
    assert "0 in the thread" in result.text
    assert "I am" not in result.text


def test_a_second_round_in_a_channel_waits_for_the_first(company: Company) -> None:
    open_round(company)
    mira = company.person("Mira")
    said = mira.command("/feedback round", CHANNEL).message
    assert said is not None
    assert "A round is open here already" in said.text
    said.press("Close round")
    company.pass_days(0)
    mira.wait_for("What your round brought")
