"""The phases that a cycle is proposed to have, for any days that somebody may pick."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from domain.cycles import LONGEST_CYCLE, CycleKind, default_phases


@given(st.sampled_from(CycleKind), st.dates(), st.dates())
@example(CycleKind.QUARTERLY, date(2027, 1, 1), date.max)
@example(CycleKind.ANNUAL, date(9998, 12, 1), date.max)
@example(CycleKind.UNIT, date.max, date.max)
@example(CycleKind.QUARTERLY, date.min, date(1, 12, 31))
@example(CycleKind.QUARTERLY, date(9998, 1, 1), date(9998, 12, 31))
def test_phases_are_proposed_within_any_days_that_a_cycle_can_have(
    kind: CycleKind, starts: date, ends: date
) -> None:
    phases = default_phases(kind, starts, ends)
    assert all(starts <= phase.starts <= phase.ends <= ends for phase in phases)
    possible = starts < ends and ends - starts <= LONGEST_CYCLE and ends.year < date.max.year
    assert bool(phases) == possible


@given(st.dates(date(2020, 1, 1), date(9990, 1, 1)), st.integers(1, LONGEST_CYCLE.days))
def test_every_cycle_that_can_be_set_up_has_phases(starts: date, days: int) -> None:
    ends = date.fromordinal(starts.toordinal() + days)
    phases = default_phases(CycleKind.QUARTERLY, starts, ends)
    assert phases
    assert all(starts <= phase.starts <= phase.ends <= ends for phase in phases)
