"""What an operator is told of a clock that may be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from bot.findings import Finding
from usecases.clock_doubt import ClockDoubt

IF_RIGHT = "if the clock is right, it goes on as soon as somebody does something in Slack"


def told_doubt(doubt: ClockDoubt) -> str:
    side = "after" if doubt.is_behind else "before"
    return (
        f"the last act of a person, {doubt.last_act:%Y-%m-%d %H:%M} UTC, lies {doubt.days} days "
        f"{side} this machine's clock: nothing is archived, purged or ended by itself"
    )


def clock_findings(doubt: ClockDoubt | None) -> Iterator[Finding]:
    if doubt is not None:
        said = told_doubt(doubt)
        advice = f"synchronise it if it is wrong; {IF_RIGHT}"
        yield Finding(said[0].upper() + said[1:], advice=advice)
