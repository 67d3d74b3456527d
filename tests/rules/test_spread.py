"""Thousands who begin their day at once are asked one after the other, within their hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

import pytest
from sqlalchemy import (
    Connection,
    Engine,
    String,
    Uuid,
    cast,
    false,
    func,
    insert,
    literal,
    select,
    true,
    type_coerce,
    update,
)

from domain.goals import Audience, GoalState, Rhythm
from domain.origin import Via
from domain.own_hours import Span
from domain.people import Employment, Level, PersonState
from domain.spread import CLICKS_A_MINUTE, PRESS_AT_ONCE, place_of, spread_into, window_for
from storage.crowds import crowds_of
from storage.database import WRITING, open_engine
from storage.tables.checkins import Cadence, CheckInPrompt
from storage.tables.goals import Goal
from storage.tables.people import Person
from tests.databases import Databases, Kind
from tests.rules.office import Office
from usecases.checkin_prompts import prompt_check_ins

MINUTE = timedelta(minutes=1)
WEDNESDAY = date(2027, 3, 3)
# Half an hour into the day that begins at nine in Berlin, until eight hours after it began.
OPENS = datetime(2027, 3, 3, 8, 30, tzinfo=UTC)
HOURS = Span(OPENS, OPENS + timedelta(hours=7, minutes=30))
SEED = UUID("6b9a4f52-3a44-4a8e-9b71-0d7d2c6f5a10")


def somebody(number: int) -> UUID:
    return uuid5(SEED, str(number))


def test_the_clicks_of_forty_thousand_stay_under_sixty_a_minute_and_within_hours() -> None:
    turns = [spread_into(HOURS, 40_000, somebody(number)) for number in range(40_000)]
    assert min(turns) >= HOURS.begins
    assert max(turns) <= HOURS.ends - 30 * MINUTE
    minutes = Counter((turn - HOURS.begins) // MINUTE for turn in turns)
    expected = len(turns) / len(minutes) * PRESS_AT_ONCE
    assert expected < CLICKS_A_MINUTE
    # By chance some minutes have more; not many, and not much.
    over = [count for count in minutes.values() if count * PRESS_AT_ONCE > CLICKS_A_MINUTE]
    assert len(over) < len(minutes) / 20


def test_a_few_are_asked_at_once_and_the_window_grows_with_the_crowd() -> None:
    assert spread_into(HOURS, 60, somebody(1)) == HOURS.begins
    assert window_for(9_000) == 10 * window_for(900) == timedelta(minutes=100)


def test_everybody_has_the_same_turn_every_day_and_another_for_another_rule() -> None:
    assert place_of(somebody(1), "morning") == place_of(somebody(1), "morning")
    assert place_of(somebody(1), "morning") != place_of(somebody(1), "evening")
    day = timedelta(days=1)
    tomorrow = Span(HOURS.begins + day, HOURS.ends + day)
    assert spread_into(tomorrow, 9_000, somebody(1)) == spread_into(HOURS, 9_000, somebody(1)) + day


def test_short_hours_are_not_left() -> None:
    short = Span(HOURS.begins, HOURS.begins + timedelta(minutes=20))
    assert spread_into(short, 40_000, somebody(1)) == short.begins


def people(engine: Engine, count: int, zone: str = "Europe/Berlin") -> list[UUID]:
    """So many who agreed on a goal two weeks before the Wednesday, and are to be asked then."""
    ids = [somebody(number) for number in range(count)]
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        connection.execute(insert(Person), [_person(n, one, zone) for n, one in enumerate(ids)])
        connection.execute(insert(Goal), [_goal(n, one) for n, one in enumerate(ids)])
        connection.execute(insert(Cadence), [_cadence(one) for one in ids])
    return ids


def _person(number: int, person: UUID, zone: str) -> dict[str, object]:
    return {
        "id": person,
        "email": f"spread{number}@company.example",
        "name": f"Spread {number}",
        "name_folded": f"spread {number}",
        "slack_user": f"U0SPREAD{number}",
        "state": PersonState.ACTIVE,
        "level": Level.INDIVIDUAL,
        "employment": Employment.REGULAR,
        "fte_percent": 100,
        "working_days": "12345",
        "day_start": time(9),
        "timezone": zone,
        "locale": "en-GB",
    }


def _goal(number: int, owner: UUID) -> dict[str, object]:
    return {
        "id": uuid5(owner, "goal"),
        "number": number + 1,
        "owner_id": owner,
        "proposer_id": owner,
        "state": GoalState.ACTIVE,
        "revision": 1,
        "version": 1,
        "agreed_version": 1,
        "audience": Audience.LINE,
        "title_visible": False,
        "counters": 0,
        "title_folded": "goal",
    }


def _cadence(owner: UUID) -> dict[str, object]:
    return {
        "goal_id": uuid5(owner, "goal"),
        "owner_id": owner,
        "version": 1,
        "rhythm": Rhythm.BIWEEKLY,
        "anchor": WEDNESDAY - timedelta(days=14),
        "last": date(2027, 12, 31),
        "handled": WEDNESDAY - timedelta(days=14),
        "next_local": WEDNESDAY,
        "look_at": OPENS,
    }


@pytest.fixture
def office(databases: Databases) -> Iterator[Office]:
    """On SQLite, with nobody in it yet."""
    url = databases.fresh(Kind.SQLITE)
    engine = open_engine(url)
    yield Office(engine)
    engine.dispose()
    databases.drop(url)


def asked(office: Office) -> int:
    with office.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(CheckInPrompt)).scalar_one()


def test_a_crowd_is_asked_bit_by_bit_each_once_and_for_the_same_day(office: Office) -> None:
    everybody = people(office.engine, 900)
    seen = []
    for minute in range(12):
        office.watch.now = OPENS + minute * MINUTE
        prompt_check_ins(office.store, office._origin(Via.CLOCK))
        seen.append(asked(office))
    assert seen[0] < 30, "those who are first"
    assert 300 < seen[5] < 600, "half of them after half of ten minutes"
    assert seen[-1] == len(everybody)
    assert max(late - early for early, late in pairwise(seen)) < 130
    with office.engine.connect() as connection:
        days = set(connection.scalars(select(CheckInPrompt.local_date)))
        handled = set(connection.scalars(select(Cadence.handled)))
    assert days == handled == {WEDNESDAY}


def copy(connection: Connection, count: int) -> None:
    """So many more people like the first one, with a goal and a cadence each; in the database."""
    numbers = select(literal(1).label("i")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < count))
    number = numbers.c.i
    digits = cast(number, String)
    if connection.dialect.name == "sqlite":
        new_id = type_coerce(func.printf("%032x", number), String)
    else:
        new_id = cast(func.lpad(func.to_hex(number), 32, "0"), Uuid)
    for table, made in (
        (Person.__table__, {"id": new_id, "email": digits, "slack_user": digits}),
        (Goal.__table__, {"id": new_id, "number": number + 1, "owner_id": new_id}),
        (Cadence.__table__, {"goal_id": new_id, "owner_id": new_id}),
    ):
        names = [column.name for column in table.columns]
        wanted = select(*(made.get(name, table.c[name]) for name in names)).select_from(
            table.join(numbers, true())
        )
        connection.execute(insert(table).from_select(names, wanted))


def test_the_crowd_of_a_day_is_the_same_before_while_and_after_it_is_asked(
    engine: Engine,
) -> None:
    """Counted by a fixed number of statements, for forty thousand as for four."""
    people(engine, 1)
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        copy(connection, 39_999)
        assert crowds_of(connection, [WEDNESDAY], OPENS) == {("Europe/Berlin", WEDNESDAY): 40_000}
        half = select(Cadence.owner_id).order_by(Cadence.owner_id).limit(20_000).subquery()
        asked = {
            "id": half.c.owner_id,
            "owner_id": half.c.owner_id,
            "local_date": literal(WEDNESDAY),
            "at": literal(OPENS, CheckInPrompt.at.type),
            "after_leave": false(),
            "with_digest": false(),
        }
        connection.execute(insert(CheckInPrompt).from_select(list(asked), select(*asked.values())))
        connection.execute(
            update(Cadence)
            .where(Cadence.owner_id.in_(select(CheckInPrompt.owner_id)))
            .values(next_local=WEDNESDAY + timedelta(days=14))
        )
        assert crowds_of(connection, [WEDNESDAY], OPENS) == {("Europe/Berlin", WEDNESDAY): 40_000}
