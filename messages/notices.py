"""From what there is to tell to the message: the registry of message kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.announcements import AnnouncementDeskNotice, AnnouncementNotice
from domain.checkins import (
    AnsweredNotice,
    KeptNotice,
    PromptNotice,
    ReplyNotice,
    TypedNotice,
)
from domain.feedback import FeedbackAskedNotice, FeedbackNotice, FeedbackSavedNotice
from domain.rounds import (
    AnswerReturned,
    RoundAdrift,
    RoundDesk,
    RoundQuestion,
    RoundResult,
    RoundSummary,
)
from domain.screens import (
    CheckpointNotice,
    GoalNotice,
    HelpNotice,
    MorningNotice,
    Notice,
    OneNotice,
)
from messages.announcements import announcement_message
from messages.blocks import context, divider
from messages.checkin_notices import check_in_message
from messages.checkpoints import checkpoint_message
from messages.elements import Block
from messages.feedback import asked_message, feedback_message, saved_message
from messages.goal_notices import goal_message, help_message
from messages.limits import MESSAGE_BLOCKS
from messages.reading import Reader
from messages.rounds import round_message
from messages.safe import Safe
from messages.surfaces import Message
from messages.templates import Templates


def notice_message(notice: Notice, now: datetime, templates: Templates) -> Message:
    """The message in its reader's language, zone and digits; to machines, in English."""
    if isinstance(notice, CheckpointNotice):
        return checkpoint_message(notice, Reader.of_nobody(now), templates)
    return message_for(notice, Reader.of(notice.reader, now), templates)


def message_for(notice: Notice, reader: Reader, templates: Templates) -> Message:
    """The message for this reader."""
    if isinstance(notice, CheckpointNotice):
        return checkpoint_message(notice, reader, templates)
    if isinstance(notice, MorningNotice):
        return _together([_one(part, reader, templates) for part in notice.parts], reader)
    return _one(notice, reader, templates)


def _together(messages: Sequence[Message], reader: Reader) -> Message:
    """One message of several, as many as fit; what is left out is named as waiting in Home."""
    blocks: list[Block] = []
    for place, message in enumerate(messages):
        ahead = [divider()] if blocks else []
        if len(blocks) + len(ahead) + len(message.blocks) > MESSAGE_BLOCKS - 1:
            left = len(messages) - place
            words = reader.ngettext(
                "%(count)s more thing waits for you in Home.",
                "%(count)s more things wait for you in Home.",
                left,
            )
            blocks.append(context(words % {"count": reader.number(left)}))
            break
        blocks += [*ahead, *message.blocks]
    return Message(Safe("\n\n").join(Safe(message.text) for message in messages), blocks)


def _one(notice: OneNotice, reader: Reader, templates: Templates) -> Message:
    match notice:
        case GoalNotice():
            return goal_message(notice, reader, templates)
        case HelpNotice():
            return help_message(notice, reader, templates)
        case PromptNotice() | AnsweredNotice() | ReplyNotice() | KeptNotice() | TypedNotice():
            return check_in_message(notice, reader, templates)
        case (
            RoundQuestion()
            | RoundDesk()
            | RoundAdrift()
            | AnswerReturned()
            | RoundResult()
            | RoundSummary()
        ):
            return round_message(notice, reader, templates)
        case AnnouncementNotice() | AnnouncementDeskNotice():
            return announcement_message(notice, reader, templates)
        case FeedbackNotice():
            return feedback_message(notice, reader, templates)
        case FeedbackAskedNotice():
            return asked_message(notice, reader, templates)
        case FeedbackSavedNotice():
            return saved_message(notice, reader, templates)
