"""Tables as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# What a spreadsheet takes for the beginning of a formula, or drops before it looks for one.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")
FULL_WIDTH = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANK = " \n\v\f\u00a0\ufeff"


def harmless(cell: object) -> str:
    """The cell as text; what could begin a formula gets an apostrophe in front.

    Full-width signs count too: some spreadsheets read them as the plain ones. A number is left a
    number.
    """
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(cell)
    text = str(cell)
    if text.lstrip(_BLANK).startswith((*DANGEROUS, *FULL_WIDTH)):
        text = f"'{text}"
    # A file with this byte in it is no text to most readers.
    return text.replace("\0", "")


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180: commas, CRLF, quotes where needed; every cell harmless."""
    return csv_lines([heads, *rows])


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    """Some of the lines of such a table."""
    written = StringIO(newline="")
    # The lone carriage return is quoted too, or it would end the line for some readers.
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()
