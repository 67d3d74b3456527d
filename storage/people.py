"""Looking people up: who they are, whom they report to, who stands in for them, their roles.

Dated facts are asked "as of" a calendar date; ranges are half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Row,
    Uuid,
    and_,
    bindparam,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from domain.own_hours import OwnHours
from domain.people import (
    Employment,
    GrantState,
    HomeWorkspace,
    LineKind,
    Member,
    PersonState,
    Role,
    SlackProfile,
    Standing,
)
from domain.rosters import read_roster
from domain.workdays import LOOK_AHEAD_DAYS, Absence
from storage.conditions import one_of_words
from storage.statements import Statement
from storage.tables.people import (
    Delegation,
    Leave,
    OrgUnit,
    Person,
    ReportingLine,
    RoleGrant,
    Workspace,
)

MEMBER_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Person.id,
    Person.name,
    Person.slack_user,
    Person.level,
    Person.timezone,
    Person.locale,
    Person.working_days,
    Person.day_start,
    Person.region,
    Person.org_unit_id,
    Person.employment,
    Person.standing,
    Person.slack_locale,
    Person.messages_from,
    Person.quiet_from,
    Person.quiet_to,
    Person.list_day,
    Person.roster,
)
UNTOLD_LOCALE = "en"


def member_from(row: Sequence[Any]) -> Member:
    """A member from `MEMBER_COLUMNS`, in their order."""
    return Member(
        id=row[0],
        name=row[1],
        slack_user=row[2],
        level=row[3],
        timezone=row[4],
        locale=row[5] or row[12] or UNTOLD_LOCALE,
        working_days=frozenset(map(int, row[6])),
        day_start=row[7],
        region=row[8],
        org_unit=row[9],
        employment=row[10],
        standing=row[11],
        own_hours=OwnHours(row[13], row[14], row[15], row[16]),
        roster=None if row[17] is None else read_roster(row[17]),
    )


def in_force(
    valid_from: InstrumentedAttribute[date],
    valid_to: InstrumentedAttribute[date | None],
    today: date | ColumnElement[date],
) -> ColumnElement[bool]:
    """Whether a half-open range of dates holds on `today`."""
    return and_(valid_from <= today, or_(valid_to.is_(None), valid_to > today))


def line_in_force(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    return in_force(ReportingLine.valid_from, ReportingLine.valid_to, today)


def delegation_in_force(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    return and_(
        Delegation.revoked_at.is_(None),
        in_force(Delegation.valid_from, Delegation.valid_to, today),
    )


def grant_in_force(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    return and_(
        RoleGrant.state == GrantState.ACTIVE,
        in_force(RoleGrant.valid_from, RoleGrant.valid_to, today),
    )


_TODAY = bindparam("today", type_=Date())
_PERSON: BindParameter[UUID] = bindparam("person", type_=Uuid())
_BY_ID = Statement(select(*MEMBER_COLUMNS).where(Person.id == _PERSON))
_BY_IDS = Statement(
    select(*MEMBER_COLUMNS).where(Person.id.in_(bindparam("people", expanding=True)))
)
_ACTIVE_BY_SLACK_USER = Statement(
    select(*MEMBER_COLUMNS).where(
        Person.slack_user == bindparam("slack_user"), Person.state == PersonState.ACTIVE
    )
)
_ASKER = Statement(
    select(*MEMBER_COLUMNS, Workspace.team, Workspace.enterprise)
    .select_from(Person)
    .outerjoin(Workspace, true())
    .where(Person.slack_user == bindparam("slack_user"), Person.state == PersonState.ACTIVE)
)
_LEADS = one_of_words(ReportingLine.kind, (LineKind.ACTING, LineKind.PRIMARY))
_CURRENT_MANAGERS = Statement(
    select(*MEMBER_COLUMNS)
    .join(ReportingLine, ReportingLine.manager_id == Person.id)
    .where(
        ReportingLine.person_id == _PERSON,
        _LEADS,
        line_in_force(_TODAY),
        Person.state == PersonState.ACTIVE,
    )
    .order_by(ReportingLine.kind)
)
_ALL_MANAGERS = Statement(
    select(ReportingLine.manager_id).where(
        ReportingLine.person_id == _PERSON, line_in_force(_TODAY)
    )
)
_DIRECT_REPORTS = Statement(
    select(*MEMBER_COLUMNS, Person.name_folded)
    .join(ReportingLine, ReportingLine.person_id == Person.id)
    .where(
        ReportingLine.manager_id == _PERSON,
        _LEADS,
        line_in_force(_TODAY),
        Person.state == PersonState.ACTIVE,
    )
    .order_by(Person.name_folded, Person.id)
    .distinct()
)
_DEPUTIES = Statement(
    select(*MEMBER_COLUMNS)
    .join(Delegation, Delegation.deputy_id == Person.id)
    .where(
        Delegation.delegator_id == _PERSON,
        delegation_in_force(_TODAY),
        Person.state == PersonState.ACTIVE,
    )
    .order_by(Delegation.valid_from.desc(), Person.id)
)
_ABSENCES = Statement(
    select(Leave.person_id, Leave.first_day, Leave.day_after).where(
        Leave.person_id.in_(bindparam("people", expanding=True)),
        Leave.day_after > bindparam("since"),
        Leave.first_day < bindparam("until"),
    )
)
_PATH = Statement(select(OrgUnit.path).where(OrgUnit.id == bindparam("unit")))
# A grant covers a place that lies in its unit or one below, and in its region; without, everywhere.
_ROLE_HOLDERS = Statement(
    select(*MEMBER_COLUMNS)
    .join(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        RoleGrant.role == bindparam("role"),
        grant_in_force(_TODAY),
        or_(
            RoleGrant.org_unit_id.is_(None),
            RoleGrant.org_unit_id.in_(
                select(OrgUnit.id).where(OrgUnit.path.in_(bindparam("paths", expanding=True)))
            ),
        ),
        or_(
            RoleGrant.region.is_(None),
            RoleGrant.region.in_(bindparam("regions", expanding=True)),
        ),
        Person.state == PersonState.ACTIVE,
    )
    .order_by(RoleGrant.org_unit_id.is_(None), RoleGrant.region.is_(None), Person.name_folded)
)
_HOLDS_ROLE = Statement(
    select(RoleGrant.id)
    .where(
        RoleGrant.person_id == _PERSON,
        RoleGrant.role == bindparam("role"),
        grant_in_force(_TODAY),
    )
    .limit(1)
)


def workspace(connection: Connection) -> Row[str, str | None] | None:
    """The team and enterprise that this deployment serves, or None before the first start."""
    return connection.execute(select(Workspace.team, Workspace.enterprise)).one_or_none()


def stored_workspace(connection: Connection) -> HomeWorkspace | None:
    row = connection.execute(
        select(Workspace.team, Workspace.enterprise, Workspace.bot_user, Workspace.bot)
    ).one_or_none()
    return None if row is None else HomeWorkspace(*row)


def active_by_slack_user(connection: Connection, slack_user: str) -> Member | None:
    row = _ACTIVE_BY_SLACK_USER.row(connection, {"slack_user": slack_user})
    return None if row is None else member_from(row)


def active_by_email(connection: Connection, email: str) -> Member | None:
    wanted = select(*MEMBER_COLUMNS).where(
        Person.email == email.strip().casefold(), Person.state == PersonState.ACTIVE
    )
    row = connection.execute(wanted).one_or_none()
    return None if row is None else member_from(row)


def able_to_act() -> ColumnElement[bool]:
    """`Member.may_act` of people who have not left, as a clause."""
    contractor = and_(Person.standing == Standing.GUEST, Person.employment == Employment.CONTRACTOR)
    return and_(
        Person.state == PersonState.ACTIVE, or_(Person.standing == Standing.FULL, contractor)
    )


def can_act(connection: Connection, person: UUID) -> bool:
    """Whether the person still is here, with an account that lets them act."""
    found = connection.execute(select(Person.id).where(Person.id == person, able_to_act()))
    return found.first() is not None


def lock(connection: Connection, person: UUID) -> None:
    """Whoever else decides something about this person waits until the commit."""
    connection.execute(select(Person.id).where(Person.id == person).with_for_update(key_share=True))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who seems to ask, and the workspace that this deployment serves."""

    member: Member
    team: str | None
    enterprise: str | None


