"""Whatever writes a table that leaves Accord writes none that a spreadsheet runs."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, time
from io import StringIO
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.audit import Receipt
from domain.exports import ExportAsked, ExportContent, ExportFile, ExportFormat, Sheet
from domain.my_data import DataFile, Plain
from domain.people import Level, Member
from messages.export_file import files_of_export
from messages.my_data_file import files_of
from messages.reading import Reader
from tests.abuse.defences import ROOT

AT = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BLANK = " \n\v\f\u00a0\ufeff"
INES = Member(
    uuid4(), "=Ines", "U0INES", Level.MANAGER, "UTC", "en", frozenset({1}), time(9), region="DE"
)
READER = Reader.of(INES, AT)
CELLS: st.SearchStrategy[Plain] = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=20),
    st.builds(str.__add__, st.sampled_from([*SIGNS, *BLANK]), st.text(max_size=20)),
)
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4)


def export_of(pages: list[list[tuple[Plain, ...]]], kind: ExportFormat) -> dict[str, bytes]:
    file = ExportFile(
        owner=INES,
        approver=INES,
        receipt=Receipt(7, b"\x01" * 32),
        made_at=AT,
        passphrase="",
        matter=ExportAsked(ExportContent.GOALS, kind, None, None, None, None, None, 1),
        decided_in="=1+1",
        sheets=(Sheet("goals", ("=one", "two"), iter(pages)),),
    )
    return {name: b"".join(content) for name, content in files_of_export(file, READER)}


def tables_of_my_data(rows: list[tuple[Plain, ...]]) -> dict[str, bytes]:
    told = [{"=one": one, "two": two} for one, two in rows]
    file = DataFile(INES, AT, "", {"goals": told}, 0, ())
    return dict(files_of(file, READER))


@given(ROWS)
def test_no_cell_of_any_table_that_leaves_accord_begins_a_formula(
    rows: list[tuple[Plain, ...]],
) -> None:
    tables = {
        **export_of([rows, rows], ExportFormat.CSV),
        **tables_of_my_data(rows),
    }
    found = {name: content for name, content in tables.items() if name.endswith(".csv")}
    assert set(found) == {"goals.csv", "tables/goals.csv"}
    for content in found.values():
        read = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
        assert len(read) >= len(rows)
        for cell in (cell for line in read for cell in line):
            assert not cell.startswith(SIGNS)
            assert not cell.lstrip(BLANK).startswith(SIGNS)


@given(ROWS)
def test_programs_get_each_row_as_it_is_with_the_mark(rows: list[tuple[Plain, ...]]) -> None:
    lines = export_of([rows], ExportFormat.JSON_LINES)["goals.jsonl"].decode().split("\n")[:-1]
    assert [json.loads(line) for line in lines] == [
        {"export": "#7", "=one": one, "two": two} for one, two in rows
    ]


def test_nothing_else_writes_tables() -> None:
    rooms = ("bot", "handlers", "messages", "usecases", "storage", "domain", "scheduler")
    writers = [
        str(file.relative_to(ROOT))
        for room in rooms
        for file in (ROOT / room).rglob("*.py")
        if "csv.writer" in (text := file.read_text(encoding="utf-8")) or "DictWriter" in text
    ]
    assert writers == ["domain/tables_of_text.py"]
