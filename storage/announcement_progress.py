"""How far an announcement is: numbers, and the names behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from domain.announcements import (
    AnnouncementHead,
    ListedPerson,
    PeopleList,
    Progress,
    RecipientState,
)
from domain.cycles import PhaseAct
from domain.goals import StepKind
from domain.people import LineKind, Member
from storage.people import MEMBER_COLUMNS, line_in_force, member_from
from storage.tables.checkins import CheckInRow
from storage.tables.cycles import AnnouncementRecipient
from storage.tables.goals import Goal, GoalStep
from storage.tables.people import Leave, OrgUnit, Person, ReportingLine
from storage.types import Moment

_Here = AnnouncementRecipient

_TO_COME = (RecipientState.WAITING, RecipientState.HANDED)
_GOAL_WAS_SET = (StepKind.PROPOSED, StepKind.COUNTERED, StepKind.ACCEPTED)


def progress(connection: Connection, head: AnnouncementHead, today: date) -> Progress:
    """The numbers; `today` decides who counts as away."""
    mine = _Here.announcement_id == head.id
    states: dict[RecipientState, int] = {}
    failed: dict[str, int] = {}
    rows = connection.execute(
        select(_Here.state, _Here.reason, func.count())
        .where(mine)
        .group_by(_Here.state, _Here.reason)
    )
    for state, reason, number in rows:
        states[state] = states.get(state, 0) + number
        if state is RecipientState.FAILED:
            failed[str(reason)] = failed.get(str(reason), 0) + number
    acted, not_yet, not_for_me, away = _acts(connection, head, today)
    # Whoever is away is not asked, whether it has reached them or waits for them to be back.
    waits_for = connection.execute(
        select(func.count()).select_from(_Here).where(mine, _Here.state.in_(_TO_COME), _away(today))
    ).scalar_one()
    waiting = sum(states.get(state, 0) for state in _TO_COME) - waits_for
    away += waits_for
    return Progress(
        total=sum(states.values()),
        sent=states.get(RecipientState.SENT, 0),
        waiting=waiting,
        not_asked=states.get(RecipientState.NOT_ASKED, 0) + away,
        stopped=states.get(RecipientState.STOPPED, 0),
        failed=failed,
        acted=acted,
        not_yet=not_yet,
        not_for_me=not_for_me,
    )


def _acts(connection: Connection, head: AnnouncementHead, today: date) -> tuple[int, int, int, int]:
    """Of those who have it: acted, not yet, not for them; and who is away and has not acted."""
    done = has_acted(connection, head)
    rows = connection.execute(
        select(
            func.count().filter(and_(_Here.not_for_me_at.is_(None), done)),
            func.count().filter(
                and_(_Here.not_for_me_at.is_(None), not_(done), not_(_away(today)))
            ),
            func.count().filter(_Here.not_for_me_at.is_not(None)),
            func.count().filter(and_(_Here.not_for_me_at.is_(None), not_(done), _away(today))),
        )
        .select_from(_Here)
        .join(Person, Person.id == _Here.person_id)
        .where(_Here.announcement_id == head.id, _Here.state == RecipientState.SENT)
    ).one()
    return rows[0], rows[1], rows[2], rows[3]


def _away(today: date) -> ColumnElement[bool]:
    return exists().where(
        Leave.person_id == _Here.person_id, Leave.first_day <= today, Leave.day_after > today
    )


def has_acted(connection: Connection, head: AnnouncementHead) -> ColumnElement[bool]:
    """Whether the recipient has done what the phase asks since it began on their own calendar."""
    zones = connection.scalars(
        select(Person.timezone)
        .join(_Here, _Here.person_id == Person.id)
        .where(_Here.announcement_id == head.id)
        .distinct()
    )
    return _done_since(head.phase.act, _beginnings(head.phase.starts, list(zones)))


def _done_since(act: PhaseAct, begun: ColumnElement[datetime]) -> ColumnElement[bool]:
    match act:
        case PhaseAct.SET_GOALS:
            return exists().where(
                Goal.owner_id == _Here.person_id,
                GoalStep.goal_id == Goal.id,
                GoalStep.kind.in_(_GOAL_WAS_SET),
                GoalStep.at >= begun,
            )
        case PhaseAct.CHECK_IN:
            return exists().where(
                CheckInRow.owner_id == _Here.person_id,
                CheckInRow.undone_at.is_(None),
                CheckInRow.at >= begun,
            )


def _beginnings(day: date, zones: list[str]) -> ColumnElement[datetime]:
    """The day's first moment in the zone of each person."""
    latest = literal(datetime.combine(day, time(), tzinfo=UTC), Moment)
    known = [(Person.timezone == zone, literal(_beginning(day, zone), Moment)) for zone in zones]
    return case(*known, else_=latest) if known else latest


