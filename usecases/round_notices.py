"""What messages about rounds say, as things stand when they are sent or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.notices import NoticeKind
from domain.people import Member, Role
from domain.rounds import (
    AnswerReturned,
    RoundAdrift,
    RoundDesk,
    RoundNotice,
    RoundQuestion,
    RoundState,
    RoundSummary,
)
from domain.screens import Pointless
from storage import people, rounds
from storage.unit_of_work import Reading
from usecases import round_cards


def _desk(
    work: Reading, _kind: NoticeKind, round_: UUID, reader: Member, _revision: int
) -> RoundNotice | Pointless:
    head = rounds.by_id(work.connection, round_)
    if head is None:
        return Pointless("round_gone")
    if head.facilitator != reader.id:
        return Pointless("taken_over")
    return RoundDesk(reader, head, round_cards.counts(work, head))


def _result(
    work: Reading, _kind: NoticeKind, round_: UUID, reader: Member, _revision: int
) -> RoundNotice | Pointless:
    head = rounds.by_id(work.connection, round_)
    if head is None or head.state is not RoundState.CLOSED:
        return Pointless("round_not_closed")
    if head.facilitator != reader.id:
        return Pointless("taken_over")
    return round_cards.result(work, reader, head)


def _adrift(
    work: Reading, _kind: NoticeKind, round_: UUID, reader: Member, _revision: int
) -> RoundNotice | Pointless:
    head = rounds.by_id(work.connection, round_)
    if head is None:
        return Pointless("round_gone")
    today = reader.today(work.now)
    return RoundAdrift(
        reader,
        head,
        people.member(work.connection, head.facilitator),
        adrift=not people.can_act(work.connection, head.facilitator),
        may_take=people.holds_role(work.connection, reader.id, Role.FACILITATOR, today),
    )


def _returned(
    work: Reading, _kind: NoticeKind, round_: UUID, reader: Member, _revision: int
) -> RoundNotice | Pointless:
    head = rounds.by_id(work.connection, round_)
    if head is None:
        return Pointless("round_gone")
    return AnswerReturned(reader, head, people.member(work.connection, head.facilitator))


ROUND_READERS: Mapping[
    NoticeKind, Callable[[Reading, NoticeKind, UUID, Member, int], RoundNotice | Pointless]
] = {
    NoticeKind.ROUND_DESK: _desk,
    NoticeKind.ROUND_ADRIFT: _adrift,
    NoticeKind.ROUND_RETURNED: _returned,
    NoticeKind.ROUND_RESULT: _result,
}


def read_channel_notice(work: Reading, kind: NoticeKind, round_: UUID) -> RoundNotice | Pointless:
    """A message to a channel, in the language and zone of the round's facilitator."""
    head = rounds.by_id(work.connection, round_)
    if head is None:
        return Pointless("round_gone")
    facilitator = people.member(work.connection, head.facilitator)
    if kind is NoticeKind.ROUND_SUMMARY:
        return RoundSummary(facilitator, head, round_cards.counts(work, head))
    return RoundQuestion(facilitator, head)
