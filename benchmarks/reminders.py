"""Everybody has one agreed goal that they are asked about: who is due, and by whom they are asked.

Made up is an organisation with one active goal each, on a working afternoon. `settle` puts all back
to where some are due and nobody was asked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, update

from benchmarks.organisation import (
    NEXT_KIND,
    Organisation,
    fill_directory,
    learn,
    manager_of,
    open_for_filling,
    person,
)
from benchmarks.sql import chosen, fill, made_up_id, numbers
from domain.goals import Audience, Capacity, Direction, GoalState, Rhythm, Side, StepKind
from domain.people import Level
from storage.database import for_writing
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, DigestCadence
from storage.tables.goals import Goal, GoalStep, GoalVersion
from storage.tables.outbox import Delivery, Notice, Post
from storage.tables.people import Person

NOW = datetime(2027, 3, 3, 16, 45, tzinfo=UTC)
"""A Wednesday in Lisbon, where all are, a quarter of an hour before their day ends: however far the
questions of so many are spread over the day, everybody's time has come."""
TODAY = NOW.date()
AGREED = timedelta(days=14)
"""So long ago those were agreed that are due: they are asked about every other week."""
GOAL = NEXT_KIND


def fill_reminders(engine: Engine, people: int) -> None:
    """An organisation of that many people, with one agreed goal each and no cadence yet."""
    with open_for_filling(engine) as connection:
        for part in (fill_directory, _fill_goals, _fill_versions, _fill_steps):
            part(connection, Organisation(people, NOW))
            connection.commit()
        connection.execute(update(Person).values(timezone="Europe/Lisbon", region="PT"))
        connection.commit()
    learn(engine)


def settle(engine: Engine, people: int, one_in: int) -> None:
    """Everybody has a cadence, one in so many is due, and nobody was asked."""
    with for_writing(engine).begin() as connection:
        forget_asked(connection)
        connection.execute(delete(Cadence))
        connection.execute(delete(DigestCadence))
        _fill_cadences(connection, people, one_in)
        connection.execute(update(Goal).values(planned=True))
    learn(engine)


def forget_asked(connection: Connection) -> None:
    """Nobody was asked, nothing waits to be sent."""
    for table in (CheckInAsked, CheckInPrompt, Notice, Delivery, Post):
        connection.execute(delete(table))


def newly_agreed(engine: Engine) -> None:
    """Every goal has just been agreed; nobody's questions are planned, and nobody is due."""
    with for_writing(engine).begin() as connection:
        forget_asked(connection)
        connection.execute(delete(Cadence))
        connection.execute(delete(DigestCadence))
        connection.execute(update(Goal).values(planned=False))
    learn(engine)


def _fill_goals(connection: Connection, organisation: Organisation) -> None:
    i = (each := numbers(organisation.people)).c.i
    fill(
        connection,
        Goal,
        each,
        id=made_up_id(GOAL, i),
        number=i,
        owner_id=person(i),
        proposer_id=person(i),
        state=GoalState.ACTIVE,
        revision=2,
        version=1,
        agreed_version=1,
        audience=Audience.LINE,
        title_visible=True,
        counterpart_id=chosen(person(i).type, (i == 1, person(i + 1)), person(manager_of(i))),
        capacity=Capacity.MANAGER,
        counters=0,
        title_folded="first reply within half a day",
    )


def _fill_versions(connection: Connection, organisation: Organisation) -> None:
    i = (each := numbers(organisation.people)).c.i
    measure: dict[str, Any] = {
        "title": "First reply within half a day",
        "metric": "Median first reply",
        "measure_unit": "h",
        "direction": Direction.DECREASE,
        "baseline": 9.0,
        "baseline_text": "9",
        "target": 5.0,
        "target_text": "5",
    }
    fill(
        connection,
        GoalVersion,
        each,
        goal_id=made_up_id(GOAL, i),
        number=1,
        author_id=person(i),
        side=Side.OWNER,
        at=NOW,
        policy=1,
        due_date=TODAY + timedelta(days=90),
        check_in_every=Rhythm.BIWEEKLY,
        template=Level.INDIVIDUAL,
        **measure,
    )


def _fill_steps(connection: Connection, organisation: Organisation) -> None:
    i = (each := numbers(organisation.people)).c.i
    for number, kind, actor in (
        (1, StepKind.PROPOSED, person(i)),
        (2, StepKind.ACCEPTED, person(manager_of(i) if organisation.people > 1 else i)),
    ):
        fill(
            connection,
            GoalStep,
            each,
            None if kind is StepKind.PROPOSED else i > 1,
            goal_id=made_up_id(GOAL, i),
            number=number,
            kind=kind,
            actor_id=actor,
            at=NOW,
            version=1,
        )


def _fill_cadences(connection: Connection, people: int, one_in: int) -> None:
    i = (each := numbers(people)).c.i
    due = i % one_in == 0
    kinds = Cadence.__table__.c
    fill(
        connection,
        Cadence,
        each,
        goal_id=made_up_id(GOAL, i),
        owner_id=person(i),
        version=1,
        rhythm=Rhythm.BIWEEKLY,
        anchor=TODAY - AGREED,
        last=TODAY + timedelta(days=90),
        handled=chosen(kinds.handled.type, (due, TODAY - AGREED), TODAY),
        next_local=chosen(kinds.next_local.type, (due, TODAY), TODAY + AGREED),
        look_at=chosen(kinds.look_at.type, (due, NOW), NOW + timedelta(days=1)),
    )
    # Their lists have been made this week.
    managers = numbers(Organisation(people, NOW).managers)
    fill(
        connection,
        DigestCadence,
        managers,
        manager_id=person(managers.c.i),
        look_at=NOW + timedelta(days=1),
        handled=TODAY,
    )
