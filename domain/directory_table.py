"""From the bytes of a CSV file to its cells, by line and column. Says what is wrong with the file.

Kind where the meaning is clear (a byte order mark, semicolons or tabs, columns in any order and
case, blank lines), strict where it is not.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from domain.directory import REQUIRED_COLUMNS, BadDirectory, Column, Problem

Name = TypeVar("Name", bound=StrEnum)

DELIMITERS = ",;\t"
LARGEST_FILE = 64 * 1024 * 1024

_COLUMNS = {column.value: column for column in Column}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record of the file, the line it begins on, and the text of each cell as it stands."""

    line: int
    cells: Mapping[Column, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The file as a table; records with too many or too few cells are problems, not rows."""

    columns: frozenset[Column]
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...]


def read_table(data: bytes) -> Table:
    """The cells of a CSV file of people. Raises BadDirectory as `read_cells` does."""
    columns, rows, problems = read_cells(data, _COLUMNS, REQUIRED_COLUMNS, "file_without_people")
    return Table(
        frozenset(columns), tuple(TableRow(line, cells) for line, cells in rows), tuple(problems)
    )


def read_cells(
    data: bytes, known: Mapping[str, Name], required: Sequence[Name], empty: str
) -> tuple[list[Name], list[tuple[int, dict[Name, str]]], list[Problem]]:
    """The columns of a CSV file, its records by line, and those with too many or too few cells.

    `known` are columns by their names in the file. Raises BadDirectory where not even its columns
    can be told, with the code `empty` where nothing follows them.
    """
    text = _decoded(data)
    problems: list[Problem] = []
    records = _records(text, _delimiter(text, known), problems)
    header = next(records, None)
    if header is None:
        raise BadDirectory(problems or [Problem(None, None, "file_empty")])
    columns = _header(*header, known, required)
    rows: list[tuple[int, dict[Name, str]]] = []
    for line, cells in records:
        if len(cells) == len(columns):
            rows.append((line, dict(zip(columns, cells, strict=True))))
        else:
            params = {"found": len(cells), "expected": len(columns)}
            problems.append(Problem(line, None, "cell_count", params))
    if not rows and not problems:
        raise BadDirectory([Problem(None, None, empty)])
    return columns, rows, problems


def _decoded(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        params = {"megabytes": LARGEST_FILE // 2**20}
        raise BadDirectory([Problem(None, None, "file_too_large", params)])
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadDirectory([Problem(None, None, "file_utf16")])
    if b"\x00" in data:
        raise BadDirectory([Problem(_line_of(data, data.index(b"\x00")), None, "file_binary")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error's own bytes: the position counts from behind a byte order mark.
        line = _line_of(error.object, error.start)
        raise BadDirectory([Problem(line, None, "file_not_utf8")]) from None


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _delimiter(text: str, columns: Collection[str]) -> str:
    """Whichever splits the first line into the most columns that we know; a comma if none does."""
    first = text.lstrip("\r\n").partition("\n")[0]

    def known(delimiter: str) -> int:
        return sum(_folded(name) in columns for name in first.split(delimiter))

    return max(DELIMITERS, key=known)


def _records(text: str, delimiter: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; ends at quotes that cannot be understood."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        problems.append(Problem(line, None, "file_quotes"))


def _folded(name: str) -> str:
    return "_".join(name.strip().strip('"').casefold().replace("-", " ").split())


def _header(
    line: int, names: list[str], known: Mapping[str, Name], required: Sequence[Name]
) -> list[Name]:
    """The columns in the file's order. Raises BadDirectory naming every fault in them."""
    columns: list[Name] = []
    problems: list[Problem] = []
    for name in names:
        folded = _folded(name)
        if folded not in known:
            problems.append(Problem(line, None, *_unknown_column(name.strip(), folded, known)))
        elif known[folded] in columns:
            problems.append(Problem(line, None, "column_twice", {"name": folded}))
        else:
            columns.append(known[folded])
    missing = [str(column) for column in required if column not in columns]
    if missing:
        problems.append(Problem(line, None, "columns_missing", {"names": tuple(missing)}))
    if problems:
        raise BadDirectory(problems)
    return columns


def _unknown_column(
    name: str, folded: str, known: Collection[str]
) -> tuple[str, dict[str, object]]:
    close = get_close_matches(folded, known, n=1)
    if close:
        return "column_unknown_close", {"name": name, "close": close[0]}
    return "column_unknown", {"name": name}