def _beginning(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def people(
    connection: Connection,
    head: AnnouncementHead,
    which: PeopleList,
    today: date,
    start: int,
    limit: int,
) -> list[ListedPerson]:
    """The names behind a number, by name, with unit and manager."""
    rows = connection.execute(
        select(*MEMBER_COLUMNS, OrgUnit.path, _Here.reason, Person.name_folded)
        .join(_Here, _Here.person_id == Person.id)
        .outerjoin(OrgUnit, OrgUnit.id == Person.org_unit_id)
        .where(_Here.announcement_id == head.id, _belongs(connection, head, which, today))
        .order_by(Person.name_folded, Person.id)
        .offset(start)
        .limit(limit)
    ).all()
    leads = _managers(connection, [row[0] for row in rows], today)
    return [ListedPerson(member_from(row), leads.get(row[0]), row.path, row.reason) for row in rows]


def _belongs(
    connection: Connection, head: AnnouncementHead, which: PeopleList, today: date
) -> ColumnElement[bool]:
    sent = _Here.state == RecipientState.SENT
    here = and_(sent, _Here.not_for_me_at.is_(None))
    match which:
        case PeopleList.NOT_YET:
            return and_(here, not_(has_acted(connection, head)), not_(_away(today)))
        case PeopleList.ACTED:
            return and_(here, has_acted(connection, head))
        case PeopleList.NOT_FOR_ME:
            return and_(sent, _Here.not_for_me_at.is_not(None))
        case PeopleList.FAILED:
            return _Here.state == RecipientState.FAILED
        case PeopleList.STOPPED:
            return _Here.state == RecipientState.STOPPED
        case PeopleList.WAITING:
            return and_(_Here.state.in_(_TO_COME), not_(_away(today)))
        case PeopleList.NOT_ASKED:
            away = and_(here, not_(has_acted(connection, head)), _away(today))
            waits = and_(_Here.state.in_(_TO_COME), _away(today))
            return or_(_Here.state == RecipientState.NOT_ASKED, away, waits)


def _managers(connection: Connection, people_: list[UUID], today: date) -> dict[UUID, str]:
    lead = Person.__table__.alias("lead")
    rows = connection.execute(
        select(ReportingLine.person_id, lead.c.name)
        .join(lead, lead.c.id == ReportingLine.manager_id)
        .where(
            ReportingLine.person_id.in_(people_),
            ReportingLine.kind == LineKind.PRIMARY,
            line_in_force(today),
        )
    )
    return {row[0]: row[1] for row in rows}


def acted(connection: Connection, head: AnnouncementHead, member: Member) -> bool:
    """Whether one recipient has done what is asked."""
    begun = literal(_beginning(head.phase.starts, member.timezone), Moment)
    found = connection.execute(
        select(_Here.person_id).where(
            _Here.announcement_id == head.id,
            _Here.person_id == member.id,
            _done_since(head.phase.act, begun),
        )
    )
    return found.first() is not None
