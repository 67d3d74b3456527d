"""A version of a goal that counts at once: a change that all agreed to, or a correction."""

from __future__ import annotations

from uuid import UUID

from domain.goals import GoalContent, Side
from storage import cadences, goals
from storage.goals import GoalHead
from storage.unit_of_work import Work


def write_agreed_version(
    work: Work, head: GoalHead, content: GoalContent, *, author: UUID, side: Side, reason: str
) -> int:
    """Write the goal's next version and let it count, check-ins included; returns its number.

    The caller holds the goal, has authorised the act, and records it.
    """
    number = head.version + 1
    goals.insert_version(
        work.connection,
        head.id,
        number,
        content,
        author=author,
        side=side,
        at=work.now,
        policy=work.policy.number,
        reason=reason,
    )
    goals.set_turn(
        work.connection,
        head.id,
        version=number,
        agreed_version=number,
        title_folded=goals.folded(content.title),
    )
    cadences.follow_correction(work.connection, head.id, number, content.due_date, work.now)
    return number
