"""What changed between two texts, word by word, as data and as a line that Slack shows."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.goals import Change, GoalContent
from domain.measures import Measure
from domain.people import Level
from domain.word_differences import PieceKind, word_differences
from messages.goal_words import change_line
from messages.reading import Reader
from tests.messages.slack_markup import formatted

READER = Reader("en", ZoneInfo("Europe/Lisbon"), date(2027, 3, 1))
CONTENT = GoalContent(
    title="First reply",
    metric="Hours",
    target=Measure(value=5, text="5"),
    due_date=date(2027, 6, 1),
    template=Level.INDIVIDUAL,
)
# Few words, so that texts have some in common; any space, and signs that Slack reads as markup.
words = st.sampled_from(["to", "customers", "in", "~a", "*b*", "a*", "<@U1>", "_c_", "é", "`d`"])
texts = st.lists(st.one_of(words, st.sampled_from([" ", "  ", "\n", "\t"]))).map("".join)


@given(texts, texts)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_differences(before, after)
    kept_or = {
        kind: "".join(one.text for one in pieces if one.kind in (PieceKind.KEPT, kind))
        for kind in (PieceKind.GONE, PieceKind.NEW)
    }
    assert kept_or == {PieceKind.GONE: before, PieceKind.NEW: after}
    assert all(one.text for one in pieces)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "First reply to customers in Lisbon",
            "First reply to partners in Lisbon",
            "Title: First reply to ~customers~ *partners* in Lisbon",
        ),
        (
            "First reply to new customers",
            "First reply to partners abroad",
            "Title: First reply to ~new customers~ *partners abroad*",
        ),
        ("Reply", "Answer every letter", "Title: ~Reply~ → *Answer every letter*"),
        (
            "one two three four five six seven eight nine ten",
            "one two three four five six seven eight nine eleven",
            "Title: … five six seven eight nine ~ten~ *eleven*",
        ),
    ],
)
def test_a_line_tells_what_changed(before: str, after: str, told: str) -> None:
    assert change_line(Change("title", before, after), CONTENT, READER) == told


@given(texts, texts)
def test_nobodys_signs_are_read_as_ours(before: str, after: str) -> None:
    """Only what goes is struck and only what comes is bold, whatever was typed."""
    line = change_line(Change("title", before, after), CONTENT, READER)
    pieces = [one for one in word_differences(before, after) if one.text.strip()]
    assert "<@" not in line
    assert len(formatted(line)) <= max(2, sum(one.kind is not PieceKind.KEPT for one in pieces))
