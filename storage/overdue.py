"""Compares what is due with what was done about it, apart from the sweeps that do it.

In health nothing is found: each sweep comes by within minutes. What waits for Slack's pace or for
somebody's hours is not due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Select, and_, exists, func, select

from domain.approvals import ApprovalState
from domain.goals import GoalState
from domain.rounds import RoundState
from storage import cadences, corrections, goals
from storage.literals import literally
from storage.tables.approvals import Approval
from storage.tables.checkins import Cadence, CheckInAsked, DigestCadence
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
    }
