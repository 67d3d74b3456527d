"""People decided about in groups: those who are due, whom of them one decision fits, what it does.

Everybody within a group has the same zone, days, hours and place, and no leave near; their cadences
are grouped by plan and state. One of each group stands for all: the caller decides about that one,
and what was decided is written for the whole group by a fixed number of statements. Whoever has
anything of their own that decides is told apart, for the caller to look at alone.

These functions run inside the caller's writing transaction, in this order, and never commit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union,
    update,
)

from domain.cadence import Plan
from domain.goals import Direction, GoalState
from domain.notices import SubjectType
from domain.people import Member
from domain.workdays import LOOK_AHEAD_DAYS
from storage.checkin_group_tables import (
    CADENCE_DECIDED,
    COUNTED,
    DUE_PERSON,
    GROUP_DECIDED,
    GROUPED_CADENCE,
    GROUPED_PERSON,
    MICROSECOND,
    part_of,
)
from storage.literals import literally
from storage.mornings import people_waited_for
from storage.outbox import HOME_IS_WATCHED_FOR
from storage.people import MEMBER_COLUMNS, able_to_act, member_from
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, DigestCadence
from storage.tables.goals import Goal, GoalValue, GoalVersion
from storage.tables.outbox import Delivery, DeliveryState, Notice, Op, Post
from storage.tables.people import Leave, Person
from storage.temporary import begin, dashed, learn, micros
from storage.types import EPOCH, Moment

NEVER = datetime(9000, 1, 1, tzinfo=EPOCH.tzinfo)


@dataclass(frozen=True, slots=True)
class Group:
    """Those who are alike, and one who stands for them."""

    number: int
    member: Member
    asked_on: date | None
    """The day of their last message, if that was lately."""
    can_act: bool


@dataclass(frozen=True, slots=True)
class GroupMorning:
    """What holds for a group, or for those of it whose time in the spread has come (`up`)."""

    group: int
    up: bool
    shift: date | None
    expires: datetime | None
    turns: tuple[datetime, timedelta] | None
    """From when on, and over how long, their time comes; None where it has come for all."""
    list_day: date | None
    """The nominal day of the weekly list: whose list was made before it is looked at alone."""
    look: tuple[datetime, timedelta]
    """When to look at their lists again, in the place of each within that time."""


@dataclass(frozen=True, slots=True)
class CadenceGroup:
    """Cadences that are alike, of people who are, by the one that stands for them."""

    group: int
    up: bool
    alike: str
    plan: Plan
    handled: date
    due_since: date | None
    ask_again_on: date | None
    active: bool
    finished: bool


@dataclass(frozen=True, slots=True)
class CadenceDecided:
    """What becomes of them, where they were last reported on within these moments."""

    group: CadenceGroup
    reported_from: datetime | None
    reported_to: datetime | None
    handled: date
    next_local: date | None
    look: tuple[datetime, timedelta] | None
    due_since: date | None
    ask_again_on: date | None
    wanted: bool


def pick(connection: Connection, business_now: datetime, limit: int) -> int:
    """Choose some who are to be looked at by now, and hold their cadences; returns how many."""
    begin(connection, DUE_PERSON, GROUPED_PERSON, GROUPED_CADENCE, GROUP_DECIDED, CADENCE_DECIDED)
    parts = (
        people_waited_for(business_now).order_by(Notice.due_at),
        select(Cadence.owner_id).where(Cadence.look_at <= business_now).order_by(Cadence.look_at),
        select(DigestCadence.manager_id)
        .where(DigestCadence.look_at <= business_now)
        .order_by(DigestCadence.look_at),
    )
    some = union(*(select(part.limit(limit).subquery().columns[0]) for part in parts))
    picked = connection.execute(
        insert(DUE_PERSON).from_select(["person_id"], some), execution_options=COUNTED
    ).rowcount
    learn(connection, DUE_PERSON)
    return picked


def hold_cadences(connection: Connection) -> None:
    """All cadences of those who were chosen, each with what is decided by."""
    version = and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.version)
    latest = (
        select(GoalValue.value)
        .where(GoalValue.goal_id == Goal.id)
        .order_by(GoalValue.at.desc(), GoalValue.id.desc())
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )
    reaches_its_end = GoalVersion.direction.in_((Direction.DONE, Direction.MILESTONES))
    finished = and_(reaches_its_end, func.coalesce(latest >= GoalVersion.target, false()))
    finished = func.coalesce(case((finished, true()), else_=false()), false())
    active = case((Goal.state == GoalState.ACTIVE, true()), else_=false())
    alike = _joined(
        Cadence.rhythm,
        Cadence.anchor,
        Cadence.last,
        Cadence.handled,
        Cadence.due_since,
        Cadence.ask_again_on,
        case((finished, "f"), else_=""),
        case((active, "a"), else_=""),
    )
    columns = {
        "goal_id": Cadence.goal_id,
        "person_id": Cadence.owner_id,
        "alike": alike,
        "finished": finished,
        "active": active,
        "reported_at": Cadence.reported_at,
        "due_since": Cadence.due_since,
    }
    theirs = (
        select(*columns.values())
        .join(Goal, Goal.id == Cadence.goal_id)
        .outerjoin(GoalVersion, version)
        .where(Cadence.owner_id.in_(select(DUE_PERSON.c.person_id)))
        .order_by(Cadence.goal_id)
        .with_for_update(of=Cadence)
    )
    connection.execute(
        insert(GROUPED_CADENCE).from_select(list(columns), theirs, include_defaults=False)
    )
    learn(connection, GROUPED_CADENCE)


def group_people(
    connection: Connection,
    business_now: datetime,
    machine_now: datetime,
    *,
    back_since: date,
    by_unit: bool,
) -> list[Group]:
    """Who is alike; whoever has something of their own is set apart.

    That is leave after `back_since` or to come, something else to be told, a message that has not
    gone out yet, a question that never arrived, or a Home that somebody is looking at.
    """
    asked_on = (
        select(func.max(CheckInPrompt.local_date))
        .where(
            CheckInPrompt.owner_id == Person.id,
            CheckInPrompt.local_date >= business_now.date() - timedelta(days=3),
        )
        .correlate(Person)
        .scalar_subquery()
    )
    facts = select(
        Person.id.label("person_id"),
        _joined(*_what_decides(by_unit=by_unit)).label("alike"),
        asked_on.label("asked_on"),
        _apart(connection, business_now, machine_now, back_since).label("apart"),
    ).where(Person.id.in_(select(DUE_PERSON.c.person_id)))
    fact = facts.subquery().c
    order = _joined(fact.alike, fact.asked_on)
    numbered_facts = select(
        func.row_number().over(order_by=fact.person_id),
        fact.person_id,
        func.dense_rank().over(order_by=order),
        fact.asked_on,
        fact.apart,
        literal(0.0),
        true(),
        false(),
    )
    connection.execute(
        insert(GROUPED_PERSON).from_select(
            [column.name for column in GROUPED_PERSON.c], numbered_facts
        )
    )
    learn(connection, GROUPED_PERSON)
    ones = (
        select(func.min(GROUPED_PERSON.c.n))
        .where(~GROUPED_PERSON.c.apart)
        .group_by(GROUPED_PERSON.c.group_no)
    )
    rows = connection.execute(
        select(GROUPED_PERSON.c.group_no, GROUPED_PERSON.c.asked_on, able_to_act(), *MEMBER_COLUMNS)
        .join(Person, Person.id == GROUPED_PERSON.c.person_id)
        .where(GROUPED_PERSON.c.n.in_(ones))
    )
    return [Group(row[0], member_from(row[3:]), row[1], bool(row[2])) for row in rows]


def _what_decides(*, by_unit: bool) -> list[Any]:
    """All that somebody's days and hours follow from, and whether they can be asked."""
    return [
        Person.timezone,
        Person.region,
        Person.working_days,
        Person.day_start,
        Person.roster,
        Person.messages_from,
        Person.quiet_from,
        Person.quiet_to,
        Person.list_day,
        *([Person.org_unit_id] if by_unit else []),
        case((and_(able_to_act(), Person.slack_user.is_not(None)), "y"), else_=""),
    ]


