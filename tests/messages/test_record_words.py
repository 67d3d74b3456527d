"""The record names the goal that another one serves only to whoever may know it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace

from domain.audit import Action
from domain.goals import AlignedGoal
from domain.screens import RecordOfGoal
from messages.act_words import ACTS as ALL_ACTS
from messages.record import record_view
from tests.messages.anything import made
from tests.messages.dialogs import READER, sent

SERVED = "2b1f1c52-6f3e-4f2a-9a52-0d6f1f1a7c11"


def shown(aligned: Mapping[str, AlignedGoal]) -> str:
    rng = random.Random(7)  # noqa: S311 - no secret is made
    record = made(RecordOfGoal, rng)
    while not record.acts:
        record = made(RecordOfGoal, rng)
    first = record.acts[0]
    act = replace(first.act, fields={"aligned_to": SERVED}, erased=frozenset())
    only = (replace(first, act=act, before={}),)
    return json.dumps(sent(record_view(replace(record, acts=only, aligned=aligned), READER)))


def test_by_reference_and_title_or_as_another_goal_and_never_by_its_id() -> None:
    assert "Aligned to: G-1 Faster" in shown({SERVED: AlignedGoal("G-1", "Faster")})
    hidden = shown({})
    assert "Aligned to: another goal" in hidden
    assert SERVED not in hidden


def test_every_act_has_words() -> None:
    """Compliance reads them of all records, and nobody reads codes."""
    assert set(ALL_ACTS) == set(Action)
