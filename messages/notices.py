"""From what there is to tell to the message: the registry of message kinds."""

from __future__ import annotations

from datetime import datetime

from domain.checkins import (
    AnsweredNotice,
    KeptNotice,
    PromptNotice,
    ReplyNotice,
    TypedNotice,
)
from domain.feedback import FeedbackAskedNotice, FeedbackNotice, FeedbackSavedNotice
from domain.rounds import RoundDesk, RoundQuestion, RoundResult, RoundSummary
from domain.screens import GoalNotice, HelpNotice, Notice
from messages.checkin_notices import check_in_message
from messages.feedback import asked_message, feedback_message, saved_message
from messages.goal_notices import goal_message, help_message
from messages.reading import Reader
from messages.rounds import round_message
from messages.surfaces import Message
from messages.templates import Templates


def notice_message(notice: Notice, now: datetime, templates: Templates) -> Message:
    """The message in the reader's language, zone and digits."""
    reader = Reader.of(notice.reader, now)
    match notice:
        case GoalNotice():
            return goal_message(notice, reader, templates)
        case HelpNotice():
            return help_message(notice, reader, templates)
        case PromptNotice() | AnsweredNotice() | ReplyNotice() | KeptNotice() | TypedNotice():
            return check_in_message(notice, reader, templates)
        case RoundQuestion() | RoundDesk() | RoundResult() | RoundSummary():
            return round_message(notice, reader, templates)
        case FeedbackNotice():
            return feedback_message(notice, reader, templates)
        case FeedbackAskedNotice():
            return asked_message(notice, reader, templates)
        case FeedbackSavedNotice():
            return saved_message(notice, reader, templates)
