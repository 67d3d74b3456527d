"""What a dialog carries to itself is small, typed, and refused when it is not ours."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from messages.elements import BlockError
from messages.form_state import FormState

GOAL = UUID("6f1c1f9e-0000-4000-8000-000000000001")
STATE = FormState.new("goal_new", version=3, ids={"goal": GOAL}, refs={"channel": "C0123"})


def test_a_state_comes_back_as_it_went_out() -> None:
    assert FormState.parse(STATE.encode(), "goal_new") == STATE
    expanded = STATE.expand().reset()
    assert FormState.parse(expanded.encode(), "goal_new") == expanded


def test_every_dialog_has_a_token_of_its_own() -> None:
    assert STATE.token != FormState.new("goal_new").token


def test_expanding_and_resetting_keep_the_token() -> None:
    assert STATE.expand().token == STATE.reset().token == STATE.token


def test_two_hundred_bytes_are_enough() -> None:
    assert len(STATE.encode()) < 200


def test_what_does_not_fit_is_our_mistake() -> None:
    ids = {f"goal{number}": uuid4() for number in range(100)}
    with pytest.raises(BlockError):
        FormState.new("check_in", ids=ids).encode()


def forged(**changes: object) -> str:
    return json.dumps({**json.loads(STATE.encode()), **changes})


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 4_000,
        forged(v=2),
        forged(v=None),
        forged(f="goal_decline"),
        forged(t="short"),
        forged(t="<script>alert(1)</script>"),
        forged(n=-1),
        forged(n="3"),
        forged(i={"goal": "1 OR 1=1"}),
        forged(i={"Goal!": str(GOAL)}),
        forged(r={"channel": "C1 <!channel>"}),
        forged(x=1),
        forged(extra=True),
        STATE.encode() + "x",
    ],
)
def test_what_is_not_ours_is_refused(metadata: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        FormState.parse(metadata, "goal_new")
    assert refusal.value.code == "form_state"


@given(st.text(max_size=100))
def test_no_text_at_all_does_more_than_be_refused(metadata: str) -> None:
    with pytest.raises(InvalidInput):
        FormState.parse(metadata, "goal_new")
