"""A round goes on, or ends well, whatever happens to its question, its channel, its facilitator."""

from __future__ import annotations

from uuid import uuid4

import httpx
from sqlalchemy import func, insert, select

from bot.round_threads import catch_up
from bot.running import clock_origin
from domain.people import GrantState, Role
from storage.database import WRITING
from storage.tables.people import RoleGrant
from storage.tables.rounds import PrivateAnswer
from tests.company import BOT_TOKEN, LONG_AGO, person_id
from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.scenes.rounds import (
    CHANNEL,
    QUESTION,
    TOPIC,
    answer,
    close_round,
    known,
    open_round,
    reply,
    thread_with,
)
from tests.scenes.test_silence import MONDAY
from tests.slack import Message


def bot(company: Company, **change: list[str] | bool) -> None:
    company.slack.steer("members", channel=CHANNEL, **change)


def delete(company: Company, question: Message) -> None:
    """Somebody who may deletes the bot's message."""
    answered = httpx.post(
        f"{company.slack.http.base_url}/api/chat.delete",
        headers={"Authorization": f"Bearer {BOT_TOKEN}"},
        data={"channel": question.channel, "ts": question.ts},
    ).json()
    assert answered["ok"], answered
    company.slack.settle()


def leaves(company: Company, name: str) -> None:
    company.slack.steer("people", id=company.person(name).id, deleted=True)
    company.slack.settle()


def make_facilitator(company: Company, name: str) -> None:
    with company.parts.store.engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(
            insert(RoleGrant).values(
                id=uuid4(),
                person_id=person_id(name),
                role=Role.FACILITATOR,
                state=GrantState.ACTIVE,
                valid_from=LONG_AGO,
            )
        )


def test_a_deleted_question_can_be_asked_again_and_no_answer_is_lost(company: Company) -> None:
    lena, mira, tarik = (company.person(name) for name in ("Lena", "Mira", "Tarik"))
    question = open_round(company)
    reply(lena, question, "Keep the pairing.")
    delete(company, question)
    desk = mira.wait_for("The question was deleted in #release")
    assert desk.buttons == ["Ask again", "Close round"]
    desk.press("Ask again")
    second = lena.wait_for(lambda message: QUESTION in message.text, CHANNEL)
    assert second.ts != question.ts
    known(company, second)
    reply(tarik, second, "Change the date.")
    reply(tarik, question, "Under the old one.")
    mira.wait_for("3 in the thread")
    result = close_round(company).text
    for words in ("Keep the pairing.", "Change the date.", "Under the old one."):
        assert words in result
    assert "deleted" not in result


def test_a_question_that_was_deleted_unheard_is_found_out(company: Company) -> None:
    question = open_round(company)
    company.slack.fault("lose", method="event")
    delete(company, question)
    company.slack.clear_faults()
    catch_up(company.parts, clock_origin(company.parts))
    company.person("Mira").wait_for("The question was deleted in #release")
    result = close_round(company)
    assert "The question was deleted in #release." in result.text
    result.press("Approve")
    mira = company.person("Mira")
    mira.dialog.fill({"Summary": "Nobody could answer."}).submit()
    # In the channel itself: under a deleted question nobody would find it.
    company.person("Lena").wait_for("Nobody could answer.", CHANNEL)


def test_a_question_that_slack_refuses_is_told_and_asked_again(company: Company) -> None:
    mira = company.person("Mira")
    mira.command("/feedback round", CHANNEL)
    mira.dialog.fill({"Topic": TOPIC, "Question": QUESTION, "Closes on": in_days(company, 7)})
    bot(company, archive=True)
    # It is archived in the moment between the look at the channel and the message.
    company.slack.fault(
        "error_before", method="chat.postMessage", error="is_archived", channel=CHANNEL, times=1
    )
    bot(company, archive=False)
    mira.dialog.submit()
    mira.dialog.close()
    mira.wait_for("Your round is open")
    _until_refused(company)
    desk = mira.wait_for("I couldn't put the question to #release")
    bot(company, archive=True)
    desk.press("Ask again")
    mira.wait_for("This channel is archived")
    bot(company, archive=False)
    desk.again().press("Ask again")
    company.person("Lena").wait_for(QUESTION, CHANNEL)
    mira.wait_for(lambda message: message.buttons == ["Close round"])


