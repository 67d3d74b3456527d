"""Putting a check-in off in words: `snooze 3d`, `später 3t`, `remind me in 3 days`, `3 Tage`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from messages.typed import clean_line
from messages.verbs import verb_meant

_DAYS_A_WEEK = 7
_LONGEST_COUNT = 9
_UNIT = r"(?:(?P<day>d|days?|t|tagen?|tage?)|(?P<week>w|weeks?|wochen?))"
_SPAN = re.compile(
    rf"(?:(?:in|for|um|für) )?(?P<count>\d{{1,3}}(?:[., ']\d{{3}})+|\d+"
    rf"|an?|one|two|three|ein(?:en|em|er|e)?|zwei|drei)"
    rf"(?: ?{_UNIT})?"
)
_GROUPING = re.compile(r"[., '](?=\d)")
_WRITTEN = {"two": 2, "three": 3, "zwei": 2, "drei": 3}
_NAMED_DAYS = {
    "tomorrow": 1,
    "until tomorrow": 1,
    "morgen": 1,
    "bis morgen": 1,
    "next week": _DAYS_A_WEEK,
    "nächste woche": _DAYS_A_WEEK,
}
_REMIND = re.compile(
    r"(?:please |bitte )?(?:remind me|ask me|erinnere? mich|frage? mich)"
    r"(?: again| later| wieder| noch ?mal| später)?(?: (?:daran|about it))?(?: (?P<rest>.+))?"
)


@dataclass(frozen=True, slots=True)
class TypedSnooze:
    """A wish to be asked later. `days` is None where it cannot be told for how long.

    `plain` is a length of time alone, which may be a value as well; `anywhere` is said so clearly
    that it need not stand under the question.
    """

    days: int | None
    plain: bool = False
    anywhere: bool = False


def span_days(words: str) -> int | None:
    """`3d`, `2 weeks`, `3`; a single day for nothing at all; None for what is no length of time."""
    folded = clean_line(words).casefold()
    if not folded:
        return 1
    if folded in _NAMED_DAYS:
        return _NAMED_DAYS[folded]
    found = _SPAN.fullmatch(folded)
    if found is None:
        return None
    written = _GROUPING.sub("", found["count"])
    count = int(written[:_LONGEST_COUNT]) if written.isdecimal() else _WRITTEN.get(written, 1)
    return count * _DAYS_A_WEEK if found["week"] else count


def is_time_unit(measure_unit: str | None) -> bool:
    """Whether a goal is measured in what one also puts off by."""
    return measure_unit is not None and bool(re.fullmatch(_UNIT, measure_unit.casefold()))


def read_snooze(words: str) -> TypedSnooze | None:
    """The wish in the words; None where they are about something else."""
    folded = clean_line(words).casefold().rstrip(".! ")
    verb, _, rest = folded.partition(" ")
    if verb == "later" or verb_meant("checkin", verb) == "snooze":
        days = span_days(rest)
        plainly = verb == "snooze"
        if days is None and not plainly:
            return None
        return TypedSnooze(days, anywhere=plainly or bool(rest))
    asked = _REMIND.fullmatch(folded)
    if asked is not None:
        days = span_days(asked["rest"] or "")
        return None if days is None else TypedSnooze(days, anywhere=bool(asked["rest"]))
    found = _SPAN.fullmatch(folded)
    if folded in _NAMED_DAYS or (found is not None and (found["day"] or found["week"])):
        return TypedSnooze(span_days(folded), plain=True)
    return None
