"""Nobody's text becomes markup, and ours stays what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.safe import (
    Safe,
    date_token,
    escape,
    escape_long,
    mention,
    person_name,
    shorten_safe,
)
from messages.shorten import units
from tests.messages.slack_markup import (
    DIRECTION_CONTROLS,
    UNESCAPED,
    commands,
    formatted,
    shown,
)
from tests.messages.texts import user_texts


@given(user_texts)
def test_an_escaped_text_holds_no_markup_at_all(text: str) -> None:
    escaped = escape(text)
    assert not UNESCAPED.search(escaped)
    assert not commands(escaped)
    assert not formatted(escaped)
    assert not DIRECTION_CONTROLS.search(escaped)
    assert "\n" not in escaped


@given(user_texts, user_texts)
def test_two_texts_in_one_sentence_cannot_format_what_stands_between_them(
    one: str, other: str
) -> None:
    sentence = Safe("From %(one)s to %(other)s.") % {"one": one, "other": other}
    assert not formatted(sentence)
    assert sentence.startswith("From ")
    assert sentence.endswith(".")


@given(user_texts, st.integers(min_value=10, max_value=400))
def test_the_limit_holds_for_the_escaped_text(text: str, limit: int) -> None:
    assert units(escape(text, limit)) <= limit
    assert units(escape_long(text, limit)) <= limit


@given(user_texts)
def test_what_is_safe_is_never_escaped_again(text: str) -> None:
    once = escape(text)
    assert escape(once) is once
    assert Safe("%s") % once == once


def test_ordinary_titles_are_shown_as_typed() -> None:
    for title in ("Reply to customers & partners", "snake_case", "5 * 3 = 15", "a < b > c", "50 %"):
        assert shown(escape(title)) == title


def test_formatting_signs_become_signs_that_look_the_same() -> None:
    assert escape("*now* _or_ ~never~ `x`") == "∗now∗ ˍorˍ ∼never∼ ˋxˋ"  # noqa: RUF001 - that is the point


def test_a_quote_sign_at_the_start_of_a_line_starts_no_quote() -> None:
    assert escape_long("> first\n> second", 100) == "› first\n› second"  # noqa: RUF001 - that is the point


def test_right_to_left_text_is_isolated_and_left_to_right_text_is_not() -> None:
    assert escape("שלם") == "\u2068שלם\u2069"
    assert escape("Straße 東京 👍") == "Straße 東京 👍"


@pytest.mark.parametrize(
    "combined",
    [
        Safe("*%s*") % "<a>",
        Safe("*%(t)s*") % {"t": "<a>"},
        Safe("*{}*").format("<a>"),
        Safe("*{t}*").format(t="<a>"),
        Safe("*") + "<a>" + Safe("*"),
        Safe("*") + ("<a>" + Safe("*")),
    ],
)
def test_whatever_is_combined_with_safe_text_is_escaped(combined: str) -> None:
    assert isinstance(combined, Safe)
    assert combined == "*&lt;a&gt;*"


def test_joining_escapes_each_part() -> None:
    assert Safe(", ").join(["<a>", Safe("<@U1>")]) == "&lt;a&gt;, <@U1>"


def test_numbers_keep_their_formats() -> None:
    assert Safe("%(n)d of %(x).1f") % {"n": 3, "x": Decimal("4.25")} == "3 of 4.2"


def test_members_of_an_enum_are_shown_by_value() -> None:
    class Level(StrEnum):
        TOP = "<executive>"

    assert Safe("%s") % Level.TOP == "&lt;executive&gt;"


def test_a_mention_takes_only_a_user_id() -> None:
    assert mention("U0123ABC") == "<@U0123ABC>"
    with pytest.raises(ValueError, match="user id"):
        mention("U1> <!channel")


def test_a_name_mentions_nobody() -> None:
    assert not commands(person_name("<@U1> Lena"))


def test_a_date_is_told_in_the_zone_of_whoever_looks() -> None:
    moment = datetime(2027, 3, 31, 9, tzinfo=UTC)
    token = date_token(moment, "{date_long}", "31 March|<!channel>, UTC")
    assert token == "<!date^1806483600^{date_long}|31 March/&lt;!channel&gt;, UTC>"


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        date_token(datetime(2027, 3, 31), "{date}", "31 March")  # noqa: DTZ001 - that is the point


def test_cutting_safe_text_keeps_tokens_and_entities_whole() -> None:
    text = Safe("Due <!date^1^{date}|31 March> &amp; later")
    for limit in range(1, len(text)):
        cut = shorten_safe(text, limit)
        assert units(cut) <= limit
        assert cut.count("<") == cut.count(">")
        assert not UNESCAPED.search(cut.replace("<!date^1^{date}|31 March>", ""))
