"""Canonical JSON (RFC 8785), restricted to what can be written in one way without doubt.

Keys are ASCII strings, so that the order of bytes is the order of UTF-16 units that the RFC asks
for; values are strings, whole numbers below 2^53, booleans, null, lists and objects of these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Json = str | int | bool | None | Mapping[str, "Json"] | Sequence["Json"]

# Made once: `json.dumps` makes another one each time it is told how to write.
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
# Beyond it a reader that keeps numbers as doubles would see another number.
LARGEST_NUMBER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form that all readers agree on."""


def canonical(value: Json) -> bytes:
    """The canonical bytes of `value`. Raise NotCanonical for floats, 2^53, lone surrogates."""
    _check(value)
    try:
        return _WRITER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("half of a surrogate pair stands alone") from error


def _check(value: Json) -> None:
    if value is None or isinstance(value, str):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise NotCanonical("a whole number of 2^53 or more")
    elif isinstance(value, dict):
        for key, member in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical("a key is not ASCII text")
            _check(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _check(member)
    else:
        raise NotCanonical(f"a {type(value).__name__} has no canonical form")


def parse_canonical(data: bytes) -> Json:
    """The value whose canonical bytes are exactly `data`. Raise NotCanonical for other bytes."""
    try:
        value: Json = json.loads(data)
        again = canonical(value)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON") from error
    if again != data:
        raise NotCanonical("JSON, but not in its canonical form")
    return value