def _apart(
    connection: Connection, business_now: datetime, machine_now: datetime, back_since: date
) -> ColumnElement[bool]:
    unseen = ~exists().where(
        Post.subject_type == SubjectType.CHECK_IN_PROMPT,
        Post.subject_id == CheckInAsked.prompt_id,
        Post.ts.is_not(None),
    )
    lost = exists().where(
        GROUPED_CADENCE.c.person_id == Person.id,
        GROUPED_CADENCE.c.due_since.is_not(None),
        CheckInAsked.goal_id == GROUPED_CADENCE.c.goal_id,
        CheckInAsked.answered_at.is_(None),
        unseen,
    )
    on_leave = exists().where(
        Leave.person_id == Person.id,
        Leave.day_after > back_since,
        Leave.first_day < back_since + timedelta(days=LOOK_AHEAD_DAYS),
    )
    to_be_sent = exists().where(
        Delivery.destination == dashed(connection, Person.id),
        Delivery.state == literally(DeliveryState.QUEUED),
        Delivery.op == literally(Op.POST),
    )
    watching = func.coalesce(Person.home_opened_at > machine_now - HOME_IS_WATCHED_FOR, false())
    waited_for = Person.id.in_(people_waited_for(business_now))
    return case((or_(on_leave, waited_for, to_be_sent, watching, lost), true()), else_=false())


