"""What was over before its reader heard of it is not told any more: kind by kind, and why.

This holds for messages that have not reached anybody. One that has stays, and says what became of
it. What is no longer there, or no longer shared, is told by the readers themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.approvals import ApprovalNotice, ApprovalState
from domain.corrections import CorrectionNotice, CorrectionState
from domain.cover import DeputyNotice
from domain.dead_letters import DeadLettersNotice
from domain.feedback import FeedbackAskedNotice, FeedbackNotice
from domain.goal_sharing import GoalSharedNotice
from domain.goals import GoalState
from domain.notices import NoticeKind
from domain.roles import RoleNotice
from domain.screens import GoalNotice, HelpNotice, Notice


def over_before_told(kind: NoticeKind, told: Notice) -> str | None:
    """Why it is pointless to tell this for the first time; None where it is not."""
    reason = _OVER.get(kind)
    return None if reason is None else reason(told)


def _to_decide(told: Notice) -> str | None:
    if not isinstance(told, GoalNotice):
        return None
    if told.card.state is GoalState.DRAFT:
        return "withdrawn"
    return None if told.latest else "overtaken"


def _reminder(told: Notice) -> str | None:
    waits = isinstance(told, GoalNotice) and (
        told.card.state is GoalState.PROPOSED and told.card.can_decide
    )
    return None if waits else "answered"


def _unanswered(told: Notice) -> str | None:
    waits = isinstance(told, GoalNotice) and told.card.state is GoalState.PROPOSED and told.latest
    return None if waits else "answered"


def _help(told: Notice) -> str | None:
    return "over" if isinstance(told, HelpNotice) and told.goal is None else None


def _shared(told: Notice) -> str | None:
    gone = isinstance(told, GoalSharedNotice) and told.card is None
    return "no_longer_shared" if gone else None


def _deputy(told: Notice) -> str | None:
    return "over" if isinstance(told, DeputyNotice) and told.over else None


def _role(told: Notice) -> str | None:
    return "over" if isinstance(told, RoleNotice) and told.ended else None


def _feedback(told: Notice) -> str | None:
    return "taken_back" if isinstance(told, FeedbackNotice) and told.card.withdrawn else None


def _feedback_asked(told: Notice) -> str | None:
    closed = isinstance(told, FeedbackAskedNotice) and not told.request.open
    return "answered" if closed else None


def _approval(told: Notice) -> str | None:
    settled = isinstance(told, ApprovalNotice) and told.card.state is not ApprovalState.OPEN
    return "over" if settled else None


def _correction(told: Notice) -> str | None:
    settled = isinstance(told, CorrectionNotice) and told.card.state is not CorrectionState.OPEN
    return "answered" if settled else None


def _dead_letters(told: Notice) -> str | None:
    return "over" if isinstance(told, DeadLettersNotice) and not told.count else None


_OVER: Mapping[NoticeKind, Callable[[Notice], str | None]] = {
    NoticeKind.GOAL_TO_DECIDE: _to_decide,
    NoticeKind.GOAL_REMINDER: _reminder,
    NoticeKind.GOAL_UNANSWERED: _unanswered,
    NoticeKind.GOAL_HELP_ASKED: _help,
    NoticeKind.GOAL_SHARED: _shared,
    NoticeKind.DEPUTY_NAMED: _deputy,
    NoticeKind.ROLE_GIVEN: _role,
    NoticeKind.FEEDBACK_THERE: _feedback,
    NoticeKind.FEEDBACK_ASKED: _feedback_asked,
    NoticeKind.APPROVAL_WANTED: _approval,
    NoticeKind.CORRECTION_ASKED: _correction,
    NoticeKind.CORRECTION_DUE: _correction,
    NoticeKind.DEAD_LETTERS: _dead_letters,
}
