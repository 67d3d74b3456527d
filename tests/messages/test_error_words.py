"""Every refusal has words, and an unforeseen one a kind sentence."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from domain.errors import AccordError, NotShared
from messages.errors import UNKNOWN, WORDS, error_said, error_words
from messages.reading import Reader

READERS = [
    Reader(locale, ZoneInfo("UTC"), date(2027, 3, 1)) for locale in ("en", "de-AT", "ja", "ar")
]
PARAMETER = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("code", sorted(WORDS))
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.locale))
def test_the_words_of_every_code_can_be_told(code: str, reader: Reader) -> None:
    names = PARAMETER.findall(WORDS[code])
    params = {name: f"<{name}>" for name in names}
    words = error_words(code, params, reader)
    assert all(f"<{name}>" in words for name in names)
    assert "%(" not in words
    said = error_said(AccordError(code, **params), reader)
    assert all(f"&lt;{name}&gt;" in said for name in names)


@pytest.mark.parametrize("code", sorted(WORDS))
def test_words_have_only_named_parameters(code: str) -> None:
    assert "%" not in PARAMETER.sub("", WORDS[code]).replace("%%", "")


def test_an_unknown_code_gets_a_kind_sentence() -> None:
    assert error_words("no_such_code", {}, READERS[0]) == UNKNOWN


def test_a_refusal_without_its_parameters_gets_the_kind_sentence_too() -> None:
    assert error_words("string_too_long", {}, READERS[0]) == UNKNOWN


def test_parameters_are_told_as_the_reader_writes_them() -> None:
    assert "3.000" in error_words("string_too_long", {"max_length": 3000}, READERS[1])


def test_an_unknown_and_a_forbidden_thing_get_one_answer() -> None:
    said = error_said(NotShared("G-12"), READERS[0])
    assert said.startswith("I can't show you G-12. Either it doesn't exist or it isn't shared")
