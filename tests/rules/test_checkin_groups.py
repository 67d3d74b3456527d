"""Whoever is decided about together with others fares as if they were looked at alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from domain.clock import Clock
from domain.goals import Audience, Direction, GoalState, Rhythm, Side
from domain.notices import Lane, NoticeKind, SubjectType
from domain.origin import Origin, Via
from domain.own_hours import ListDay
from domain.people import Employment, Level, LineKind, PersonState, Standing
from storage.crowds import Crowds
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, DigestCadence
from storage.tables.goals import Goal, GoalValue, GoalVersion
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post, Way
from storage.tables.people import Leave, Person, ReportingLine
from storage.unit_of_work import Store, Work
from tests.rules.office import KEYRING
from usecases.checkin_groups import look_at_groups
from usecases.checkin_prompts import look_at_each

SEED = UUID("1f6d0a34-8f6e-4a37-9a55-6f1b7e1c2d30")
TODAY = date(2027, 3, 3)
DAY = timedelta(days=1)
ZONES = ("Europe/Berlin", "Europe/Lisbon", "Pacific/Auckland")
hours = st.integers(0, 47).map(
    lambda half: datetime(2027, 3, 3, tzinfo=UTC) + half * timedelta(minutes=30, seconds=1)
)
near = st.integers(-40, 3).map(lambda days: TODAY + days * DAY)
rarely = st.sampled_from((True, *[False] * 7))


def at_night(quarters: int) -> datetime:
    """Around midnight somewhere, where the date is what counts."""
    return datetime(2027, 3, 3, tzinfo=UTC) + quarters * timedelta(hours=6)


@dataclass(frozen=True)
class Question:
    """A goal with its cadence."""

    rhythm: Rhythm
    anchor: date
    handled_after: int
    last: date
    due_since: date | None
    ask_again_on: date | None
    reported: datetime | None
    state: GoalState
    milestones: bool
    reached: bool
    looked_at: bool


@dataclass(frozen=True)
class Somebody:
    """A person with all that may decide when, and whether, they are asked."""

    zone: str
    region: str | None
    working_days: str
    day_start: time
    roster: str | None
    quiet: bool
    list_day: ListDay
    slack: bool
    standing: Standing
    left: bool
    on_leave: date | None
    home_open: bool
    leads: date | None
    """The last nominal day of their list."""
    asked_on: date | None
    seen: bool
    """Whether that message reached Slack."""
    unsent: bool
    waited_for: bool
    goals: tuple[Question, ...]


questions = st.builds(
    Question,
    rhythm=st.sampled_from(Rhythm),
    anchor=st.sampled_from((TODAY - 14 * DAY, TODAY - 7 * DAY, TODAY - 20 * DAY)),
    handled_after=st.sampled_from((0, 0, 7, 14)),
    last=st.sampled_from((TODAY + 60 * DAY, TODAY)),
    due_since=st.one_of(st.none(), st.none(), near),
    ask_again_on=st.one_of(st.none(), st.none(), st.integers(-3, 3).map(lambda n: TODAY + n * DAY)),
    reported=st.one_of(st.none(), st.integers(-80, 1).map(at_night)),
    state=st.sampled_from((*[GoalState.ACTIVE] * 5, GoalState.PAUSED)),
    milestones=rarely,
    reached=st.booleans(),
    looked_at=rarely.map(lambda late: not late),
)
somebodies = st.builds(
    Somebody,
    zone=st.sampled_from(ZONES),
    region=st.sampled_from((None, "DE", "PT")),
    working_days=st.sampled_from(("12345", "123")),
    day_start=st.sampled_from((time(9), time(22))),
    roster=st.sampled_from((None, None, "2027-02-01 4on 4off")),
    quiet=rarely,
    list_day=st.sampled_from(ListDay),
    slack=rarely.map(lambda without: not without),
    standing=st.sampled_from((*[Standing.FULL] * 5, Standing.GUEST)),
    left=rarely,
    on_leave=st.one_of(st.none(), st.none(), st.none(), near),
    home_open=rarely,
    leads=st.one_of(st.none(), st.none(), near),
    asked_on=st.one_of(st.none(), near),
    seen=rarely.map(lambda unseen: not unseen),
    unsent=rarely,
    waited_for=rarely,
    goals=st.lists(questions, max_size=2).map(tuple),
)
crowds = st.dictionaries(
    st.tuples(st.sampled_from(ZONES), st.integers(-1, 2).map(lambda n: TODAY + n * DAY)),
    st.sampled_from((50, 900, 30_000)),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(somebodies, min_size=1, max_size=3), hours, crowds, st.integers(1, 2))
def test_a_group_fares_as_each_of_its_people_alone(
    engine: Engine, them: list[Somebody], now: datetime, spread: Crowds, copies: int
) -> None:
    """For any people: with all that is written for each of them, messages and moments alike."""
    everybody = [one for one in them for _ in range(copies)]
    together = _after(engine, everybody, now, lambda work: _in_groups(work, spread))
    alone = _after(engine, everybody, now, lambda work: look_at_each(work, _ids(everybody), spread))
    for what, stored in alone.items():
        assert together[what] == stored


def _in_groups(work: Work, spread: Crowds) -> int:
    looked = look_at_groups(work, spread, 1000)
    return looked.made + (look_at_each(work, looked.apart, spread) if looked.apart else 0)


class _Enough(Exception):
    """Takes everything back."""


def _after(engine: Engine, them: list[Somebody], now: datetime, act: Any) -> dict[str, Any]:
    """What stands in the database once these people have been looked at; then it is as before."""
    store = Store(engine, KEYRING, Clock(lambda: now))
    told: dict[str, Any] = {}
    try:
        with store.write(Origin(Via.CLOCK, now, "test")) as work:
            for number, one in enumerate(them):
                _fill(work.connection, number, one, now)
            told["made"] = act(work)
            work.finish()
            told |= _told(work.connection)
            raise _Enough
    except _Enough:
        return told


def _ids(them: list[Somebody]) -> list[UUID]:
    return [_id(number) for number, one in enumerate(them) if _is_due(one)]


def _is_due(one: Somebody) -> bool:
    return one.waited_for or one.leads is not None or any(goal.looked_at for goal in one.goals)


def _id(number: int, what: str = "") -> UUID:
    return uuid5(SEED, f"{number}{what}")


def _fill(connection: Connection, number: int, one: Somebody, now: datetime) -> None:
    person = _id(number)
    connection.execute(
        insert(Person).values(
            id=person,
            email=f"{number}@company.example",
            name=f"Somebody {number}",
            name_folded=f"somebody {number}",
            slack_user=f"U0GROUP{number}" if one.slack else None,
            state=PersonState.LEFT if one.left else PersonState.ACTIVE,
            level=Level.INDIVIDUAL,
            employment=Employment.REGULAR,
            standing=one.standing,
            fte_percent=100,
            working_days=one.working_days,
            day_start=one.day_start,
            region=one.region,
            roster=one.roster,
            timezone=one.zone,
            locale="en",
            quiet_from=time(11) if one.quiet else None,
            quiet_to=time(13) if one.quiet else None,
            list_day=one.list_day,
            home_opened_at=now - timedelta(minutes=1) if one.home_open else None,
        )
    )
    if one.on_leave is not None:
        leave = {"first_day": one.on_leave, "day_after": one.on_leave + 3 * DAY}
        connection.execute(insert(Leave).values(id=uuid4(), person_id=person, **leave))
    if one.leads is not None:
        row = {"manager_id": person, "handled": one.leads, "look_at": now}
        connection.execute(insert(DigestCadence).values(row))
        connection.execute(
            insert(ReportingLine).values(
                id=uuid4(),
                person_id=person,
                manager_id=person,
                kind=LineKind.PRIMARY,
                valid_from=date(2026, 1, 1),
                source="test",
            )
        )
    for n, goal in enumerate(one.goals):
        _fill_goal(connection, number, n, goal, now)
    if one.asked_on is not None:
        _fill_prompt(connection, number, one, one.asked_on)
    if one.waited_for:
        connection.execute(
            insert(Notice).values(_notice(number, "waits", now, Way.MORNING, NoticeState.WAITING))
        )


def _fill_goal(connection: Connection, number: int, n: int, goal: Question, now: datetime) -> None:
    identity, person = _id(number, f"goal {n}"), _id(number)
    connection.execute(
        insert(Goal).values(
            id=identity,
            number=number * 10 + n + 100_000,
            owner_id=person,
            proposer_id=person,
            state=goal.state,
            revision=1,
            version=1,
            agreed_version=1,
            audience=Audience.LINE,
            title_visible=False,
            counters=0,
            title_folded="goal",
        )
    )
    connection.execute(
        insert(GoalVersion).values(
            goal_id=identity,
            number=1,
            author_id=person,
            side=Side.OWNER,
            at=now,
            policy=1,
            title="Goal",
            metric="Hours",
            direction=Direction.MILESTONES if goal.milestones else Direction.INCREASE,
            target=5,
            target_text="5",
            due_date=goal.last,
            template=Level.INDIVIDUAL,
        )
    )
    if goal.reached:
        connection.execute(
            insert(GoalValue).values(
                id=uuid4(),
                goal_id=identity,
                value=5,
                value_text="5",
                reported_by=person,
                at=now - 30 * DAY,
            )
        )
    connection.execute(
        insert(Cadence).values(
            goal_id=identity,
            owner_id=person,
            version=1,
            rhythm=goal.rhythm,
            anchor=goal.anchor,
            last=goal.last,
            handled=goal.anchor + goal.handled_after * DAY,
            next_local=TODAY,
            look_at=now if goal.looked_at else now + DAY,
            due_since=goal.due_since,
            ask_again_on=goal.ask_again_on,
            reported_at=goal.reported,
        )
    )


def _fill_prompt(connection: Connection, number: int, one: Somebody, day: date) -> None:
    prompt, person = _id(number, "prompt"), _id(number)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    connection.execute(
        insert(CheckInPrompt).values(
            id=prompt,
            owner_id=person,
            local_date=day,
            at=at,
            after_leave=False,
            with_digest=False,
        )
    )
    for n, _ in enumerate(one.goals):
        asked = {"prompt_id": prompt, "goal_id": _id(number, f"goal {n}")}
        connection.execute(insert(CheckInAsked).values(asked))
    subject = {"subject_type": SubjectType.CHECK_IN_PROMPT, "subject_id": prompt}
    post = _id(number, "post")
    connection.execute(
        insert(Post).values(
            id=post,
            kind=NoticeKind.CHECK_IN_PROMPT,
            **subject,
            person_id=person,
            about=0,
            channel="D0GROUP" if one.seen else None,
            ts=str(number) if one.seen else None,
            morning=day,
            wanted_rev=1,
            shown_rev=1 if one.seen else 0,
        )
    )
    asking = _notice(number, "asked", at, Way.ALONE, NoticeState.QUEUED)
    connection.execute(insert(Notice).values({**asking, "post_id": post}))
    if one.unsent and not one.seen:
        connection.execute(
            insert(Delivery).values(
                uuid=uuid4(),
                op=Op.POST,
                post_id=post,
                destination=str(person),
                lane=int(Lane.REMINDER),
                state=DeliveryState.QUEUED,
                not_before=at,
                attempt=0,
                failures=0,
                looks=0,
            )
        )


def _notice(
    number: int, key: str, due_at: datetime, way: Way, state: NoticeState
) -> dict[str, object]:
    return {
        "id": _id(number, key),
        "kind": NoticeKind.CHECK_IN_PROMPT,
        "dedup_key": f"{key}:{_id(number)}",
        "person_id": _id(number),
        "lane": int(Lane.REMINDER),
        "subject_type": SubjectType.CHECK_IN_PROMPT,
        "subject_id": _id(number, "prompt"),
        "subject_revision": 0,
        "due_at": due_at,
        "state": state,
        "way": way,
    }


def _told(connection: Connection) -> dict[str, Any]:
    """Everything that a sweep writes, without the ids that are made by chance."""
    prompt, post = CheckInPrompt.__table__.c, Post.__table__.c
    stored = {
        "cadences": select(*Cadence.__table__.c),
        "lists": select(*DigestCadence.__table__.c),
        "prompts": select(*(column for column in prompt if column.name != "id")),
        "asked": select(prompt.owner_id, prompt.local_date, CheckInAsked.goal_id).join(
            CheckInAsked, CheckInAsked.prompt_id == prompt.id
        ),
        "notices": select(
            Notice.kind,
            Notice.dedup_key,
            Notice.person_id,
            Notice.lane,
            Notice.subject_type,
            Notice.subject_revision,
            Notice.due_at,
            Notice.expires_at,
            Notice.state,
            Notice.reason,
            Notice.way,
            prompt.local_date,
            post.morning,
        )
        .outerjoin(CheckInPrompt, prompt.id == Notice.subject_id)
        .outerjoin(Post, post.id == Notice.post_id),
        "posts": select(
            *(column for column in post if column.name not in ("id", "subject_id")),
            prompt.local_date,
        ).outerjoin(CheckInPrompt, prompt.id == post.subject_id),
        "deliveries": select(
            Delivery.op,
            post.person_id,
            post.morning,
            Delivery.person_id,
            Delivery.destination,
            Delivery.lane,
            Delivery.state,
            Delivery.not_before,
            Delivery.expires_at,
            Delivery.error,
        ).outerjoin(Post, post.id == Delivery.post_id),
    }
    return {name: sorted(map(repr, connection.execute(wanted))) for name, wanted in stored.items()}
