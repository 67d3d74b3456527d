"""One-time codes: the known answers of RFC 6238, and which code fits when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.one_time_codes import (
    TypedCode,
    code_of,
    matching_step,
    otpauth_address,
    secret_text,
    step_at,
)
from tests.phone import counted_code, phone_code

TIMES = (59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000)
DIGITS = b"1234567890"
KNOWN = [
    # The RFC's own.
    (SHA1(), 20, "94287082 07081804 14050471 89005924 69279037 65353130"),  # noqa: S303 - what apps take
    (SHA256(), 32, "46119246 68084774 67062674 91819424 90698825 77737706"),
    (SHA512(), 64, "90693936 25091201 99943326 93441116 38618901 47863826"),
]
secrets = st.binary(min_size=20, max_size=20)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("algorithm", "length", "answers"), KNOWN, ids=("sha1", "256", "512"))
def test_the_known_answers_of_the_rfc(
    algorithm: SHA1 | SHA256 | SHA512, length: int, answers: str
) -> None:
    secret = (DIGITS * 7)[:length]
    codes = [code_of(secret, time // 30, digits=8, algorithm=algorithm) for time in TIMES]
    assert codes == answers.split()
    name = algorithm.name.replace("-", "")
    assert codes == [counted_code(secret, t // 30, digits=8, algorithm=name) for t in TIMES]


@given(secrets, st.integers(0, 2**33))
def test_a_phone_shows_what_we_expect(secret: bytes, time: int) -> None:
    moment = datetime.fromtimestamp(time, UTC)
    assert phone_code(secret_text(secret), time) == code_of(secret, step_at(moment))


@given(secrets, st.integers(-4, 4))
def test_only_the_present_code_and_its_neighbours_fit(secret: bytes, off: int) -> None:
    present = step_at(NOON)
    found = matching_step(secret, code_of(secret, present + off), NOON)
    if abs(off) <= 1:
        assert found is not None
        assert code_of(secret, found) == code_of(secret, present + off)
    elif found is not None:  # one in 300,000: two steps with one code
        assert code_of(secret, found) == code_of(secret, present + off)


def test_a_step_begins_every_thirty_seconds() -> None:
    assert step_at(NOON + timedelta(seconds=29, microseconds=999_999)) == step_at(NOON)
    assert step_at(NOON + timedelta(seconds=30)) == step_at(NOON) + 1


def test_the_address_says_whose_it_is_and_opens_in_an_app() -> None:
    address = urlsplit(otpauth_address(DIGITS * 2, "Jörg & Co"))
    asked = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert asked["secret"] == [secret_text(DIGITS * 2).replace(" ", "")]
    assert asked["issuer"] == ["Accord"]


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "١٢٣٤٥٦"])
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert TypedCode(code=typed).code == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12a456", "½23456", "12345²", "abcdef"])
def test_what_has_no_six_digits_is_no_code(typed: str) -> None:
    with pytest.raises(ValidationError):
        TypedCode(code=typed)
