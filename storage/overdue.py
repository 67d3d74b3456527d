"""Compares what is due with what was done about it, apart from the sweeps that do it.

In health nothing is found: each sweep comes by within minutes. What waits for Slack's pace or for
somebody's hours is not due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from domain.access_reviews import Answer, ReviewState
from domain.announcements import AnnouncementState, RecipientState
from domain.approvals import ApprovalState
from domain.goals import GoalState
from domain.rounds import RoundState
from storage import cadences, corrections, goals
from storage.announcement_recipients import HANDED
from storage.literals import literally
from storage.tables.access_reviews import AccessReview, AccessReviewItem
from storage.tables.approvals import Approval
from storage.tables.checkins import Cadence, CheckInAsked, DigestCadence
from storage.tables.cycles import Announcement, AnnouncementRecipient
from storage.tables.goals import Goal
from storage.tables.outbox import Notice, NoticeState
from storage.tables.rounds import Round

PATIENCE = timedelta(minutes=10)
"""Business time after which no sweep can be said to be just about to come by."""
MOST = 1000
"""Where it takes rows to count, so many at most."""


class Due(StrEnum):
    NOTICES = "notices"
    """Something to tell that has no message."""
    GOALS = "goals"
    """Agreed goals that nobody is ever going to be asked about."""
    CHECK_INS = "check_ins"
    """Goals whose owner was to be asked."""
    UNASKED = "unasked"
    """Goals about which an answer is owed to a question that was never put."""
    LISTS = "lists"
    """Managers whose weekly list was to be looked at."""
    REMINDERS = "reminders"
    """Proposals to be reminded of or passed on."""
    ROUNDS = "rounds"
    APPROVALS = "approvals"
    """Requests whose time is over."""
    CASES = "cases"
    ANNOUNCEMENTS = "announcements"
    """Announcements of which nothing is handed out although somebody is to get them."""
    REVIEWS = "reviews"
    """Access reviews that were to begin, to be listed, or to end what nobody confirmed."""


def overdue(connection: Connection, business_now: datetime) -> Mapping[Due, int]:
    """How much of each has been due for longer than a sweep takes; all of it is 0 in health."""
    since = business_now - PATIENCE
    found = {due: connection.execute(wanted).scalar_one() for due, wanted in _wanted(since).items()}
    agreed = cadences.without_cadence(connection, MOST)
    return {
        **found,
        Due.GOALS: sum(one.agreed_at <= since for one in agreed),
        Due.REMINDERS: len(goals.silent(connection, since, MOST)),
        Due.CASES: len(corrections.due(connection, since, MOST)),
    }


def _wanted(since: datetime) -> Mapping[Due, Select[int]]:
    count = select(func.count())
    asked = exists().where(
        CheckInAsked.goal_id == Cadence.goal_id, CheckInAsked.answered_at.is_(None)
    )
    return {
        Due.NOTICES: count.select_from(Notice).where(
            Notice.state == literally(NoticeState.WAITING), Notice.due_at <= since
        ),
        Due.CHECK_INS: count.select_from(Cadence).where(Cadence.look_at <= since),
        Due.UNASKED: count.select_from(Cadence)
        .join(Goal, and_(Goal.id == Cadence.goal_id, Goal.state == GoalState.ACTIVE))
        .where(Cadence.due_since.is_not(None), Cadence.ask_again_on.is_(None), ~asked),
        Due.LISTS: count.select_from(DigestCadence).where(DigestCadence.look_at <= since),
        Due.ROUNDS: count.select_from(Round).where(
            Round.state == RoundState.OPEN, Round.closes_at <= since
        ),
        Due.APPROVALS: count.select_from(Approval).where(
            Approval.state == ApprovalState.OPEN, Approval.expires_at <= since
        ),
        Due.ANNOUNCEMENTS: count.select_from(Announcement).where(_stands_still(since)),
        Due.REVIEWS: count.select_from(AccessReview).where(_not_carried_out(since)),
    }


def _stands_still(since: datetime) -> ColumnElement[bool]:
    """No list of recipients, or somebody whose turn it is while delivery has nothing of any."""
    theirs = AnnouncementRecipient.announcement_id == Announcement.id
    waits = exists().where(
        theirs,
        AnnouncementRecipient.state == literally(RecipientState.WAITING),
        AnnouncementRecipient.due_at <= since,
    )
    return or_(
        and_(Announcement.state == AnnouncementState.EXPANDING, Announcement.confirmed_at <= since),
        and_(Announcement.state == AnnouncementState.RUNNING, waits, ~exists().where(HANDED)),
    )


def _not_carried_out(since: datetime) -> ColumnElement[bool]:
    """A planned review waits for the one before it; an item has a time of its own, or the
    review's."""
    before = aliased(AccessReview)
    going_on = exists().where(before.state == ReviewState.OPEN)
    passed = exists().where(
        AccessReviewItem.review_id == AccessReview.id,
        AccessReviewItem.answer == literally(Answer.OPEN),
        func.coalesce(AccessReviewItem.answer_by, AccessReview.answer_by) <= since,
    )
    unlisted = and_(~AccessReview.listed, AccessReview.started_at <= since)
    return or_(
        and_(AccessReview.state == ReviewState.PLANNED, AccessReview.starts_at <= since, ~going_on),
        and_(AccessReview.state == ReviewState.OPEN, or_(unlisted, passed)),
    )
