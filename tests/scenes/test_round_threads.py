"""What people write, change and take back under a question, also while nobody listens."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.round_threads import catch_up
from bot.running import clock_origin
from storage.tables.rounds import Round, RoundReply
from tests.scenes.conftest import Company
from tests.scenes.rounds import close_round, open_round, reply


def kept(company: Company) -> list[str | None]:
    """The answers in the thread as Accord holds them."""
    with company.parts.store.engine.connect() as connection:
        return list(connection.scalars(select(RoundReply.words).order_by(RoundReply.ts)))


def start_again(company: Company) -> None:
    """What a bot does that was down for a while."""
    catch_up(company.parts, clock_origin(company.parts))


def test_an_answer_whose_words_are_all_taken_out_is_taken_back(company: Company) -> None:
    lena = company.person("Lena")
    said = reply(lena, open_round(company), "Keep the pairing.")
    assert kept(company) == ["Keep the pairing."]
    lena.edit(said, " \u200b ")
    company.slack.settle()
    assert kept(company) == []


def test_a_picture_is_an_answer_known_by_its_name(company: Company) -> None:
    lena = company.person("Lena")
    question = open_round(company)
    picture = lena.upload("board <!channel>.png", b"\x89PNG")
    lena.say("Like this?", question.channel, thread_ts=question.ts, files=[picture])
    lena.say("", question.channel, thread_ts=question.ts, files=[picture])
    company.slack.settle()
    name = "📎 board <!channel>.png"
    assert kept(company) == [f"Like this?\n{name}", name]
    assert name in close_round(company).text


def test_what_changed_while_nobody_listened_is_read_again(company: Company) -> None:
    lena, tarik, omar = (company.person(name) for name in ("Lena", "Tarik", "Omar"))
    # Slack's history may lag, so what is younger than two minutes is not missed yet.
    company.slack.wait(-200)
    question = open_round(company)
    first = reply(lena, question, "Keep the pairing.")
    second = reply(tarik, question, "Change the date.")
    company.slack.fault("lose", method="event")
    lena.edit(first, "Keep the pairing, always.")
    tarik.delete(second)
    reply(omar, question, "Nobody heard this.")
    company.slack.clear_faults()
    assert kept(company) == ["Keep the pairing.", "Change the date."]
    start_again(company)
    assert kept(company) == ["Keep the pairing, always.", "Nobody heard this."]
    start_again(company)
    assert len(company.acts("round.answer")) == 3
    assert len(company.acts("round.edit")) == 1


def test_what_was_deleted_unheard_after_closing_reads_withdrawn(company: Company) -> None:
    lena, mira = company.person("Lena"), company.person("Mira")
    company.slack.wait(-200)
    said = reply(lena, open_round(company), "Keep the pairing.")
    assert "Keep the pairing." in close_round(company).text
    company.slack.fault("lose", method="event")
    lena.delete(said)
    company.slack.settle()
    company.slack.clear_faults()
    start_again(company)
    assert kept(company) == [None]
    mira.wait_for("withdrawn")


def test_what_is_written_after_the_date_is_late_though_nobody_has_closed_the_round(
    company: Company,
) -> None:
    question = open_round(company)
    with company.parts.store.engine.connect() as connection:
        closes_at = connection.scalars(select(Round.closes_at)).one()
    # Nobody sweeps: the bot that would have closed it was down.
    company.parts.clock.move_to(closes_at - timedelta(seconds=30))
    reply(company.person("Lena"), question, "In time.")
    company.slack.wait(60)
    company.parts.clock.move_to(closes_at - timedelta(seconds=1))
    reply(company.person("Tarik"), question, "A minute late.")
    with company.parts.store.engine.connect() as connection:
        late = select(RoundReply.words, RoundReply.late).order_by(RoundReply.ts)
        assert [tuple(row) for row in connection.execute(late)] == [
            ("In time.", False),
            ("A minute late.", True),
        ]
