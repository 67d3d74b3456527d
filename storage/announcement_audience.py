"""Whom an announcement is for: one clause, used alike to count people and to list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    String,
    Time,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    values,
)

from domain.announcements import (
    AudienceCount,
    AudienceRule,
    LeaveOut,
    Reach,
    RecipientState,
    RotaClass,
)
from domain.people import Employment, PersonState
from storage.conditions import one_of_words
from storage.conflicts import insert_new
from storage.people import UNTOLD_LOCALE, able_to_act
from storage.statements import Statement
from storage.tables.cycles import Announcement, AnnouncementRecipient
from storage.tables.people import Leave, OrgUnit, Person
from storage.types import Moment

CHUNK = 5_000
"""People looked at per transaction while the list is made: some 50 ms, and other writers wait."""
CLASSES_AT_ONCE = 1_000
"""Rows of the statement's own table; SQLite takes 32,766 parameters."""


def _reachable() -> ColumnElement[bool]:
    """Who has an account that may act; nobody else can get a message."""
    return and_(Person.slack_user.is_not(None), able_to_act())


def within_reach(connection: Connection, rule: AudienceRule) -> ColumnElement[bool]:
    """Everybody there, before anybody is left out."""
    active = Person.state == PersonState.ACTIVE
    match rule.reach:
        case Reach.UNIT:
            path = connection.execute(
                select(OrgUnit.path).where(OrgUnit.id == rule.org_unit)
            ).scalar_one()
            below = OrgUnit.path.startswith(f"{path} / ", autoescape=True)
            units = select(OrgUnit.id).where(or_(OrgUnit.path == path, below))
            return and_(active, Person.org_unit_id.in_(units))
        case Reach.REGION:
            region = rule.region or ""
            below = Person.region.startswith(f"{region}-", autoescape=True)
            return and_(active, or_(Person.region == region, below))
        case Reach.EVERYONE:
            return active


def left_out(rule: AudienceRule, phase: UUID, today: date) -> Mapping[str, ColumnElement[bool]]:
    """Who is left out, by reason."""
    known: Mapping[LeaveOut, ColumnElement[bool]] = {
        LeaveOut.PROBATION: Person.probation_until >= today,
        LeaveOut.NOTICE: Person.leaving_on >= today,
        LeaveOut.CONTRACTORS: Person.employment == Employment.CONTRACTOR,
        LeaveOut.LEAVE: exists().where(
            Leave.person_id == Person.id, Leave.first_day <= today, Leave.day_after > today
        ),
        LeaveOut.ANNOUNCED: exists().where(
            AnnouncementRecipient.person_id == Person.id,
            AnnouncementRecipient.announcement_id == Announcement.id,
            one_of_words(
                AnnouncementRecipient.state,
                (RecipientState.WAITING, RecipientState.HANDED, RecipientState.SENT),
            ),
            Announcement.phase_id == phase,
        ),
    }
    found: dict[str, ColumnElement[bool]] = {
        reason.value: func.coalesce(known[reason], False) for reason in rule.leave_out
    }
    if rule.legal_entities:
        found["legal_entities"] = func.coalesce(Person.legal_entity.in_(rule.legal_entities), False)
    if rule.bargaining_units:
        found["bargaining_units"] = func.coalesce(
            Person.bargaining_unit.in_(rule.bargaining_units), False
        )
    return found


def audience(
    connection: Connection, rule: AudienceRule, phase: UUID, today: date
) -> ColumnElement[bool]:
    """Everybody who is to get it and has an account that may act."""
    outside = left_out(rule, phase, today).values()
    return and_(within_reach(connection, rule), _reachable(), *(not_(clause) for clause in outside))


def count(connection: Connection, rule: AudienceRule, phase: UUID, today: date) -> AudienceCount:
    """How many people that are, by locale, and how many are left out, each for one reason."""
    reach = within_reach(connection, rule)
    outside = left_out(rule, phase, today)
    wanted = and_(reach, _reachable(), *(not_(clause) for clause in outside.values()))
    # As in `storage.people.member_from`.
    told = func.coalesce(func.nullif(Person.locale, ""), Person.slack_locale, UNTOLD_LOCALE)
    languages = connection.execute(
        select(told.label("told"), func.count()).where(wanted).group_by("told")
    )
    on_leave = exists().where(
        Leave.person_id == Person.id, Leave.first_day <= today, Leave.day_after > today
    )
    by_locale = {str(name): int(number) for name, number in languages}
    return AudienceCount(
        people=sum(by_locale.values()),
        languages=by_locale,
        left_out={
            reason: connection.execute(
                select(func.count()).select_from(Person).where(reach, _reachable(), clause)
            ).scalar_one()
            for reason, clause in outside.items()
        },
        away=connection.execute(
            select(func.count()).select_from(Person).where(wanted, on_leave)
        ).scalar_one(),
        unreachable=connection.execute(
            select(func.count())
            .select_from(Person)
            .where(reach, not_(_reachable()), *(not_(clause) for clause in outside.values()))
        ).scalar_one(),
    )


