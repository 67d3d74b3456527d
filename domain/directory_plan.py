"""What an import would change: every person, unit, reporting line and role, before it is done.

People whom the file does not list are left as they are. Roles are only ever added: they end by
revocation, not by a missing word in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.directory import (
    FACT_OF,
    UNIT_SEPARATOR,
    Column,
    DirectoryFile,
    DirectoryNow,
    DirectoryRow,
    Fact,
    GrantKey,
    KnownLine,
    KnownPerson,
    PersonFacts,
    RoleAsked,
    units_above,
)
from domain.directory_roll import Roll
from domain.people import GrantState, LineKind, PersonState, Role
from domain.regions import is_region


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a plan names them."""

    id: UUID = field(compare=False)
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class NewUnit:
    id: UUID = field(compare=False)
    path: str
    parent: UUID | None = field(compare=False)

    @property
    def name(self) -> str:
        return self.path.rpartition(UNIT_SEPARATOR)[2]


@dataclass(frozen=True, slots=True)
class NewPerson:
    who: Named
    facts: PersonFacts


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact, before and after; `state` where somebody has left, or is back."""

    fact: str
    before: Fact
    after: Fact


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    """Somebody whose facts change; `facts` are all of them as they will be."""

    who: Named
    facts: PersonFacts
    changes: tuple[FactChange, ...]
    state: PersonState
    """As it will be, which the last day alone doesn't tell: by hand they may have left on their own
    date, hours before it is over everywhere on earth."""


class LineStep(StrEnum):
    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class LineChange:
    """A reporting line that begins or ends at `on` (a closed one is no longer in force then)."""

    id: UUID = field(compare=False)
    step: LineStep
    kind: LineKind
    who: Named
    manager: Named
    on: date = field(compare=False)


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to be given: at once into an empty directory, else once two people confirmed it."""

    id: UUID = field(compare=False)
    who: Named
    role: Role
    unit: str | None
    region: str | None
    state: GrantState


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import changes. Two plans are equal if they do the same."""

    today: date = field(compare=False)
    units: tuple[NewUnit, ...] = ()
    created: tuple[NewPerson, ...] = ()
    changed: tuple[ChangedPerson, ...] = ()
    lines: tuple[LineChange, ...] = ()
    grants: tuple[NewGrant, ...] = ()
    unchanged: int = 0
    """People whom the file lists as they are already."""
    not_listed: int = 0
    """Active people whom the file does not list; they are left as they are."""

    @property
    def is_empty(self) -> bool:
        return not (self.units or self.created or self.changed or self.lines or self.grants)

    @property
    def first(self) -> bool:
        """Whether the directory is empty before it."""
        return not (self.changed or self.unchanged or self.not_listed)

    @property
    def left(self) -> frozenset[UUID]:
        """Who has left, as their last day says."""
        return frozenset(
            person.who.id
            for person in self.changed
            if any(change.after is PersonState.LEFT for change in person.changes)
        )

    @property
    def moved(self) -> frozenset[UUID]:
        """Whose primary manager changes, ends or begins, of those who were in the directory."""
        new = {person.who.id for person in self.created}
        primary = (line for line in self.lines if line.kind is LineKind.PRIMARY)
        return frozenset(line.who.id for line in primary) - new


def make_plan(file: DirectoryFile, roll: Roll, today: date, new_id: Callable[[], UUID]) -> Plan:
    """The plan for a file without problems, dated `today`."""
    return _Planner(file, roll, today, new_id).plan()


class _Planner:
    def __init__(
        self, file: DirectoryFile, roll: Roll, today: date, new_id: Callable[[], UUID]
    ) -> None:
        self._file = file
        self._roll = roll
        self._now: DirectoryNow = roll.now
        self._today = today
        self._new_id = new_id

    def plan(self) -> Plan:
        created, changed = [], []
        for person, row in self._roll.rows.items():
            known = self._now.people.get(person)
            if known is None:
                created.append(NewPerson(self._named(person), row.facts))
            elif change := self._changed(known, row):
                changed.append(change)
        lines = tuple(line for person in self._roll.rows for line in self._lines(person))
        touched = {each.who for each in created} | {each.who for each in changed}
        touched |= {line.who for line in lines}
        return Plan(
            today=self._today,
            units=tuple(self._units()),
            created=tuple(created),
            changed=tuple(changed),
            lines=lines,
            grants=tuple(self._grants()),
            unchanged=len(self._roll.rows) - len(touched),
            not_listed=sum(
                person.state is PersonState.ACTIVE and person.id not in self._roll.rows
                for person in self._now.people.values()
            ),
        )

    def _named(self, person: UUID) -> Named:
        return Named(person, self._roll.name(person), self._roll.email(person))

    def _changed(self, known: KnownPerson, row: DirectoryRow) -> ChangedPerson | None:
        facts = self._merged(known.facts, row.facts)
        changes = [
            FactChange(name, getattr(known.facts, name), getattr(facts, name))
            for name in FACT_OF.values()
            if getattr(known.facts, name) != getattr(facts, name)
        ]
        state = facts.state_on(self._today)
        if facts.leaving_on is not None and facts.leaving_on == known.facts.leaving_on:
            state = PersonState.LEFT if known.state is PersonState.LEFT else state
        if known.state is not state:
            changes.insert(0, FactChange("state", known.state, state))
        if not changes:
            return None
        return ChangedPerson(self._named(known.id), facts, tuple(changes), state)

    def _merged(self, known: PersonFacts, listed: PersonFacts) -> PersonFacts:
        """What the file's columns say, and the rest as it was.

        An empty Slack id takes nobody's account away: Slack itself may have told us.
        """
        given: dict[str, Fact] = {
            name: getattr(listed, name)
            for column, name in FACT_OF.items()
            if column in self._file.columns
        }
        if listed.slack_user is None:
            given.pop("slack_user", None)
        return replace(known, **given)  # type: ignore[arg-type] # names and values come from PersonFacts itself

    def _units(self) -> Iterator[NewUnit]:
        """New units, parents first."""
        ids: dict[str, UUID] = dict(self._now.units)
        listed = {row.facts.unit for row in self._roll.rows.values() if row.facts.unit}
        for path in sorted({above for unit in listed for above in units_above(unit)}):
            if path not in ids:
                ids[path] = self._new_id()
                parent = path.rpartition(UNIT_SEPARATOR)[0]
                yield NewUnit(ids[path], path, ids.get(parent))

    def _lines(self, person: UUID) -> Iterator[LineChange]:
        row = self._roll.rows[person]
        managers = [self._roll.ids[row.manager]] if row.manager else []
        known = self._now.primary.get(person, ())
        yield from self._line_changes(person, LineKind.PRIMARY, managers, known)
        if Column.MATRIX_MANAGERS in self._file.columns:
            matrix = [self._roll.ids[email] for email in row.matrix_managers]
            known = self._now.matrix.get(person, ())
            yield from self._line_changes(person, LineKind.MATRIX, matrix, known)

    def _line_changes(
        self, person: UUID, kind: LineKind, managers: list[UUID], known: tuple[KnownLine, ...]
    ) -> Iterator[LineChange]:
        """Lines to close, then lines to open; a line that holds for good already stays."""
        kept: set[UUID] = set()
        for line in known:
            holds = line.valid_from <= self._today and line.valid_to is None
            if holds and line.manager in managers and line.manager not in kept:
                kept.add(line.manager)
            else:
                on = max(line.valid_from, self._today)
                yield self._line(line.id, LineStep.CLOSE, kind, person, line.manager, on)
        for manager in managers:
            if manager not in kept:
                yield self._line(self._new_id(), LineStep.OPEN, kind, person, manager, self._today)

    def _line(
        self, line: UUID, step: LineStep, kind: LineKind, person: UUID, manager: UUID, on: date
    ) -> LineChange:
        return LineChange(line, step, kind, self._named(person), self._named(manager), on)

    def _grants(self) -> Iterator[NewGrant]:
        state = GrantState.PENDING if self._now.people else GrantState.ACTIVE
        for person, row in self._roll.rows.items():
            known = self._now.people.get(person)
            facts = self._merged(known.facts, row.facts) if known else row.facts
            if facts.state_on(self._today) is PersonState.LEFT:
                continue
            for asked in row.roles:
                key = _grant_key(person, asked)
                if key not in self._now.grants:
                    yield NewGrant(
                        self._new_id(),
                        self._named(person),
                        key.role,
                        key.unit,
                        key.region,
                        state,
                    )


def _grant_key(person: UUID, asked: RoleAsked) -> GrantKey:
    if asked.scope is None:
        return GrantKey(person, asked.role)
    if is_region(asked.scope):
        return GrantKey(person, asked.role, region=asked.scope)
    return GrantKey(person, asked.role, unit=asked.scope)
