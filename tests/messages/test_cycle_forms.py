"""The dialog *New cycle* while its days change."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from domain.cycles import CycleKind
from messages.cycle_forms import NEW, changed_view, new_view, shown_phases
from messages.form_state import FormState
from messages.submissions import FieldErrors, parse_submission, typed_values
from messages.surfaces import View
from sandbox.blocks_views import view_problems
from sandbox.elements_state import state_of
from tests.messages.dialogs import READER, sent

TODAY = date(2027, 3, 1)
NEXT_YEAR = {"name": "x", "starts": date(2028, 1, 1), "ends": date(2028, 12, 31)}


def state_in(view: View) -> FormState:
    return FormState.parse(str(sent(view)["private_metadata"]), NEW.name)


def on_screen(view: View) -> dict[str, object]:
    shown = sent(view)
    return {**shown, "state": {"values": state_of(shown["blocks"], {})}}


def input_blocks(view: View) -> list[str]:
    return [block["block_id"] for block in sent(view)["blocks"] if block["type"] == "input"]


@given(st.dates(), st.dates(), st.sampled_from(CycleKind))
@example(TODAY, date.max, CycleKind.QUARTERLY)
@example(date.min, date.max, CycleKind.UNIT)
def test_whatever_days_are_picked_the_dialog_is_shown_and_keeps_its_phases(
    starts: date, ends: date, kind: CycleKind
) -> None:
    opened = new_view(READER, TODAY)
    picked = {**typed_values(NEW, on_screen(opened)), "starts": starts, "ends": ends, "kind": kind}
    changed = changed_view(READER, state_in(opened), picked)
    assert view_problems(sent(changed)) == []
    assert typed_values(NEW, on_screen(changed))["phases"]
    assert shown_phases(state_in(changed))


def test_a_submission_sent_before_the_phases_followed_has_its_errors_on_the_screen() -> None:
    opened = new_view(READER, TODAY)
    errors = parse_submission(NEW, on_screen(opened), READER)
    assert isinstance(errors, FieldErrors)
    typed = {**typed_values(NEW, on_screen(opened)), **NEXT_YEAR}
    followed = changed_view(READER, state_in(opened), typed)
    assert input_blocks(followed) != input_blocks(opened)
    assert set(errors.errors) <= set(input_blocks(followed))
    assert set(input_blocks(opened)) - set(input_blocks(followed)) == {NEW.block("phases")}
