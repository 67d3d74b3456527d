"""What is said in confidence is shown in dialogs, and stands in clear nowhere else at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.origin import Origin, Via
from domain.rounds import AnswerRound
from storage.schema import complete_metadata
from storage.tables.outbox import Inbound
from storage.tables.requests import FormToken
from storage.tables.rounds import AnonymousAnswer, Ballot, Round
from tests.company import person_id, slack_id
from tests.scenes.conftest import Company
from tests.scenes.rounds import answer, close_round, open_round, reply
from tests.slack import Person
from usecases.round_answers import answer_anonymously

CANARY = "Zitronenfalter"
FIVE = ("Lena", "Jonas", "Omar", "Nora", "gustav")
EVERYWHERE = (None, "C0RELEASE", "C0SMALL")
"""Where messages stand that our people can see; None is the bot's own conversation."""


def a_whole_round(company: Company) -> None:
    mira = company.person("Mira")
    question = open_round(company)
    reply(company.person("Tarik"), question, "Said in the open.")
    answer(company.person("Tarik"), question, "Answer privately", f"{CANARY} one")
    answer(company.person("Tarik"), question, "Answer privately", f"{CANARY} two")
    lena = company.person("Lena")
    question.press("Answer anonymously")
    for name in FIVE:
        if name != "Lena":
            answer(company.person(name), question, "Answer anonymously", f"{CANARY} {name[::-1]}")
    answer_elsewhere(company, f"{CANARY} anel")
    lena.dialog.fill({"Answer": f"{CANARY} refused"}).submit()
    assert "You have answered anonymously already" in lena.dialog.text
    lena.dialog.close()
    question.press("Answer privately")
    result = close_round(company)
    lena.dialog.fill({"Answer": f"{CANARY} late"}).submit()
    assert "This round is closed" in lena.dialog.text
    result.press("Read")
    assert mira.dialog.text.count(CANARY) == 6
    mira.dialog.close()
    result.again().press("Approve")
    assert CANARY not in mira.dialog.value("Summary")
    mira.dialog.submit()
    mira.dialog.close()


def answer_elsewhere(company: Company, words: str) -> None:
    """Lena answers anonymously on her phone, while the dialog stands open on her computer."""
    store, now = company.parts.store, company.parts.clock.business()
    origin = Origin(Via.DIALOG, now, uuid4().hex, slack_id("Lena"))
    with store.engine.connect() as connection:
        round_ = connection.scalars(select(Round.id)).one()
    said = AnswerRound(answer=words)
    answer_anonymously(store, origin, round_, said, uuid4().hex, asked=True)


def all_kinds_of_feedback(company: Company) -> None:
    jonas, lena, omar = (company.person(name) for name in ("Jonas", "Lena", "Omar"))
    for kind, audience in (
        ("Support", "The person"),
        ("Evaluation", "The person and their manager"),
        ("Evaluation", "HR"),
        ("Support", "Only me"),
    ):
        omar.command("/feedback @Lena")
        words = {"Feedback": f"{CANARY} {kind} {audience}", "Kind": kind, "Visible to": audience}
        omar.dialog.fill(words).submit()
        assert "Read by" in omar.dialog.text
        omar.dialog.close()
    lena.wait_for("has feedback for you").press("Read")
    assert CANARY in lena.dialog.text
    lena.dialog.close()
    omar.command("/feedback list").message.press("Undo")
    said = lena.say("Tarik saved the release.", "C0RELEASE")
    jonas.messages("C0RELEASE")[-1].shortcut("save_as_feedback")
    jonas.dialog.fill({"About": "Tarik", "Kind": "Support", "Feedback": f"{CANARY} why"}).submit()
    assert "Saved." in jonas.dialog.text, said.text
    jonas.dialog.close()
    # Refused at a field: what was typed goes back to the dialog alone.
    jonas.command(f"/feedback @Lena {CANARY} typed")
    jonas.dialog.fill({"Feedback": f"{CANARY} {'x' * 2_980}"}).submit()
    assert jonas.dialog.errors
    jonas.dialog.close()


def sent_to_slack(company: Company) -> Iterator[Any]:
    """All that the bot told Slack, but for dialogs."""
    for entry in company.slack.log():
        if entry["direction"] != "to_bot" and not entry["method"].startswith("views."):
            yield entry


def stored(company: Company) -> Iterator[tuple[str, Any]]:
    """Every value of every table."""
    with company.parts.store.engine.connect() as connection:
        for table in complete_metadata().sorted_tables:
            for row in connection.execute(select(table)):
                yield from ((f"{table.name}.{name}", value) for name, value in row._mapping.items())


def test_nothing_said_in_confidence_leaks_from_a_round_or_from_feedback(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    a_whole_round(company)
    all_kinds_of_feedback(company)
    company.slack.settle()
    assert CANARY not in "".join(capsys.readouterr())
    for entry in sent_to_slack(company):
        assert CANARY not in json.dumps(entry, ensure_ascii=False), entry["method"]
    for person in everybody(company):
        for place in EVERYWHERE:
            if place is None or person.id in members(company, place):
                for message in person.messages(place):
                    assert CANARY not in message.text + message.notification
    for name, value in stored(company):
        text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        assert CANARY not in text, name


def everybody(company: Company) -> list[Person]:
    return [company.person(name) for name in (*FIVE, "Tarik", "Mira", "Ines", "Clara")]


def members(company: Company, channel: str) -> list[str]:
    listed: list[str] = company.slack.steer("members", channel=channel)["members"]
    return listed


def test_an_anonymous_answer_that_slack_repeats_counts_once_and_names_nobody(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    lena = company.person("Lena")
    question = open_round(company)
    noted = rows(company, select(Inbound.key))
    capsys.readouterr()
    answer(lena, question, "Answer anonymously", f"{CANARY} once")
    sent = company.slack.log("view_submission")[-1]["args"]
    for _ in range(3):
        company.slack.raw(urlencode({"payload": json.dumps(sent)}))
    assert len(rows(company, select(AnonymousAnswer.id))) == 1
    assert len(rows(company, select(Ballot.mark))) == 1
    assert len(company.acts("round.answer")) == 1
    assert rows(company, select(Inbound.key)) == noted
    token = json.loads(sent["view"]["private_metadata"])
    kept = select(FormToken.person_id, FormToken.outcome).where(
        FormToken.token.in_([str(value) for value in token.values()])
    )
    assert rows(company, kept) == [(None, None)]
    logged = "".join(capsys.readouterr())
    for trace in (lena.id, str(person_id("Lena Novak")), "Lena", CANARY):
        assert trace not in logged


def rows(company: Company, wanted: Any) -> list[Any]:
    with company.parts.store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(wanted)]