def set_mornings(connection: Connection, mornings: Sequence[GroupMorning]) -> None:
    """What holds for each group. Whose list is due is set apart."""
    if not mornings:
        return
    connection.execute(
        insert(GROUP_DECIDED),
        [
            {
                "group_no": one.group,
                "up": one.up,
                "shift": one.shift,
                "expires": one.expires,
                "turns_begin": None if one.turns is None else one.turns[0],
                "turns_spread": None if one.turns is None else one.turns[1] // MICROSECOND,
                "list_day": one.list_day,
                "look": one.look[0],
                "spread": one.look[1] // MICROSECOND,
            }
            for one in mornings
        ],
    )
    due = exists().where(
        GROUP_DECIDED.c.group_no == GROUPED_PERSON.c.group_no,
        DigestCadence.manager_id == GROUPED_PERSON.c.person_id,
        DigestCadence.handled < GROUP_DECIDED.c.list_day,
    )
    if any(one.list_day is not None for one in mornings):
        connection.execute(update(GROUPED_PERSON).where(due).values(apart=true()))


def ids_of(connection: Connection, groups: Collection[int]) -> list[UUID]:
    """Everybody in these groups."""
    return list(
        connection.scalars(
            select(GROUPED_PERSON.c.person_id).where(GROUPED_PERSON.c.group_no.in_(groups))
        )
    )


def set_places(connection: Connection, places: Mapping[UUID, float], now: datetime) -> None:
    """Where people stand in the spread of their morning: for some their time has come by `now`."""
    if not places:
        return
    connection.execute(
        update(GROUPED_PERSON)
        .where(GROUPED_PERSON.c.person_id == bindparam("who"))
        .values(place=bindparam("where")),
        [{"who": person, "where": place} for person, place in places.items()],
    )
    turn = micros(GROUP_DECIDED.c.turns_begin) + part_of(
        GROUP_DECIDED.c.turns_spread, GROUPED_PERSON.c.place
    )
    waits = exists().where(
        GROUP_DECIDED.c.group_no == GROUPED_PERSON.c.group_no,
        GROUP_DECIDED.c.turns_begin.is_not(None),
        turn > (now - EPOCH) // MICROSECOND,
    )
    connection.execute(update(GROUPED_PERSON).where(waits).values(up=false()))


