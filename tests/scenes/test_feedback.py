"""Feedback: given, asked for, read by whom the giver chose, taken back, kept from a message."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert

from domain.feedback import FeedbackKind, GiveFeedback
from domain.origin import Origin, Via
from storage.tables.people import Leave
from tests.company import person_id, slack_id
from tests.scenes.conftest import Company
from tests.scenes.patience import dialog_with
from tests.scenes.test_ended_rights import change
from tests.scenes.test_silence import MONDAY
from tests.slack import Message, Person
from usecases.feedback import give_feedback

SECRET = "You hold the room when it gets loud."


def give(giver: Person, about: str, **changes: str | None) -> None:
    giver.command(f"/feedback @{about}")
    giver.dialog.fill({"Feedback": SECRET, "Kind": "Support", **changes}).submit()


def test_the_message_says_only_that_feedback_is_there_and_read_opens_it(company: Company) -> None:
    jonas, lena = company.person("Jonas"), company.person("Lena")
    give(jonas, "Lena")
    assert "Sent. Read by you and Lena Novak." in jonas.dialog.text

    there = lena.wait_for("Jonas Brandt has feedback for you")
    assert "never counts in an evaluation" in there.text
    assert SECRET not in there.text + there.notification
    assert company.acts("read.feedback") == []
    there.press("Read")
    assert SECRET in lena.dialog.text
    assert company.acts("read.feedback") == company.acts("feedback.give")


def test_the_words_go_nowhere_but_into_the_dialogs(company: Company) -> None:
    jonas, lena = company.person("Jonas"), company.person("Lena")
    give(jonas, "Lena", Kind="Evaluation", **{"Visible to": "The person and their manager"})
    lena.wait_for("has feedback for you").press("Read")
    lena.dialog.close()
    assert SECRET not in lena.command("/feedback list").text
    for call in company.slack.log():
        assert SECRET not in str(call) or call["method"] in ("view_submission", "views.open")


def test_the_person_and_their_manager_read_it_and_nobody_else(company: Company) -> None:
    tarik, lena, jonas, omar = (company.person(n) for n in ("Tarik", "Lena", "Jonas", "Omar"))
    give(tarik, "Lena", **{"Visible to": "The person and their manager"})
    assert "Read by you and Jonas Brandt and Lena Novak." in tarik.dialog.text
    jonas.wait_for("Tarik Can has feedback about Lena Novak").press("Read")
    assert SECRET in jonas.dialog.text
    button = lena.wait_for("has feedback for you")
    assert "Lena Novak" not in omar.command("/feedback list").text
    opened = company.acts("read.feedback")
    button.press("Read", forge={"user": {"id": omar.id}})
    assert company.acts("read.feedback") == opened


def test_feedback_for_hr_is_read_by_hr_alone(company: Company) -> None:
    lena, tarik, ines = (company.person(n) for n in ("Lena", "Tarik", "Ines"))
    give(tarik, "Lena", **{"Visible to": "HR"})
    ines.wait_for("Tarik Can has feedback about Lena Novak").press("Read")
    assert SECRET in ines.dialog.text
    assert "There is no feedback yet" in lena.command("/feedback list").text


def test_feedback_for_oneself_alone_is_told_to_nobody(company: Company) -> None:
    lena, tarik = company.person("Lena"), company.person("Tarik")
    give(tarik, "Lena", **{"Visible to": "Only me"})
    assert "Read by you alone." in tarik.dialog.text
    tarik.dialog.close()
    assert "There is no feedback yet" in lena.command("/feedback list").text
    tarik.command("/feedback list").message.press("Read")
    assert SECRET in tarik.dialog.text
    assert not lena.sees("has feedback for you")


def test_who_is_asked_gives_feedback_by_a_button_and_the_question_says_so(company: Company) -> None:
    lena, omar = company.person("Lena"), company.person("Omar")
    assert "Omar Haddad is asked" in lena.command("/feedback ask @Omar").text
    assert "already" in lena.command("/feedback ask @Omar").text
    omar.wait_for("Lena Novak asks you for feedback").press("Give feedback")
    assert omar.dialog.value("About") == lena.id
    omar.dialog.fill({"Feedback": SECRET, "Kind": "Support"}).submit()
    omar.dialog.close()
    omar.wait_for("You gave Lena Novak feedback")
    lena.wait_for("Omar Haddad has feedback for you")


def test_words_typed_after_the_name_stand_in_the_dialog(company: Company) -> None:
    tarik = company.person("Tarik")
    tarik.command("/feedback @Lena well done & thanks")
    assert tarik.dialog.value("About") == company.person("Lena").id
    assert tarik.dialog.value("Feedback") == "well done & thanks"


def test_bad_input_gets_a_kind_answer(company: Company) -> None:
    lena = company.person("Lena")
    assert "somebody other than yourself" in lena.command("/feedback @Lena").text
    assert "I don't know this person" in lena.command("/feedback @ulla").text
    assert "/feedback ask @Lena" in lena.command("/feedback ask everybody").text
    for unlinked in ("@nobody at all", "ask @nobody"):
        assert "pick the name from the list" in lena.command(f"/feedback {unlinked}").text
    lena.command("/feedback")
    lena.dialog.submit()
    assert set(lena.dialog.errors) == {"About", "Feedback", "Kind"}
    long = {"About": "Clara", "Feedback": "שלום 🙂 " * 350, "Kind": "Support"}
    lena.dialog.fill({**long, "Visible to": "The person and their manager"}).submit()
    assert "Clara Stein has no manager here" in lena.dialog.errors["Visible to"]
    lena.dialog.fill({"Visible to": "The person"}).submit()
    assert "Sent." in lena.dialog.text


def test_what_nobody_has_read_can_be_undone_and_its_words_are_gone(company: Company) -> None:
    jonas, lena = company.person("Jonas"), company.person("Lena")
    give(jonas, "Lena")
    there = lena.wait_for("has feedback for you")
    jonas.dialog.press("Undo")
    dialog_with(jonas, "Taken back")
    lena.wait_for("Jonas Brandt took feedback back")
    assert "Read" not in there.again().buttons


def test_both_sides_see_who_has_looked(company: Company) -> None:
    jonas, lena = company.person("Jonas"), company.person("Lena")
    give(jonas, "Lena")
    jonas.dialog.close()
    jonas.command("/feedback list").message.press("Read")
    assert "Nobody has opened it yet." in jonas.dialog.text
    lena.wait_for("has feedback for you").press("Read")
    assert "Jonas Brandt can see it" in lena.dialog.text
    jonas.dialog.close()
    jonas.command("/feedback list").message.press("Read")
    assert "Opened by Lena Novak on " in jonas.dialog.text


def test_a_request_can_be_taken_back_and_its_message_says_so(company: Company) -> None:
    lena, omar = company.person("Lena"), company.person("Omar")
    asked = lena.command("/feedback ask @Omar").message
    waiting = omar.wait_for("Lena Novak asks you for feedback")
    assert "asks for feedback" in omar.command("/feedback list").text
    asked.press("Undo")
    lena.wait_for("Omar Haddad is no longer asked")
    assert omar.wait_for("Lena Novak no longer asks you for feedback").buttons == []
    assert "asks" not in omar.command("/feedback list").text
    # Whoever has the dialog open already may give it all the same.
    waiting.person.command("/feedback @Lena")
    omar.dialog.fill({"Feedback": SECRET, "Kind": "Support"}).submit()
    lena.wait_for("Omar Haddad has feedback for you")
    omar.wait_for("Lena Novak no longer asks you for feedback")
    assert "Omar Haddad is asked" in lena.command("/feedback ask @Omar").text


def test_what_was_answered_cannot_be_taken_back(company: Company) -> None:
    lena, omar = company.person("Lena"), company.person("Omar")
    asked = lena.command("/feedback ask @Omar").message
    omar.wait_for("asks you for feedback").press("Give feedback")
    omar.dialog.fill({"Feedback": SECRET, "Kind": "Support"}).submit()
    asked.press("Undo")
    lena.wait_for("answered, or taken back, already")


def test_of_who_has_left_nothing_is_asked_and_nothing_given_to_them(company: Company) -> None:
    lena, omar = company.person("Lena"), company.person("Omar")
    lena.command("/feedback ask @Omar")
    waiting = omar.wait_for("Lena Novak asks you for feedback")
    omar.command("/feedback @Lena")
    company.slack.steer("people", id=lena.id, deleted=True)
    company.slack.settle()
    omar.dialog.fill({"Feedback": SECRET, "Kind": "Support"}).submit()
    assert "I don't know this person" in omar.dialog.errors["About"]
    omar.dialog.close()
    waiting.press("Give feedback")
    omar.wait_for("Lena Novak is no longer here")
    assert "I don't know this person" in omar.command("/feedback ask @Lena").text
    assert company.acts("feedback.give") == []


def test_who_is_away_hears_of_it_on_their_return(company: Company) -> None:
    company.move_to(MONDAY)
    lena, omar = company.person("Lena"), company.person("Omar")
    today = MONDAY.date()
    change(
        company,
        insert(Leave).values(
            id=person_id("leave"),
            person_id=person_id("Omar Haddad"),
            first_day=today,
            day_after=today + timedelta(days=3),
        ),
    )
    # Nothing tells the asker that he is away.
    assert "You hear from me when it is there." in lena.command("/feedback ask @Omar").text
    give(lena, "Omar")
    company.pass_days(2)
    assert not omar.sees("Lena Novak")
    company.pass_days(1)
    omar.wait_for("Lena Novak asks you for feedback")
    omar.wait_for("Lena Novak has feedback for you")


def test_guests_give_and_get_feedback_only_as_contractors(company: Company) -> None:
    gustav, gerd, stella = (company.person(name) for name in ("gustav", "gerd", "stella"))
    give(gustav, "Lena")
    assert "Sent. Read by you and Lena Novak." in gustav.dialog.text
    give(company.person("Lena"), "gustav")
    gustav.wait_for("Lena Novak has feedback for you").press("Read")
    assert SECRET in gustav.dialog.text
    lena = company.person("Lena")
    lena.dialog.close()
    for stranger in (gerd, stella):
        assert "I don't know this person" in lena.command(f"/feedback @{stranger.name}").text
    assert "I don't know you yet" in gerd.command("/feedback @Lena").text


def test_what_was_read_cannot_be_undone(company: Company) -> None:
    jonas, lena = company.person("Jonas"), company.person("Lena")
    give(jonas, "Lena")
    lena.wait_for("has feedback for you").press("Read")
    jonas.dialog.press("Undo")
    dialog_with(jonas, "can't be undone any more").close(everything=True)
    lena.dialog.close()
    assert "Undo" not in jonas.command("/feedback list").message.buttons


def test_a_message_is_kept_as_a_link_and_its_author_and_subject_are_told(company: Company) -> None:
    lena, omar, tarik = company.person("Lena"), company.person("Omar"), company.person("Tarik")
    said = lena.say("Tarik saved the release on Friday night.", "C0RELEASE")
    omar.messages("C0RELEASE")[-1].shortcut("save_as_feedback")
    omar.dialog.fill({"About": "Tarik", "Kind": "Support"}).submit()
    assert "Saved." in omar.dialog.text
    told = lena.wait_for("Omar Haddad kept a message of yours as feedback for Tarik Can")
    assert "Open the message" in told.text
    tarik.wait_for("Omar Haddad kept a message as feedback for you").press("Read")
    assert "Open the message" in tarik.dialog.text
    assert "release on Friday" not in tarik.dialog.text
    assert said.ts.replace(".", "") in str(tarik.dialog.view)


def test_a_message_by_an_app_cannot_be_kept_as_feedback(company: Company) -> None:
    lena, omar = company.person("Lena"), company.person("Omar")
    lena.command("/feedback ask @Omar")
    omar.wait_for("asks you for feedback").shortcut("save_as_feedback")
    dialog_with(omar, "I don't know who wrote this message")


def test_a_message_that_the_bot_cannot_see_is_not_kept_and_it_says_what_helps(
    company: Company,
) -> None:
    lena, omar = company.person("Lena"), company.person("Omar")
    lena.say("Between us.", "C0CLOSED")
    omar.messages("C0CLOSED")[-1].shortcut("save_as_feedback")
    dialog_with(omar, "I can't see this message").close(everything=True)
    company.slack.steer("members", channel="C0CLOSED", add=["U0BOT"])
    omar.messages("C0CLOSED")[-1].shortcut("save_as_feedback")
    dialog_with(omar, "A link to the message is kept")
    lena.delete(lena.messages("C0CLOSED")[-1])
    omar.dialog.fill({"About": "Lena", "Kind": "Support"}).submit()
    assert "isn't there any more" in omar.dialog.text
    assert company.acts("feedback.save") == []


def give_many(company: Company, giver: str, about: str, count: int) -> None:
    """So many pieces of feedback, some of them at the same moment."""
    clock = company.parts.clock
    for number in range(count):
        origin = Origin(Via.ACTION, clock.business(), uuid4().hex, slack_user=slack_id(giver))
        kind = FeedbackKind.SUPPORT if number % 3 else FeedbackKind.EVALUATION
        given = GiveFeedback(about=slack_id(about), feedback=f"Thought {number}.", kind=kind)
        give_feedback(company.parts.store, origin, given, uuid4().hex)
        if number % 4 == 0:
            clock.move_to(clock.business() + timedelta(minutes=1))


def next_page(person: Person, shown: Message, button: str) -> Message:
    shown.press(button)
    return person.wait_for(lambda one: one.ts == shown.ts and one.text != shown.text)


def test_a_long_list_goes_on_page_by_page(company: Company) -> None:
    jonas, lena = company.person("Jonas"), company.person("Lena")
    give_many(company, "Jonas", "Lena", 23)
    give_many(company, "Lena", "Jonas", 2)
    shown = lena.command("/feedback list").message
    assert shown is not None
    assert "More given" not in shown.buttons
    seen = [reads_of(shown)[:10]]
    while "More received" in shown.buttons:
        shown = next_page(lena, shown, "More received")
        assert "Given" not in shown.text
        seen.append(reads_of(shown))
    assert [len(page) for page in seen] == [10, 10, 3]
    assert len({value for page in seen for value in page}) == 23
    mine = jonas.command("/feedback list").message
    assert mine is not None
    assert len(reads_of(next_page(jonas, mine, "More given"))) == 10


def reads_of(message: Message) -> list[str]:
    """What the buttons *Read* open, in order."""
    found = [block.get("accessory") or {} for block in message.blocks]
    return [one["value"] for one in found if one.get("action_id") == "feedback:read"]


def test_nobody_goes_on_in_the_list_of_somebody_else(company: Company) -> None:
    give_many(company, "Jonas", "Lena", 12)
    lena, omar = company.person("Lena"), company.person("Omar")
    shown = lena.command("/feedback list").message
    assert shown is not None
    shown.press("More received", forge={"user": {"id": omar.id}})
    assert reads_of(lena.command("/feedback list").message or shown) == reads_of(shown)
    assert lena.wait_for("I can't show you this feedback")