def _until_refused(company: Company) -> None:
    """The sweep comes every five seconds; here it comes when there is something to find."""
    mira = company.person("Mira")
    for _ in range(100):
        company.pass_days(0)
        if mira.sees("I couldn't put the question"):
            return


def test_without_the_bot_in_the_channel_the_facilitator_is_told(company: Company) -> None:
    lena, mira = company.person("Lena"), company.person("Mira")
    question = open_round(company)
    bot(company, remove=["U0BOT"])
    catch_up(company.parts, clock_origin(company.parts))
    mira.wait_for("I can't read #release any more")
    lena.say("Unheard.", question.channel, thread_ts=question.ts)
    bot(company, add=["U0BOT"])
    catch_up(company.parts, clock_origin(company.parts))
    mira.wait_for(lambda message: "1 in the thread" in message.text and "can't" not in message.text)
    bot(company, remove=["U0BOT"])
    assert "the last answers may be missing" in close_round(company).text


def test_another_facilitator_takes_over_what_they_may_and_no_more(company: Company) -> None:
    company.move_to(MONDAY)
    make_facilitator(company, "Omar Haddad")
    lena, omar, jonas = (company.person(name) for name in ("Lena", "Omar", "Jonas"))
    question = open_round(company)
    reply(lena, question, "Keep the pairing.")
    answer(jonas, question, "Answer privately", "For Mira alone.")
    leaves(company, "Mira")
    company.pass_days(0)
    question.press("Answer privately")
    lena.wait_for("Mira Sato can't collect answers any more", CHANNEL)
    offer = omar.wait_for("Release week needs another facilitator")
    assert "private ones were for Mira Sato alone" in offer.text
    offer.press("Take over")
    omar.wait_for("You collect the answers to Release week")
    lena.wait_for("Omar Haddad collects answers until", CHANNEL)
    jonas.wait_for("Your private answer to Release week is deleted").press("Answer privately")
    assert "Only Omar Haddad reads this" in jonas.dialog.text
    with company.parts.store.engine.connect() as connection:
        kept = select(func.count()).select_from(PrivateAnswer)
        assert connection.execute(kept).scalar_one() == 0
    omar.wait_for("Your round is open").press("Close round")
    company.pass_days(0)
    assert "Keep the pairing." in omar.wait_for("What your round brought").text


def test_results_that_nobody_could_read_are_taken_over_after_closing(company: Company) -> None:
    company.move_to(MONDAY)
    reply(company.person("Lena"), open_round(company), "Keep the pairing.")
    leaves(company, "Mira")
    company.pass_days(8)
    ines = company.person("Ines")
    told = ines.wait_for("nobody else is a facilitator")
    assert told.buttons == []
    make_facilitator(company, "Omar Haddad")
    company.pass_days(0)
    omar = company.person("Omar")
    omar.wait_for("Release week needs another facilitator").press("Take over")
    result = omar.wait_for("What your round brought")
    assert "Keep the pairing." in result.text
    result.press("Approve")
    omar.dialog.submit()
    thread_with(company.person("Lena").wait_for("Closed", CHANNEL), "Approved by Omar Haddad")


def test_nobody_takes_over_from_who_can_still_act(company: Company) -> None:
    company.move_to(MONDAY)
    make_facilitator(company, "Omar Haddad")
    open_round(company)
    leaves(company, "Mira")
    company.pass_days(0)
    omar = company.person("Omar")
    offer = omar.wait_for("needs another facilitator")
    company.slack.steer("people", id=company.person("Mira").id, deleted=False)
    company.slack.settle()
    offer.press("Take over")
    omar.wait_for("Mira Sato collects the answers to this round, so it needs nobody else.")
    assert company.acts("round.take_over") == []
