"""What retention says of the things of a kind, counted and listed in the database.

The same as `domain.retention_rules.fate_of`, thing by thing; a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Uuid,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from domain.corrections import CorrectionAbout, CorrectionState
from domain.retention_rules import Fate, Kind, Retention, Terms
from storage.retained import DISPUTED_BY, HELD_BY, Source, sources_of
from storage.tables.corrections import Correction
from storage.tables.goals import Goal
from storage.tables.holds import LegalHold
from storage.tables.outbox import Notice
from storage.tables.people import Person

_MIDNIGHT = time(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AsOf:
    """`day` is the day up to which terms count. What a hold or a case kept at `asked_at` (business
    time) is kept, even where that has ended since; None: only what keeps it now."""

    day: date
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A thing in its source; `person` where a thing is one person's row."""

    thing: Any
    person: UUID | None = None


def counts(connection: Connection, rules: Retention, kind: Kind, as_of: AsOf) -> dict[Fate, int]:
    """How many things of the kind are past their maximum, by fate."""
    found: dict[Fate, int] = {}
    for source in sources_of(kind):
        judged = _judged(connection, rules, source, as_of)
        if judged is None:
            continue
        fates = select(_fate(judged).label("fate")).subquery()
        rows = connection.execute(select(fates.c.fate, func.count()).group_by(fates.c.fate))
        for told, number in rows:
            found[Fate(told)] = found.get(Fate(told), 0) + number
    return found


def due(
    connection: Connection, rules: Retention, source: Source, as_of: AsOf, limit: int
) -> list[Key]:
    """The first things of a source that are to be purged."""
    judged = _judged(connection, rules, source, as_of)
    return [] if judged is None else _due(connection, judged, source, limit)


def still_due(
    connection: Connection, rules: Retention, source: Source, as_of: AsOf, keys: Sequence[Key]
) -> list[Key]:
    """Those of these that are, looked at again once the people concerned are locked."""
    judged = _judged(connection, rules, source, as_of, among=[key.thing for key in keys])
    wanted = set(keys)
    if judged is None:
        return []
    return [key for key in _due(connection, judged, source, None) if key in wanted]


def _due(connection: Connection, judged: Subquery, source: Source, limit: int | None) -> list[Key]:
    order = [judged.c.thing, *([judged.c.person] if source.per_person else [])]
    rows = connection.execute(
        select(*order).where(_fate(judged) == Fate.DUE.value).order_by(*order).limit(limit)
    )
    return [Key(*row) for row in rows]


def held_since(
    connection: Connection, source: Source, keys: Sequence[Key], moment: datetime
) -> set[Key]:
    """Those of these that a hold keeps which was placed after `moment`, and stands."""
    parties = source.parties.subquery()
    each = [parties.c.thing, *([parties.c.person] if source.per_person else [])]
    holding = (
        select(LegalHold.id)
        .where(
            LegalHold.person_id == parties.c.person,
            LegalHold.scope.in_(HELD_BY[source.kind]),
            LegalHold.released_at.is_(None),
            LegalHold.placed_at > moment,
        )
        .exists()
    )
    rows = connection.execute(
        select(*each).where(parties.c.thing.in_([key.thing for key in keys]), holding).distinct()
    )
    return {Key(*row) for row in rows} & set(keys)


def people_of(connection: Connection, source: Source, keys: Sequence[Key]) -> list[UUID]:
    """Whom these things concern, in the order in which their rows are to be locked."""
    parties = source.parties.subquery()
    person = type_coerce(parties.c.person, Uuid())
    wanted = select(person).where(
        parties.c.thing.in_([key.thing for key in keys]), parties.c.person.is_not(None)
    )
    return sorted(set(connection.scalars(wanted)))


def archive(
    connection: Connection, rules: Retention, day: date, at: datetime, limit: int
) -> list[UUID]:
    """Take goals whose time in the lists is over out of them; returns which, at most `limit`."""
    goals = _to_archive(connection, rules, day, limit)
    if goals:
        connection.execute(update(Goal).where(Goal.id.in_(goals)).values(archived_at=at))
    return goals


def to_archive(connection: Connection, rules: Retention, day: date, limit: int) -> int:
    """How many goals that would be, at most `limit`."""
    return len(_to_archive(connection, rules, day, limit))


def _to_archive(connection: Connection, rules: Retention, day: date, limit: int) -> list[UUID]:
    found: list[UUID] = []
    for source in sources_of(Kind.GOALS):
        parties = source.parties.subquery()
        over = _by_region(
            connection, rules, source, parties, lambda terms: terms.archived_until(day), _until
        )
        rows = (
            select(parties.c.thing)
            .join(Goal, Goal.id == parties.c.thing)
            .outerjoin(Person, Person.id == parties.c.person)
            .where(Goal.archived_at.is_(None), over)
            .order_by(parties.c.thing)
            .limit(limit - len(found))
        )
        found += connection.scalars(rows)
    return found