def asker(connection: Connection, slack_user: str) -> Asker | None:
    """Everything that tells whether a request comes from one of us; None for nobody active."""
    row = _ASKER.row(connection, {"slack_user": slack_user})
    return None if row is None else Asker(member_from(row[:-2]), row[-2], row[-1])


def names_by_slack_user(connection: Connection, slack_users: Iterable[str]) -> dict[str, str]:
    rows = connection.execute(
        select(Person.slack_user, Person.name).where(Person.slack_user.in_(set(slack_users)))
    )
    return {str(slack_user): name for slack_user, name in rows}


def member(connection: Connection, person: UUID) -> Member:
    """The person with this id; raises NoResultFound for an id that never was."""
    return member_from(_BY_ID.only(connection, {"person": person}))


def members(connection: Connection, people: Iterable[UUID]) -> dict[UUID, Member]:
    rows = _BY_IDS.rows(connection, {"people": list(set(people))})
    return {row[0]: member_from(row) for row in rows}


def current_managers(connection: Connection, person: UUID, today: date) -> list[Member]:
    """Active managers in force, the acting one before the permanent one; matrix managers not."""
    rows = _CURRENT_MANAGERS.rows(connection, {"person": person, "today": today})
    return [member_from(row) for row in rows]


def all_managers(connection: Connection, person: UUID, today: date) -> set[UUID]:
    """Everybody who leads the person in any line: acting, permanent or matrix."""
    rows = _ALL_MANAGERS.rows(connection, {"person": person, "today": today})
    return {manager for (manager,) in rows}


