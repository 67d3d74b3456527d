"""Answers to a round: in the thread, for the facilitator alone, anonymous; and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from domain.audit import Action, Actor, ActorKind, FieldValue
from domain.errors import AlreadyDone, Refused, Unknown
from domain.notices import NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.rounds import (
    AnswerRound,
    AnswerScreen,
    ConfidentialAnswers,
    OpenAnswers,
    RoundHead,
    RoundState,
    ThreadReply,
)
from domain.sensitivity import Sensitivity
from storage import outbox, people, requests, round_answers
from storage.outbox import MessageRef
from storage.round_answers import StoredReply
from storage.unit_of_work import Reading, Store, Work
from usecases import round_cards
from usecases.access import require_member
from usecases.rounds import event

LONGEST_REPLY = 12_000
SURELY_SHOWN = timedelta(minutes=2)
"""Slack's history may lag: a younger reply that it does not show may still be there."""


def channel_of(store: Store, origin: Origin, round_: UUID) -> str:
    """Slack's id of the channel that the round asks; raises Refused for no round."""
    with store.read(origin) as work:
        require_member(work)
        return round_cards.known_round(work, round_).channel


@dataclass(frozen=True, slots=True)
class FoundReply:
    """A reply as it stands in Slack, with the request as its author would have made it."""

    question: MessageRef
    author: Origin
    reply: ThreadReply


def open_to_answer(
    store: Store, origin: Origin, round_: UUID, *, anonymous: bool, asked: bool
) -> AnswerScreen:
    """The round for somebody who wants to answer in a dialog; raises Refused where they cannot.

    Raises AlreadyDone for whoever has answered anonymously, before they write in vain: it is
    looked up by their mark in this round, and leaves no trace. `asked` is whether Slack names them
    among the members of its channel.
    """
    with store.read(origin) as work:
        author = require_member(work)
        head = _answerable(work, author, round_, anonymous=anonymous, asked=asked)
        facilitator = people.member(work.connection, head.facilitator)
        place = (work.connection, work.sealer, head.id, author.id)
        if not anonymous:
            return AnswerScreen(head, facilitator, round_answers.own_private(*place))
        if round_answers.has_cast_ballot(*place):
            raise AlreadyDone("round_answered_anonymously")
        return AnswerScreen(head, facilitator)


def _answerable(
    work: Reading,
    member: Member,
    round_: UUID,
    *,
    anonymous: bool,
    asked: bool,
    lock: bool = False,
) -> RoundHead:
    head = round_cards.known_round(work, round_, lock=lock)
    if not asked:
        raise Refused("round_gone")
    if not head.open or head.closes_at <= work.now:
        raise Refused("round_closed")
    if head.facilitator == member.id:
        raise Refused("round_own")
    if anonymous and not head.anonymous:
        raise Refused("round_not_anonymous")
    if not anonymous and not people.can_act(work.connection, head.facilitator):
        # It would be for somebody who can never read it.
        name = people.member(work.connection, head.facilitator).name
        raise Refused("round_adrift", name=name)
    return head


def answer_privately(
    store: Store, origin: Origin, round_: UUID, command: AnswerRound, token: str, *, asked: bool
) -> bool:
    """Keep an answer for the facilitator alone; False where it replaces an earlier one."""
    with store.write(origin) as work:
        author = require_member(work)
        head = _answerable(work, author, round_, anonymous=False, asked=asked, lock=True)
        earlier = requests.consume_token(work.connection, token, author.id, head.id, work.at)
        if earlier is not None:
            earlier.require(author.id, head.id)
            return True
        first = round_answers.keep_private(
            work.connection, work.sealer, head.id, author.id, command.answer
        )
        action = Action.ROUND_ANSWER if first else Action.ROUND_EDIT
        fields: dict[str, FieldValue] = {"way": "private"}
        work.record(event(action, _by(author), head, fields, Sensitivity.CONFIDENTIAL))
        work.touch(SubjectType.ROUND_DESK, head.id)
        return first


def answer_anonymously(
    store: Store, origin: Origin, round_: UUID, command: AnswerRound, token: str, *, asked: bool
) -> None:
    """Keep an answer whose author nobody can name; each person has one. Raises AlreadyDone.

    Nothing of the request is stored: no arrival, no person beside the token, no moment, no notice.
    """
    with store.write(origin) as work:
        work.be_anonymous()
        author = require_member(work)
        head = _answerable(work, author, round_, anonymous=True, asked=asked, lock=True)
        earlier = requests.consume_token(work.connection, token, None, None, work.day)
        if earlier is not None:
            # Another dialog's would have a person; to say "kept" of that one would be untrue.
            earlier.require(None, None)
            return
        if not round_answers.cast_ballot(work.connection, work.sealer, head.id, author.id):
            raise AlreadyDone("round_answered_anonymously")
        round_answers.keep_anonymous(work.connection, work.sealer, head.id, command.answer)
        work.record(event(Action.ROUND_ANSWER, Actor(ActorKind.ANONYMOUS), head))