def cadence_groups(connection: Connection) -> list[CadenceGroup]:
    """The cadences of those who are not apart, by group."""
    each = (
        select(
            GROUPED_PERSON.c.group_no,
            GROUPED_PERSON.c.up,
            func.min(GROUPED_CADENCE.c.m).label("one"),
        )
        .join(GROUPED_CADENCE, GROUPED_CADENCE.c.person_id == GROUPED_PERSON.c.person_id)
        .where(~GROUPED_PERSON.c.apart)
        .group_by(GROUPED_PERSON.c.group_no, GROUPED_PERSON.c.up, GROUPED_CADENCE.c.alike)
        .subquery()
    )
    rows = connection.execute(
        select(
            each.c.group_no,
            each.c.up,
            GROUPED_CADENCE.c.alike,
            Cadence.anchor,
            Cadence.rhythm,
            Cadence.last,
            Cadence.handled,
            Cadence.due_since,
            Cadence.ask_again_on,
            GROUPED_CADENCE.c.active,
            GROUPED_CADENCE.c.finished,
        )
        .join(GROUPED_CADENCE, GROUPED_CADENCE.c.m == each.c.one)
        .join(Cadence, Cadence.goal_id == GROUPED_CADENCE.c.goal_id)
    )
    return [
        CadenceGroup(
            group=row[0],
            up=row[1],
            alike=row[2],
            plan=Plan(row[3], row[4], row[5]),
            handled=row[6],
            due_since=row[7],
            ask_again_on=row[8],
            active=row[9],
            finished=row[10],
        )
        for row in rows
    ]


def decide_for(connection: Connection, decided: Sequence[CadenceDecided]) -> None:
    """Each cadence of the groups gets the decision that fits it."""
    if not decided:
        return
    connection.execute(
        insert(CADENCE_DECIDED),
        [
            {
                "id": number,
                "group_no": one.group.group,
                "up": one.group.up,
                "alike": one.group.alike,
                "reported_from": one.reported_from or EPOCH,
                "reported_to": one.reported_to or NEVER,
                "handled": one.handled,
                "next_local": one.next_local,
                "look": None if one.look is None else one.look[0],
                "spread": 0 if one.look is None else one.look[1] // MICROSECOND,
                "due_since": one.due_since,
                "ask_again_on": one.ask_again_on,
                "wanted": one.wanted,
            }
            for number, one in enumerate(decided)
        ],
    )
    learn(connection, CADENCE_DECIDED)
    reported = func.coalesce(GROUPED_CADENCE.c.reported_at, literal(EPOCH, Moment))
    connection.execute(
        update(GROUPED_CADENCE)
        .where(
            GROUPED_PERSON.c.person_id == GROUPED_CADENCE.c.person_id,
            ~GROUPED_PERSON.c.apart,
            CADENCE_DECIDED.c.group_no == GROUPED_PERSON.c.group_no,
            CADENCE_DECIDED.c.up == GROUPED_PERSON.c.up,
            CADENCE_DECIDED.c.alike == GROUPED_CADENCE.c.alike,
            CADENCE_DECIDED.c.reported_from <= reported,
            CADENCE_DECIDED.c.reported_to > reported,
        )
        .values(decided=CADENCE_DECIDED.c.id)
    )


def apart(connection: Connection) -> list[UUID]:
    """Those who are to be looked at alone."""
    return list(
        connection.scalars(select(GROUPED_PERSON.c.person_id).where(GROUPED_PERSON.c.apart))
    )


def _joined(*columns: Any) -> ColumnElement[str]:
    """What stands in these columns as one text: the same only where all of them are the same."""
    told: ColumnElement[Any] = literal("")
    for column in columns:
        part = func.coalesce(cast(column, String), literal(""))
        told = told.op("||")(part).op("||")(literal("|"))
    return type_coerce(told, String)
