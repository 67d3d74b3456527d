"""A team of forty, eight of whom are asked every week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from bot.running import clock_origin
from domain.goals import Audience, GoalState, Rhythm, Side
from domain.notices import NoticeKind
from domain.people import Employment, Level, LineKind, PersonState
from storage import cover
from storage.tables.goals import Goal, GoalVersion
from storage.tables.outbox import Post
from storage.tables.people import Person, ReportingLine
from tests.company import LONG_AGO, person_id
from tests.scenes.checkins import WEDNESDAY
from tests.scenes.conftest import Company

# The first Monday on which those who are asked every week have been silent for days.
MONDAY = datetime(2027, 3, 8, 8, 30, tzinfo=WEDNESDAY.tzinfo)
SILENT, ABSENT, WITHOUT_SLACK, WITHOUT_GOAL, ALL = 8, 2, 1, 1, 40


def reports(company: Company) -> list[UUID]:
    """Forty people who report to Nora: all have a goal but one, eight are asked every week."""
    people = [uuid4() for _ in range(ALL)]
    with company.parts.store.write(clock_origin(company.parts)) as work:
        connection = work.connection
        connection.execute(
            insert(Person), [_person(number, person) for number, person in enumerate(people)]
        )
        lines = [
            {
                "id": uuid4(),
                "person_id": person,
                "manager_id": person_id("Nora Sand"),
                "kind": LineKind.PRIMARY,
                "valid_from": LONG_AGO,
                "source": "test",
            }
            for person in people
        ]
        connection.execute(insert(ReportingLine), lines)
        goals = [(uuid4(), number, person) for number, person in enumerate(people)][:-WITHOUT_GOAL]
        connection.execute(insert(Goal), [_goal(*one) for one in goals])
        versions = [_version(goal, number, person) for goal, number, person in goals]
        connection.execute(insert(GoalVersion), versions)
        for person in people[SILENT : SILENT + ABSENT]:
            cover.add_leave(connection, person, date(2027, 3, 1), date(2027, 4, 1))
    return people


def silence(company: Company) -> None:
    """Eight are asked and don't answer until the Monday; the Monday before has its list, too."""
    company.move_to(WEDNESDAY + timedelta(hours=1))
    company.move_to(MONDAY - timedelta(days=7))
    company.person("Nora").wait_for("36 others are fine.")
    company.move_to(WEDNESDAY + timedelta(days=7, hours=1))
    _questions_arrive(company)
    company.move_to(MONDAY)


def _questions_arrive(company: Company) -> None:
    """The pretend Slack doesn't know the forty; for Accord, their questions are there."""
    with company.parts.store.write_alone() as connection:
        unseen = Post.kind == NoticeKind.CHECK_IN_PROMPT, Post.ts.is_(None)
        for number, post in enumerate(connection.scalars(select(Post.id).where(*unseen)).all()):
            shown = {"channel": f"D0REPORT{number}", "ts": f"{number}.1"}
            connection.execute(update(Post).where(Post.id == post).values(**shown))


def _person(number: int, person: UUID) -> dict[str, object]:
    named = f"Report {number + 1:02}"
    last = SILENT + ABSENT + WITHOUT_SLACK - 1
    return {
        "id": person,
        "email": f"report{number}@company.example",
        "name": named,
        "name_folded": named.casefold(),
        "slack_user": None if number == last else f"U0REPORT{number}",
        "state": PersonState.ACTIVE,
        "level": Level.INDIVIDUAL,
        "employment": Employment.REGULAR,
        "fte_percent": 100,
        "working_days": "12345",
        "day_start": time(9),
        "timezone": "Europe/Berlin",
        "locale": "en-GB",
    }


def _goal(goal: UUID, number: int, person: UUID) -> dict[str, object]:
    return {
        "id": goal,
        "number": number + 1,
        "owner_id": person,
        "proposer_id": person,
        "state": GoalState.ACTIVE,
        "revision": 1,
        "version": 1,
        "agreed_version": 1,
        "audience": Audience.LINE,
        "title_visible": False,
        "counters": 0,
        "title_folded": "goal",
    }


def _version(goal: UUID, number: int, person: UUID) -> dict[str, object]:
    return {
        "goal_id": goal,
        "number": 1,
        "author_id": person,
        "side": Side.OWNER,
        "at": WEDNESDAY,
        "policy": 0,
        "title": "Goal",
        "metric": "Hours",
        "target": 1.0,
        "target_text": "1",
        "due_date": date(2027, 12, 31),
        "template": Level.INDIVIDUAL,
        "check_in_every": Rhythm.WEEKLY if number < SILENT else Rhythm.QUARTERLY,
    }