def hear_reply(store: Store, origin: Origin, channel: str, thread: str, reply: ThreadReply) -> bool:
    """Take a reply in the thread of a question, or its edit; False where it is no such thread.

    Raises Unknown for people whom the directory does not let act: nothing of theirs is kept. What
    the facilitator writes is no answer.
    """
    round_ = _round_at(store, origin, channel, thread)
    if round_ is None:
        return False
    with store.write(origin) as work:
        author = require_member(work)
        work.arrive()
        head = round_cards.known_round(work, round_, lock=True)
        if head.facilitator != author.id:
            _take_reply(work, head, author, reply)
    return True


def _round_at(store: Store, origin: Origin, channel: str, thread: str) -> UUID | None:
    with store.read(origin) as work:
        post = outbox.post_at(work.connection, MessageRef(channel, thread))
    if post is None or post.kind is not NoticeKind.ROUND_QUESTION:
        return None
    return post.subject


def _take_reply(work: Work, head: RoundHead, author: Member, reply: ThreadReply) -> None:
    known = round_answers.reply_at(work.connection, head.id, reply.ts)
    words = reply.words[:LONGEST_REPLY]
    if known is None:
        late = head.is_over_at(reply.at, work.now - work.done_at)
        stored = StoredReply(uuid4(), author.id, reply.ts, words, reply.at, late, reply.edited)
        round_answers.add_reply(work.connection, head.id, stored)
        action = Action.ROUND_ANSWER
    elif known.author == author.id and known.words not in (None, words):
        round_answers.edit_reply(work.connection, known.id, words)
        action = Action.ROUND_EDIT
    else:
        return
    work.record(event(action, _by(author), head, {"way": "thread", "reply": reply.ts}))
    work.touch(SubjectType.ROUND_DESK, head.id)


def follow_deletion(store: Store, origin: Origin, channel: str, thread: str, ts: str) -> bool:
    """A message was deleted in Slack: before closing the answer is gone, after it "withdrawn".

    Slack says so, and only of what its author or an administrator of Slack deleted: nobody is to
    be authorised here. False where it is no thread of a question.
    """
    round_ = _round_at(store, origin, channel, thread)
    if round_ is None:
        return False
    _take_away(store, origin, round_, ts)
    return True


def _take_away(store: Store, origin: Origin, round_: UUID, ts: str) -> None:
    with store.write(origin) as work:
        head = round_cards.known_round(work, round_, lock=True)
        known = round_answers.reply_at(work.connection, head.id, ts)
        if known is not None and known.words is not None:
            if head.state is RoundState.CLOSED:
                round_answers.withdraw_reply(work.connection, known.id)
            else:
                round_answers.delete_reply(work.connection, known.id)
            author = Actor(ActorKind.PERSON, known.author)
            work.record(event(Action.ROUND_WITHDRAW, author, head, {"reply": ts}))
            work.touch(SubjectType.ROUND_DESK, head.id)


def merge_threads(
    store: Store,
    origin: Origin,
    round_: UUID,
    found: Sequence[FoundReply],
    read_at: datetime,
) -> None:
    """Bring the answers in line with all that Slack shows under the question at `read_at`
    (machine time). Who may not act is left out.
    """
    for one in found:
        try:
            hear_reply(store, one.author, one.question.channel, one.question.ts, one.reply)
        except Unknown:
            continue
    shown = {one.reply.ts for one in found}
    with store.read(origin) as work:
        known = round_answers.replies(work.connection, round_)
    for kept in known:
        if kept.ts not in shown and kept.at < read_at - SURELY_SHOWN:
            _take_away(store, origin, round_, kept.ts)


def by_author(origin: Origin, slack_user: str, team: str | None) -> Origin:
    """The same request as if this account had made it."""
    return replace(origin, slack_user=slack_user, team=team)


def read_confidential(store: Store, origin: Origin, round_: UUID) -> ConfidentialAnswers:
    """Open private and anonymous answers; that they were opened is recorded before they show."""
    with store.write(origin) as work:
        reader = require_member(work)
        head = round_cards.own_closed_round(work, reader, round_)
        private = round_answers.open_private(work.connection, work.sealer, head.id)
        anonymous = round_answers.open_anonymous(work.connection, work.sealer, head.id)
        fields: dict[str, FieldValue] = {
            "private": ",".join(sorted(str(author) for author, _ in private)),
            "anonymous": len(anonymous),
        }
        work.record(event(Action.READ_ROUND, _by(reader), head, fields, Sensitivity.CONFIDENTIAL))
        authors = people.members(work.connection, [author for author, _ in private])
        named = sorted(
            ((authors[author], words) for author, words in private), key=lambda one: one[0].name
        )
        return ConfidentialAnswers(reader, head, tuple(named), tuple(anonymous))


def answers_in_thread(store: Store, origin: Origin, round_: UUID) -> OpenAnswers:
    """Every reply in full, for the facilitator."""
    with store.read(origin) as work:
        reader = require_member(work)
        return round_cards.in_full(work, reader, round_cards.own_closed_round(work, reader, round_))


def _by(member: Member) -> Actor:
    return Actor(ActorKind.PERSON, member.id)
