"""Key results and milestones as lines of text: `Hours to first reply: 9 h → 5 h`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass

from domain.goal_commands import UNIT_LIMIT
from domain.goal_kinds import MOST_PARTS, PART_LIMIT, GoalPart
from domain.measures import TypedNumber, unit_fits
from messages.inputs.base import Answer, Asked, InputError
from messages.inputs.text import LongText
from messages.numbers import NumberError, number_text, parse_number
from messages.reading import Reader
from messages.typed import clean_line

_TO = re.compile(r"\s*(?:\u2192|->|=>|\bto\b|\bbis\b)\s*")
_BULLET = re.compile(r"^(?:[-*\u2022]|\d{1,2}[.)])\s+")


def part_line(part: GoalPart, reader: Reader) -> str:
    """A part as it can be typed."""
    if part.target is None:
        return part.what
    unit = f" {part.measure_unit}" if part.measure_unit else ""
    told = [one for one in (part.start, part.target) if one is not None]
    return f"{part.what}: " + " → ".join(number_text(one, reader.locale) + unit for one in told)


@dataclass(frozen=True)
class Parts(LongText):
    """A line for each part. The model gets them as `GoalPart`."""

    _: KW_ONLY
    measured: bool = False
    """Whether each has a number that it leads to."""

    def _initial(self, asked: Asked) -> str | None:
        if isinstance(asked.value, tuple):
            return "\n".join(part_line(part, asked.reader) for part in asked.value)
        return super()._initial(asked)

    def read(self, answer: Answer) -> Mapping[str, object]:
        typed = (self.typed(answer.state) or "").splitlines()
        lines = [
            (number, _BULLET.sub("", clean_line(line))) for number, line in enumerate(typed, 1)
        ]
        lines = [(number, line) for number, line in lines if line]
        if len(lines) > MOST_PARTS:
            raise InputError("parts_too_many", {"most": MOST_PARTS})
        found = tuple(self._part(number, line) for number, line in lines)
        return {self.name: found} if found else {}

    def _part(self, number: int, line: str) -> GoalPart:
        what, _, numbers = line.rpartition(":") if self.measured else (line, "", "")
        what = what.strip()
        if not what:
            raise InputError("part_line", {"line": number})
        if len(what) > PART_LIMIT:
            raise InputError("part_too_long", {"line": number, "limit": PART_LIMIT})
        if not self.measured:
            return GoalPart(what=what)
        *starts, target = [_number(number, one) for one in _TO.split(numbers.strip(), maxsplit=1)]
        start = starts[0] if starts else None
        if (start.value if start else 0) == target.value:
            raise InputError("part_stands_still", {"line": number})
        units = [one.unit for one in (*starts, target) if one.unit]
        alike = all(unit_fits(one, units[0]) for one in units)
        if not alike or any(len(one) > UNIT_LIMIT for one in units):
            raise InputError("part_units", {"line": number})
        return GoalPart(
            what=what,
            start=None if start is None else float(start.value),
            target=float(target.value),
            measure_unit=units[0] if units else None,
        )


def _number(line: int, text: str) -> TypedNumber:
    try:
        return parse_number(text)
    except NumberError:
        raise InputError("part_line", {"line": line}) from None
