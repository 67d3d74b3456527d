"""A phone that shows one-time codes, as RFC 6238 has it: written anew, to hold ours against."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32decode


def phone_code(key: str, unix_time: float, *, digits: int = 6, algorithm: str = "sha1") -> str:
    """The code that an app shows at a moment for a key typed in groups."""
    secret = b32decode(key.replace(" ", ""))
    return counted_code(secret, int(unix_time) // 30, digits=digits, algorithm=algorithm)


def counted_code(secret: bytes, count: int, *, digits: int = 6, algorithm: str = "sha1") -> str:
    mac = hmac.new(secret, count.to_bytes(8), getattr(hashlib, algorithm)).digest()
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)
