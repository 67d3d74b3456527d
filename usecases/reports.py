"""`/accord report`: access and activity, in numbers about groups. Each opening is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from domain.access_reviews import ReviewState
from domain.aggregates import EVERYBODY, Cell, Figures, Grouping, groups_around, told
from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import NotAllowed
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Level, Member, Role
from domain.reports import (
    ABOUT_GOALS,
    ENDING_WITHIN,
    LOOKED_BACK,
    WEEKS,
    AccessFigures,
    DeputyInReport,
    GoalFigures,
    ReaderKind,
    Report,
    ReportPart,
    RoleInReport,
    WeekOfReads,
)
from domain.roles import earliest_date
from storage import access_reviews, people, reports, roles
from storage.people import RoleScope
from storage.reports import Counted
from storage.unit_of_work import Reading, Store
from usecases.access import require_member

IN_FULL = (Role.HR, Role.LEGAL, Role.COMPLIANCE)
"""Who reads names of those who hold a role, and who opened what."""
NAMED = 5
LISTED = 8
GROUPS_AT_ONCE = 8
EVERYWHERE = RoleScope(None, None)


def read_report(store: Store, origin: Origin, part: ReportPart | None, offset: int = 0) -> Report:
    """A part of the report, from the group `offset` on; the first that the viewer may read if None.

    That it was read is recorded first. Raises NotAllowed, for administrators, too.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        scopes = _scopes(work, viewer, IN_FULL)
        parts = _parts(work, viewer)
        shown = part or parts[0]
        if shown not in parts:
            raise NotAllowed("reports_of_hr")
        work.record(
            AuditEvent(
                Action.REPORT_READ,
                Actor(ActorKind.PERSON, viewer.id),
                SubjectType.PERSON,
                viewer.id,
                reason=shown.value,
            )
        )
    with store.read(origin) as reading:
        match shown:
            case ReportPart.ACCESS:
                figures = _access(reading, named=bool(scopes))
                return Report(viewer, shown, parts, access=figures)
            case ReportPart.READS:
                return Report(viewer, shown, parts, reads=_reads(reading))
            case _:
                seen = scopes + _scopes(reading, viewer, (Role.REPRESENTATIVE,))
                groups = [
                    one for one in _goals(reading, shown) if _in_sight(seen, shown, one.group)
                ]
                page = groups[offset : offset + GROUPS_AT_ONCE]
                more = len(groups) > offset + GROUPS_AT_ONCE
                return Report(viewer, shown, parts, goals=tuple(page), offset=offset, more=more)


def _scopes(work: Reading, viewer: Member, among: Iterable[Role]) -> list[RoleScope]:
    today = viewer.today(work.now)
    return [
        scope
        for role in among
        for scope in people.role_scopes(work.connection, viewer.id, role, today)
    ]


def _parts(work: Reading, viewer: Member) -> tuple[ReportPart, ...]:
    full = _scopes(work, viewer, IN_FULL)
    seen = full + _scopes(work, viewer, (Role.REPRESENTATIVE,))
    if not seen:
        raise NotAllowed("reports_of_hr")
    parts = [ReportPart.ACCESS]
    if EVERYWHERE in full:
        parts.append(ReportPart.READS)
    return (*parts, *(one for one in ABOUT_GOALS if _any_in_sight(seen, one)))


def _any_in_sight(scopes: Sequence[RoleScope], part: ReportPart) -> bool:
    return any(_may_see_part(scope, part) for scope in scopes)


def _may_see_part(scope: RoleScope, part: ReportPart) -> bool:
    if scope == EVERYWHERE:
        return True
    if part is ReportPart.UNITS:
        return scope.path is not None and scope.region is None
    country_alone = scope.region is not None and len(scope.region) == reports.COUNTRY_LETTERS
    return part is ReportPart.REGIONS and scope.path is None and country_alone


def _in_sight(scopes: Sequence[RoleScope], part: ReportPart, group: str) -> bool:
    """Whether one of the scopes holds the whole group; what is told of it is the same for all."""
    return any(
        scope == EVERYWHERE
        or (
            _may_see_part(scope, part)
            and group != EVERYBODY
            and f"{group} / ".startswith(f"{scope.path or scope.region} / ")
        )
        for scope in scopes
    )


def people_in_sight(
    work: Reading, viewer: Member, role: Role
) -> dict[ReportPart, list[GoalFigures]]:
    """Whom a role covers, by level, region and unit: as the report tells it, and nothing beyond,
    so that no two screens together tell of a few people."""
    scopes = _scopes(work, viewer, (role,))
    return {
        part: [one for one in _goals(work, part) if _in_sight(scopes, part, one.group)]
        for part in ABOUT_GOALS
        if _any_in_sight(scopes, part)
    }


# Access


def _access(work: Reading, *, named: bool) -> AccessFigures:
    connection, today = work.connection, earliest_date(work.now)
    counts = reports.roles_by_count(connection, today)
    names = reports.first_holders(connection, today, NAMED) if named else {}
    ending_count, ending = reports.ending(connection, today, today + ENDING_WITHIN, LISTED)
    deputy_count, deputies = reports.deputies(connection, today, LISTED)
    held = [roles.by_id(connection, one) for one in ending] if named else []
    share_count, goals_shared = reports.shares(connection)
    review = access_reviews.head(connection, ReviewState.OPEN)
    review = review or access_reviews.head(connection, ReviewState.CLOSED)
    return AccessFigures(
        roles=tuple(
            RoleInReport(role, counts[role], tuple(names.get(role, ())))
            for role in Role
            if role in counts
        ),
        waiting=reports.pending_roles(connection),
        ending_count=ending_count,
        ending=tuple(one for one in held if one is not None),
        deputy_count=deputy_count,
        deputies=tuple(DeputyInReport(*one) for one in deputies) if named else (),
        shares=share_count,
        goals_shared=goals_shared,
        review=review,
        answers=access_reviews.counts(connection, review.id) if review else {},
    )


