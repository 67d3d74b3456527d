"""Standard, region, unit: what holds for somebody, reckoned in another way for any document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.policy import VARIABLE, Policy, PolicyInForce
from domain.policy_local import Bounds, Came, Source, leaves

DIALS: Mapping[str, tuple[int, int]] = {
    "negotiation.answer_within_working_days": (1, 30),
    "check_ins.minutes_into_day": (0, 240),
    "check_ins.digest_weekday": (1, 7),
}
REGIONS = ("DE", "DE-BY", "FR", "NO")
UNITS = ("A", "A / B", "A / B / C", "D")
values = st.fixed_dictionaries({}, optional={k: st.integers(*v) for k, v in DIALS.items()})


def nested(flat: Mapping[str, int]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        section, name = path.split(".")
        tree.setdefault(section, {})[name] = value
    return tree


@given(
    standard=values,
    regions=st.dictionaries(st.sampled_from(REGIONS), values),
    units=st.dictionaries(st.sampled_from(UNITS), values),
    region=st.sampled_from((*REGIONS, "DE-HH", "US", None)),
    unit=st.sampled_from((*UNITS, "A / X", "E", None)),
)
def test_the_nearest_place_that_names_a_setting_decides(
    standard: dict[str, int],
    regions: dict[str, dict[str, int]],
    units: dict[str, dict[str, int]],
    region: str | None,
    unit: str | None,
) -> None:
    policy = Policy.model_validate(
        {
            **nested(standard),
            "variations": {path: {} for path in DIALS},
            "regions": {code: nested(one) for code, one in regions.items()},
            "units": {path: nested(one) for path, one in units.items()},
        }
    )
    found = PolicyInForce(1, policy).for_place(region, unit)
    for path in DIALS:
        section, name = path.split(".")
        value, source = oracle(path, standard, regions, units, region, unit)
        assert getattr(getattr(found.document, section), name) == value
        assert found.sources[section, name] == source


def oracle(
    path: str,
    standard: Mapping[str, int],
    regions: Mapping[str, Mapping[str, int]],
    units: Mapping[str, Mapping[str, int]],
    region: str | None,
    unit: str | None,
) -> tuple[int, Source]:
    """From the nearest place outwards, the first that says something."""
    here = unit
    while here:
        if path in units.get(here, {}):
            return units[here][path], Source(Came.UNIT, here)
        here = here.rpartition(" / ")[0]
    for code in filter(None, (region, (region or "")[:2])):
        if path in regions.get(code, {}):
            return regions[code][path], Source(Came.REGION, code)
    section, name = path.split(".")
    built_in: int = getattr(getattr(Policy(), section), name)
    value = standard.get(path, built_in)
    return value, Source(Came.BUILT_IN if value == built_in else Came.STANDARD)


@given(low=st.integers(0, 240), high=st.integers(0, 240), value=st.integers(-5, 250))
def test_what_is_out_of_bounds_is_refused_with_the_bound(low: int, high: int, value: int) -> None:
    document = {
        "variations": {"check_ins.minutes_into_day": {"min": low, "max": high}},
        "regions": {"DE": {"check_ins": {"minutes_into_day": value}}},
    }
    try:
        Policy.model_validate(document)
    except ValidationError as error:
        assert not low <= value <= high or not 0 <= value <= 240
        if low <= high and 0 <= value <= 240:
            (only,) = error.errors()
            assert only["type"] == "policy_out_of_bounds"
            assert only["loc"] == ("regions", "DE", "check_ins", "minutes_into_day")
            assert (only["ctx"]["min"], only["ctx"]["max"]) == (low, high)
    else:
        assert low <= value <= high
        assert 0 <= value <= 240


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"regions": {"DE": {"check_ins": {"digest_weekday": 2}}}}, "policy_not_variable"),
        ({"variations": {"retention.maximums": {}}}, "policy_standard_only"),
        ({"variations": {"negotiation.undo_minutes": {}}}, "policy_standard_only"),
        ({"variations": {"negotiation.answering_role": {"min": 1}}}, "policy_bounds_kind"),
        ({"variations": {"check_ins.digest_weekday": {"min": 3, "max": 1}}}, "policy_bounds_order"),
        ({"variations": {"negotiation.answering_role": {"values": ["hrr"]}}}, "enum"),
        ({"regions": {"Germany": {}}}, "policy_region"),
        ({"units": {"A/B": {}}}, "policy_unit"),
        ({"changes": {"co_determined": ["chek_ins"]}}, "policy_unknown"),
    ],
)
def test_what_cannot_vary_so_is_refused(document: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Policy.model_validate(document)
    assert [one["type"] for one in caught.value.errors()] == [code]


def test_a_role_may_be_one_of_those_that_the_standard_names() -> None:
    assert Bounds(values=("hr", "executive")).admits("executive")
    assert not Bounds(values=("hr", "executive")).admits("legal")


def test_whatever_may_vary_is_a_setting_or_a_section() -> None:
    known = {".".join(path) for path, _ in leaves(Policy().model_dump(mode="json"))}
    for path in VARIABLE:
        assert any(f"{one}.".startswith(f"{path}.") for one in known), path
