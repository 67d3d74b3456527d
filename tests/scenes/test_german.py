"""Everybody reads their own language: Emil German, his manager English, about the same goal."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, update

from messages.help import EXAMPLES
from messages.verbs import VERBS
from storage.tables.people import Person as PersonRow
from tests.company import person_id, slack_id
from tests.scenes.checkins import ASKED, WEDNESDAY, reply_under
from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.scenes.patience import PATIENCE_SECONDS, answer_with
from tests.scenes.test_ended_rights import change
from tests.slack import POLL, Person


def propose_in_german(emil: Person, company: Company) -> None:
    emil.command("/goal new")
    assert emil.dialog.title == "Neues Ziel"
    assert emil.dialog.labels == ["Titel", "Messgröße", "Zielwert", "Fällig am"]
    emil.dialog.fill(
        {
            "Titel": "Schneller antworten",
            "Messgröße": "Stunden bis zur Antwort",
            "Zielwert": "7,5 h",
            "Fällig am": in_days(company, 120),
        }
    ).submit()
    assert not emil.has_dialog, emil.dialog.errors


def test_two_people_agree_on_a_goal_each_in_their_own_language(company: Company) -> None:
    emil, jonas = company.person("Emil"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    propose_in_german(emil, company)
    own = emil.wait_for("Du hast G-1 vorgeschlagen")
    assert "7,5 h bis zum 24. Juni (G-1)" in own.text
    assert "Jonas Brandt soll bis Montag antworten; danach wird Omar Haddad gefragt." in own.text
    asked = jonas.wait_for("Emil Berg proposes a goal")
    assert "7.5 h by 24 June (G-1)" in asked.text
    asked.press("Counter")
    jonas.dialog.fill({"Target": "8.5", "Reason": "Not this quarter."}).submit()

    question = emil.wait_for("Jonas Brandt schlägt eine Änderung an G-1 vor")
    assert "Zielwert: 7,5 h → 8,5 h" in question.text
    assert question.buttons[:3] == ["Annehmen", "Gegenvorschlag", "Ablehnen"]
    question.press("Gegenvorschlag")
    emil.dialog.fill({"Zielwert": "viel", "Grund": "Zu leicht."}).submit()
    assert emil.dialog.errors["Zielwert"] == "Bitte schreib eine Zahl, zum Beispiel 7,5."
    emil.dialog.close()
    question.press("Annehmen")
    emil.wait_for("Du hast G-1 am 24. Februar, 10:00 (Berlin) angenommen")
    jonas.wait_for("Emil Berg accepted G-1 on 24 February, 10:00 (Berlin)")

    emil.command("/goal history G-1")
    assert emil.dialog.title == "Verlauf von G-1"
    assert "Jonas Brandt hat eine Änderung vorgeschlagen" in emil.dialog.text
    emil.dialog.press("Protokoll")
    assert "Zielwert: 7,5 → 8,5" in emil.dialog.text
    assert "Richtung" not in emil.dialog.text
    home = emil.home().text
    assert "Meine Ziele" in home
    assert "8,5 h bis zum 24. Juni · noch kein Wert · Aktiv" in home


def test_a_german_check_in_takes_german_numbers_and_the_manager_reads_english_ones(
    company: Company,
) -> None:
    emil, jonas = company.person("Emil"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    propose_in_german(emil, company)
    jonas.wait_for("Emil Berg proposes a goal").press("Accept")
    emil.wait_for("angenommen")
    company.move_to(ASKED)
    prompt = emil.wait_for("Check-in: ein Ziel, weniger als eine Minute")
    assert prompt.buttons == ["Check-in", "Unverändert", "Später"]
    assert "Warum jetzt: alle zwei Wochen, wie vereinbart." in prompt.text
    assert "lesen Jonas Brandt, deine HR-Ansprechperson und alle" in prompt.text
    emil.say("7,1 Stunden", prompt.channel, thread_ts=prompt.ts)
    assert "Nichts wurde gespeichert" in reply_under(prompt, "Einheit").text
    emil.say("7,1", prompt.channel, thread_ts=prompt.ts)
    assert "Gespeichert." in reply_under(prompt, "7,1 h").text
    told = jonas.wait_for("Emil Berg checked in")
    assert "7.1 h" in told.text
    emil.command("/checkin G-1")
    emil.dialog.fill({"Hindernisse": "Zu wenig Zeit", "Zuversicht": "2"}).submit()
    assert "Jonas Brandt kann lesen" in emil.dialog.text


TYPED = {
    "/goal shwo G-1": "Ich kenne shwo nicht. Meinst du /goal show G-12?",
    "/goal frob": "Zum Beispiel: /goal new. /goal help zeigt alles.",
    "/goal zeigen": "Was genau? Zum Beispiel: /goal show G-12.",
    "/goal show G-99": "Ich kann dir G-99 nicht zeigen.",
    "/goal show": "Was genau? Zum Beispiel: /goal show G-12.",
    "/goal help": "ein Ziel vorschlagen",
    "/goal conflict": "/goal conflict gibt es noch nicht.",
    "/accord frob": "Ich kenne frob nicht.",
    "/checkin snooze 9999999d": "Ein Check-in lässt sich um 1 bis 14 Tage verschieben.",
    "/checkin snooze 2 Wochen": "Nichts ist fällig",
    "/checkin": "Nichts ist fällig",
    "/checkin team": "Du führst niemanden",
    "/feedback list": "Es gibt noch keine Rückmeldung",
    "/feedback round": "Das kann nur die Moderation. Bitte wende dich an sie: Mira Sato.",
}


def test_whatever_is_typed_the_answer_is_german(company: Company) -> None:
    emil = company.person("Emil")
    answers = {typed: emil.command(typed, "C0RELEASE").text for typed in TYPED}
    assert {typed: told for typed, told in answers.items() if TYPED[typed] not in told} == {}


def test_plain_german_words_are_understood_where_people_greet(company: Company) -> None:
    emil = company.person("Emil")
    emil.say("Hallo!")
    emil.wait_for("Accord bewahrt Ziele")
    emil.say("neues Ziel")
    emil.wait_for("Bereit, wenn du es bist").press("Neues Ziel")
    assert emil.dialog.title == "Neues Ziel"


def _wait_for_accounts(company: Company) -> None:
    """A bot that starts reads all accounts once, which must not come after what a scene changes."""
    asked = select(PersonRow.slack_locale).where(PersonRow.id == person_id("Tarik Can"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with company.parts.store.engine.connect() as connection:
            if connection.scalar(asked) is not None:
                return
        time.sleep(POLL)
    raise AssertionError("the accounts were not read")


def test_without_a_language_in_the_directory_that_of_slack_holds(company: Company) -> None:
    tarik = company.person("Tarik")
    change(
        company,
        update(PersonRow).where(PersonRow.id == person_id("Tarik Can")).values(locale=""),
    )
    _wait_for_accounts(company)
    company.slack.steer("people", id=slack_id("Tarik"), locale="de-DE")
    company.slack.settle()
    # Slack has its answer before the bot has read what the event says.
    answer_with(tarik, "/goal", "Du hast noch keine Ziele")
    # A change of the account that says nothing of the language leaves it as it is.
    company.slack.steer("people", id=slack_id("Tarik"), locale="klingon")
    company.slack.settle()
    assert "Du hast noch keine Ziele" in tarik.command("/goal").text
    # What the directory says comes first.
    change(
        company,
        update(PersonRow).where(PersonRow.id == person_id("Tarik Can")).values(locale="en-GB"),
    )
    assert "You have no goals yet" in tarik.command("/goal").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/goal hilfe", "/goal neu"),
        ("/goal liste", "Du hast noch keine Ziele"),
        ("/goal zeige", "/goal show G-12"),
        ("/goal verlauf G-99", "G-99"),
        ("/feedback liste", "noch keine Rückmeldung"),
        ("/feedback hilfe", "/feedback bitte @Lena"),
        ("/checkin hilfe", "/checkin später 3d"),
        ("/checkin später 3 Tage", "Nichts ist fällig"),
        ("/cycle liste", "Zyklus"),
        ("/cycle hilfe", "/cycle ankündigen"),
        ("/accord hilfe", "/accord ziel neu"),
        ("/accord ziel liste", "Du hast noch keine Ziele"),
        ("/goal vrlauf", "/goal verlauf G-12"),
        ("/goal KONFLIKT", "nicht"),
    ],
)
def test_german_words_are_understood_behind_every_command(
    company: Company, typed: str, said: str
) -> None:
    answer = company.person("Emil").command(typed).text
    assert said in answer
    assert "kenne ich nicht" not in answer or "vrlauf" in typed


def test_german_words_open_dialogs_and_are_understood_from_whoever_types_them(
    company: Company,
) -> None:
    emil, lena = company.person("Emil"), company.person("Lena")
    emil.command("/goal neu")
    assert emil.dialog.title == "Neues Ziel"
    emil.dialog.close()
    lena.command("/goal neu")
    assert lena.dialog.title == "New goal"
    lena.dialog.close()
    assert "In your language" not in lena.command("/goal help").text
    emil.say("ziel hilfe")
    emil.wait_for("/goal neu")


def test_every_word_has_a_german_one_that_means_nothing_else() -> None:
    for command, examples in EXAMPLES.items():
        german = VERBS["de"][command]
        assert set(examples) - {"G-12"} <= set(german), command
        words = [word for others in german.values() for word in others]
        assert len(words) == len(set(words)), command
        assert not set(words) & set(german), command
        assert all(word == word.casefold() and " " not in word for word in words)
