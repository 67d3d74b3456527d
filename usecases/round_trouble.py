"""When a round and its channel lose each other: noticed, told to the facilitator, mended."""

from __future__ import annotations

from uuid import UUID

from domain.audit import Action, Actor, ActorKind
from domain.errors import Refused
from domain.notices import NoticeKind, SubjectType
from domain.origin import Origin
from domain.rounds import RoundHead, RoundState, RoundTrouble
from storage import outbox, rounds
from storage.outbox import MessageRef
from storage.unit_of_work import Store, Work
from usecases import round_cards
from usecases.access import require_member
from usecases.rounds import event, notify


def note_unasked(store: Store, origin: Origin) -> int:
    """Find open rounds whose question Slack refused for good; returns how many are new."""
    with store.read(origin) as reading:
        found = rounds.unasked(reading.connection)
    for round_ in found:
        with store.write(origin) as work:
            head = round_cards.known_round(work, round_, lock=True)
            if head.open and head.trouble is None:
                _set(work, head, RoundTrouble.NOT_ASKED)
    return len(found)


def note_deleted(store: Store, origin: Origin, message: MessageRef) -> bool:
    """Slack says that this message was deleted; False where it is no question of a round."""
    with store.read(origin) as reading:
        post = outbox.post_at(reading.connection, message)
    if post is None or post.kind is not NoticeKind.ROUND_QUESTION:
        return False
    with store.write(origin) as work:
        head = round_cards.known_round(work, post.subject, lock=True)
        questions = rounds.questions_of(work.connection, head.id)
        # One that was asked again since stands below, or is on its way there.
        latest = questions[-1] == message
        asked_again = rounds.times_asked(work.connection, head.id) > len(questions)
        if latest and not asked_again and head.trouble is not RoundTrouble.DELETED:
            _set(work, head, RoundTrouble.DELETED)
    return True


def question_deleted(store: Store, origin: Origin, channel: str, ts: str) -> bool:
    """The same for a message as an event names it."""
    return note_deleted(store, origin, MessageRef(channel, ts))


def note_readable(store: Store, origin: Origin, round_: UUID, *, readable: bool) -> None:
    """Whether the thread could be read just now."""
    with store.read(origin) as reading:
        head = round_cards.known_round(reading, round_)
    known = head.trouble is RoundTrouble.UNREADABLE
    if known is not readable or head.state is RoundState.CLOSED:
        return
    with store.write(origin) as work:
        head = round_cards.known_round(work, round_, lock=True)
        if head.trouble in (None, RoundTrouble.UNREADABLE):
            _set(work, head, None if readable else RoundTrouble.UNREADABLE)


def _set(work: Work, head: RoundHead, trouble: RoundTrouble | None) -> None:
    rounds.change(work.connection, head.id, trouble=trouble)
    work.touch(SubjectType.ROUND_DESK, head.id)


def channel_to_ask_again(store: Store, origin: Origin, round_: UUID) -> str:
    """Slack's id of the channel; raises Refused where the question need not be put again."""
    with store.read(origin) as work:
        member = require_member(work)
        head = round_cards.known_round(work, round_)
        return _require_needed(head, member.id).channel


def ask_again(store: Store, origin: Origin, round_: UUID) -> RoundHead:
    """Put the question of an open round to its channel once more; what was answered is kept."""
    with store.write(origin) as work:
        member = require_member(work)
        head = _require_needed(round_cards.known_round(work, round_, lock=True), member.id)
        _set(work, head, None)
        notify(work, head, NoticeKind.ROUND_QUESTION)
        actor = Actor(ActorKind.PERSON, member.id)
        work.record(event(Action.ROUND_ASK_AGAIN, actor, head))
        return head


def _require_needed(head: RoundHead, member: UUID) -> RoundHead:
    if head.facilitator != member:
        raise Refused("round_gone")
    if not head.open:
        raise Refused("round_closed_now")
    if head.trouble not in (RoundTrouble.NOT_ASKED, RoundTrouble.DELETED):
        raise Refused("round_asked_already")
    return head
