"""`/demo/clock`: telling, moving and stopping business time. For the demo alone, on loopback."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, model_validator

from bot.demo_clock import STEPS, CannotMoveError, DemoClock


class MoveClock(BaseModel):
    """Where to: a moment (`to`), or a step (`advance`) of the kind that people click.

    `person` is the Slack user whose morning is meant.
    """

    to: AwareDatetime | None = None
    advance: str | None = None
    person: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> MoveClock:
        if (self.to is None) == (self.advance is None):
            raise ValueError("give either `to` or `advance`")
        if self.advance is not None and self.advance not in STEPS:
            raise ValueError(f"`advance` is one of {', '.join(STEPS)}")
        return self


def add_demo_clock(server: FastAPI, clock: DemoClock) -> None:
    """GET tells the time and where each step leads, POST moves and waits, DELETE stops a move."""

    @server.get("/demo/clock", include_in_schema=False)
    def tell(person: str | None = None) -> JSONResponse:
        steps = {name: _seconds(at) for name, at in clock.steps(person).items()}
        return JSONResponse({**_state(clock), "steps": steps})

    @server.post("/demo/clock", include_in_schema=False)
    def move(wish: MoveClock) -> JSONResponse:
        target = wish.to or clock.steps(wish.person)[wish.advance or ""]
        try:
            failed = clock.move(target.astimezone(UTC))
        except CannotMoveError as error:
            return JSONResponse({"error": str(error)}, 409)
        return JSONResponse({**_state(clock), "failed": sorted(failed)})

    @server.delete("/demo/clock", include_in_schema=False)
    def stop() -> JSONResponse:
        clock.stop()
        return JSONResponse(_state(clock))


def _state(clock: DemoClock) -> dict[str, object]:
    """`now` in words, `at` in Unix seconds, and what stretch of time is `passing`, if any."""
    now, passing = clock.now, clock.moving
    return {
        "now": now.strftime("%A, %d %B %Y, %H:%M UTC"),
        "at": _seconds(now),
        "passing": passing and {"since": _seconds(passing.since), "until": _seconds(passing.until)},
    }


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
