"""Numbers are read in any custom, and refused where two customs would read them differently."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.numbers import TOO_BIG, NumberError, number_text, parse_number
from tests.messages.texts import user_texts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9", "9"),
        ("9.5", "9.5"),
        ("7,1", "7.1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        ("- 3", "-3"),
        ("0.125", "0.125"),
        ("-0,125", "-0.125"),
        ("1.2340", "1.234"),
        ("1234.567", "1234.567"),
        ("1 234", "1234"),
        ("1\u202f234,5", "1234.5"),
        ("1 234.567", "1234.567"),
        ("1'234", "1234"),
        ("1\u2019234.50", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("12,34,567.8", "1234567.8"),
        ("999999999999999.9", "999999999999999.9"),
        ("\uff15\uff0e\uff15", "5.5"),
        ("\u0663\u066b\u0665", "3.5"),
    ],
)
def test_a_number_is_read_in_any_custom(text: str, value: str) -> None:
    number = parse_number(text)
    assert number.value == Decimal(value)
    assert number.unit is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12 %", "12", "%"),
        ("5h", "5", "h"),
        ("5 m", "5", "m"),
        ("€ 20", "20", "€"),
        ("-€20", "-20", "€"),
        ("€ -20", "-20", "€"),
        ("20 EUR", "20", "EUR"),
        ("US$20", "20", "US$"),
        ("CHF 20", "20", "CHF"),
        ("5 km/h", "5", "km/h"),
        ("5 m²", "5", "m²"),
        ("1 234 working days", "1234", "working days"),
    ],
)
def test_a_unit_or_currency_may_stand_beside_it(text: str, value: str, unit: str) -> None:
    number = parse_number(text)
    assert (number.value, number.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_number"),
        ("\u200b ", "missing_number"),
        ("abc", "number_not"),
        ("about 5", "number_not"),
        ("h 5", "number_not"),
        ("~9 h", "number_not"),
        ("(5)", "number_not"),
        ("--5", "number_not"),
        ("1,2,3", "number_not"),
        ("1.234,567.8", "number_not"),
        ("¼", "number_not"),
        ("9" * 61, "number_not"),
        ("1 2", "number_several"),
        ("5-7", "number_several"),
        ("5 of 10", "number_several"),
        ("12:30", "number_several"),
        ("1e5", "number_exponent"),
        ("NaN", "number_not_finite"),
        ("-inf", "number_not_finite"),
        ("\u221e", "number_not_finite"),
        ("2027-03-31", "number_is_date"),
        ("31.3.2027", "number_is_date"),
        ("3/31/27", "number_is_date"),
        ("1000000000000000", "number_too_big"),
        ("3k", "number_shorthand"),
        ("3 M", "number_shorthand"),
        ("5 Mio.", "number_shorthand"),
    ],
)
def test_what_is_not_one_plain_number_is_refused_with_its_own_code(text: str, code: str) -> None:
    with pytest.raises(NumberError) as refusal:
        parse_number(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "whole", "certain"),
    [
        ("1.234", "1234", "1.2340"),
        ("-1,234", "-1234", "-1,2340"),
        ("€ 12.000", "12000", "12.0000"),
        ("100,000 h", "100000", "100,0000"),
    ],
)
def test_what_could_be_thousands_or_a_fraction_is_refused_with_both_readings(
    text: str, whole: str, certain: str
) -> None:
    with pytest.raises(NumberError) as refusal:
        parse_number(text)
    assert refusal.value.code == "number_ambiguous"
    assert refusal.value.params["whole"] == whole
    assert refusal.value.params["certain"] == certain
    for advice in (whole, certain):
        parse_number(advice)


def test_the_number_is_kept_as_it_was_typed_without_its_unit() -> None:
    assert parse_number("€ -1.234,50").text == "-1.234,50"


locales = st.sampled_from(
    ["en", "en-US", "de-AT", "fr", "de-CH", "ar", "fa", "hi", "ja", "nonsense"]
)


@given(
    st.one_of(
        st.integers(-(10**15) + 1, 10**15 - 1).map(Decimal),
        st.decimals(-1000, 1000, places=3),
        st.decimals(-(10**6), 10**6, places=9),
        st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True)
        .filter(lambda number: number == 0 or abs(number) > 1e-20)
        .map(lambda number: Decimal(repr(number))),
    ),
    locales,
)
def test_a_number_shown_in_an_input_comes_back_the_same(number: Decimal, locale: str) -> None:
    assert parse_number(number_text(number, locale)).value == number


@given(user_texts)
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    with suppress(NumberError):
        assert abs(parse_number(text).value) < TOO_BIG


def test_an_input_follows_the_readers_decimal_sign() -> None:
    assert number_text(Decimal("9.5"), "de") == "9,5"
    assert number_text(9.5, "en-US") == "9.5"
    assert number_text(Decimal("1.234"), "en") == "1.2340"
    assert number_text(Decimal("12E3"), "en") == "12000"
