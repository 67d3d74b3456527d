"""Rules of retention by kind and place: what is over, what is kept, and what old documents say."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.corrections import CorrectionAbout
from domain.erasure import ErasureScope, KeptBecause, disputed_parts, rule
from domain.policy import Policy
from domain.policy_text import read_policy_text
from domain.retention_rules import (
    COUNTS_FROM,
    SEEDS,
    Fate,
    Kind,
    Maximum,
    Minimum,
    Part,
    Retention,
    Rule,
    Taken,
    Trigger,
    fate_of,
    last_day_over,
    months_later,
)

places = st.sampled_from([None, "US", "US-CA", "USA", "DE", "DE-BY"])
kinds = st.sampled_from([Kind.GOALS, Kind.CHECK_INS])
days = st.dates(date(2020, 1, 31), date(2026, 12, 31))
lengths = st.integers(1, 60)
minimal = st.builds(Rule, kind=kinds, region=places, min_months=lengths, legal_ref=st.just("a law"))
maximal = st.builds(Rule, kind=kinds, region=places, max_months=lengths, legal_ref=st.just("ours"))
rules = st.lists(st.one_of(minimal, maximal), max_size=8).map(tuple)


def above(region: str | None) -> set[str | None]:
    """The places whose rules count in a region."""
    return {None} if region is None else {None, region, region.partition("-")[0]}


@given(rules, kinds, st.sets(places, min_size=1), days, days, st.booleans(), st.booleans())
def test_hold_before_minimum_before_dispute_before_maximum(
    rules: tuple[Rule, ...],
    kind: Kind,
    regions: set[str | None],
    since: date,
    today: date,
    held: bool,
    disputed: bool,
) -> None:
    policy = Retention(rules=rules)
    found = fate_of(
        [policy.terms(kind, region) for region in regions],
        since,
        today,
        held=held,
        disputed=disputed,
    )
    here = [
        one for one in rules if one.kind is kind and any(one.region in above(r) for r in regions)
    ]
    # Of several places the shortest maximum and the longest minimum.
    maximums = [one.max_months for one in here if one.max_months]
    minimums = [one.min_months for one in here if one.min_months]
    over = bool(maximums) and months_later(since, min(maximums)) <= today
    kept = bool(minimums) and today < months_later(since, max(minimums))
    expected = Fate.NOT_YET
    if over:
        expected = (
            Fate.HELD
            if held
            else Fate.CONFLICT
            if kept
            else Fate.DISPUTED
            if disputed
            else Fate.DUE
        )
    assert found is expected


@given(rules, kinds, places, days, days, minimal)
def test_another_minimum_never_makes_anything_due(
    rules: tuple[Rule, ...],
    kind: Kind,
    region: str | None,
    since: date,
    today: date,
    more: Rule,
) -> None:
    def found(rules: tuple[Rule, ...]) -> Fate:
        terms = Retention(rules=rules).terms(kind, region)
        return fate_of([terms], since, today, held=False, disputed=False)

    if found((*rules, more)) is Fate.DUE:
        assert found(rules) is Fate.DUE


@given(days, st.integers(1, 120))
def test_a_term_counted_backwards_is_the_term_counted_forwards(today: date, months: int) -> None:
    last = last_day_over(today, months)
    assert months_later(last, months) <= today
    assert months_later(last + timedelta(days=1), months) > today


@given(rules, kinds, places, days, days)
def test_a_query_by_days_says_what_the_terms_say(
    rules: tuple[Rule, ...], kind: Kind, region: str | None, since: date, today: date
) -> None:
    terms = Retention(rules=rules).terms(kind, region)
    over, kept = terms.over_until(today), terms.kept_after(today)
    assert terms.is_over(since, today) == (over is not None and since <= over)
    assert terms.keeps(since, today) == (kept is not None and since > kept)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"trigger": "cycle_ended", "max_months": 3}, "trigger"),
        ({}, "max_months"),
        ({"min_months": 13, "max_months": 12}, "min_months"),
        ({"action": "archive", "max_months": 3, "kind": "feedback_given"}, "action"),
        ({"action": "archive", "min_months": 3}, "action"),
        ({"kind": "leavers", "min_months": 3}, "min_months"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_at_its_field(
    told: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Rule.model_validate({"kind": "ended_goals", "legal_ref": "a law", **told})
    [error] = refused.value.errors()
    assert error["ctx"] == {"field": field}


def test_every_kind_counts_from_one_moment() -> None:
    assert set(COUNTS_FROM) == set(Kind)
    assert (
        Rule(kind=Kind.GOALS, trigger=Trigger.GOAL_ENDED, max_months=12, legal_ref="ours").trigger
        is Trigger.GOAL_ENDED
    )


def test_a_document_of_before_means_what_it_meant() -> None:
    """Stored versions name minimums and maximums and know of no rules."""
    written = Policy().model_dump(mode="json")
    written["retention"] = {
        "minimums": [{"part": "goals", "region": "US", "months": 12, "reference": "a law"}],
        "maximums": [{"region": "DE", "months": 48, "reference": "another"}],
    }
    found = Policy.model_validate_json(json.dumps(written)).retention
    assert found.rules == ()
    assert found.all_minimums == (
        Minimum(part=Part.GOALS, region="US", months=12, reference="a law"),
    )
    assert found.leaver_maximums == (Maximum(region="DE", months=48, reference="another"),)
    kept = found.terms(Kind.GOALS, "US-CA").keep
    assert kept is not None
    assert kept.min_months == 12
    again = Policy.model_validate_json(Policy().model_dump_json())
    assert again == Policy()
    assert again.retention.rules


def test_a_rule_by_kind_keeps_its_part_of_a_person_and_people_who_left_have_theirs() -> None:
    seeds = Retention()
    assert {one.part for one in seeds.all_minimums} == {
        Part.GOALS,
        Part.CHECK_INS,
        Part.FEEDBACK,
    }
    assert [one.region for one in seeds.leaver_maximums] == ["DE"]
    assert seeds.terms(Kind.GOALS, "DE").archive == next(
        one for one in seeds.rules if one.action is Taken.ARCHIVE
    )


def test_the_page_for_counsel_names_every_kind_with_its_terms() -> None:
    page = Path(__file__).parents[2] / "docs" / "retention.md"
    rows = {
        line.split("|")[1].strip(" `"): line.split("|")
        for line in page.read_text().splitlines()
        if line.startswith("| `")
    }
    assert set(rows) == {kind.value for kind in Kind}
    for one in SEEDS:
        _, _, trigger, minimum, maximum, _, _ = rows[one.kind.value]
        assert f"(`{COUNTS_FROM[one.kind].value}`)" in trigger
        assert str(one.min_months or "") in minimum
        assert str(one.max_months or "") in maximum
        assert (one.region or "") in minimum + maximum


@given(st.sampled_from(ErasureScope), st.sets(st.sampled_from(CorrectionAbout)))
def test_what_a_case_is_about_is_restricted_and_not_erased(
    scope: ErasureScope, cases: set[CorrectionAbout]
) -> None:
    ruled = rule(scope.parts, (), (), disputed_parts(cases))
    about = {
        CorrectionAbout.GOAL: {Part.GOALS, Part.CHECK_INS, Part.PERSON},
        CorrectionAbout.FEEDBACK: {Part.FEEDBACK, Part.PERSON},
        CorrectionAbout.DATA: set(Part),
    }
    restricted = {part for case in cases for part in about[case]} & set(scope.parts)
    assert dict(ruled.kept) == dict.fromkeys(restricted, KeptBecause.DISPUTE)
    assert set(ruled.erased) == set(scope.parts) - restricted


def test_the_rule_that_the_page_shows_is_a_policy_that_can_be_adopted() -> None:
    page = Path(__file__).parents[2] / "docs" / "retention.md"
    example = page.read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]
    checked = read_policy_text(example)
    assert checked.mistakes == ()
    assert checked.policy is not None
    assert len(checked.policy.retention.rules) == example.count("{kind: ")
