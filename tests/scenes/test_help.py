"""Words that Accord did not understand, and its own conversation."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.running import operator_origin
from domain.people import HomeWorkspace
from storage.tables.base import Base
from storage.tables.outbox import Notice
from tests.scenes.conftest import Company
from tests.scenes.goals import agree
from tests.scenes.patience import PATIENCE_SECONDS
from tests.slack import POLL, Person
from usecases.workspace import settle_workspace


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("/goal shwo G-1", "/goal show G-12"),
        ("/goal histroy", "/goal history G-12"),
        ("/goal nwe", "/goal new"),
        ("/accord audti", "/accord audit G-12"),
        ("/goal frobnicate", "/goal help"),
    ],
)
def test_a_misspelt_word_gets_the_closest_one_with_an_example(
    company: Company, typed: str, suggested: str
) -> None:
    assert suggested in company.person("Lena").command(typed).text


@pytest.mark.parametrize("typed", ["/goal help", "/GOAL HELP".lower(), "/goal HELP"])
def test_help_lists_what_can_be_done(company: Company, typed: str) -> None:
    assert "/goal history G-12" in company.person("Lena").command(typed).text


@pytest.mark.parametrize("typed", ["/accord contract", "/accord exceptions", "/goal conflict"])
def test_what_is_not_built_yet_says_so(company: Company, typed: str) -> None:
    assert "not available yet" in company.person("Lena").command(typed).text


def test_every_command_works_behind_accord_too(company: Company) -> None:
    lena = company.person("Lena")
    assert "You have no goals yet" in lena.command("/accord goal").text
    lena.command("/accord goal new")
    assert lena.dialog.title == "New goal"


def test_plain_words_in_the_bots_own_conversation_are_commands(company: Company) -> None:
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company)
    lena.say("goal show g1")
    assert "Median hours to first reply" in lena.wait_for("Check in every").text
    lena.say("goal new")
    lena.wait_for("Ready when you are").press("New goal")
    assert lena.dialog.title == "New goal"
    lena.say("show me the money")
    assert "/accord help" in lena.wait_for("I don't know").text
    lena.say("<!channel> hello")
    assert "I don't know <!channel>" in lena.wait_for("<!channel>. For").text
    assert "I don't know R&D" in lena.command("/goal R&D").text
    lena.say("Hello!")
    lena.wait_for("Accord keeps goals")


def test_a_reference_is_understood_in_any_custom(company: Company) -> None:
    lena = company.person("Lena")
    agree(lena, company.person("Jonas"), company)
    for reference in ("G-1", "g-1", "G1", "g 1"):
        assert "First reply" in lena.command(f"/goal show {reference}").text
    assert "I can't show you" in lena.command("/goal show G-0").text
    assert "Which one?" in lena.command("/goal show").text
    assert "Did you mean /accord agreements?" in lena.command("/accord scope").text
    assert "Did you mean /accord access-review?" in lena.command("/accord reviews").text


def test_the_global_shortcut_opens_a_new_goal(company: Company) -> None:
    lena = company.person("Lena")
    lena.shortcut("new_goal")
    assert lena.dialog.title == "New goal"


@pytest.mark.parametrize("name", ["Ulla Unlisted", "Gerd Guest"])
def test_whoever_is_not_in_the_directory_hears_once_a_day_who_can_add_them(
    company: Company, name: str
) -> None:
    stranger = company.person(name)
    stranger.say("xyzzy please")
    assert "HR can add you to the directory" in stranger.wait_for("I don't know you yet").text
    stranger.say("xyzzy again")
    company.slack.settle()
    company.pass_days(0)
    assert told(stranger) == 1
    company.pass_days(1)
    stranger.say("xyzzy tomorrow")
    company.slack.settle()
    assert waits_for(lambda: told(stranger) == 2)
    assert "xyzzy" not in everything_stored(company)


def told(person: Person) -> int:
    return sum("I don't know you yet" in message.text for message in person.messages())


def waits_for(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < deadline:
        time.sleep(POLL)
    return true()


def everything_stored(company: Company) -> str:
    with company.parts.store.engine.connect() as connection:
        return "".join(
            str(connection.execute(select(table)).all()) for table in Base.metadata.sorted_tables
        )


def test_a_stranger_from_another_workspace_hears_nothing_in_the_bots_conversation(
    company: Company,
) -> None:
    ours = HomeWorkspace("T0SANDBOX", None, "U0BOT", "B0BOT")
    settle_workspace(company.parts.store, operator_origin(company.parts), ours)
    stella = company.person("Stella Stranger")
    stella.say("hello")
    company.slack.settle()
    company.pass_days(0)
    with company.parts.store.engine.connect() as connection:
        kinds = connection.scalars(select(Notice.kind)).all()
    assert kinds == []
    assert told(stella) == 0


def test_who_is_in_the_directory_gets_an_answer_and_no_such_words(company: Company) -> None:
    lena = company.person("Lena")
    lena.say("xyzzy please")
    assert "/accord help" in lena.wait_for("I don't know").text
    assert told(lena) == 0
    # So the look into every table would find the words of somebody whose words are kept.
    assert "xyzzy" in everything_stored(company)