def rota_classes(
    connection: Connection, rule: AudienceRule, phase: UUID, today: date
) -> list[RotaClass]:
    """Every combination of what decides when these people's days begin."""
    rows = connection.execute(
        select(
            Person.timezone,
            Person.working_days,
            Person.day_start,
            Person.region,
            Person.roster,
        )
        .where(audience(connection, rule, phase, today))
        .distinct()
    )
    return [RotaClass(*row) for row in rows]


BEFORE_ALL = UUID(int=0)
"""Comes before every id."""


class Listing:
    """Makes the list of recipients bit by bit, by statements that are compiled once.

    Each of these people is due at the moment of their class; who has no class is not listed.
    Whoever is listed already stays as they are, so that it may be done again after a crash.
    """

    def __init__(
        self,
        connection: Connection,
        announcement: UUID,
        wanted: ColumnElement[bool],
        moments: Sequence[tuple[RotaClass, datetime]],
    ) -> None:
        people = and_(wanted, Person.id > _AFTER, Person.id <= _END)
        slices = range(0, len(moments), CLASSES_AT_ONCE)
        self._lists = [
            Statement(
                _listed(
                    connection, announcement, people, _openings(moments[at : at + CLASSES_AT_ONCE])
                )
            )
            for at in slices
        ]

    def chunk_end(self, connection: Connection, after: UUID, size: int = CHUNK) -> UUID | None:
        """The last of the next `size` people, wanted or not, by id; None where there are none."""
        row = _CHUNK_END.row(connection, {"after": after, "size": size})
        return None if row is None else row[0]

    def list_between(self, connection: Connection, after: UUID, end: UUID) -> None:
        """List those after one id up to another."""
        for listed in self._lists:
            listed.run(connection, {"after": after, "end": end})


_AFTER: BindParameter[UUID] = bindparam("after", type_=Uuid())
_END: BindParameter[UUID] = bindparam("end", type_=Uuid())
# Asks for the ids alone, which their index answers without a look at the people.
_SIZE: BindParameter[int] = bindparam("size", type_=Integer())
_NEXT = select(Person.id).where(Person.id > _AFTER).order_by(Person.id).limit(_SIZE).subquery()
_CHUNK_END = Statement(select(_NEXT.c.id).order_by(_NEXT.c.id.desc()).limit(1))


def _listed(
    connection: Connection, announcement: UUID, people: ColumnElement[bool], days: CTE
) -> Insert:
    # An outer join, and a condition that does not undo it: left to choose, SQLite goes through the
    # people once for each class.
    listed = (
        select(
            literal(announcement, AnnouncementRecipient.announcement_id.type),
            Person.id,
            literal(RecipientState.WAITING, AnnouncementRecipient.state.type),
            days.c.due_at,
            literal(False),
        )
        .outerjoin(
            days,
            and_(
                Person.timezone == days.c.timezone,
                Person.working_days == days.c.working_days,
                Person.day_start == days.c.day_start,
                func.coalesce(Person.region, "") == days.c.region,
                func.coalesce(Person.roster, "") == days.c.roster,
            ),
        )
        .where(people, func.coalesce(days.c.timezone, "") != "")
    )
    return insert_new(connection, AnnouncementRecipient).from_select(
        ["announcement_id", "person_id", "state", "due_at", "short"], listed
    )


def _openings(moments: Sequence[tuple[RotaClass, datetime]]) -> CTE:
    """The classes with their moments, as a table of the statement's own."""
    return (
        values(
            column("timezone", String),
            column("working_days", String),
            column("day_start", Time),
            column("region", String),
            column("roster", String),
            column("due_at", Moment),
            name="opening",
        )
        .data(
            [
                (
                    *(one.timezone, one.working_days, one.day_start),
                    *(one.region or "", one.roster or ""),
                    at,
                )
                for one, at in moments
            ]
        )
        .cte("openings")
    )


def in_use(connection: Connection) -> tuple[list[str], list[str], list[str]]:
    """Regions, legal entities and bargaining units of people who have not left, in order."""
    found = []
    for each in (Person.region, Person.legal_entity, Person.bargaining_unit):
        rows = connection.scalars(
            select(each)
            .where(Person.state == PersonState.ACTIVE, each.is_not(None))
            .distinct()
            .order_by(each)
        )
        found.append([str(row) for row in rows])
    return found[0], found[1], found[2]
