"""What people type is cleaned before anything else looks at it."""

from __future__ import annotations

import pytest
from hypothesis import given

from messages.typed import clean_line, clean_text, is_blank
from tests.messages.texts import user_texts


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b", "\ufeff \u2060", "\u2800\u3164", "\ufe0f"]
)
def test_what_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text)
    assert clean_text(text) == ""


@pytest.mark.parametrize("text", [".", "0", "é", "👍", "שלום"])
def test_what_somebody_can_see_is_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_a_line_has_single_spaces_and_no_line_ends() -> None:
    assert clean_line("  Reply \t to\r\n\u2028customers\u00a0fast ") == "Reply to customers fast"


def test_several_lines_keep_their_paragraphs() -> None:
    assert clean_text("one \r\ntwo\n\n\n\nthree\n") == "one\ntwo\n\nthree"


def test_letters_are_composed() -> None:
    assert clean_line("Cafe\u0301") == "Caf\u00e9"


def test_controls_lone_surrogates_and_direction_overrides_go() -> None:
    assert clean_line("a\x00b\ud800c\u202ed\u2066e") == "abcde"


def test_joined_emoji_and_persian_keep_their_joiners() -> None:
    assert clean_line("👩‍🚀 می\u200cشد") == "👩‍🚀 می\u200cشد"


@given(user_texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(user_texts)
def test_what_is_left_can_be_stored_and_sent(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert "\x00" not in cleaned
