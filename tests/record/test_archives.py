"""Archives that open with a passphrase, and tables that no spreadsheet runs."""

from __future__ import annotations

import csv
import os
import tracemalloc
from base64 import b64decode
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.aes_zip import encrypted_zip, streamed_zip
from domain.tables_of_text import csv_text, harmless
from tests.archives import Damaged, WrongPassphrase, opened

AT = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)
PASSPHRASE = "correct horse battery"
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Made by pyzipper 0.4.0 (ZIP_DEFLATED, WZ_AES), so that our reader is a witness of its own.
OF_ANOTHER_MAKER = b64decode(
    "UEsDBBQAAQBjACRse10AAAAAMwAAAEgAAAAIAAsAbm90ZS50eHQBmQcAAgBBRQMIAIJWOkNBVE6GqXafytNbu9V3z0Z+"
    "2+yr35JRD16VzfM8j33JtXQcj3j82beuemCEkvN9i1BLAQIUAxQAAQBjACRse10AAAAAMwAAAEgAAAAIAAsAAAAAAAAA"
    "AACAAQAAAABub3RlLnR4dAGZBwACAEFFAwgAUEsFBgAAAAABAAEAQQAAAGQAAAAAAA=="
)


def test_the_reader_of_these_tests_opens_what_another_maker_sealed() -> None:
    note = "Only for Lena ☕ ".encode() * 4
    assert opened(OF_ANOTHER_MAKER, PASSPHRASE) == {"note.txt": note}
    with pytest.raises(WrongPassphrase):
        opened(OF_ANOTHER_MAKER, "correct horse")


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["a.json", "grüße.txt"]), st.binary(max_size=200)))
def test_what_was_sealed_opens_again(files: dict[str, bytes]) -> None:
    archive = encrypted_zip(files, PASSPHRASE, AT)
    assert opened(archive, PASSPHRASE) == files
    for content in files.values():
        assert len(content) < 8 or content not in archive


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=5_000), max_size=6))
def test_a_file_that_comes_in_pieces_is_one_file(pieces: list[bytes]) -> None:
    streamed = streamed_zip([("a.csv", iter(pieces)), ("b", [b"last"])], PASSPHRASE, AT)
    assert opened(b"".join(streamed), PASSPHRASE) == {"a.csv": b"".join(pieces), "b": b"last"}


def test_what_is_long_is_never_held_as_a_whole() -> None:
    """Thirty megabytes of noise, piece by piece."""
    piece = os.urandom(100_000)
    tracemalloc.start()
    length = sum(map(len, streamed_zip([("a", (piece for _ in range(300)))], PASSPHRASE, AT)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length > 30_000_000
    assert peak < 5_000_000


def test_a_changed_archive_is_found_out_and_the_same_file_never_looks_the_same() -> None:
    one, other = (encrypted_zip({"a": b"same " * 50}, PASSPHRASE, AT) for _ in range(2))
    assert one != other
    changed = bytearray(one)
    changed[30 + 1 + 11 + 18 + 3] ^= 1
    with pytest.raises(Damaged):
        opened(bytes(changed), PASSPHRASE)


CELLS = st.one_of(
    st.text(),
    st.sampled_from(SIGNS).flatmap(lambda sign: st.text().map(lambda t: sign + t)),
    st.text(alphabet=" \n\t\r\0\u00a0\ufeff=+-@a\"',;", max_size=8),
)


@given(CELLS)
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = harmless(text)
    first = cell.lstrip(" \n\v\f\u00a0\ufeff")[:1]
    assert first not in SIGNS
    assert not cell.startswith(SIGNS)
    assert text.replace("\0", "") in (cell, cell.removeprefix("'"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    written = csv_text(("one", "two"), rows)
    read = list(csv.reader(StringIO(written, newline="")))
    assert read == [["one", "two"], *([harmless(cell) for cell in row] for row in rows)]


def test_numbers_and_nothing_stay_what_they_are() -> None:
    assert csv_text(("n", "x"), [(-5, None)]) == '"n","x"\r\n"-5",""\r\n'