def direct_reports(connection: Connection, manager: UUID, today: date) -> list[Member]:
    rows = _DIRECT_REPORTS.rows(connection, {"person": manager, "today": today})
    return [member_from(row) for row in rows]


def deputies(connection: Connection, person: UUID, today: date) -> list[Member]:
    rows = _DEPUTIES.rows(connection, {"person": person, "today": today})
    return [member_from(row) for row in rows]


def absences(
    connection: Connection, people: Iterable[UUID], since: date
) -> dict[UUID, list[Absence]]:
    """Leave that touches `since` or the days after it, by person."""
    found: dict[UUID, list[Absence]] = {}
    asked = {
        "people": list(set(people)),
        "since": since,
        "until": since + timedelta(days=LOOK_AHEAD_DAYS),
    }
    rows = _ABSENCES.rows(connection, asked)
    for person, first_day, day_after in rows:
        found.setdefault(person, []).append(Absence(first_day, day_after))
    return found


def role_holders(connection: Connection, role: Role, place: Member, today: date) -> list[Member]:
    """Active people who hold the role for where `place` works, the nearest scope first."""
    region = place.region
    asked = {
        "role": role,
        "today": today,
        "paths": _paths_above(connection, place.org_unit),
        "regions": [region, region.split("-")[0]] if region else [],
    }
    return [member_from(row) for row in _ROLE_HOLDERS.rows(connection, asked)]


def _paths_above(connection: Connection, unit: UUID | None) -> list[str]:
    if unit is None:
        return []
    parts = _PATH.only(connection, {"unit": unit})[0].split(" / ")
    return [" / ".join(parts[: n + 1]) for n in range(len(parts))]


def unit_paths(connection: Connection) -> dict[UUID, str]:
    """The path of every unit."""
    rows = connection.execute(select(OrgUnit.id, OrgUnit.path))
    return {row.id: row.path for row in rows}


def unit_numbers(connection: Connection) -> dict[str, UUID]:
    """Every unit, by its path."""
    return {path: unit for unit, path in unit_paths(connection).items()}


def holds_role(connection: Connection, person: UUID, role: Role, today: date) -> bool:
    """Whether the person holds the role anywhere."""
    asked = {"person": person, "role": role, "today": today}
    return _HOLDS_ROLE.row(connection, asked) is not None


@dataclass(frozen=True, slots=True)
class RoleScope:
    """Where a role holds: a unit (by path) with all below it, a region, or everywhere."""

    path: str | None
    region: str | None


def role_scopes(connection: Connection, person: UUID, role: Role, today: date) -> list[RoleScope]:
    """Where the person holds the role."""
    rows = connection.execute(
        select(OrgUnit.path, RoleGrant.region)
        .select_from(RoleGrant)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.person_id == person, RoleGrant.role == role, grant_in_force(today))
    )
    return [RoleScope(*row) for row in rows]


def nobody_listed(connection: Connection) -> bool:
    return connection.execute(select(Person.id).limit(1)).first() is None


def choose_hours(connection: Connection, person: UUID, hours: OwnHours) -> None:
    connection.execute(
        update(Person)
        .where(Person.id == person)
        .values(
            messages_from=hours.starts,
            quiet_from=hours.quiet_from,
            quiet_to=hours.quiet_to,
            list_day=hours.list_day,
        )
    )


def note_home_opened(connection: Connection, person: UUID, at: datetime) -> None:
    """Remember (machine time) that the person looks at Home, so that it is kept fresh a while."""
    connection.execute(update(Person).where(Person.id == person).values(home_opened_at=at))


def save_workspace(connection: Connection, home: HomeWorkspace) -> None:
    """Remember which workspace this deployment serves; only its first start writes it."""
    connection.execute(insert(Workspace).values(id=1, **asdict(home)))


def apply_profile(connection: Connection, profile: SlackProfile) -> bool:
    """Take over what Slack says of somebody in the directory; True if anything changed."""
    told: dict[InstrumentedAttribute[Any], object] = {Person.standing: profile.standing}
    if profile.locale is not None:
        told[Person.slack_locale] = profile.locale
    changed = connection.execute(
        update(Person)
        .where(
            Person.slack_user == profile.slack_user,
            or_(*(column.is_distinct_from(value) for column, value in told.items())),
        )
        .values({column.key: value for column, value in told.items()})
    )
    return changed.rowcount > 0


def past_their_last_day(connection: Connection, today: date, limit: int) -> list[UUID]:
    """Active people whose last day of employment is over."""
    rows = connection.scalars(
        select(Person.id)
        .where(Person.state == PersonState.ACTIVE, Person.leaving_on < today)
        .order_by(Person.id)
        .limit(limit)
    )
    return list(rows)


def mark_left(connection: Connection, person: UUID) -> bool:
    """They have left; False if they had before."""
    changed = connection.execute(
        update(Person)
        .where(Person.id == person, Person.state == PersonState.ACTIVE)
        .values(state=PersonState.LEFT)
    )
    return changed.rowcount == 1
