"""Where a round can be asked, and whom it asks: the members of its channel."""

from __future__ import annotations

from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.scenes.rounds import CHANNEL, QUESTION, TOPIC, answer, open_round
from tests.slack import Message, Person

SMALL = "C0SMALL"


def told(person: Person, question: Message, way: str) -> str:
    """What somebody hears, for themselves alone, who presses a way to answer."""
    question = person.wait_for(QUESTION, question.channel)
    question.press(way)
    return person.wait_for(lambda message: message.ephemeral, question.channel).text


def test_who_is_not_in_the_channel_is_not_asked_and_can_join(company: Company) -> None:
    nora = company.person("Nora")
    question = open_round(company, anonymous=False, channel=SMALL)
    assert "please join its channel" in told(nora, question, "Answer privately")
    assert not nora.has_dialog
    company.slack.steer("members", channel=SMALL, add=[nora.id])
    assert "after closing" in answer(nora, question, "Answer privately", "I joined.")


def test_a_dialog_does_not_help_who_is_not_in_the_channel(company: Company) -> None:
    lena, nora = company.person("Lena"), company.person("Nora")
    question = open_round(company, anonymous=False, channel=SMALL)
    question.press("Answer privately")
    lena.dialog.fill({"Answer": "From outside"})
    lena.dialog.submit(forge={"user": {"id": nora.id}})
    assert "please join its channel" in lena.dialog.text
    assert company.acts("round.answer") == []


def test_a_facilitator_asks_only_where_they_are_a_member(company: Company) -> None:
    mira = company.person("Mira")
    mira.command("/feedback round", CHANNEL)
    filled = {"Topic": TOPIC, "Question": QUESTION, "Closes on": in_days(company, 7)}
    mira.dialog.fill(filled)
    company.slack.steer("members", channel=CHANNEL, remove=[mira.id])
    mira.dialog.submit()
    assert "You aren't a member of this channel" in mira.dialog.text
    assert company.acts("round.open") == []


def test_without_the_bot_or_a_channel_it_says_what_to_do(company: Company) -> None:
    mira = company.person("Mira")
    assert "/invite @Accord" in mira.command("/feedback round", "C0GENERAL").text
    assert "/invite @Accord" in mira.command("/feedback round", "C0CLOSED").text
    assert "A round needs a channel" in mira.command("/feedback round").text
    company.slack.steer("members", channel=SMALL, archive=True)
    assert "This channel is archived" in mira.command("/feedback round", SMALL).text


def test_names_in_the_topic_are_names_and_mention_nobody(company: Company) -> None:
    mira = company.person("Mira")
    mira.command("/feedback round thanks to @Lena & <!channel>", CHANNEL)
    assert mira.dialog.value("Topic") == "thanks to @Lena Novak & <!channel>"
