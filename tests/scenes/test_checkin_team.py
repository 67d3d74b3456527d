"""A manager with forty reports: one list of those who need them, and everybody on pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert

from bot.running import clock_origin
from domain.goals import Audience, GoalState, Rhythm, Side
from domain.people import Employment, Level, LineKind, PersonState
from storage import cover
from storage.tables.goals import Goal, GoalVersion
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


def test_a_manager_with_forty_reports_gets_one_list_of_seven_and_the_rest_as_a_number(
    company: Company,
) -> None:
    nora = company.person("Nora")
    company.move_to(WEDNESDAY)
    reports(company)
    company.move_to(WEDNESDAY + timedelta(hours=1))
    company.move_to(WEDNESDAY + timedelta(days=7, hours=1))
    company.move_to(MONDAY)
    listed = nora.wait_for("Your people this week")
    assert len([m for m in nora.messages() if "Your people" in m.text]) == 1
    for number in range(1, 8):
        assert f"Report {number:02} was asked on" in listed.text
    assert "Report 08" not in listed.text
    # Eight are silent, one has no goal; two are absent and one cannot be reached in Slack.
    assert "2 more need you. 28 fine." in listed.text
    assert "Not asked: Report 09, Report 10 and Report 11." in listed.text
    assert listed.buttons == ["See goals"] * 7
    assert "28 fine." in listed.notification

    first = nora.command("/checkin team")
    assert "Your people: 1 to 20 of 37" in first.text
    assert "Report 40 has no agreed goal" in first.text
    assert first.message is not None
    first.message.press("More")
    second = nora.wait_for("21 to 37 of 37")
    assert "Report 12" not in second.text
    assert "Report 39: nothing asked yet" in second.text
    assert "More" not in second.buttons

    first.message.press("New goal")
    assert nora.dialog.title == "New goal"
    assert "For whom" in nora.dialog.labels
