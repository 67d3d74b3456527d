"""What is erased and what stays: hold before statutory minimum before erasure."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.erasure import ErasureScope, Kept, KeptBecause, in_minimum, rule, told_of
from domain.holds import HoldScope
from domain.retention import Leaver, fate
from domain.retention_rules import Fate, Maximum, Minimum, Part, Retention, months_later

parts = st.sets(st.sampled_from(Part)).map(frozenset)
holds = st.sets(st.sampled_from(HoldScope))
regions = st.sampled_from([None, "US", "US-CA", "USA", "DE", "DE-BY"])
days = st.dates(date(2020, 1, 31), date(2026, 12, 31))


def kept_by_the_oracle(part: Part, held: set[HoldScope], lawful: frozenset[Part]) -> str | None:
    """The table of precedence, case by case."""
    names = {one.value for one in held}
    if "everything" in names or part.value in names:
        return "hold"
    if part is Part.PERSON and names:
        return "hold"
    if part in lawful:
        return "minimum"
    if part is Part.PERSON and lawful:
        return "minimum"
    return None


@given(st.sampled_from(ErasureScope), holds, parts)
def test_every_part_asked_for_is_erased_or_kept_for_the_first_reason_that_holds(
    scope: ErasureScope, held: set[HoldScope], lawful: frozenset[Part]
) -> None:
    ruled = rule(scope.parts, held, lawful)
    assert set(ruled.erased) | set(ruled.kept) == set(scope.parts)
    for part in scope.parts:
        why = kept_by_the_oracle(part, held, lawful)
        assert (part in ruled.erased) == (why is None)
        assert ruled.kept.get(part) == (None if why is None else KeptBecause(why))


@given(holds, parts, st.sampled_from(HoldScope))
def test_another_hold_never_lets_go_of_anything(
    held: set[HoldScope], lawful: frozenset[Part], more: HoldScope
) -> None:
    asked = ErasureScope.EVERYTHING.parts
    assert set(rule(asked, held | {more}, lawful).erased) <= set(rule(asked, held, lawful).erased)


@given(
    st.lists(
        st.builds(
            Minimum,
            part=st.sampled_from(Part),
            region=regions,
            months=st.integers(1, 60),
            reference=st.just("law"),
        )
    ),
    regions,
    st.dictionaries(st.sampled_from(Part), days),
    days,
)
def test_the_longest_minimum_of_the_place_holds(
    minimums: list[Minimum], region: str | None, newest: dict[Part, date], today: date
) -> None:
    kept = in_minimum(minimums, region, newest, today)
    for part in kept:
        [longest, *_] = sorted((one.months for one in minimums if one.part is part), reverse=True)
        assert today < newest[part] + timedelta(days=31 * longest)
    assert in_minimum([], region, newest, today) == frozenset()
    if region is None:
        assert kept == in_minimum([m for m in minimums if m.region is None], None, newest, today)


@pytest.mark.parametrize(
    ("region", "today", "kept"),
    [
        ("US", date(2027, 2, 27), True),
        ("US-CA", date(2027, 2, 27), True),
        ("US", date(2027, 2, 28), False),
        ("USA", date(2026, 3, 1), False),
        (None, date(2026, 3, 1), False),
    ],
)
def test_months_end_with_the_month_and_regions_hold_their_parts(
    region: str | None, today: date, kept: bool
) -> None:
    year = Minimum(part=Part.GOALS, region="US", months=12, reference="29 CFR 1602.14")
    found = in_minimum([year], region, {Part.GOALS: date(2026, 2, 28)}, today)
    assert found == (frozenset({Part.GOALS}) if kept else frozenset())


@given(
    st.lists(
        st.builds(Maximum, region=regions, months=st.integers(1, 60), reference=st.just("policy"))
    ),
    st.lists(
        st.builds(
            Minimum,
            part=st.sampled_from(Part),
            region=regions,
            months=st.integers(1, 60),
            reference=st.just("law"),
        )
    ),
    regions,
    days,
    st.dictionaries(st.sampled_from(Part), days),
    holds,
    days,
)
def test_hold_before_minimum_before_maximum(
    maximums: list[Maximum],
    minimums: list[Minimum],
    region: str | None,
    left: date,
    newest: dict[Part, date],
    held: set[HoldScope],
    today: date,
) -> None:
    policy = Retention(minimums=tuple(minimums), maximums=tuple(maximums))
    leaver = Leaver(UUID(int=1), region, left, newest)
    found = fate(policy, leaver, held, today)
    here = [m.months for m in maximums if m.region is None or m.region in _above(region)]
    over = any(months_later(left, months) <= today for months in here)
    kept_by_law = any(
        today < months_later(newest[m.part], m.months)
        for m in minimums
        if m.part in newest and (m.region is None or m.region in _above(region))
    )
    if not over:
        assert found is Fate.NOT_YET
    elif held:
        assert found is Fate.HELD
    else:
        assert found is (Fate.CONFLICT if kept_by_law else Fate.DUE)
    if found is Fate.DUE:
        assert rule(tuple(Part), held, frozenset()).erased == tuple(Part)


def _above(region: str | None) -> set[str]:
    return set() if region is None else {region, region.partition("-")[0]}


def test_what_stays_says_under_which_law_until_when_and_whom_to_ask() -> None:
    """Who somebody is stays as long as the law that keeps anything of theirs the longest."""
    laws = {
        Part.GOALS: ("29 CFR 1602.14", date(2028, 1, 12)),
        Part.CHECK_INS: ("works agreement", date(2029, 3, 1)),
    }
    kept = {
        Part.GOALS: KeptBecause.MINIMUM,
        Part.FEEDBACK: KeptBecause.HOLD,
        Part.PERSON: KeptBecause.MINIMUM,
    }
    ask = {KeptBecause.MINIMUM: ("Nora Sand",), KeptBecause.HOLD: ("Mara Lindt",)}
    assert told_of(kept, laws, ask) == (
        Kept(Part.GOALS, KeptBecause.MINIMUM, *laws[Part.GOALS], ("Nora Sand",)),
        Kept(Part.FEEDBACK, KeptBecause.HOLD, ask=("Mara Lindt",)),
        Kept(Part.PERSON, KeptBecause.MINIMUM, *laws[Part.CHECK_INS], ("Nora Sand",)),
    )
    assert told_of({Part.PERSON: KeptBecause.DISPUTE}, laws, {}) == (
        Kept(Part.PERSON, KeptBecause.DISPUTE),
    )