def _judged(
    connection: Connection,
    rules: Retention,
    source: Source,
    as_of: AsOf,
    among: Sequence[object] | None = None,
) -> Subquery | None:
    """A row for each thing that is past its maximum: whether it is held, kept by law, disputed.

    None where no rule has a maximum.
    """
    if not rules.has_maximum(source.kind):
        return None
    parties = source.parties.subquery()
    over = _by_region(
        connection, rules, source, parties, lambda one: one.over_until(as_of.day), _until
    )
    kept = _by_region(
        connection, rules, source, parties, lambda one: one.kept_after(as_of.day), _after
    )
    each = [parties.c.thing, *([parties.c.person] if source.per_person else [])]
    wanted = (
        select(
            *each,
            _any(_held(parties, source.kind, as_of)).label("held"),
            _any(kept).label("kept"),
            _any(_disputed(parties, source.kind, as_of)).label("disputed"),
        )
        .select_from(parties)
        .outerjoin(Person, Person.id == parties.c.person)
        .group_by(*each)
        .having(_any(over) == 1)
    )
    if among is not None:
        wanted = wanted.where(parties.c.thing.in_(among))
    return wanted.subquery()


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Whether it is so for anybody whom a thing concerns."""
    return func.max(case((condition, 1), else_=0))


def _fate(judged: Subquery) -> ColumnElement[str]:
    """One goes before those behind it, as in `fate_of`."""
    return case(
        (judged.c.held == 1, literal(Fate.HELD.value)),
        (judged.c.kept == 1, literal(Fate.CONFLICT.value)),
        (judged.c.disputed == 1, literal(Fate.DISPUTED.value)),
        else_=literal(Fate.DUE.value),
    )


def _by_region(
    connection: Connection,
    rules: Retention,
    source: Source,
    parties: Subquery,
    bound: Callable[[Terms], date | None],
    compare: Callable[[Source, ColumnElement[Any], date], ColumnElement[bool]],
) -> ColumnElement[bool]:
    """Whether a term is over, or not yet, where the person works. Places are few."""
    places: dict[date, list[str | None]] = {}
    regions: list[str | None] = list(connection.scalars(select(Person.region).distinct()))
    for region in {None, *regions}:
        day = bound(rules.terms(source.kind, region))
        if day is not None:
            places.setdefault(day, []).append(region)
    return or_(
        false(),
        *(
            and_(_works_in(some), compare(source, parties.c.since, day))
            for day, some in places.items()
        ),
    )


def _works_in(regions: Sequence[str | None]) -> ColumnElement[bool]:
    """In one of these places; None: nowhere that is known."""
    named = [one for one in regions if one is not None]
    return or_(Person.region.in_(named), Person.region.is_(None) if None in regions else false())


def _until(source: Source, since: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    return since <= day if source.dated else since < _next_midnight(day)


def _after(source: Source, since: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    return since > day if source.dated else since >= _next_midnight(day)


def _next_midnight(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), _MIDNIGHT)


def _held(parties: Subquery, kind: Kind, as_of: AsOf) -> ColumnElement[bool]:
    stands: ColumnElement[bool] = LegalHold.released_at.is_(None)
    if as_of.asked_at is not None:
        stands |= LegalHold.released_at > as_of.asked_at
    return (
        select(LegalHold.id)
        .where(LegalHold.person_id == parties.c.person, LegalHold.scope.in_(HELD_BY[kind]), stands)
        .exists()
    )


def _disputed(parties: Subquery, kind: Kind, as_of: AsOf) -> ColumnElement[bool]:
    open_: ColumnElement[bool] = Correction.state == CorrectionState.OPEN
    if as_of.asked_at is not None:
        open_ |= Correction.answered_at > as_of.asked_at
    concerned = and_(
        Correction.asker_id == parties.c.person, Correction.about.in_(DISPUTED_BY[kind])
    )
    about = {Kind.GOALS: CorrectionAbout.GOAL, Kind.FEEDBACK: CorrectionAbout.FEEDBACK}.get(kind)
    if about is not None:
        concerned |= and_(Correction.thing_id == parties.c.thing, Correction.about == about)
    return select(Correction.id).where(open_, concerned).exists()


def told_already(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of these notices that exist."""
    wanted = select(Notice.dedup_key).where(Notice.dedup_key.in_(keys))
    return set(connection.scalars(wanted))
