"""The longest answers that people can give fit into what Slack takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID

import pytest

from domain.people import Level, Member
from domain.rounds import (
    AnonymousFate,
    AnswerCounts,
    AnswerScreen,
    ConfidentialAnswers,
    OpenAnswer,
    OpenAnswers,
    RoundHead,
    RoundQuestion,
    RoundResult,
    RoundState,
    RoundSummary,
)
from messages.reading import Reader
from messages.round_forms import (
    ANONYMOUS,
    PRIVATE,
    answer_view,
    confidential_view,
    open_answers_view,
    summary_view,
)
from messages.rounds import round_message
from messages.templates import Templates
from sandbox.blocks import block_problems
from sandbox.blocks_views import view_problems

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
READER = Reader.of_nobody(NOW)
MOST = 25
NAME = "Ñ" * 200
SOMEBODY = Member(
    UUID(int=1), NAME, "U1", Level.MANAGER, "Europe/Berlin", "en", frozenset({1}), time(9)
)
TEXTS = (
    "&<>" * 4_000,
    "👩‍👩‍👧‍👧" * 1_000,
    "שלום עולם " * 1_200,
    "`*_~" * 3_000,
    "界" * 12_000,
    "\n" * 12_000 + "x",
)


def head(text: str) -> RoundHead:
    return RoundHead(
        id=UUID(int=2),
        facilitator=UUID(int=1),
        channel="C1",
        channel_name="c" * 80,
        topic=text[:150],
        question=text[:3_000],
        anonymous=True,
        state=RoundState.OPEN,
        opened_at=NOW,
        closes_at=NOW,
        closing_at=None,
        closed_at=None,
        closed_by=None,
        anonymous_fate=AnonymousFate.KEPT,
        summary=text[:3_000],
        summary_posted_at=None,
    )


@pytest.mark.parametrize("text", TEXTS, ids=["signs", "emoji", "rtl", "marks", "wide", "lines"])
def test_the_longest_answers_fit(text: str) -> None:
    opened = head(text)
    closed = replace(opened, state=RoundState.CLOSED, closed_at=NOW)
    answers = tuple(OpenAnswer(SOMEBODY, text[:12_000], True, True) for _ in range(MOST))
    counts = AnswerCounts(MOST, MOST, MOST)
    result = RoundResult(SOMEBODY, closed, counts, answers)
    templates = Templates()
    for notice in (
        RoundQuestion(SOMEBODY, opened),
        RoundQuestion(SOMEBODY, closed),
        result,
        RoundSummary(SOMEBODY, closed, counts),
    ):
        message = round_message(notice, READER, templates)
        assert block_problems([dict(block) for block in message.blocks]) == []
    confidential = ConfidentialAnswers(
        SOMEBODY,
        closed,
        tuple((SOMEBODY, text[:3_000]) for _ in range(MOST)),
        tuple(text[:3_000] for _ in range(MOST)),
    )
    views = [
        answer_view(ANONYMOUS, AnswerScreen(opened, SOMEBODY), READER),
        answer_view(PRIVATE, AnswerScreen(opened, SOMEBODY, text[:3_000]), READER),
        summary_view(result, READER),
        *(confidential_view(confidential, READER, start) for start in range(0, 2 * MOST, 10)),
        *(
            open_answers_view(OpenAnswers(SOMEBODY, closed, answers), READER, start)
            for start in range(0, MOST, 10)
        ),
    ]
    for view in views:
        assert view_problems(view.payload()) == []
