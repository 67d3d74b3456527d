"""HR announces a phase: everybody gets it once, within their hours, and HR sees who has acted."""

from __future__ import annotations

from datetime import timedelta

from bot.running import operator_origin
from domain.verification import Verdict
from storage.verify import verify
from tests.company import slack_id
from tests.scenes.announcements import (
    CYCLE,
    TEXT,
    announce,
    announced,
    followed,
    go_to_morning,
    set_up_cycle,
    write_announcement,
)
from tests.scenes.conftest import Company
from tests.scenes.goals import agree, in_days
from tests.scenes.patience import dialog_with
from usecases.cover import set_leave

EVERYBODY = 11


def test_hr_announces_and_each_person_gets_it_once(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = write_announcement(company)
    assert "11 people get it" in ines.dialog.text
    assert "about a minute" in ines.dialog.text
    ines.dialog.submit()
    assert "on its way to 11 people" in ines.dialog.text
    company.pass_days(0)
    for name in ("Lena", "Tarik", "Mara", "Gustav"):
        message = announced(company.person(name))
        assert TEXT in message.text
        assert "Questions: Ines Duarte." in message.text
        assert message.buttons == ["Set my goals", "This isn't for me"]
    company.pass_days(0.05)
    company.slack.settle()
    lena = company.person("Lena")
    assert sum(TEXT in message.text for message in lena.messages()) == 1
    desk = followed(company, "Sent: 11 of 11")
    assert "Stop the rest" not in desk.buttons
    store = company.parts.store
    assert verify(store.engine, store.keyring).verdict is Verdict.INTACT


def test_a_text_for_each_language_and_a_test_for_oneself_first(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = company.person("Ines")
    ines.command("/cycle announce")
    ines.dialog.press("More detail")
    german = "Bitte vereinbart eure Ziele."
    ines.dialog.fill({"Message": TEXT, "Send at": "Now", "Message in German": german}).submit()
    assert german in ines.dialog.text
    ines.dialog.press("Send me a test")
    assert "The test is on its way" in ines.dialog.text
    trial = ines.wait_for(lambda message: "Test" in message.text and german in message.text)
    ines.wait_for(lambda message: "Test" in message.text and TEXT in message.text)
    trial.press("Betrifft mich nicht")
    ines.wait_for("This was a test")
    ines.dialog.submit()
    company.pass_days(0)
    assert german in announced(company.person("Emil")).text
    assert TEXT in announced(company.person("Lena")).text


def test_status_tells_who_has_acted_and_who_has_not(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = announce(company)
    lena, tarik = company.person("Lena"), company.person("Tarik")
    announced(lena).press("Set my goals")
    aim = {"Title": "Reply", "Metric": "Hours", "Target": "5", "Due date": in_days(company, 60)}
    lena.dialog.fill(aim).submit()
    mine = announced(tarik)
    mine.press("This isn't for me")
    assert tarik.wait_for("this isn't for you").buttons == ["It is for me"]
    company.pass_days(0)
    followed(company, "Sent: 11 of 11")
    status = ines.command("/cycle status").message
    assert "Acted: 1 · not yet: 9 · not asked: 0" in status.text
    assert "isn't for them: 1" in status.text
    status.press("Not yet (9)")
    assert "Emil Berg" in ines.dialog.text
    assert "reports to Jonas Brandt" in ines.dialog.text
    assert "Tarik" not in ines.dialog.text
    assert "Lena" not in ines.dialog.text
    ines.dialog.close()
    tarik.wait_for("this isn't for you").press("It is for me")
    assert TEXT in tarik.wait_for(TEXT).text
    assert "not yet: 10" in ines.command("/cycle status").text


def test_announcement_and_prompt_of_one_morning_are_one_message(company: Company) -> None:
    # A Monday, so that the check-in two weeks later is due on one too.
    monday = go_to_morning(company)
    while monday.isoweekday() != 1:
        monday = go_to_morning(company)
    lena, jonas = company.person("Lena"), company.person("Jonas")
    agree(lena, jonas, company, **{"Due date": in_days(company, 200)})
    company.move_to(monday + timedelta(days=11))
    set_up_cycle(company)
    announce(company, **{"Send at": "At start of day"})
    assert not lena.sees(TEXT)
    company.move_to(monday + timedelta(days=14))
    both = lena.wait_for(TEXT)
    assert "Check-in: one goal" in both.text
    assert both.buttons[:3] == ["Check in", "Nothing changed", "Snooze"]
    assert both.buttons[3:] == ["Set my goals", "This isn't for me"]
    company.pass_days(0)
    company.slack.settle()
    assert sum(TEXT in message.text for message in lena.messages()) == 1
    followed(company, "Sent: 11 of 11")
    both.press("This isn't for me")
    said = lena.wait_for("this isn't for you")
    assert said.ts == both.ts
    assert "Nothing changed" in said.buttons


def test_the_rest_can_be_stopped_and_what_was_sent_corrected(company: Company) -> None:
    # 9:40 in Berlin is 8:40 in Lisbon, where Lena's day has not begun.
    morning = go_to_morning(company, 9)
    company.move_to(morning + timedelta(minutes=40))
    set_up_cycle(company)
    ines = announce(company)
    first = announced(company.person("Mara"))
    lena = company.person("Lena")
    assert not lena.sees(TEXT)
    followed(company, "waiting: 1").press("Correct sent messages")
    ines.dialog.fill({"Message": "Please agree ONE goal."}).submit()
    assert "change one after another" in ines.dialog.text
    ines.dialog.close()
    company.pass_days(0)
    corrected = company.person("Mara").wait_for("ONE goal")
    assert corrected.ts == first.ts
    assert "Corrected" in corrected.text
    assert company.person("Mara").sees(TEXT) is False
    followed(company, "waiting: 1").press("Stop the rest")
    assert "Stopped (1)" in followed(company, "stopped: 1").buttons
    company.pass_days(1)
    company.slack.settle()
    assert not lena.sees("ONE goal")
    said = followed(company, "waiting: 0").text
    assert "Stopped" in said


def test_who_waits_gets_the_corrected_text(company: Company) -> None:
    morning = go_to_morning(company, 9)
    company.move_to(morning + timedelta(minutes=40))
    set_up_cycle(company)
    ines = announce(company)
    followed(company, "waiting: 1").press("Correct sent messages")
    ines.dialog.fill({"Message": "Please agree ONE goal."}).submit()
    company.move_to(morning + timedelta(hours=2))
    assert "ONE goal" in announced(company.person("Lena")).text


def test_who_is_away_gets_it_in_short_when_back_and_is_not_asked_meanwhile(
    company: Company,
) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    today = company.parts.clock.business().date()
    origin = operator_origin(company.parts)
    store = company.parts.store
    set_leave(store, origin, "lena@company.example", today, today + timedelta(days=9))
    announce(company)
    said = followed(company, "Sent: 10 of 11")
    assert "waiting: 0" in said.text
    assert "not yet: 10 · not asked: 1" in said.text
    lena = company.person("Lena")
    assert not lena.sees(CYCLE)
    company.move_to(go_to_morning(company) + timedelta(days=9))
    go_to_morning(company, 11)
    back = announced(lena)
    assert "Welcome back" in back.text
    assert TEXT not in back.text
    back.press("Read all")
    assert TEXT in lena.dialog.text


def test_a_units_own_rhythm_asks_for_the_unit_and_other_kinds_do_not(company: Company) -> None:
    go_to_morning(company)
    ines = company.person("Ines")
    ines.command("/cycle new")
    assert "Unit" not in ines.dialog.labels
    days = {"Starts": in_days(company, 1), "Ends": in_days(company, 60)}
    ines.dialog.fill({"Name": "Sales sprint", **days, "Kind": "A unit's own rhythm"})
    dialog_with(ines, "Unit").submit()
    assert ines.dialog.errors.keys() == {"Unit"}
    ines.dialog.fill({"Unit": "Company / Sales"}).submit()
    assert "Sales sprint" in ines.dialog.text
    assert "is set up" in ines.dialog.text


def test_whoever_is_left_out_gets_none_and_is_counted(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = company.person("Ines")
    ines.command("/cycle announce")
    ines.dialog.press("More detail")
    ines.dialog.fill({"Leave out": ["Contractors"], "Message": TEXT, "Send at": "Now"}).submit()
    assert "10 people get it" in ines.dialog.text
    assert "contractors: 1" in ines.dialog.text
    ines.dialog.press("Change")
    assert ines.dialog.value("Message") == TEXT
    ines.dialog.fill({"Audience": "Unit"})
    ines.dialog.fill({"Unit": "Company / Sales"}).submit()
    assert "2 people get it" in ines.dialog.text
    ines.dialog.submit()
    company.pass_days(0)
    announced(company.person("Nora"))
    followed(company, "Sent: 2 of 2")
    assert not company.person("Gustav").sees(TEXT)
    # The others of the phase, without those who have it.
    ines.command("/cycle announce")
    ines.dialog.fill({"Message": "Once more", "Send at": "Now"}).submit()
    assert "9 people get it" in ines.dialog.text
    assert "have it already: 2" in ines.dialog.text


def test_a_message_that_slack_refuses_is_told_with_its_reason(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    channel = slack_id("Tarik")
    company.slack.fault(
        "error_before", method="chat.postMessage", channel=channel, error="user_disabled", times=1
    )
    ines = announce(company)
    assert "failed: 1" in followed(company, "Sent: 10 of 11").text
    said = ines.command("/cycle status").text
    assert "the account is deactivated: 1" in said


def test_what_was_written_and_not_sent_is_there_again(company: Company) -> None:
    set_up_cycle(company)
    ines = write_announcement(company, Message="Half a thought \U0001f600 <!channel> *bold*")
    ines.dialog.close()
    ines.command("/cycle announce")
    assert ines.dialog.value("Message") == "Half a thought \U0001f600 <!channel> *bold*"
    assert "did not send" in ines.dialog.text


def test_sending_it_twice_sends_it_once(company: Company) -> None:
    go_to_morning(company)
    set_up_cycle(company)
    ines = write_announcement(company)
    view = ines.dialog.view
    ines.dialog.submit()
    ines.command("/cycle announce")
    assert "did not send" not in ines.dialog.text
    del view
    company.pass_days(0)
    followed(company, "Sent: 11 of 11")
    assert len(company.acts("announcement.send")) == 1


def test_what_cannot_be_stands_at_its_field(company: Company) -> None:
    ines = company.person("Ines")
    assert "set up a cycle first" in ines.command("/cycle announce").text
    ines.command("/cycle new")
    wrong = {"Name": "x", "Starts": in_days(company, 10), "Ends": in_days(company, 5)}
    ines.dialog.fill(wrong).submit()
    assert "after the first day" in ines.dialog.errors["Ends"]
    proposed = ines.dialog.value("Phases")
    ines.dialog.fill({"Ends": "9999-12-31"}).submit()
    assert "three years at most" in ines.dialog.errors["Ends"]
    assert ines.dialog.value("Phases") == proposed != ""
    ines.dialog.fill({"Starts": "9999-12-01"}).submit()
    assert "more than three years away" in ines.dialog.errors["Starts"]
    ines.dialog.fill({"Starts": in_days(company, 10)})
    ines.dialog.fill({"Ends": in_days(company, 90), "Phases": "Kick-off tomorrow"}).submit()
    assert "Line 1" in ines.dialog.errors["Phases"]
    outside = f"Set goals, kick-off: {in_days(company, 1)} to {in_days(company, 20)}"
    ines.dialog.fill({"Phases": outside}).submit()
    assert "outside of the cycle" in ines.dialog.errors["Phases"]
    named = f"Set goals, kick-off: {in_days(company, 10)} to {in_days(company, 20)}"
    ines.dialog.fill({"Phases": named}).submit()
    assert "is set up" in ines.dialog.text
    ines.dialog.close()
    ines.command("/cycle new")
    ines.dialog.fill({**wrong, "Ends": in_days(company, 90)}).submit()
    assert "already" in ines.dialog.errors["Name"]
    ines.dialog.close()
    assert "kick-off" in ines.command("/cycle list").text
    ines.command("/cycle announce")
    ines.dialog.fill({"Audience": "Region", "Send at": "At a time"})
    ines.dialog.fill({"Message": "Go"}).submit()
    assert {"Region", "Time"} <= set(ines.dialog.errors)
    assert "Who works there" in ines.dialog.text
    assert "In your own time zone" in ines.dialog.text
    ines.dialog.fill({"Audience": "Everyone", "Send at": "Now"})
    ines.dialog.fill({"Message": "   "}).submit()
    assert "write something" in ines.dialog.errors["Message"]


def test_others_are_told_who_can(company: Company) -> None:
    lena = company.person("Lena")
    for words in ("/cycle new", "/cycle announce", "/cycle status"):
        assert "Only HR can do this. Please ask Ines Duarte." in lena.command(words).text
    assert (
        "There is no cycle right now. HR sets them up: Ines Duarte." in lena.command("/cycle").text
    )
    set_up_cycle(company)
    mine = lena.command("/cycle").message
    assert "Set goals" in mine.text
    assert mine.buttons == ["Set my goals"]
    assert "Did you mean /cycle list" in lena.command("/cycle lst").text
