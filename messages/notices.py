"""From what there is to tell to the message: the registry of message kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.access_reviews import AccessReviewNotice, ReviewReport
from domain.adoption import AdoptionNotice
from domain.agreements import AgreementNotice
from domain.alignment import GoalAboveNotice
from domain.announcements import AnnouncementDeskNotice, AnnouncementNotice
from domain.approvals import ApprovalNotice
from domain.change_requests import GoalChangeNotice, GoalTouchedNotice
from domain.checkins import (
    AnsweredNotice,
    KeptNotice,
    PromptNotice,
    ReplyNotice,
    TypedNotice,
)
from domain.corrections import CorrectionNotice
from domain.cover import DelegationEnded, DeputyNotice
from domain.dead_letters import DeadLettersNotice
from domain.departures import DepartureNotice
from domain.erasure import Certificate
from domain.exports import ExportNotice
from domain.feedback import FeedbackAskedNotice, FeedbackNotice, FeedbackSavedNotice
from domain.goal_corrections import GoalCorrectedNotice
from domain.goal_sharing import GoalSharedNotice
from domain.objections import ChangeNotice, ObjectionNotice
from domain.retention import PurgeReport, RetentionDue
from domain.roles import PendingRolesNotice, RescueNotice, RoleNotice
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
    HelpAnsweredNotice,
    HelpNotice,
    MorningNotice,
    Notice,
    OneNotice,
)
from domain.step_up import CodesLockedNotice
from messages.access_reviews import report_message, review_message
from messages.agreements import agreement_message
from messages.announcements import announcement_message
from messages.approval_notices import (
    approval_message,
    locked_message,
    pending_message,
    role_message,
)
from messages.checkin_notices import check_in_message
from messages.checkpoints import checkpoint_message
from messages.corrections import correction_message
from messages.cover import deputy_message, ended_message
from messages.dead_letters import news_message
from messages.departures import departure_message
from messages.erasures import certificate_message
from messages.exports import export_message
from messages.feedback import asked_message, feedback_message, saved_message
from messages.goal_adoption import adoption_message
from messages.goal_alignment import above_message
from messages.goal_change_notices import change_message, touched_message
from messages.goal_corrections import corrected_message
from messages.goal_notices import goal_message, help_answered_message, help_message
from messages.goal_sharing import shared_message
from messages.mornings import morning_message
from messages.objections import change_message as rules_message
from messages.objections import objection_message
from messages.reading import Reader
from messages.retention_notices import due_message, report_of_purge
from messages.roles import rescue_message
from messages.rounds import round_message
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
        return morning_message(notice.parts, lambda part: _one(part, reader, templates), reader)
    return _one(notice, reader, templates)


# Who has the words for each kind of thing to tell.
_Teller = Callable[[Any, Reader, Templates], Message]
_TELLERS: Mapping[type, _Teller] = {
    GoalNotice: goal_message,
    HelpNotice: help_message,
    HelpAnsweredNotice: help_answered_message,
    GoalSharedNotice: shared_message,
    GoalAboveNotice: above_message,
    AdoptionNotice: adoption_message,
    GoalCorrectedNotice: corrected_message,
    GoalChangeNotice: change_message,
    GoalTouchedNotice: touched_message,
    **dict.fromkeys(
        (PromptNotice, AnsweredNotice, ReplyNotice, KeptNotice, TypedNotice), check_in_message
    ),
    **dict.fromkeys(
        (RoundQuestion, RoundDesk, RoundAdrift, AnswerReturned, RoundResult, RoundSummary),
        round_message,
    ),
    **dict.fromkeys((AnnouncementNotice, AnnouncementDeskNotice), announcement_message),
    FeedbackNotice: feedback_message,
    FeedbackAskedNotice: asked_message,
    FeedbackSavedNotice: saved_message,
    DeputyNotice: deputy_message,
    DelegationEnded: ended_message,
    DepartureNotice: departure_message,
    ApprovalNotice: approval_message,
    RoleNotice: role_message,
    PendingRolesNotice: pending_message,
    RescueNotice: rescue_message,
    CodesLockedNotice: locked_message,
    AccessReviewNotice: review_message,
    ReviewReport: lambda report, reader, _: report_message(report, reader),
    Certificate: certificate_message,
    ExportNotice: export_message,
    RetentionDue: lambda told, reader, _: due_message(told, reader),
    PurgeReport: lambda told, reader, _: report_of_purge(told, reader),
    CorrectionNotice: correction_message,
    ChangeNotice: rules_message,
    ObjectionNotice: objection_message,
    AgreementNotice: agreement_message,
    DeadLettersNotice: lambda told, reader, _: news_message(told, reader),
}


def _one(notice: OneNotice, reader: Reader, templates: Templates) -> Message:
    return _TELLERS[type(notice)](notice, reader, templates)
