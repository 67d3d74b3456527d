"""Words that Accord did not understand, and its own conversation."""

from __future__ import annotations

import pytest

from tests.scenes.conftest import Company
from tests.scenes.goals import agree


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


@pytest.mark.parametrize("typed", ["/accord contract", "/accord roles", "/goal tree"])
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
    lena.say("Hello!")
    lena.wait_for("Accord keeps goals")


def test_a_reference_is_understood_in_any_custom(company: Company) -> None:
    lena = company.person("Lena")
    agree(lena, company.person("Jonas"), company)
    for reference in ("G-1", "g-1", "G1", "g 1"):
        assert "First reply" in lena.command(f"/goal show {reference}").text
    assert "I can't show you" in lena.command("/goal show G-0").text
    assert "Which one?" in lena.command("/goal show").text


def test_the_global_shortcut_opens_a_new_goal(company: Company) -> None:
    lena = company.person("Lena")
    lena.shortcut("new_goal")
    assert lena.dialog.title == "New goal"
