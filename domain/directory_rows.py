"""Each row on its own: its cells read, and every wrong one named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from domain import directory_cells as cells
from domain.directory import Column, DirectoryFile, DirectoryRow, PersonFacts, Problem
from domain.directory_cells import BadCell
from domain.directory_table import TableRow, read_table
from domain.people import Employment, Level

Value = TypeVar("Value")


def read_directory(data: bytes) -> DirectoryFile:
    """The people in a CSV file, and all that is wrong with each row on its own.

    Raises BadDirectory where the file cannot be read as a table at all.
    """
    table = read_table(data)
    problems = list(table.problems)
    rows = [row for row in (_read_row(each, problems) for each in table.rows) if row is not None]
    return DirectoryFile(table.columns, tuple(rows), tuple(problems))


def _read_row(row: TableRow, problems: list[Problem]) -> DirectoryRow | None:
    """The row with defaults where a cell is wrong; None without an e-mail to know them by."""
    reading = _Reading(row, problems)
    email = reading.needed(Column.EMAIL, cells.email, "")
    facts = PersonFacts(
        email=email,
        name=reading.needed(Column.NAME, cells.name, ""),
        level=reading.needed(Column.LEVEL, cells.level, Level.INDIVIDUAL),
        timezone=reading.needed(Column.TIMEZONE, cells.zone, "UTC"),
        unit=reading.cell(Column.UNIT, cells.unit, None),
        region=reading.cell(Column.REGION, cells.region, None),
        slack_user=reading.cell(Column.SLACK_USER, cells.slack_user, None),
        employment=reading.cell(Column.EMPLOYMENT, cells.employment, Employment.REGULAR),
        fte_percent=reading.cell(Column.FTE, cells.fte, PersonFacts.fte_percent),
        working_days=reading.cell(
            Column.WORKING_DAYS, cells.working_days, PersonFacts.working_days
        ),
        day_start=reading.cell(Column.DAY_START, cells.day_start, PersonFacts.day_start),
        legal_entity=reading.cell(Column.LEGAL_ENTITY, cells.short_name, None),
        start_date=reading.cell(Column.START_DATE, cells.day, None),
        locale=reading.cell(Column.LOCALE, cells.locale, PersonFacts.locale),
        probation_until=reading.cell(Column.PROBATION_UNTIL, cells.day, None),
        leaving_on=reading.cell(Column.LEAVING_ON, cells.day, None),
        bargaining_unit=reading.cell(Column.BARGAINING_UNIT, cells.short_name, None),
        roster=reading.cell(Column.ROSTER, cells.roster, None),
    )
    read = DirectoryRow(
        row.line,
        facts,
        manager=reading.cell(Column.MANAGER, cells.email, None),
        matrix_managers=reading.cell(Column.MATRIX_MANAGERS, cells.emails, ()),
        roles=reading.cell(Column.ROLES, cells.roles, ()),
    )
    return read if email else None


class _Reading:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, row: TableRow, problems: list[Problem]) -> None:
        self._row = row
        self._problems = problems

    def cell(self, column: Column, parse: Callable[[str], Value], default: Value) -> Value:
        """The value of a cell; the default where it is empty, wrong or not in the file."""
        try:
            text = cells.plain(self._row.cells.get(column, ""))
            return parse(text) if text else default
        except BadCell as bad:
            self._problems.append(Problem(self._row.line, column.value, bad.code, bad.params))
            return default

    def needed(self, column: Column, parse: Callable[[str], Value], default: Value) -> Value:
        """As `cell`, where an empty one is wrong too."""
        if not self._row.cells[column].strip():
            self._problems.append(Problem(self._row.line, column.value, "cell_empty"))
            return default
        return self.cell(column, parse, default)
