"""How a check-in comes about, in the words of the screens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert, update

from bot.running import clock_origin
from domain.goal_commands import AcceptGoal, ProposeGoal
from domain.measures import Measure
from domain.origin import Origin, Via
from domain.people import LineKind
from storage.tables.people import ReportingLine
from tests.company import person_id, slack_id
from tests.scenes.conftest import Company
from tests.scenes.goals import agree
from tests.slack import Message, Person
from usecases.negotiation import accept_goal, propose_goal

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
    return lena, jonas, lena.wait_for("Check-in: one goal")


def agree_many(company: Company, count: int) -> None:
    """Lena and Jonas agree on so many further goals, without pressing through each of them."""
    lena, jonas = (
        Origin(Via.ACTION, company.parts.clock.business(), "setting-up", slack_id(name))
        for name in ("Lena", "Jonas")
    )
    for number in range(count):
        command = ProposeGoal(
            title=f"Goal number {number + 1}",
            metric="Pieces",
            target=Measure(value=10, text="10"),
            due_date=date(2027, 6, 30),
        )
        goal = propose_goal(company.parts.store, lena, command, f"many-{number:012}")
        accept_goal(company.parts.store, jonas, AcceptGoal(goal=goal, version=1))


def no_manager(company: Company, name: str) -> None:
    """From today on the person reports to nobody."""
    today = company.parts.clock.business().date()
    with company.parts.store.write(clock_origin(company.parts)) as work:
        work.connection.execute(
            update(ReportingLine)
            .where(ReportingLine.person_id == person_id(name), ReportingLine.valid_to.is_(None))
            .values(valid_to=today)
        )


def new_manager(company: Company, name: str, manager: str) -> None:
    """From today on the person reports to somebody else."""
    today = company.parts.clock.business().date()
    no_manager(company, name)
    with company.parts.store.write(clock_origin(company.parts)) as work:
        work.connection.execute(
            insert(ReportingLine).values(
                id=uuid4(),
                person_id=person_id(name),
                manager_id=person_id(manager),
                kind=LineKind.PRIMARY,
                valid_from=today,
                source="test",
            )
        )


def reply_under(message: Message, words: str) -> Message:
    """The app's answer in the thread of a message, once it is there."""

    def answered(_: Message) -> bool:
        return any(words in reply.text for reply in message.replies)

    message.person.wait_for(answered)
    return next(reply for reply in message.replies if words in reply.text)
