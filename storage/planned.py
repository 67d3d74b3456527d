"""The next moment for which anything is planned, whatever it is: for whoever lets time pass."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from domain.access_reviews import Answer, ReviewState
from domain.announcements import RecipientState
from domain.approvals import ApprovalState
from domain.corrections import CorrectionState
from domain.goals import GoalState
from domain.rounds import RoundState
from storage.literals import literally
from storage.tables.access_reviews import AccessReview, AccessReviewItem
from storage.tables.approvals import Approval
from storage.tables.checkins import Cadence, DigestCadence
from storage.tables.corrections import Correction
from storage.tables.cycles import AnnouncementRecipient
from storage.tables.goals import Goal
from storage.tables.outbox import Notice, NoticeState
from storage.tables.rounds import Round


def next_planned(connection: Connection, after: datetime) -> datetime | None:
    """The earliest stored moment behind `after`; None where nothing is planned any more.

    What follows from dates alone is not among them: leave that ends, a deputy's last day.
    """
    found = [connection.execute(query).scalar_one() for query in _moments(after)]
    return min((moment for moment in found if moment is not None), default=None)


def _moments(after: datetime) -> tuple[Select[Any], ...]:
    return (
        select(func.min(Notice.due_at)).where(
            Notice.state == literally(NoticeState.WAITING), Notice.due_at > after
        ),
        select(func.min(Cadence.look_at)).where(Cadence.look_at > after),
        select(func.min(DigestCadence.look_at)).where(DigestCadence.look_at > after),
        *(
            select(func.min(moment)).where(Goal.state == GoalState.PROPOSED, moment > after)
            for moment in (Goal.answer_by, Goal.remind_at)
        ),
        select(func.min(AnnouncementRecipient.due_at)).where(
            AnnouncementRecipient.state == literally(RecipientState.WAITING),
            AnnouncementRecipient.due_at > after,
        ),
        select(func.min(Approval.expires_at)).where(
            Approval.state == ApprovalState.OPEN, Approval.expires_at > after
        ),
        select(func.min(AccessReview.starts_at)).where(
            AccessReview.state == ReviewState.PLANNED, AccessReview.starts_at > after
        ),
        select(func.min(AccessReview.answer_by)).where(
            AccessReview.state == ReviewState.OPEN, AccessReview.answer_by > after
        ),
        select(func.min(AccessReviewItem.answer_by)).where(
            AccessReviewItem.answer == literally(Answer.OPEN), AccessReviewItem.answer_by > after
        ),
        *(
            select(func.min(moment)).where(
                Correction.state == CorrectionState.OPEN,
                Correction.escalated_at.is_(None),
                moment > after,
            )
            for moment in (Correction.answer_by, Correction.remind_at)
        ),
        select(func.min(Round.closes_at)).where(
            Round.state == RoundState.OPEN, Round.closes_at > after
        ),
    )
