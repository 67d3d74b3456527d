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
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Double,
    Integer,
    String,
    Table,
    UniqueConstraint,
    Uuid,
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
from sqlalchemy.orm import aliased

from domain.cadence import Plan
from domain.goals import Direction, GoalState
from domain.notices import Lane, NoticeKind, SubjectType
from domain.people import Member
from domain.workdays import LOOK_AHEAD_DAYS
from storage.conflicts import insert_new
from storage.literals import literally
from storage.mornings import people_waited_for
from storage.outbox import HOME_IS_WATCHED_FOR
from storage.people import MEMBER_COLUMNS, able_to_act, member_from
from storage.tables.base import Base
from storage.tables.checkins import Cadence, CheckInAsked, CheckInPrompt, DigestCadence
from storage.tables.goals import Goal, GoalValue, GoalVersion
from storage.tables.outbox import Delivery, DeliveryState, Notice, NoticeState, Op, Post, Way
from storage.tables.people import Leave, Person
from storage.temporary import OF_A_TRANSACTION, begin, dashed, learn, micros, numbered
from storage.types import EPOCH, Moment, Word

_COUNTED = {"preserve_rowcount": True}
_MICROSECOND = timedelta(microseconds=1)
_NEVER = datetime(9000, 1, 1, tzinfo=EPOCH.tzinfo)

_due = Table(
    "due_person",
    OF_A_TRANSACTION,
    Column("person_id", Uuid, primary_key=True),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
_person = Table(
    "grouped_person",
    OF_A_TRANSACTION,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Uuid, unique=True),
    Column("group_no", Integer),
    Column("asked_on", Date),
    # Whether one decision does not fit them.
    Column("apart", Boolean),
    # Where they stand in the spread of a morning; 0 where nobody asks.
    Column("place", Double),
    Column("up", Boolean),
    Column("asks", Boolean),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
_cadence = Table(
    "grouped_cadence",
    OF_A_TRANSACTION,
    Column("m", Integer, primary_key=True, autoincrement=True),
    Column("goal_id", Uuid),
    Column("person_id", Uuid),
    Column("alike", String),
    Column("finished", Boolean),
    Column("active", Boolean),
    Column("reported_at", Moment),
    Column("due_since", Date),
    Column("decided", Integer),
    # An index that comes with the table.
    UniqueConstraint("person_id", "m"),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
_morning = Table(
    "group_decided",
    OF_A_TRANSACTION,
    Column("group_no", Integer, primary_key=True, autoincrement=False),
    Column("up", Boolean, primary_key=True),
    Column("shift", Date),
    Column("expires", Moment),
    Column("turns_begin", Moment),
    Column("turns_spread", BigInteger),
    Column("list_day", Date),
    Column("look", Moment),
    Column("spread", BigInteger),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
_decided = Table(
    "cadence_decided",
    OF_A_TRANSACTION,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("group_no", Integer),
    Column("up", Boolean),
    Column("alike", String),
    Column("reported_from", Moment),
    Column("reported_to", Moment),
    Column("handled", Date),
    Column("next_local", Date),
    Column("look", Moment),
    Column("spread", BigInteger),
    Column("due_since", Date),
    Column("ask_again_on", Date),
    Column("wanted", Boolean),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)


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
    begin(connection, _due, _person, _cadence, _morning, _decided)
    parts = (
        people_waited_for(business_now).order_by(Notice.due_at),
        select(Cadence.owner_id).where(Cadence.look_at <= business_now).order_by(Cadence.look_at),
        select(DigestCadence.manager_id)
        .where(DigestCadence.look_at <= business_now)
        .order_by(DigestCadence.look_at),
    )
    some = union(*(select(part.limit(limit).subquery().columns[0]) for part in parts))
    picked = connection.execute(
        insert(_due).from_select(["person_id"], some), execution_options=_COUNTED
    ).rowcount
    learn(connection, _due)
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
        .where(Cadence.owner_id.in_(select(_due.c.person_id)))
        .order_by(Cadence.goal_id)
        .with_for_update(of=Cadence)
    )
    connection.execute(insert(_cadence).from_select(list(columns), theirs, include_defaults=False))
    learn(connection, _cadence)


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
    ).where(Person.id.in_(select(_due.c.person_id)))
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
        insert(_person).from_select([column.name for column in _person.c], numbered_facts)
    )
    learn(connection, _person)
    ones = select(func.min(_person.c.n)).where(~_person.c.apart).group_by(_person.c.group_no)
    rows = connection.execute(
        select(_person.c.group_no, _person.c.asked_on, able_to_act(), *MEMBER_COLUMNS)
        .join(Person, Person.id == _person.c.person_id)
        .where(_person.c.n.in_(ones))
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
        _cadence.c.person_id == Person.id,
        _cadence.c.due_since.is_not(None),
        CheckInAsked.goal_id == _cadence.c.goal_id,
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
        insert(_morning),
        [
            {
                "group_no": one.group,
                "up": one.up,
                "shift": one.shift,
                "expires": one.expires,
                "turns_begin": None if one.turns is None else one.turns[0],
                "turns_spread": None if one.turns is None else one.turns[1] // _MICROSECOND,
                "list_day": one.list_day,
                "look": one.look[0],
                "spread": one.look[1] // _MICROSECOND,
            }
            for one in mornings
        ],
    )
    due = exists().where(
        _morning.c.group_no == _person.c.group_no,
        DigestCadence.manager_id == _person.c.person_id,
        DigestCadence.handled < _morning.c.list_day,
    )
    if any(one.list_day is not None for one in mornings):
        connection.execute(update(_person).where(due).values(apart=true()))


