"""Rounds as one reader may see them: the one way from rows to what is shown."""

from __future__ import annotations

from uuid import UUID

from domain.errors import Refused
from domain.people import Member
from domain.rounds import (
    AnonymousFate,
    AnswerCounts,
    OpenAnswer,
    OpenAnswers,
    RoundHead,
    RoundResult,
    RoundState,
)
from storage import people, round_answers, rounds
from storage.unit_of_work import Reading


def known_round(work: Reading, round_: UUID, *, lock: bool = False) -> RoundHead:
    """The round; raises Refused for an id that is none, as others do for one that is not theirs."""
    head = rounds.by_id(work.connection, round_, lock=lock)
    if head is None:
        raise Refused("round_gone")
    return head


def own_closed_round(
    work: Reading, reader: Member, round_: UUID, *, lock: bool = False
) -> RoundHead:
    """The round for its facilitator, after closing; raises Refused as if there were none."""
    head = known_round(work, round_, lock=lock)
    if head.facilitator != reader.id:
        raise Refused("round_gone")
    if head.state is not RoundState.CLOSED:
        raise Refused("round_not_closed")
    return head


def counts(work: Reading, head: RoundHead) -> AnswerCounts:
    """How many answers there are; of anonymous ones nothing is told before closing."""
    replies = round_answers.replies(work.connection, head.id)
    anonymous = None
    if head.anonymous_fate is AnonymousFate.KEPT:
        anonymous = round_answers.anonymous_count(work.connection, head.id)
    return AnswerCounts(
        in_thread=sum(reply.words is not None for reply in replies),
        private=round_answers.private_count(work.connection, head.id),
        anonymous=anonymous,
    )


def open_answers(work: Reading, head: RoundHead) -> tuple[OpenAnswer, ...]:
    """The replies in the thread, in their order."""
    replies = round_answers.replies(work.connection, head.id)
    authors = people.members(work.connection, {reply.author for reply in replies})
    return tuple(
        OpenAnswer(authors[reply.author], reply.words, reply.late, reply.edited)
        for reply in replies
    )


def result(work: Reading, reader: Member, head: RoundHead) -> RoundResult:
    return RoundResult(reader, head, counts(work, head), open_answers(work, head))


def in_full(work: Reading, reader: Member, head: RoundHead) -> OpenAnswers:
    return OpenAnswers(reader, head, open_answers(work, head))
