"""Whether terms may be put on the table, what the policy makes of them, who has to approve."""

from __future__ import annotations

from datetime import date, timedelta

from domain.change_requests import (
    ApprovalWhy,
    ChangeAim,
    ChangeKind,
    Terms,
    changes_text,
    deviation,
    kind_by_size,
    near_review,
    needs_ground,
    with_changes,
)
from domain.errors import InvalidInput
from domain.goals import GoalContent, Side, differences
from domain.people import Member
from storage import change_requests, cycles, goals
from storage.change_requests import StoredChange
from storage.goals import GoalHead
from storage.unit_of_work import Reading

CYCLES = 50


def judged(
    work: Reading,
    owner: Member,
    head: GoalHead,
    command: ChangeAim,
    *,
    author: Member,
    side: Side,
    number: int,
) -> Terms:
    """The terms that somebody asks for.

    Raises InvalidInput at the field of what stands against them, for which nothing typed is lost.
    """
    before = goals.content(work.connection, head.id, head.version)
    after = command.content(before)
    if not differences(before, after):
        raise InvalidInput("change_changes_nothing", field="reason")
    kind = _kind(work, owner, command, before, after)
    _require_ground(work, owner, command, kind, before, after)
    _require_day(work, owner, head, command.effective_on)
    return Terms(
        number=number,
        author=author.id,
        side=side,
        at=work.now,
        kind=kind,
        changes=changes_text(before, after),
        reason=command.reason,
        ground=command.ground,
        evidence=command.evidence,
        link=command.evidence_link,
        effective_on=command.effective_on,
    )


def _kind(
    work: Reading, owner: Member, command: ChangeAim, before: GoalContent, after: GoalContent
) -> ChangeKind:
    """As large as it is, or larger where somebody wants more people to agree."""
    rules = work.rules_of(owner).change_requests
    found = kind_by_size(deviation(before, after), rules.percent, rules.days)
    if command.change_kind is ChangeKind.ADJUSTMENT and found is ChangeKind.RENEGOTIATION:
        raise InvalidInput(
            "change_is_formal", field="change_kind", percent=rules.percent, days=rules.days
        )
    return command.change_kind or found


def _require_ground(
    work: Reading,
    owner: Member,
    command: ChangeAim,
    kind: ChangeKind,
    before: GoalContent,
    after: GoalContent,
) -> None:
    if not needs_ground(before, after):
        return
    if command.ground is None:
        raise InvalidInput("change_needs_ground", field="ground")
    if command.evidence is None:
        raise InvalidInput("change_needs_evidence", field="evidence")
    if kind in work.rules_of(owner).change_requests.links and command.evidence_link is None:
        raise InvalidInput("change_needs_link", field="link")


def _require_day(work: Reading, owner: Member, head: GoalHead, day: date | None) -> None:
    if day is None:
        return
    agreed = change_requests.first_agreed_at(work.connection, head.id)
    first = owner.today(agreed) if agreed is not None else owner.today(work.now)
    if day < first:
        raise InvalidInput("change_before_goal", field="effective_on", day=first)


def content_of(
    work: Reading, change: StoredChange, terms: Terms
) -> tuple[GoalContent, GoalContent]:
    """The goal before the change, and with it."""
    before = goals.content(work.connection, change.goal, change.base_version)
    return before, with_changes(before, terms.changes)


def is_retroactive(owner: Member, terms: Terms) -> bool:
    """Whether it counts from a day that was over when it was asked for."""
    return terms.effective_on is not None and terms.effective_on < owner.today(terms.at)


def would_be_marked(work: Reading, owner: Member, change: StoredChange, terms: Terms) -> bool:
    """Whether it is retroactive while a review, or a decision on pay, is near."""
    if not is_retroactive(owner, terms):
        return False
    before, _ = content_of(work, change, terms)
    window = work.rules_of(owner).change_requests.review_days
    today = owner.today(work.now)
    return near_review(today, window, _cycle_ends(work, owner, today, window), before.due_date)


def _cycle_ends(work: Reading, owner: Member, today: date, window: int) -> list[date]:
    """The last days of cycles that concern the owner, and ended not long ago or will end."""
    path = work.unit_path(owner.org_unit) or ""
    found = cycles.listed(work.connection, today - timedelta(days=window), CYCLES)
    return [
        one.ends
        for one in found
        if one.org_unit is None or f"{path} / ".startswith(f"{one.org_unit} / ")
    ]


def approvals_needed(
    work: Reading, owner: Member, terms: Terms, *, marked: bool
) -> list[ApprovalWhy]:
    """Who has to agree besides the two sides, in this order."""
    needed: list[ApprovalWhy] = []
    if terms.kind is ChangeKind.RENEGOTIATION:
        route = work.rules_of(owner).change_requests.approvers
        needed += [ApprovalWhy.RENEGOTIATION] * len(route)
    return [*needed, ApprovalWhy.RETROACTIVE] if marked else needed
