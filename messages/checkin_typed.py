"""Numbers typed in a conversation: `7.1`, `G-12 7,1 h`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.measures import Measure, TypedNumber
from domain.references import ReferenceKind, parse_reference, reference_text
from messages.numbers import NumberError, parse_number
from messages.typed import clean_line

NOT_A_NUMBER = "type_a_number"
_REFERENCE = re.compile(r"(?P<reference>[Gg]\s?[-‐‑–—−]?\s?\d{1,9})(?:\s*[:=]\s*|\s+)(?P<rest>.+)")  # noqa: RUF001 - people paste every kind of dash
_NUMBER_LIKE = re.compile(r"[-+−–]?\s?[^\w\s]{0,2}\s?[-+−–]?[.,]?\d")  # noqa: RUF001 - a minus in any typing
_LONGEST_UNIT = 20
_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class TypedWords:
    """What was typed, as far as it can be read: a number, or the code of what is wrong with it."""

    reference: str | None
    number: TypedNumber | None
    problem: str | None = None
    params: Mapping[str, object] | None = None

    @property
    def measure(self) -> Measure | None:
        if self.number is None:
            return None
        return Measure(
            value=float(self.number.value), text=self.number.text, measure_unit=self.number.unit
        )


def read_typed(words: str) -> TypedWords | None:
    """The number in the words; None where nobody meant to type one."""
    plain = clean_line(words)
    found = _REFERENCE.fullmatch(plain)
    reference, rest = (found["reference"], found["rest"]) if found else (None, plain)
    if not _NUMBER_LIKE.match(rest):
        return None
    if reference is not None:
        number = parse_reference(reference, ReferenceKind.GOAL)
        reference = reference_text(ReferenceKind.GOAL, number) if number else None
    try:
        parsed = parse_number(rest)
    except NumberError as error:
        return TypedWords(reference, None, error.code, error.params)
    if parsed.unit is not None and (" " in parsed.unit or len(parsed.unit) > _LONGEST_UNIT):
        # A sentence that begins with a number.
        return None
    return TypedWords(reference, parsed)


def read_lines(words: str) -> list[tuple[str, TypedWords]]:
    """Each line with the number in it; nothing at all where any line is something else."""
    lines = [line for line in words.splitlines() if line.strip()][: _MOST_LINES + 1]
    found = [(line, read_typed(line)) for line in lines]
    read = [(line, typed) for line, typed in found if typed is not None]
    return read if len(read) == len(lines) <= _MOST_LINES else []