def ids_of(connection: Connection, groups: Collection[int]) -> list[UUID]:
    """Everybody in these groups."""
    return list(
        connection.scalars(select(_person.c.person_id).where(_person.c.group_no.in_(groups)))
    )


def set_places(connection: Connection, places: Mapping[UUID, float], now: datetime) -> None:
    """Where people stand in the spread of their morning: for some their time has come by `now`."""
    if not places:
        return
    connection.execute(
        update(_person)
        .where(_person.c.person_id == bindparam("who"))
        .values(place=bindparam("where")),
        [{"who": person, "where": place} for person, place in places.items()],
    )
    turn = micros(_morning.c.turns_begin) + _part(_morning.c.turns_spread, _person.c.place)
    waits = exists().where(
        _morning.c.group_no == _person.c.group_no,
        _morning.c.turns_begin.is_not(None),
        turn > (now - EPOCH) // _MICROSECOND,
    )
    connection.execute(update(_person).where(waits).values(up=false()))


def cadence_groups(connection: Connection) -> list[CadenceGroup]:
    """The cadences of those who are not apart, by group."""
    each = (
        select(
            _person.c.group_no,
            _person.c.up,
            func.min(_cadence.c.m).label("one"),
        )
        .join(_cadence, _cadence.c.person_id == _person.c.person_id)
        .where(~_person.c.apart)
        .group_by(_person.c.group_no, _person.c.up, _cadence.c.alike)
        .subquery()
    )
    rows = connection.execute(
        select(
            each.c.group_no,
            each.c.up,
            _cadence.c.alike,
            Cadence.anchor,
            Cadence.rhythm,
            Cadence.last,
            Cadence.handled,
            Cadence.due_since,
            Cadence.ask_again_on,
            _cadence.c.active,
            _cadence.c.finished,
        )
        .join(_cadence, _cadence.c.m == each.c.one)
        .join(Cadence, Cadence.goal_id == _cadence.c.goal_id)
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
        insert(_decided),
        [
            {
                "id": number,
                "group_no": one.group.group,
                "up": one.group.up,
                "alike": one.group.alike,
                "reported_from": one.reported_from or EPOCH,
                "reported_to": one.reported_to or _NEVER,
                "handled": one.handled,
                "next_local": one.next_local,
                "look": None if one.look is None else one.look[0],
                "spread": 0 if one.look is None else one.look[1] // _MICROSECOND,
                "due_since": one.due_since,
                "ask_again_on": one.ask_again_on,
                "wanted": one.wanted,
            }
            for number, one in enumerate(decided)
        ],
    )
    learn(connection, _decided)
    reported = func.coalesce(_cadence.c.reported_at, literal(EPOCH, Moment))
    connection.execute(
        update(_cadence)
        .where(
            _person.c.person_id == _cadence.c.person_id,
            ~_person.c.apart,
            _decided.c.group_no == _person.c.group_no,
            _decided.c.up == _person.c.up,
            _decided.c.alike == _cadence.c.alike,
            _decided.c.reported_from <= reported,
            _decided.c.reported_to > reported,
        )
        .values(decided=_decided.c.id)
    )


