"""How a check-in comes about, in the words of the screens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.scenes.conftest import Company
from tests.scenes.goals import agree
from tests.slack import Message, Person

# Wednesday, 10:00 in Berlin, 9:00 in Lisbon; nobody is asked about a goal on its first day.
WEDNESDAY = datetime(2027, 2, 24, 9, tzinfo=UTC)
# Biweekly is the rhythm of an individual contributor: the next question, at 9:30 in Lisbon.
ASKED = datetime(2027, 3, 10, 9, 30, tzinfo=UTC)


def begin(company: Company) -> tuple[Person, Person]:
    """Lena and Jonas have agreed on G-1, and two weeks have passed."""
    lena, jonas = company.person("Lena"), company.person("Jonas")
    company.move_to(WEDNESDAY)
    agree(lena, jonas, company)
    company.move_to(WEDNESDAY + timedelta(hours=1))
    return lena, jonas


def asked(company: Company) -> tuple[Person, Person, Message]:
    lena, jonas = begin(company)
    company.move_to(ASKED)
    return lena, jonas, lena.wait_for("Check-in: 1 goal")


def reply_under(message: Message, words: str) -> Message:
    """The app's answer in the thread of a message, once it is there."""

    def answered(_: Message) -> bool:
        return any(words in reply.text for reply in message.replies)

    message.person.wait_for(answered)
    return next(reply for reply in message.replies if words in reply.text)
