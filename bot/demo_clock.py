"""`POST /demo/clock`: moves business time in the demo; a file keeps it over a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, model_validator

from bot.app import Parts, machine_now
from bot.running import clock_origin
from domain.clock import Clock
from storage import outbox
from storage.queue_numbers import queue_numbers
from usecases.checkin_prompts import prompt_check_ins
from usecases.escalations import escalate_silence

MORNING = clock_time(9, 0)
HOUR = timedelta(hours=1)
PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.05
QUARTER_MONTHS = 3
SATURDAY = 6


class MoveClock(BaseModel):
    """Where to: a moment (`to`), or a step (`advance`) of the kind that people click."""

    to: AwareDatetime | None = None
    advance: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> MoveClock:
        if (self.to is None) == (self.advance is None):
            raise ValueError("give either `to` or `advance`")
        if self.advance is not None and self.advance not in STEPS:
            raise ValueError(f"`advance` is one of {', '.join(STEPS)}")
        return self

    def target(self, now: datetime) -> datetime:
        if self.to is not None:
            return self.to.astimezone(UTC)
        return STEPS[self.advance or ""](now)


def _next_working_morning(now: datetime) -> datetime:
    day = now.date()
    if now.time() >= MORNING:
        day += timedelta(days=1)
    while day.isoweekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=UTC)


def _end_of_quarter(now: datetime) -> datetime:
    month = ((now.month - 1) // QUARTER_MONTHS + 1) * QUARTER_MONTHS + 1
    year = now.year + (month - 1) // 12
    first_after = datetime(year, (month - 1) % 12 + 1, 1, 12, tzinfo=UTC)
    return max(first_after - timedelta(days=1), now)


STEPS: dict[str, Callable[[datetime], datetime]] = {
    "next_working_morning": _next_working_morning,
    "1d": lambda now: now + timedelta(days=1),
    "1w": lambda now: now + timedelta(weeks=1),
    "end_of_quarter": _end_of_quarter,
}


def remembered_clock(file: Path) -> Clock:
    """The clock as the last run left it; the present where there is no such file."""
    try:
        shift = timedelta(seconds=float(file.read_text(encoding="ascii")))
    except (OSError, ValueError):
        shift = timedelta()
    return Clock(machine_now, shift)


def add_demo_clock(server: FastAPI, parts: Parts, file: Path) -> None:
    """For the demo alone, which listens on loopback."""

    @server.post("/demo/clock", include_in_schema=False)
    def move(wish: MoveClock) -> JSONResponse:
        now = parts.clock.business()
        target = wish.target(now)
        if target < now:
            return JSONResponse({"error": "the clock only moves forward"}, 409)
        _let_time_pass(parts, target)
        file.write_text(str(parts.clock.shift.total_seconds()), encoding="ascii")
        return JSONResponse({"now": parts.clock.business().strftime("%A, %d %B %Y, %H:%M UTC")})


def _let_time_pass(parts: Parts, target: datetime) -> None:
    """Hour by hour, so that everything happens when it is due and is sent before time goes on."""
    while (now := parts.clock.business()) < target:
        parts.clock.move_to(min(now + HOUR, target))
        origin = clock_origin(parts)
        happened = escalate_silence(parts.store, origin) + prompt_check_ins(parts.store, origin)
        with parts.store.write(origin) as work:
            happened += outbox.materialise_due(
                work.connection, business_now=work.now, machine_now=work.at
            )
        if happened:
            _wait_for_delivery(parts)


def _wait_for_delivery(parts: Parts) -> None:
    """Return when nothing is due any more, or when that takes too long for somebody who clicked."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        parts.store.wake.set()
        with parts.store.read(clock_origin(parts)) as work:
            numbers = queue_numbers(work.connection, machine_now=work.at, business_now=work.now)
        if not any(lane.due for lane in numbers.lanes.values()):
            return
        time.sleep(POLL_SECONDS)