# Openings


def _reads(work: Reading) -> tuple[WeekOfReads, ...]:
    """Machine time, as the record has it."""
    this_monday = work.at.date() - timedelta(days=work.at.weekday())
    mondays = [this_monday - timedelta(weeks=n) for n in range(WEEKS)]
    by_reader: dict[date, Counter[ReaderKind]] = {one: Counter() for one in mondays}
    by_kind: dict[date, Counter[Action]] = {one: Counter() for one in mondays}
    found = reports.reads(work.connection, mondays[-1], earliest_date(work.now))
    for monday, reader, kind, count in found:
        if monday in by_reader:
            by_reader[monday][reader] += count
            by_kind[monday][kind] += count
    return tuple(WeekOfReads(one, by_reader[one], by_kind[one]) for one in mondays)


# Goals

_Counts = Sequence[Counted]


def _goals(work: Reading, part: ReportPart) -> list[GoalFigures]:
    """All groups of one grouping. What is told follows from all groupings together, always alike,
    so that no two readers could put together what neither is told."""
    connection, since = work.connection, work.now - LOOKED_BACK
    units = {path: parent or EVERYBODY for path, parent in reports.units(connection).items()}
    standing = reports.with_goals(connection)
    countries = {one.country: EVERYBODY for one in standing if one.country}
    groupings: tuple[Grouping, ...] = (dict.fromkeys(Level, EVERYBODY), countries, units)
    number = ABOUT_GOALS.index(part)

    def column(counted: _Counts, *which: int) -> _Told:
        return told(_cells(standing, counted, which), groupings)[number]

    overdue = timedelta(days=work.policy.document.check_ins.overdue_after_days)
    outcomes = reports.outcomes(connection, since)
    asked = reports.check_ins(connection, since, work.now - overdue, overdue)
    with_goal = column(standing, 0, 1)
    unchanged, countered, declined = (column(outcomes, n) for n in range(3))
    asked_of_them = reports.wishes(connection, since)
    silent, reserved = column(asked_of_them, 0, 1), column(asked_of_them, 2, 3)
    agreed = column(reports.agreements(connection, since), 0)
    on_time, late = (column(asked, n) for n in range(2))
    days = _medians(work, groupings, number)

    def figures(group: str) -> GoalFigures:
        people_here = with_goal[group]
        return GoalFigures(
            group=group,
            people=people_here.people if people_here else None,
            with_goal=people_here.counts[0] if people_here else None,
            unchanged=_count(unchanged, group),
            countered=_count(countered, group),
            declined=_count(declined, group),
            days=days(group) if agreed.get(group) else None,
            on_time=_count(on_time, group),
            late=_count(late, group),
            silent=_count(silent, group),
            reserved=_count(reserved, group),
        )

    return [figures(one) for one in sorted(with_goal, key=_in_order(groupings[number]))]


_Told = Mapping[str, Figures | None]


def _cells(standing: _Counts, counted: _Counts, which: Sequence[int]) -> list[Cell]:
    """Everybody who is here, also those of whom nothing is counted: that is a figure, too."""
    found = {_place(one): one for one in counted}
    cells = []
    for one in standing:
        place = _place(one)
        here = found.get(place)
        counts, of = (
            (tuple(here.counts[n] for n in which), tuple(here.of[n] for n in which))
            if here
            else ((0,) * len(which), (0,) * len(which))
        )
        cells.append(Cell(place, one.people, counts, of))
    return cells


def _place(one: Counted) -> tuple[str, str, str]:
    return (one.level.value, one.country or EVERYBODY, one.unit or EVERYBODY)


def _count(column: _Told, group: str) -> int | None:
    found = column.get(group)
    return found.counts[0] if found else None


def _in_order(grouping: Grouping) -> Callable[[str], list[tuple[int, str]]]:
    """Each group before those in it; levels as they are, all else by name."""
    levels = list(Level)

    def key(group: str) -> list[tuple[int, str]]:
        above = [one for one in groups_around(grouping, group) if one != EVERYBODY]
        return [(levels.index(Level(one)) if one in levels else 0, one) for one in reversed(above)]

    return key


def _medians(
    work: Reading, groupings: Sequence[Grouping], number: int
) -> Callable[[str], int | None]:
    counted: dict[str, Counter[int]] = {}
    since = work.now - LOOKED_BACK
    for level, country, unit, days, count in reports.days_to_agreement(work.connection, since):
        place = (level.value, country or EVERYBODY, unit or EVERYBODY)[number]
        for group in groups_around(groupings[number], place):
            counted.setdefault(group, Counter())[days] += count

    def median(group: str) -> int | None:
        found = counted.get(group)
        if not found:
            return None
        half, so_far = (found.total() + 1) // 2, 0
        for days in sorted(found):
            so_far += found[days]
            if so_far >= half:
                return days
        return None

    return median