def save(connection: Connection, business_now: datetime, machine_now: datetime) -> int:
    """Write what was decided: questions with their messages, and when to look again.

    Returns how many get a message.
    """
    asked = _ask(connection, business_now, machine_now)
    latest = business_now + timedelta(days=1)
    connection.execute(
        update(Cadence)
        .where(
            Cadence.goal_id == _cadence.c.goal_id,
            _decided.c.id == _cadence.c.decided,
            _person.c.person_id == _cadence.c.person_id,
        )
        .values(
            handled=_decided.c.handled,
            next_local=_decided.c.next_local,
            look_at=_look(_decided, latest),
            due_since=_decided.c.due_since,
            ask_again_on=_decided.c.ask_again_on,
        )
    )
    connection.execute(
        update(DigestCadence)
        .where(
            DigestCadence.manager_id == _person.c.person_id,
            ~_person.c.apart,
            _morning.c.group_no == _person.c.group_no,
            _morning.c.up == _person.c.up,
        )
        .values(look_at=_look(_morning, latest))
    )
    return asked


def apart(connection: Connection) -> list[UUID]:
    """Those who are to be looked at alone."""
    return list(connection.scalars(select(_person.c.person_id).where(_person.c.apart)))


def _ask(connection: Connection, business_now: datetime, machine_now: datetime) -> int:
    wanted = (
        select(_cadence.c.person_id)
        .join(_decided, _decided.c.id == _cadence.c.decided)
        .where(_decided.c.wanted)
    )
    asks = update(_person).where(_person.c.person_id.in_(wanted), _person.c.up)
    if not connection.execute(asks.values(asks=true())).rowcount:
        return 0
    morning = _Morning(connection, business_now, machine_now)
    morning.show_earlier_ones_anew()
    return morning.write()


