"""A measured value: the number we count with and the text that somebody typed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, FiniteFloat


class Measure(BaseModel):
    """`value` is finite, in the goal's own unit; `text` is as typed, without the unit."""

    model_config = ConfigDict(frozen=True)

    value: FiniteFloat
    text: str
    measure_unit: str | None = None

    def same_as(self, other: Measure | None) -> bool:
        return other is not None and math.isclose(self.value, other.value, rel_tol=1e-12)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value so far from its goal's target that it may be a slip; both in `measure_unit`."""

    value: Measure
    target: Measure
    measure_unit: str | None


def unit_fits(typed: str, measure_unit: str | None) -> bool:
    """Whether a unit that was typed is the unit of measure, however it is capitalised."""
    return measure_unit is not None and typed.casefold() == measure_unit.casefold()


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number, the unit of measure or currency beside it, and the number as it was typed."""

    value: Decimal
    unit: str | None
    text: str


def _from_typed(value: object) -> object:
    if isinstance(value, TypedNumber):
        return Measure(value=float(value.value), text=value.text, measure_unit=value.unit)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Measure(value=float(value), text=str(value))
    return value


Measured = Annotated[Measure, BeforeValidator(_from_typed)]
