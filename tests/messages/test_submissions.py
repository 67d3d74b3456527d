"""A form comes back as its model, or with words at each field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.errors import InvalidInput, Refused
from messages.form_state import FormState
from messages.forms import render_form
from messages.inputs import Choice
from messages.submissions import FieldErrors, field_errors, parse_submission, typed_values
from tests.messages.dialogs import (
    EVERYTHING,
    READER,
    Everything,
    Pace,
    Reading,
    empty,
    fill,
    filled,
)

CLOSED = FormState.new("everything")
OPEN = CLOSED.expand()
SMALL = render_form(EVERYTHING, READER, CLOSED)
LARGE = render_form(EVERYTHING, READER, OPEN)


def model(payload: dict[str, Any], **options: Any) -> Everything:
    parsed = parse_submission(EVERYTHING, payload, READER, **options)
    assert isinstance(parsed, Everything), parsed
    return parsed


def words(payload: dict[str, Any], **options: Any) -> dict[str, str]:
    parsed = parse_submission(EVERYTHING, payload, READER, **options)
    assert isinstance(parsed, FieldErrors), parsed
    return {block.removeprefix("everything."): text for block, text in parsed.errors.items()}


def test_three_inputs_are_enough() -> None:
    parsed = model(filled(SMALL))
    assert parsed.title == "Reply faster"
    assert (parsed.target.value, parsed.target.measure_unit) == (5.0, "h")
    assert parsed.due == date(2027, 3, 31)
    assert parsed.pace is Pace.WEEKLY


def test_every_kind_of_input_is_read() -> None:
    option = {"text": {"type": "plain_text", "text": "Monthly"}, "value": "monthly"}
    goal = "6f1c1f9e-0000-4000-8000-000000000001"
    parsed = model(
        filled(
            LARGE,
            why="First.\r\n\r\nSecond.",
            weight="12,5",
            starts_at=1_806_483_600,
            pace=option,
            kind={"value": "plain"},
            aligned_to={"value": goal},
            owner="U0LENA",
            watchers=["U0JONAS", "W0OMAR"],
            topics=[{"value": "time"}],
            anonymous=[{"value": "yes"}],
            files=[{"id": "F0123", "name": "a.csv", "url_private": "https://x", "size": 5}],
            **{"readings.G7.value": "7,1", "last.value": "8"},
        )
    )
    assert parsed.why == "First.\n\nSecond."
    assert parsed.weight == Decimal("12.5")
    assert parsed.starts_at == datetime(2027, 3, 31, 9, tzinfo=UTC)
    assert parsed.pace is Pace.MONTHLY
    assert (parsed.kind, parsed.aligned_to, parsed.owner) == ("plain", UUID(goal), "U0LENA")
    assert parsed.watchers == ["U0JONAS", "W0OMAR"]
    assert parsed.topics == ["time"]
    assert parsed.anonymous
    assert parsed.files == [{"id": "F0123", "name": "a.csv", "url": "https://x", "size": 5}]
    assert parsed.readings["G7"].value == Decimal("7.1")
    assert parsed.last == Reading(value=Decimal(8))


def test_what_was_cleared_is_cleared() -> None:
    parsed = model(filled(LARGE, topics=[], anonymous=[], why=None))
    assert parsed.topics == []
    assert not parsed.anonymous
    assert parsed.why is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"title": "  \u200b "}, {"title": "Please write something for “Title”."}),
        ({"title": None}, {"title": "Please write something for “Title”."}),
        ({"title": "ab"}, {"title": "Please write at least 3 characters."}),
        ({"title": "x" * 151}, {"title": "Please shorten this to 150 characters."}),
        ({"target": " "}, {"target": "Please write a number for “Target”."}),
        ({"target": "abc"}, {"target": "Please write a number, for example 7.5."}),
        (
            {"target": "1.234"},
            {"target": "1.234 can mean 1234 or 1.234. Please write 1234 or 1.2340."},
        ),
        ({"due": None}, {"due": "Please pick a date for “Due date”."}),
        ({"due": "31.3.2027"}, {"due": "Please pick a date."}),
        ({"weight": "5 h"}, {"weight": "Please write the number alone, without “h”."}),
        ({"weight": "101"}, {"weight": "Please give a number of at most 100."}),
        ({"starts_at": "soon"}, {"starts_at": "Please pick a date and a time."}),
        ({"starts_at": 10**12}, {"starts_at": "Please pick a date and a time."}),
        ({"pace": {"value": "hourly"}}, {"pace": "Please choose one of the options."}),
        ({"pace": "weekly"}, {"pace": "Please choose one of the options."}),
        ({"kind": {"value": 7}}, {"kind": "Please choose one of the options."}),
        ({"aligned_to": {"value": "G-12"}}, {"aligned_to": "Please choose one of the options."}),
        ({"owner": "<@U1>"}, {"owner": "Please choose somebody from the list."}),
        ({"watchers": ["U1", "no"]}, {"watchers": "Please choose somebody from the list."}),
        ({"watchers": "U1"}, {"watchers": "Please choose somebody from the list."}),
        ({"topics": [{"value": "love"}]}, {"topics": "Please choose one of the options."}),
        ({"topics": [None]}, {"topics": "Please choose one of the options."}),
        ({"files": [{"id": "../x"}]}, {"files": "Please add the file again."}),
        ({"files": "F1"}, {"files": "Please add the file again."}),
        (
            {"readings.G7.value": "-1"},
            {"readings.G7.value": "Please give a number of at least 0."},
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    typed: dict[str, object], expected: dict[str, str]
) -> None:
    assert words(filled(LARGE, **typed)) == expected


def test_everything_wrong_is_said_at_once() -> None:
    assert set(words(fill(empty(LARGE), target="abc", weight="x"))) == {
        "title",
        "target",
        "due",
        "weight",
    }


def test_rules_about_several_fields_wait_until_each_can_be_read() -> None:
    contradiction = filled(LARGE, kind={"value": "strange"}, anonymous=[{"value": "yes"}])
    assert set(words(fill(contradiction, weight="x"))) == {"weight"}
    assert set(words(fill(contradiction, weight="1"))) == {"title"}


def test_a_rule_of_the_domain_names_its_field() -> None:
    assert list(words(filled(SMALL), context={"today": date(2027, 4, 1)})) == ["due"]


def test_a_rule_without_a_field_stands_at_the_first_input() -> None:
    payload = filled(LARGE, kind={"value": "strange"}, anonymous=[{"value": "yes"}])
    assert list(words(payload)) == ["title"]


def test_an_error_behind_more_detail_stands_at_the_first_input_and_names_the_field() -> None:
    found = words(filled(SMALL), defaults={"weight": Decimal(101)})
    assert found == {
        "title": "“Weight”, behind “More detail”: Please give a number of at most 100."
    }


def test_what_is_not_on_the_screen_keeps_its_value() -> None:
    parsed = model(filled(SMALL), defaults={"why": "Because.", "title": "Never used"})
    assert (parsed.why, parsed.title) == ("Because.", "Reply faster")


def test_what_was_cleared_on_the_screen_does_not_come_back() -> None:
    assert model(filled(LARGE, why=" "), defaults={"why": "Because."}).why is None


def test_options_of_the_moment_replace_those_of_the_form() -> None:
    offered = {"kind": [Choice("odd", "Odd")], "aligned_to": [Choice("x", "X")]}
    view = render_form(EVERYTHING, READER, OPEN, choices=offered)
    assert model(filled(view, kind={"value": "odd"}), choices=offered).kind == "odd"
    assert words(filled(view, kind={"value": "plain"}), choices=offered) == {
        "kind": "Please choose one of the options."
    }
    forged = {"value": "6f1c1f9e-0000-4000-8000-000000000001"}
    assert "aligned_to" in words(filled(view, aligned_to=forged), choices=offered)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"state": None},
        {"state": {"values": []}},
        {"state": {"values": {"everything.title": None}}, "blocks": [None, 3]},
        {"state": {"values": {"everything.title": {"everything.title": {"value": 7}}}}},
        {"state": {"values": {"somebody.else": {}}}, "blocks": "x"},
    ],
)
def test_a_malformed_view_is_refused_at_the_first_field(payload: dict[str, Any]) -> None:
    assert words(payload)["title"].startswith("Please write something for “Title”.")


def test_errors_name_the_block_that_is_on_the_screen() -> None:
    view = render_form(EVERYTHING, READER, CLOSED.reset().reset())
    assert set(words(fill(empty(view)))) == {"title#2", "target#2", "due#2"}


def test_what_a_use_case_refuses_stands_at_its_field() -> None:
    payload = filled(SMALL)
    refused = InvalidInput("string_too_long", field="title", max_length=150)
    assert field_errors(EVERYTHING, payload, refused, READER).response() == {
        "response_action": "errors",
        "errors": {"everything.title": "Please shorten this to 150 characters."},
    }
    general = field_errors(EVERYTHING, payload, Refused("changed_meanwhile"), READER)
    assert list(general.errors) == ["everything.title"]


def test_what_was_typed_survives_a_change_of_the_form() -> None:
    option = {"text": {"type": "plain_text", "text": "Monthly"}, "value": "monthly"}
    goal = {"text": {"type": "plain_text", "text": "G-3 Faster"}, "value": "g3"}
    typed = {
        "title": " half ",
        "target": "1.234",
        "due": "2027-03-31",
        "why": "a\nb",
        "starts_at": 1_806_483_600,
        "pace": option,
        "aligned_to": goal,
        "owner": "U0LENA",
        "watchers": ["U0JONAS"],
        "topics": [{"text": {"type": "plain_text", "text": "Time"}, "value": "time"}],
    }
    payload = fill(empty(LARGE), **typed)
    again = render_form(EVERYTHING, READER, OPEN.reset(), values=typed_values(EVERYTHING, payload))
    states, before = (one["state"]["values"] for one in (empty(again), payload))
    for field in typed:
        state = states[f"everything.{field}#1"][f"everything.{field}"]
        old = before[f"everything.{field}"][f"everything.{field}"]
        assert _plainly(state) == _plainly(old), field


def _plainly(state: Any) -> Any:
    """Without the `emoji` that our options have and those of the test lack."""
    if isinstance(state, dict):
        return {name: _plainly(value) for name, value in state.items() if name != "emoji"}
    return [_plainly(one) for one in state] if isinstance(state, list) else state