class _Morning:
    """The messages of those who are asked. One id stands for a question, its notice, its message
    and the sending of it: so each is known without being looked up."""

    def __init__(
        self, connection: Connection, business_now: datetime, machine_now: datetime
    ) -> None:
        self._connection = connection
        self._business_now = literal(business_now, Moment)
        self._machine_now = literal(machine_now, Moment)
        self._id = numbered(connection, uuid4().hex[:24], _person.c.n)
        self._address = dashed(connection, _person.c.person_id)
        self._those = (
            select(_person.c.n)
            .join(
                _morning,
                and_(_morning.c.group_no == _person.c.group_no, _morning.c.up == _person.c.up),
            )
            .where(_person.c.asks)
            .order_by(_person.c.n)
        )

    def show_earlier_ones_anew(self) -> None:
        """The last question of each says that it is asked again."""
        earlier = aliased(CheckInPrompt)
        newest = (
            select(earlier.local_date)
            .where(
                earlier.owner_id == _person.c.person_id,
                exists().where(CheckInAsked.prompt_id == earlier.id),
            )
            .order_by(earlier.local_date.desc())
            .limit(1)
            .correlate(_person)
            .scalar_subquery()
        )
        prompts = (
            select(CheckInPrompt.id)
            .join(_person, _person.c.person_id == CheckInPrompt.owner_id)
            .where(_person.c.asks, CheckInPrompt.local_date == newest)
        )
        about = (
            Post.subject_type == SubjectType.CHECK_IN_PROMPT,
            Post.subject_id.in_(prompts),
        )
        changed = update(Post).where(*about).values(wanted_rev=Post.wanted_rev + 1)
        if not self._connection.execute(changed).rowcount:
            return
        row = {
            **self._delivery(Op.UPDATE, Lane.INTERACTIVE),
            "uuid": numbered(self._connection, uuid4().hex[:24], _person.c.n),
            "post_id": Post.id,
        }
        shown = (
            select(*row.values())
            .select_from(_person)
            .join(Post, Post.person_id == _person.c.person_id)
            .where(_person.c.asks, Post.ts.is_not(None), *about)
        )
        self._connection.execute(
            insert_new(self._connection, Delivery).from_select(list(row), shown)
        )

    def write(self) -> int:
        count = self._insert(
            CheckInPrompt,
            id=self._id,
            owner_id=_person.c.person_id,
            local_date=_morning.c.shift,
            at=self._business_now,
            after_leave=false(),
            with_digest=false(),
        )
        asked = {"prompt_id": self._id, "goal_id": _cadence.c.goal_id}
        goals = (
            select(*asked.values())
            .join(_person, _person.c.person_id == _cadence.c.person_id)
            .join(_decided, _decided.c.id == _cadence.c.decided)
            .where(_person.c.asks, _decided.c.wanted)
            .order_by(_person.c.n)
        )
        self._connection.execute(insert(CheckInAsked).from_select(list(asked), goals))
        subject: dict[str, Any] = {
            "kind": literal(NoticeKind.CHECK_IN_PROMPT, Word(NoticeKind)),
            "subject_type": literal(SubjectType.CHECK_IN_PROMPT, Word(SubjectType)),
            "subject_id": self._id,
        }
        self._insert(
            Post,
            id=self._id,
            **subject,
            person_id=_person.c.person_id,
            about=literal(0),
            morning=_morning.c.shift,
            wanted_rev=literal(1),
            shown_rev=literal(0),
        )
        self._insert(
            Notice,
            id=self._id,
            **subject,
            dedup_key=literal("check_in:")
            .op("||")(self._address)
            .op("||")(literal(":"))
            .op("||")(cast(_morning.c.shift, String)),
            person_id=_person.c.person_id,
            lane=literal(int(Lane.REMINDER)),
            subject_revision=literal(0),
            due_at=self._business_now,
            expires_at=_morning.c.expires,
            state=literal(NoticeState.QUEUED, Word(NoticeState)),
            way=literal(Way.ALONE, Word(Way)),
            post_id=self._id,
        )
        self._insert(
            Delivery,
            uuid=self._id,
            post_id=self._id,
            expires_at=_morning.c.expires,
            **self._delivery(Op.POST, Lane.REMINDER),
        )
        return count

    def _delivery(self, op: Op, lane: Lane) -> dict[str, Any]:
        return {
            "op": literal(op, Word(Op)),
            "destination": self._address,
            "lane": literal(int(lane)),
            "state": literal(DeliveryState.QUEUED, Word(DeliveryState)),
            "not_before": self._machine_now,
            "attempt": literal(0),
            "failures": literal(0),
            "looks": literal(0),
        }

    def _insert(self, table: type[Base], **row: Any) -> int:
        those = self._those.with_only_columns(*row.values(), maintain_column_froms=True)
        new = insert(table).from_select(list(row), those, include_defaults=False)
        return self._connection.execute(new, execution_options=_COUNTED).rowcount


def _look(decided: Table, latest: datetime) -> ColumnElement[Any]:
    """When to look again: within the spread at the place of each, at `latest` at the latest."""
    at = micros(decided.c.look) + _part(decided.c.spread, _person.c.place)
    last = literal((latest - EPOCH) // _MICROSECOND, BigInteger)
    return type_coerce(case((at > last, last), else_=at), Moment)


def _part(spread: ColumnElement[int], place: ColumnElement[float]) -> ColumnElement[int]:
    return cast(func.round(spread * place), BigInteger)


def _joined(*columns: Any) -> ColumnElement[str]:
    """What stands in these columns as one text: the same only where all of them are the same."""
    told: ColumnElement[Any] = literal("")
    for column in columns:
        part = func.coalesce(cast(column, String), literal(""))
        told = told.op("||")(part).op("||")(literal("|"))
    return type_coerce(told, String)
