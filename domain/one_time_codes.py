"""One-time codes (TOTP, RFC 6238): six digits from an app, new every thirty seconds.

Times are machine time: whoever moves the business clock of a demo does not move people's phones.
"""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Annotated

from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""160 bits, as RFC 4226 recommends."""
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
CONFIRM_WITHIN = timedelta(minutes=5)
"""For so long an act that was shown can be confirmed with a code."""
ISSUER = "Accord"
_GROUP = 4


def _six_digits(typed: str) -> str:
    digits = [sign for sign in typed if not sign.isspace()]
    if len(digits) != DIGITS or not all(sign.isdecimal() for sign in digits):
        raise PydanticCustomError("code_digits", "code_digits")
    return "".join(str(unicodedata.decimal(sign)) for sign in digits)


Code = Annotated[str, AfterValidator(_six_digits)]
"""A code as somebody typed it; spaces in between do no harm."""


class TypedCode(BaseModel):
    """A code and nothing else."""

    code: Code


def step_at(moment: datetime) -> int:
    """The number of the thirty seconds in which a moment lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(
    secret: bytes,
    step: int,
    *,
    digits: int = DIGITS,
    algorithm: SHA1 | SHA256 | SHA512 | None = None,
) -> str:
    """The code of one step. Apps take SHA-1 unless told otherwise, and many cannot be told."""
    algorithm = algorithm or SHA1()  # noqa: S303 - HMAC-SHA-1, as RFC 6238 has it, is not broken
    return TOTP(secret, digits, algorithm, STEP_SECONDS).generate(step * STEP_SECONDS).decode()


def matching_step(secret: bytes, code: str, at: datetime) -> int | None:
    """The step whose code this is: the present one, the one before, or the next.

    A phone's clock may be off by as much. Takes the same time whether a code fits or not.
    """
    present, found = step_at(at), None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(code_of(secret, step), code):
            found = step
    return found


def secret_text(secret: bytes) -> str:
    """The secret as people type it into their app: base 32, in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def otpauth_address(secret: bytes, account: str) -> str:
    """What an app for one-time codes opens or imports; `account` says whose it is."""
    totp = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as above
    return totp.get_provisioning_uri(account, ISSUER)
