"""Text is cut to a limit where a reader would cut it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.shorten import clusters, shorten, units
from tests.messages.texts import user_texts

FAMILY = "👩‍👩‍👧‍👦"


def test_text_that_fits_stays_as_it_is() -> None:
    assert shorten("Reply to customers", 18) == "Reply to customers"


def test_longer_text_is_cut_after_a_word() -> None:
    assert shorten("Reply to customers faster", 20) == "Reply to customers…"


def test_a_word_that_ends_exactly_at_the_limit_is_kept() -> None:
    assert shorten("Reply to customers faster", 19) == "Reply to customers…"


def test_a_single_long_word_is_cut_inside() -> None:
    assert shorten("Donaudampfschifffahrt", 8) == "Donauda…"


@pytest.mark.parametrize(
    "cluster", [FAMILY, "👍🏽", "🇩🇪", "e\u0301\u0323", "🏴\U000e0067\U000e0062\U000e007f", "각"]
)
def test_what_looks_like_one_character_is_kept_whole_or_not_at_all(cluster: str) -> None:
    text = cluster * 10
    for limit in range(1, units(text)):
        kept = shorten(text, limit).removesuffix("…")
        assert kept == cluster * (len(kept) // len(cluster))


def test_flags_are_taken_in_pairs() -> None:
    assert list(clusters("🇩🇪🇫🇷🇪")) == ["🇩🇪", "🇫🇷", "🇪"]


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert units("a👍") == 3


@given(user_texts, st.integers(min_value=1, max_value=100))
def test_nothing_is_longer_than_its_limit(text: str, limit: int) -> None:
    assert units(shorten(text, limit)) <= limit


@given(user_texts)
def test_clusters_are_the_text_again(text: str) -> None:
    assert "".join(clusters(text)) == text
