"""Two of everything in a round at the same moment, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, select, text

from domain.errors import AccordError, Busy
from domain.people import Role
from domain.rounds import AnswerRound, OpenRound, RoundPlace
from domain.verification import Verdict
from storage import round_answers as stored
from storage.database import is_sqlite
from storage.tables.rounds import AnonymousAnswer, Ballot, Round
from storage.verify import verify
from tests.company import PEOPLE, settle_company, slack_id
from tests.rules.office import KEYRING, Office
from usecases import feedback, round_answers, rounds

CHANNEL = "C0RELEASE"
FIVE = ("Lena", "Jonas", "Omar", "Emil", "Tarik")


@pytest.fixture
def company(engine: Engine) -> Office:
    settle_company(engine)
    return Office(engine)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of them hears, a refusal by its code. Who hears *Please press again* does."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        start.wait(timeout=10)
        while True:
            try:
                return act()
            except Busy:
                continue
            except AccordError as refused:
                return refused.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def open_round(company: Office, name: str = "Mira") -> UUID:
    members = [slack_id(one.name) for one in PEOPLE]
    place = RoundPlace(CHANNEL, "release", members, joined=True)
    asked = OpenRound(
        topic="Release week", question="Why?", closes_on=date(2027, 3, 5), anonymous=True
    )
    return rounds.open_round(company.store, company.by(name), asked, place, uuid4().hex).id


def answer(company: Office, round_: UUID, name: str) -> None:
    command = AnswerRound(answer=f"said by {name[::-1]}")
    round_answers.answer_anonymously(
        company.store, company.by(name), round_, command, uuid4().hex, asked=True
    )


def stored_in_order(connection: Connection, table: str) -> str:
    """How the database itself would tell which row came first."""
    return f"SELECT * FROM {table} ORDER BY {'rowid' if is_sqlite(connection.engine) else 'ctid'}"


def test_of_two_who_ask_one_channel_one_does(company: Office) -> None:
    company.give_role("Omar", Role.FACILITATOR)
    heard = at_once(lambda: open_round(company, "Mira"), lambda: open_round(company, "Omar"))
    assert "round_open_already" in heard
    with company.engine.connect() as connection:
        assert len(connection.execute(select(Round.id)).all()) == 1


def test_everybody_at_once_has_one_anonymous_answer_each(company: Office) -> None:
    round_ = open_round(company)
    heard = at_once(*[lambda name=name: answer(company, round_, name) for name in FIVE * 2])
    assert heard.count("round_answered_anonymously") == len(FIVE)
    with company.engine.connect() as connection:
        assert stored.ballot_count(connection, round_) == len(FIVE)
        assert stored.anonymous_count(connection, round_) == len(FIVE)
    assert verify(company.engine, KEYRING).verdict is Verdict.INTACT


def test_rows_stand_in_an_order_that_says_nothing(company: Office) -> None:
    round_ = open_round(company)
    for name in FIVE:
        answer(company, round_, name)
    with company.engine.connect() as connection:
        marks = connection.scalars(select(Ballot.mark).order_by(Ballot.mark)).all()
        ids = connection.scalars(select(AnonymousAnswer.id).order_by(AnonymousAnswer.id)).all()
        found = connection.execute(text(stored_in_order(connection, "round_ballot"))).all()
        assert [bytes(row.mark) for row in found] == list(marks)
        found = connection.execute(
            text(stored_in_order(connection, "round_anonymous_answer"))
        ).all()
        assert [UUID(str(row.id)) for row in found] == list(ids)
        if not is_sqlite(company.engine):
            # Who wrote a row is no trace either: one transaction wrote them all.
            for table in ("round_ballot", "round_anonymous_answer"):
                writers = connection.execute(text(f"SELECT DISTINCT xmin::text FROM {table}"))
                assert len(writers.all()) == 1


def test_an_answer_at_the_moment_of_closing_counts_or_is_refused(company: Office) -> None:
    round_ = open_round(company)
    for name in FIVE[1:]:
        answer(company, round_, name)
    heard = at_once(
        lambda: answer(company, round_, "Lena"),
        lambda: rounds.close_round(company.store, company.by("Mira"), round_),
    )
    rounds.finish_round(company.store, company.by("Mira"), round_)
    found = round_answers.read_confidential(company.store, company.by("Mira"), round_)
    assert len(found.anonymous) == (0 if heard[0] == "round_closed" else len(FIVE))


def test_who_asks_twice_at_once_asks_once(company: Office) -> None:
    def ask() -> bool:
        by = company.by("Lena")
        return feedback.ask_for_feedback(company.store, by, slack_id("Omar")).repeated

    assert sorted(map(bool, at_once(ask, ask))) == [False, True]
