"""The rules as people see them: those in force for them, those of a day, every version."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from domain.errors import NotAllowed, Refused
from domain.origin import Origin
from domain.people import Member
from domain.policy_versions import (
    ChangeAsked,
    PlannedChange,
    PlanState,
    PolicyPage,
    VersionHead,
    VersionsPage,
    compare,
)
from storage import people, policy
from storage.policy import StoredVersion
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.approval_cards import NAMED
from usecases.guarded import may_approve
from usecases.policy_changes import (
    CHANGE_POLICY,
    change_asked,
    may_propose,
    may_withdraw,
    require_may_withdraw,
)

PAGE = 5


def policy_page(store: Store, origin: Origin, day: date | None = None) -> PolicyPage:
    """The rules that hold for the viewer, where they are now; on `day`, those that held then.

    For everybody in the directory. Raises Refused for a day before the first version.
    """
    with store.read(origin) as work:
        viewer = require_member(work)
        number = work.policy.number if day is None else _number_on(work, day)
        path = work.unit_path(viewer.org_unit)
        waiting = policy.waiting(work.connection, work.now) if day is None else None
        return PolicyPage(
            viewer=viewer,
            head=_head(work, policy.version(work.connection, number)),
            effective=work.policy_version(number).for_place(viewer.region, path),
            day=day,
            unit_path=path,
            planned=version_change(work, waiting.number) if waiting else None,
            can_propose=may_propose(work, viewer),
            can_withdraw=may_withdraw(work, viewer),
            asked=_asked(work) if day is None and may_withdraw(work, viewer) else None,
        )


def _asked(work: Reading) -> ChangeAsked | None:
    stored = change_asked(work)
    if stored is None:
        return None
    approvers = may_approve(work, CHANGE_POLICY, stored)
    asker = people.member(work.connection, stored.asker)
    return ChangeAsked(asker, tuple(approvers[:NAMED]), stored.expires_at)


def _number_on(work: Reading, day: date) -> int:
    """What held at the end of a day; of today or a day to come, what is known of it by now."""
    end = datetime.combine(day, time.max, UTC)
    number = policy.number_in_force(work.connection, end)
    first = policy.version(work.connection, 1)
    if number is None or first is None:
        return 0
    if end < first.adopted_at and number == first.number and first.plan is None:
        raise Refused("policy_before", day=first.adopted_at.date())
    return number


def versions_page(store: Store, origin: Origin, before: int | None = None) -> VersionsPage:
    """Versions, newest first, each with what it changed in the one that held before it."""
    with store.read(origin) as work:
        viewer = require_member(work)
        found = policy.versions(work.connection, before, PAGE + 1)
        shown = found[:PAGE]
        more = shown[-1].number if len(found) > PAGE else None
        changed = tuple(version_change(work, one.number) for one in shown)
        return VersionsPage(viewer, changed, more)


def version_to_withdraw(store: Store, origin: Origin, number: int) -> PlannedChange:
    """A version that waits, before somebody who is about to withdraw it."""
    with store.read(origin) as work:
        require_may_withdraw(work, require_member(work))
        waiting = policy.waiting(work.connection, work.now)
        if waiting is None or waiting.number != number:
            raise Refused("policy_not_waiting", number=number)
        return version_change(work, number)


def version_change(work: Reading, number: int) -> PlannedChange:
    stored = policy.version(work.connection, number)
    if stored is None:
        raise NotAllowed("policy_no_such_version")
    before = _before(work, number)
    if before is None:
        return PlannedChange(_head(work, stored), ())
    old, new = work.policy_version(before).document, work.policy_version(number).document
    return PlannedChange(_head(work, stored), compare(old, new))


def _before(work: Reading, number: int) -> int | None:
    """The version that it was made from: the last one before it that was not withdrawn."""
    earlier: int | None = number
    while True:
        found = policy.versions(work.connection, earlier, 1)
        if not found:
            return None
        earlier = found[0].number
        if found[0].plan is None or found[0].plan.state is not PlanState.WITHDRAWN:
            return earlier


def _head(work: Reading, stored: StoredVersion | None) -> VersionHead:
    if stored is None:
        return VersionHead(0, None, None, None)
    plan = stored.plan
    if plan is None:
        return VersionHead(stored.number, stored.adopted_at, None, None)
    named = people.members(
        work.connection,
        [one for one in (plan.proposed_by, plan.approved_by, plan.withdrawn_by) if one],
    )

    def member(who: UUID | None) -> Member | None:
        return named.get(who) if who else None

    return VersionHead(
        number=stored.number,
        adopted_at=plan.approved_at,
        state=plan.state,
        valid_from=plan.valid_from,
        reason=plan.reason,
        proposed_by=member(plan.proposed_by),
        approved_by=member(plan.approved_by),
        withdrawn_by=member(plan.withdrawn_by),
        withdrawn_reason=plan.withdrawn_reason,
    )
