"""A policy as text: whatever somebody writes is one, or each mistake has its place and words."""

from __future__ import annotations

import re
import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import Negotiation, Policy, Retention
from domain.policy_local import Bounds
from domain.policy_text import LONGEST, PolicyChecked, policy_text, read_policy_text
from messages.policy_mistakes import OTHER, mistake_words
from messages.reading import Reader

READER = Reader("en", ZoneInfo("UTC"), date(2027, 3, 1))
LOCAL = Policy(
    variations={"check_ins.minutes_into_day": Bounds(min=0, max=60)},
    regions={"NO": {"check_ins": {"minutes_into_day": 40}}},
    units={"Company / Support": {"check_ins": {"minutes_into_day": 5}}},
)
WHOLE = policy_text(LOCAL)
# YAML's, which most editors count as well.
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
PIECES = (
    *"\t:-[]{}&*!|>'\"#%@`?,\n 0",
    "\x00",
    "---\n",
    "&a ",
    "*a",
    "!!python/object/apply:os.system ",
    "\\ud800",
    "99999999999999999999999",
    "1e400",
    "null",
    "- ",
    "  ",
    "é",
    "\ufeff",
    "\u2028",
)


def explained(text: str, checked: PolicyChecked) -> None:
    """Either a policy, or mistakes in the order of their lines, each on one that there is."""
    lines = len(LINE_BREAK.split(text))
    if checked.policy is not None:
        assert checked.mistakes == ()
        return
    assert checked.mistakes
    assert [one.line for one in checked.mistakes] == sorted(one.line for one in checked.mistakes)
    for one in checked.mistakes:
        assert 1 <= one.line <= lines
        assert one.column >= 1
        assert OTHER not in mistake_words(one, READER)


@pytest.mark.parametrize(
    "text",
    [
        "'[key]': 1",
        "negotiation: {'[key]': 1}",
        "templates: {'[key]': {}}",
        "regions: {'[key]': {}}",
    ],
)
def test_a_key_that_looks_like_none_is_explained(text: str) -> None:
    checked = read_policy_text(text)
    explained(text, checked)
    assert any("[key]" in mistake_words(one, READER) for one in checked.mistakes)


def test_a_text_of_nothing_but_mistakes_holds_nobody_up() -> None:
    """Each compared with each took twenty seconds, in which nobody else was answered."""
    text = "a:\n" * 16_000 + "".join(f"b{n}:\n" for n in range(7_000))
    assert len(text) < LONGEST
    began = time.process_time()
    assert read_policy_text(text).policy is None
    assert time.process_time() - began < 8


@given(st.data())
def test_any_change_of_a_document_passes_or_is_explained(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(("", *PIECES))) + text[at + cut :]
    explained(text, read_policy_text(text))


@given(st.text(max_size=200))
def test_any_text_passes_or_is_explained(text: str) -> None:
    explained(text, read_policy_text(text))


@given(
    reference=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40)
    | st.sampled_from(
        ["NO", "on", "08", "1:30", "~", "0x1f", "1e5", "null", "- a", "'", "2027-03-01"]
    ),
    days=st.integers(1, 30),
)
def test_what_is_written_is_read_as_the_same(reference: str, days: int) -> None:
    policy = LOCAL.model_copy(
        update={
            "negotiation": Negotiation(answer_within_working_days=days),
            "retention": Retention.model_validate(
                {"maximums": [{"months": 3, "reference": reference}]}
            ),
        }
    )
    assert read_policy_text(policy_text(policy)).policy == policy


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "said"),
    [
        ("check_ins: {minuts_into_day: 3}\n", 1, 13, "check_ins.minuts_into_day", "minutes_"),
        ("negotiation:\n  answering_role: hrr\n", 2, 19, "negotiation.answering_role", "“hr”?"),
        ("check_ins:\n  digest_weekday: 9\n", 2, 19, "check_ins.digest_weekday", "7 or less"),
        ("check_ins:\n  digest_weekday: '2'\n", 2, 19, "check_ins.digest_weekday", "quotes"),
        (
            "retention:\n  minimums:\n  - {part: goals, months: '3', reference: §}\n",
            3, 27, "retention.minimums.0.months", "quotes",
        ),
        ("check_ins: 3\n", 1, 12, "check_ins", "settings belong here"),
        ("templates:\n  manger: {rhythm: weekly}\n", 2, 3, "templates.manger", "mean “manager”?"),
        ("a: 1\nchanges: {}\nchanges: {}\n", 3, 1, "changes", "given twice"),
        ("negotiation:\n\tundo_minutes: 3\n", 2, 1, "", "tab"),
        ("negotiation: [\n", 1, 1, "", "not readable as YAML"),
        ("a: &x [1]\nb: *x\n", 1, 4, "b", "aliases"),
        ("--- {}\n--- {}\n", 2, 1, "", "second document"),
    ],
)  # fmt: skip
def test_every_mistake_is_explained_at_its_place(
    text: str, line: int, column: int, path: str, said: str
) -> None:
    found = [
        (one.line, one.column, ".".join(one.path), mistake_words(one, READER))
        for one in read_policy_text(text).mistakes
    ]
    assert any(one[:3] == (line, column, path) and said in one[3] for one in found), found


def test_no_text_at_all_is_the_rules_as_built_in() -> None:
    assert read_policy_text("").policy == Policy()
    assert read_policy_text("# nothing yet\n").policy == Policy()


def test_a_huge_text_and_a_deep_one_are_refused_at_once() -> None:
    assert [one.code for one in read_policy_text("# \n" * LONGEST).mistakes] == ["policy_too_long"]
    assert read_policy_text("[" * 50_000).mistakes
    assert read_policy_text("a: " + "{b: " * 100 + "1" + "}" * 100).mistakes
