"""The one message of a morning: what asks something of its reader, then what happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from domain.checkins import AnsweredNotice, ReplyNotice
from domain.feedback import FeedbackNotice, FeedbackSavedNotice
from domain.goal_corrections import GoalCorrectedNotice
from domain.goal_sharing import GoalSharedNotice
from domain.notices import NoticeKind
from domain.screens import GoalNotice, OneNotice
from messages.blocks import actions, context, divider, section
from messages.checkin_presses import CHECK_IN_OWN, REPLY_OWN, CheckInAction, checkin_button
from messages.elements import Block
from messages.i18n import N_
from messages.limits import MESSAGE_BLOCKS
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message

Tell = Callable[[OneNotice], Message]
MOST_CHECK_INS = 7
_LEAST_NEWS = 5
"""Blocks without which it says nothing: divider, heading, one thing, and two at the end."""
_FOR_READING = frozenset({NoticeKind.GOAL_ANSWERED, NoticeKind.GOAL_TO_OWNER})
_READ_ONLY = (
    AnsweredNotice,
    ReplyNotice,
    FeedbackNotice,
    FeedbackSavedNotice,
    GoalSharedNotice,
    GoalCorrectedNotice,
)


def morning_message(parts: Sequence[OneNotice], tell: Tell, reader: Reader) -> Message:
    """What is asked comes first and whole; what was kept during days away stands in short below."""
    parts = _once_for_each_goal(parts)
    asking = [tell(part) for part in parts if not _waits_for_nothing(part)]
    news = [part for part in parts if _waits_for_nothing(part)]
    blocks: list[Block] = []
    for place, message in enumerate(asking):
        ahead = [divider()] if blocks else []
        if len(blocks) + len(ahead) + len(message.blocks) > MESSAGE_BLOCKS - 1:
            blocks.append(_more_in_home(len(asking) - place + len(news), reader))
            return Message(Safe("\n\n").join(Safe(one.text) for one in asking), blocks)
        blocks += [*ahead, *message.blocks]
    told = [Safe(one.text) for one in asking]
    if news and len(blocks) > MESSAGE_BLOCKS - _LEAST_NEWS:
        blocks.append(_more_in_home(len(news), reader))
    elif news:
        summary = _while_away(news, tell, reader, MESSAGE_BLOCKS - len(blocks) - 1)
        blocks += [*([divider()] if blocks else []), *summary.blocks]
        told.append(Safe(summary.text))
    return Message(Safe("\n\n").join(told), blocks)


def _more_in_home(count: int, reader: Reader) -> Block:
    words = reader.ngettext(
        "%(count)s more thing waits for you in Home.",
        "%(count)s more things wait for you in Home.",
        count,
    )
    return context(words % {"count": reader.number(count)})


def _waits_for_nothing(part: OneNotice) -> bool:
    """Whether it was only kept until its reader is back: told at once, it is never in a morning."""
    if isinstance(part, GoalNotice):
        return part.kind in _FOR_READING
    return isinstance(part, _READ_ONLY)


def _once_for_each_goal(parts: Sequence[OneNotice]) -> list[OneNotice]:
    """Of several messages about a goal the one that asks, else the last; a conversation once."""
    best: dict[object, OneNotice] = {}
    for part in parts:
        match part:
            case GoalNotice():
                key: object = ("goal", part.card.id)
                asked = best.get(key)
                if asked is not None and _asks(asked) and not _asks(part):
                    continue
            case ReplyNotice():
                key = ("reply", part.check_in)
            case _:
                key = id(part)
        best[key] = part
    kept = {id(part) for part in best.values()}
    return [part for part in parts if id(part) in kept]


def _asks(part: OneNotice) -> bool:
    return isinstance(part, GoalNotice) and part.latest and part.card.can_decide


def _while_away(news: Sequence[OneNotice], tell: Tell, reader: Reader, room: int) -> Message:
    """One short paragraph for each thing, with the buttons that it has; within `room` blocks."""
    checked_in = [part for part in news if isinstance(part, AnsweredNotice)]
    shown = [*_urgent_first(checked_in)[:MOST_CHECK_INS]]
    others = [part for part in news if not isinstance(part, AnsweredNotice)]
    head = reader.say(N_("While you were away"))
    blocks: list[Block] = [section(Safe("*%s*") % head)]
    told = [head]
    left = len(checked_in) - len(shown)
    for part in (*others, *shown):
        message = tell(part)
        brief = _brief(part, message, reader)
        # Two for what stands at the end.
        if len(blocks) + len(brief) > room - 2:
            left += 1
            continue
        blocks += brief
        told += _words_of(brief)
    if shown or any(isinstance(part, ReplyNotice) for part in others):
        blocks.append(context(reader.say(_TO_ANSWER)))
    if left:
        words = reader.ngettext(
            "%(count)s more: `/checkin team` and `/goal` show how things stand.",
            "%(count)s more: `/checkin team` and `/goal` show how things stand.",
            left,
        )
        more = Safe(words) % {"count": reader.number(left)}
        blocks.append(context(more))
        told.append(more)
    return Message(Safe("\n").join(told), blocks)


_TO_ANSWER = N_(
    "*Answer* sends you a check-in by itself: what you reply in its thread reaches only the one "
    "who wrote it, and never counts in an evaluation."
)


def _urgent_first(parts: Iterable[AnsweredNotice]) -> list[AnsweredNotice]:
    return sorted(parts, key=lambda part: not part.notes)


def _brief(part: OneNotice, message: Message, reader: Reader) -> list[Block]:
    """The message as short as it can be; who can be answered has a button for that.

    A thread of this message would belong to nobody in particular.
    """
    match part:
        case AnsweredNotice(taken_back=False):
            name, number = part.owner.name, CHECK_IN_OWN
        case ReplyNotice(can_read=True, withdrawn=False):
            name, number = part.author.name, REPLY_OWN
        case _:
            return list(message.blocks)
    blocks = [one for one in message.blocks if one["type"] not in ("actions", "context")]
    buttons = [checkin_button(CheckInAction.ANSWER, reader, part.id, number, about=name)]
    if isinstance(part, ReplyNotice) or part.notes or part.replies:
        subject = part.check_in if isinstance(part, ReplyNotice) else part.id
        buttons.insert(0, checkin_button(CheckInAction.READ, reader, subject, about=name))
    return [*blocks, actions(*buttons)]


def _words_of(blocks: Iterable[Block]) -> Iterable[Safe]:
    for block in blocks:
        text = block.get("text")
        if isinstance(text, dict):
            yield Safe(text["text"])
