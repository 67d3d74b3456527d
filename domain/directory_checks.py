"""What is wrong between rows, and between the file and the directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import chain
from uuid import UUID

from domain.directory import Column, DirectoryFile, DirectoryRow, Problem, RoleAsked, units_above
from domain.directory_roll import Roll
from domain.people import PersonState
from domain.regions import is_region

# Comparing an unknown e-mail with all others is slow; nobody reads a hundred suggestions.
SUGGESTIONS = 20
SUGGEST_AMONG = 10_000


def problems_between(file: DirectoryFile, roll: Roll) -> list[Problem]:
    """Every fault that shows only when rows are seen together, in no particular order."""
    units = _units(file, roll)
    return [
        *_twice(file, Column.EMAIL),
        *_twice(file, Column.SLACK_USER),
        *_slack_taken(roll),
        *_manager_problems(file, roll),
        *_loops(roll),
        *_units_alike(file, roll),
        *_scope_problems(file, units),
    ]


def _twice(file: DirectoryFile, column: Column) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in file.rows:
        value = row.facts.email if column is Column.EMAIL else row.facts.slack_user
        if value is None:
            continue
        line = first.setdefault(value, row.line)
        if line != row.line:
            yield Problem(
                row.line, column.value, "listed_twice", {"text": value, "line": str(line)}
            )


def _slack_taken(roll: Roll) -> Iterator[Problem]:
    """A Slack account belongs to one person, unless the file gives that one another."""
    holders = {
        person.facts.slack_user: person.id
        for person in roll.now.people.values()
        if person.facts.slack_user and not _gets_another(roll, person.id)
    }
    for person, row in roll.rows.items():
        holder = holders.get(row.facts.slack_user or "", person)
        if holder != person:
            params = {"text": row.facts.slack_user, "email": roll.email(holder)}
            yield Problem(row.line, Column.SLACK_USER.value, "slack_user_taken", params)


def _gets_another(roll: Roll, person: UUID) -> bool:
    row, known = roll.rows.get(person), roll.now.people[person]
    return row is not None and row.facts.slack_user not in (None, known.facts.slack_user)


def _manager_problems(file: DirectoryFile, roll: Roll) -> Iterator[Problem]:
    suggestions = _Suggestions(roll)
    for row in file.rows:
        if row.manager:
            yield from _about_manager(row, row.manager, Column.MANAGER, roll, suggestions)
        for manager in row.matrix_managers:
            if manager == row.manager:
                params = {"text": manager}
                column = Column.MATRIX_MANAGERS.value
                yield Problem(row.line, column, "matrix_manager_is_manager", params)
            else:
                column_ = Column.MATRIX_MANAGERS
                yield from _about_manager(row, manager, column_, roll, suggestions)


def _about_manager(
    row: DirectoryRow, email: str, column: Column, roll: Roll, suggestions: _Suggestions
) -> Iterator[Problem]:
    person = roll.ids.get(email)
    if person is None:
        code, params = suggestions.unknown(email)
        yield Problem(row.line, column.value, code, params)
    elif person == roll.ids[row.facts.email]:
        yield Problem(row.line, column.value, "manager_is_self", {"text": email})
    elif person not in roll.rows and roll.now.people[person].state is PersonState.LEFT:
        yield Problem(row.line, column.value, "manager_left", {"text": email})


class _Suggestions:
    """Whom an unknown e-mail may have meant, as long as that is worth the time."""

    def __init__(self, roll: Roll) -> None:
        self._emails = list(roll.ids) if len(roll.ids) <= SUGGEST_AMONG else []
        self._made: dict[str, str | None] = {}

    def unknown(self, email: str) -> tuple[str, Mapping[str, object]]:
        if email not in self._made and len(self._made) < SUGGESTIONS:
            close = get_close_matches(email, self._emails, n=1, cutoff=0.8)
            self._made[email] = close[0] if close else None
        close_one = self._made.get(email)
        if close_one is None:
            return "manager_unknown", {"text": email}
        return "manager_unknown_close", {"text": email, "close": close_one}


def _loops(roll: Roll) -> Iterator[Problem]:
    """Each loop of primary managers once, told at its first line in the file."""
    done: set[UUID] = set()
    for start in roll.rows:
        path: dict[UUID, None] = {}
        person: UUID | None = start
        while person is not None and person not in done and person not in path:
            path[person] = None
            person = roll.manager(person)
        if person is not None and person in path:
            climbed = list(path)
            loop = climbed[climbed.index(person) :]
            if len(loop) > 1:  # somebody who is their own manager has been told already
                yield _loop_problem(loop, roll)
        done.update(path)


def _loop_problem(loop: list[UUID], roll: Roll) -> Problem:
    listed = [person for person in loop if person in roll.rows]
    first = min(listed, key=lambda person: roll.rows[person].line)
    at = loop.index(first)
    in_order = [*loop[at:], *loop[:at], first]
    params = {"chain": " → ".join(roll.email(person) for person in in_order)}
    return Problem(roll.rows[first].line, Column.MANAGER.value, "manager_loop", params)


def _units(file: DirectoryFile, roll: Roll) -> frozenset[str]:
    """Every unit that exists after the import."""
    listed = {row.facts.unit for row in file.rows if row.facts.unit}
    above = chain.from_iterable(units_above(path) for path in listed)
    return frozenset(chain(above, roll.now.units))


def _units_alike(file: DirectoryFile, roll: Roll) -> Iterator[Problem]:
    """Two units whose names differ in case alone are one unit and a typing mistake."""
    spelled = {path.casefold(): path for path in roll.now.units}
    told: set[str] = set()
    for row in file.rows:
        for path in units_above(row.facts.unit) if row.facts.unit else ():
            other = spelled.setdefault(path.casefold(), path)
            if other == path:
                continue
            if path not in told:
                told.add(path)
                params = {"text": path, "other": other}
                yield Problem(row.line, Column.UNIT.value, "unit_alike", params)
            break  # what lies below it differs for the same reason


def _scope_problems(file: DirectoryFile, units: frozenset[str]) -> Iterator[Problem]:
    for row in file.rows:
        for asked in row.roles:
            if problem := _about_scope(asked, units):
                code, params = problem
                yield Problem(row.line, Column.ROLES.value, code, params)


def _about_scope(
    asked: RoleAsked, units: frozenset[str]
) -> tuple[str, Mapping[str, object]] | None:
    scope = asked.scope
    if scope is None:
        return None
    if is_region(scope):
        return ("scope_ambiguous", {"text": scope}) if scope in units else None
    if scope in units:
        return None
    close = get_close_matches(scope, units, n=1)
    if close:
        return "scope_unknown_close", {"text": scope, "close": close[0]}
    return "scope_unknown", {"text": scope}
