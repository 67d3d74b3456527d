"""What people do in a round of feedback, in the words of the screens."""

from __future__ import annotations

import time

from storage import outbox
from storage.outbox import MessageRef
from tests.scenes.conftest import Company
from tests.scenes.goals import in_days
from tests.scenes.patience import PATIENCE_SECONDS
from tests.slack import POLL, Message, Person, Refused

CHANNEL = "C0RELEASE"
TOPIC = "Release week"
LOOKS = 5
QUESTION = "what should we keep, what change?"


def open_round(company: Company, *, anonymous: bool = True, channel: str = CHANNEL) -> Message:
    """Mira asks; returns the question as Lena sees it."""
    mira = company.person("Mira")
    mira.command(f"/feedback round {TOPIC}", channel)
    assert "You ask #" in mira.dialog.text
    mira.dialog.fill({"Question": QUESTION, "Closes on": in_days(company, 7)})
    if anonymous:
        mira.dialog.fill({"Anonymous": ["People may also answer anonymously"]})
    mira.dialog.submit()
    assert "Your question is put to" in mira.dialog.text, mira.dialog.text
    mira.dialog.close()
    mira.wait_for("Your round is open")
    question = company.person("Lena").wait_for(f"{TOPIC}: {QUESTION}", channel)
    known(company, question)
    return question


def known(company: Company, question: Message) -> None:
    """A reply within the same few milliseconds is found at closing; here it is to be heard."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with company.parts.store.engine.connect() as connection:
            if outbox.post_at(connection, MessageRef(question.channel, question.ts)):
                return
        time.sleep(POLL)


def reply(person: Person, question: Message, words: str) -> Message:
    said = person.say(words, question.channel, thread_ts=question.ts)
    person.slack.settle()
    return said


def answer(person: Person, question: Message, way: str, words: str) -> str:
    """Answer in a dialog; returns what the dialog says then."""
    person.wait_for(TOPIC, question.channel).press(way)
    person.dialog.fill({"Answer": words}).submit()
    said = person.dialog.text
    person.dialog.close()
    return said


def close_round(company: Company) -> Message:
    """Mira closes it by hand; returns the results as she sees them."""
    mira = company.person("Mira")
    _press_as_it_stands(mira, "Your round is open", "Close round")
    company.pass_days(0)
    return mira.wait_for("What your round brought")


def _press_as_it_stands(person: Person, words: str, button: str) -> None:
    """Each answer changes the message; where it did so between look and press, look again."""
    for _ in range(LOOKS):
        try:
            person.wait_for(words).press(button)
        except Refused:
            continue
        return
    person.wait_for(words).press(button)


def thread_with(question: Message, words: str) -> Message:
    """The reply under the question that holds these words, once it is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for one in question.replies:
            if words in one.text:
                return one
        time.sleep(POLL)
    message = f"nobody wrote {words!r} in the thread"
    raise AssertionError(message)
