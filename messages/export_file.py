"""The files of a bulk export, made as they are read: what marks it first, then its tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from domain.exports import ExportFile, ExportFormat, Sheet
from domain.my_data import Plain
from domain.tables_of_text import csv_lines
from messages.approval_words import export_line
from messages.i18n import N_
from messages.reading import Reader

MARK = "export"
"""The column that names in each row the entry of the record by which it got out."""


def files_of_export(file: ExportFile, reader: Reader) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Name and content of each file, the mark first. Rows are read when they are asked for."""
    yield "about-this-export.txt", [about_export(file, reader).encode()]
    for sheet in file.sheets:
        mark = f"#{file.receipt.seq}"
        if file.matter.file_format is ExportFormat.CSV:
            yield f"{sheet.name}.csv", _csv(sheet, mark)
        else:
            yield f"{sheet.name}.jsonl", _json_lines(sheet, mark)


def _csv(sheet: Sheet, mark: str) -> Iterator[bytes]:
    # Spreadsheets know by the mark in front that it is UTF-8.
    yield csv_lines([(MARK, *sheet.columns)]).encode("utf-8-sig")
    for rows in sheet.pages:
        yield csv_lines((mark, *row) for row in rows).encode()


def _json_lines(sheet: Sheet, mark: str) -> Iterator[bytes]:
    for rows in sheet.pages:
        lines = [_line(sheet, mark, row) for row in rows]
        yield "".join(f"{line}\n" for line in lines).encode()


def _line(sheet: Sheet, mark: str, row: tuple[Plain, ...]) -> str:
    named = {MARK: mark, **dict(zip(sheet.columns, row, strict=True))}
    return json.dumps(named, ensure_ascii=False)


def about_export(file: ExportFile, reader: Reader) -> str:
    """Who took it out, who approved it, when, and where the record says so; in plain text."""
    said = [
        export_line(file.matter, reader).replace("*", ""),
        reader.write(
            N_("Taken out of Accord by %(asker)s, approved by %(approver)s, on %(when)s."),
            asker=file.owner.name,
            approver=file.approver.name,
            when=reader.moment(file.made_at),
        ),
        reader.write(N_("Decided in: %(matter)s"), matter=file.decided_in),
        reader.write(
            N_(
                "Entry #%(seq)s of the record, fingerprint %(hash)s. Each row bears its number in "
                "the column “export”."
            ),
            seq=str(file.receipt.seq),
            hash=file.receipt.short_hash,
        ),
        reader.write(
            N_(
                "Cells that a spreadsheet would run begin with an apostrophe. Please keep this "
                "file no longer than you need it, and delete it then."
            )
        ),
    ]
    return "\r\n\r\n".join(said) + "\r\n"
