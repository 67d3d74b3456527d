"""One request for a neutral person's help at a time; what was written is never lost."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInput, Refused
from tests.rules.office import Office


def test_another_request_is_refused_at_its_field_while_one_is_open(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    helper = office.ask_for_help("Lena", goal)
    acts = office.acts()
    with pytest.raises(InvalidInput) as refused:
        office.ask_for_help("Lena", goal)
    assert (refused.value.code, refused.value.field) == ("facilitator_asked", "note")
    assert refused.value.params["name"] == helper
    assert office.acts() == acts


def test_the_same_dialog_sent_twice_asks_once(office: Office) -> None:
    goal = office.counter("Jonas", office.propose("Lena"), 6)
    first = office.ask_for_help("Lena", goal, "one-dialog")
    assert office.ask_for_help("Lena", goal, "one-dialog") == first
    assert office.acts().count("facilitation.ask") == 1


def test_nobody_is_asked_where_no_change_was_suggested(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.ask_for_help("Lena", office.propose("Lena"))
    assert refused.value.code == "no_negotiation"
