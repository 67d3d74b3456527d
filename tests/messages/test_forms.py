"""A form shows its model, grows in place, and returns what it was filled with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.elements import BlockError
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.inputs import Choice, Text
from messages.reading import Reader
from messages.shorten import shorten
from messages.submissions import FieldErrors, parse_submission, typed_values
from messages.typed import clean_line, clean_text
from sandbox.blocks_views import view_problems
from tests.messages.dialogs import EVERYTHING, READER, Everything, Pace, empty, fill, sent
from tests.messages.texts import visible_texts

CLOSED = FormState.new("everything")
OPEN = CLOSED.expand()


def block_ids(view: Mapping[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"]]


def test_slack_accepts_it_collapsed_and_expanded() -> None:
    for state in (CLOSED, OPEN, OPEN.reset()):
        assert view_problems(sent(render_form(EVERYTHING, READER, state))) == []


def test_at_first_only_what_is_needed_is_asked() -> None:
    view = sent(render_form(EVERYTHING, READER, CLOSED))
    assert block_ids(view) == [
        "everything.title",
        "everything.target",
        "everything.due",
        "everything:more",
    ]


def test_more_detail_grows_the_dialog_and_keeps_what_was_there() -> None:
    small, large = (
        block_ids(sent(render_form(EVERYTHING, READER, state))) for state in (CLOSED, OPEN)
    )
    assert large[:3] == small[:3]
    assert len(large) == len(EVERYTHING.all_inputs)
    assert EVERYTHING.more_action not in large


def test_a_reset_gives_every_input_a_new_block() -> None:
    before, after = (
        set(block_ids(sent(render_form(EVERYTHING, READER, state))))
        for state in (OPEN, OPEN.reset())
    )
    assert not before & after


def test_what_the_model_requires_is_not_optional() -> None:
    blocks = sent(render_form(EVERYTHING, READER, OPEN))["blocks"]
    required = [block["block_id"] for block in blocks if not block["optional"]]
    assert required == ["everything.title", "everything.target", "everything.due"]


def test_what_is_filled_in_and_cannot_be_emptied_is_not_called_optional() -> None:
    state = FormState.new("everything", expanded=True)
    values = {"title": "Reply", "pace": Pace.WEEKLY, "kind": "plain", "topics": ["money"]}

    def optional(filled: Mapping[str, object]) -> set[str]:
        blocks = sent(render_form(EVERYTHING, READER, state, values=filled))["blocks"]
        named = {one["block_id"].split(".")[1] for one in blocks if one.get("optional")}
        return named & values.keys()

    assert optional({}) == {"pace", "kind", "topics"}
    assert optional(values) == {"kind", "topics"}


def test_a_note_stands_under_its_input_and_intro_and_outro_around_all() -> None:
    divider: dict[str, Any] = {"type": "divider"}
    view = sent(
        render_form(
            EVERYTHING, READER, CLOSED, intro=[divider], notes={"title": "<!here>"}, outro=[divider]
        )
    )
    kinds = [block["type"] for block in view["blocks"]]
    assert kinds == ["divider", "input", "context", "input", "input", "actions", "divider"]
    assert view["blocks"][2]["elements"][0]["text"] == "&lt;!here&gt;"


def test_numbers_are_prefilled_as_the_reader_writes_them() -> None:
    german = Reader("de-DE", READER.zone, READER.today)
    view = sent(render_form(EVERYTHING, german, CLOSED, values={"target": 7.25}))
    assert view["blocks"][1]["element"]["initial_value"] == "7,25"


def test_a_value_that_is_no_longer_offered_is_not_shown() -> None:
    view = sent(render_form(EVERYTHING, READER, OPEN, values={"kind": "gone"}))
    assert view_problems(view) == []


def test_an_input_for_no_field_is_our_mistake() -> None:
    for name in ("nothing", "title.inner", "readings.G7.nothing"):
        with pytest.raises(BlockError):
            Form(
                name="wrong",
                title="Wrong",
                submit="Save",
                model=Everything,
                inputs=(Text(name, "Nothing"),),
            )


def test_two_inputs_for_one_field_are_our_mistake() -> None:
    with pytest.raises(BlockError):
        Form(
            name="wrong",
            title="Wrong",
            submit="Save",
            model=Everything,
            inputs=(Text("title", "One"), Text("title", "Two")),
        )


def _line(text: str) -> str:
    return shorten(clean_line(text), 150)


slack_users = st.from_regex(r"[UW][A-Z0-9]{2,10}", fullmatch=True)
moments = st.datetimes(datetime(2002, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 - zone follows
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
filled_forms = st.fixed_dictionaries(
    {
        "title": visible_texts.map(_line).filter(lambda text: len(text) > 3),
        "target": st.decimals(-(10**6), 10**6, places=3),
        "due": st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    },
    optional={
        "why": visible_texts.map(lambda text: shorten(clean_text(text), 3_000)),
        "weight": st.decimals(Decimal("0.001"), 100, places=4),
        "starts_at": moments,
        "pace": st.sampled_from(Pace),
        "kind": st.sampled_from(["plain", "strange"]),
        "aligned_to": st.uuids(),
        "owner": slack_users,
        "watchers": st.lists(slack_users, max_size=5, unique=True),
        "topics": st.sets(st.sampled_from(["money", "people", "time"])).map(sorted),
    },
)


@given(
    values=filled_forms,
    label=visible_texts,
    locale=st.sampled_from(["en", "de", "fr-CH", "ar"]),
)
def test_a_form_filled_with_any_values_returns_them(
    values: dict[str, Any], label: str, locale: str
) -> None:
    shown = dict(values)
    if "aligned_to" in values:
        shown["aligned_to"] = Choice(str(values["aligned_to"]), label)
    reader = Reader(locale, READER.zone, READER.today)
    view = render_form(EVERYTHING, reader, OPEN, values=shown)
    assert view_problems(sent(view)) == []
    parsed = parse_submission(EVERYTHING, empty(view), reader)
    assert isinstance(parsed, Everything), parsed
    assert parsed.target.value == float(values["target"])
    expected = Everything.model_validate({**values, "topics": values.get("topics", [])})
    assert parsed.model_dump(exclude={"target"}) == expected.model_dump(exclude={"target"})


@given(text=visible_texts, identifier=st.uuids())
def test_whatever_is_typed_the_form_can_be_shown_again(text: str, identifier: UUID) -> None:
    view = render_form(EVERYTHING, READER, OPEN)
    payload = fill(
        empty(view),
        title=text,
        target=text,
        why=text,
        aligned_to={"text": {"type": "plain_text", "text": text}, "value": str(identifier)},
    )
    again = render_form(EVERYTHING, READER, OPEN.reset(), values=typed_values(EVERYTHING, payload))
    assert view_problems(sent(again)) == []
    parsed = parse_submission(EVERYTHING, payload, READER)
    assert isinstance(parsed, FieldErrors)
    assert set(parsed.errors) <= set(block_ids(sent(view)))
