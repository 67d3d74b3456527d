"""Changing the policy: two people make a version, which holds from a day on unless it is held up.

Only one version waits at a time: what is proposed next builds on what will hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date

from domain.approvals import Parameters, PolicyAsked, StoredApproval, ToConfirm
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.canonical import Json
from domain.errors import Faults, InvalidInput, InvalidInputs, NotAllowed, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.policy import Policy
from domain.policy_versions import (
    FURTHEST,
    POLICY_ID,
    WAITING,
    FieldChange,
    PlanState,
    ProposeSettings,
    WithdrawVersion,
    begins,
    compare,
    first_day,
    is_co_determined,
    notice_days,
    setting_of,
)
from domain.roles import Reason, earliest_date
from storage import approvals, policy, roles
from storage.people import RoleScope
from storage.policy import Plan
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.approval_cards import draft
from usecases.change_notices import close_with_version, tell_of_change
from usecases.guarded import Consent, GuardedAct, parameters_of
from usecases.policy_preview import preview

EVERYWHERE = RoleScope(None, None)


def settings_to_change(store: Store, origin: Origin) -> Policy:
    """The standard as it stands, before somebody who is about to change it.

    Raises NotAllowed, which says who can, and Refused while another version waits for its day.
    """
    with store.read(origin) as work:
        require_proposer(work, require_member(work))
        _require_none_waiting(work)
        if change_asked(work) is not None:
            raise Refused("approval_asked_already")
        return work.policy.document


def change_asked(work: Reading) -> StoredApproval | None:
    """The request for a change that waits for a second person."""
    found = approvals.open_about(work.connection, POLICY_ID)
    return found if found is not None and found.expires_at > work.now else None


def plan_settings(store: Store, origin: Origin, command: ProposeSettings) -> ToConfirm:
    """The request to change everyday settings, to be confirmed with the asker's own code."""
    with store.write(origin) as work:
        document = command.applied_to(work.policy.document)
        try:
            return _plan(work, document, command.valid_from, command.reason)
        except InvalidInput as error:
            # What is about no one setting stands at the reason, not at the first of them.
            each = error.each if isinstance(error, InvalidInputs) else (error,)
            placed = [
                InvalidInput(one.code, field=one.field or "reason", **one.params) for one in each
            ]
            raise InvalidInputs(placed) from None


def plan_document(
    store: Store, origin: Origin, document: Policy, valid_from: date | None, reason: Reason
) -> ToConfirm:
    """The request that `document` shall hold instead, to be confirmed with the asker's own code.

    Raises InvalidInput at `valid_from` or `text`, Refused while another version waits.
    """
    with store.write(origin) as work:
        return _plan(work, document, valid_from, reason)


def _plan(work: Work, document: Policy, valid_from: date | None, reason: Reason) -> ToConfirm:
    asker = require_member(work)
    require_proposer(work, asker)
    _require_none_waiting(work)
    base = work.policy
    changes = compare(base.document, document)
    if not changes:
        raise InvalidInput("policy_same")
    faults = Faults()
    faults.of(lambda: _require_day(work, base.document, changes, valid_from))
    faults.of(lambda: _require_changeable(work, document))
    faults.raise_any()
    told: Parameters = {
        "document": document.model_dump_json(),
        "base": base.number,
        "from": valid_from.isoformat() if valid_from else None,
    }
    return draft(work, CHANGE_POLICY, asker, POLICY_ID, told, reason, None)


def withdraw_version(
    store: Store, origin: Origin, number: int, command: WithdrawVersion
) -> FieldValue:
    """An approved version shall not come to hold. For whoever may propose or approve one.

    Raises Refused where its day has come, or where it was withdrawn before.
    """
    with store.write(origin) as work:
        member = require_member(work)
        require_may_withdraw(work, member)
        changed = policy.move(
            work.connection,
            number,
            work.now,
            WAITING,
            PlanState.WITHDRAWN,
            withdrawn_by_id=member.id,
            withdrawn_reason=command.reason,
        )
        if not changed:
            raise Refused("policy_not_waiting", number=number)
        fields: dict[str, FieldValue] = {
            "state": PlanState.WITHDRAWN.value,
            "rationale": command.reason,
        }
        work.record(_event(Action.POLICY_WITHDRAW, _by(member), number, fields))
        close_with_version(work, number, member)
        return number


def hold_up(work: Work, number: int, actor: Actor, fields: dict[str, FieldValue]) -> None:
    """An objection holds a planned version up: it does not come to hold on its day.

    Part of the transaction in which the objection is written; the caller has authorised it.
    Raises Refused where the version's day has come, or where it does not wait.
    """
    came = {PlanState.PLANNED}
    if not policy.move(work.connection, number, work.now, came, PlanState.HELD):
        raise Refused("policy_not_waiting", number=number)
    told = {**fields, "state": PlanState.HELD.value}
    work.record(_event(Action.POLICY_HOLD, actor, number, told))


def release(work: Work, number: int, actor: Actor, fields: dict[str, FieldValue]) -> date:
    """The last objection is settled: the version holds from its day, at the earliest tomorrow.

    Returns that day. Part of the caller's transaction, as `hold_up`; raises Refused likewise.
    """
    stored = policy.version(work.connection, number)
    if stored is None or stored.plan is None:
        raise Refused("policy_not_waiting", number=number)
    day = max(first_day(work.policy.document, (), work.now.date()), stored.plan.valid_from.date())
    came, at = {PlanState.HELD}, begins(day)
    if not policy.move(work.connection, number, work.now, came, PlanState.PLANNED, valid_from=at):
        raise Refused("policy_not_waiting", number=number)
    told = {**fields, "state": PlanState.PLANNED.value, "valid_from": at.isoformat()}
    work.record(_event(Action.POLICY_RELEASE, actor, number, told))
    return day


def note_policies_in_force(store: Store, origin: Origin) -> int:
    """Put on record that the day of a version has come. Idempotent; which version holds does not
    wait for it (`storage.policy.number_in_force`)."""
    with store.read(origin) as reading:
        if not policy.come_due(reading.connection, reading.now):
            return 0
    noted = 0
    with store.write(origin) as work:
        for due in policy.come_due(work.connection, work.now):
            if policy.note_in_force(work.connection, due.number):
                told: dict[str, FieldValue] = {"state": PlanState.IN_FORCE.value}
                clock = Actor(ActorKind.CLOCK)
                work.record(_event(Action.POLICY_ACTIVATE, clock, due.number, told))
                noted += 1
    return noted


# Who may, and what may be


def require_proposer(work: Reading, member: Member) -> None:
    rules = work.policy.document.changes
    if not _holds(work, member, rules.proposed_by):
        raise NotAllowed("policy_proposed_by", roles=rules.proposed_by)


def require_may_withdraw(work: Reading, member: Member) -> None:
    rules = work.policy.document.changes
    several = tuple(dict.fromkeys((*rules.proposed_by, *rules.approved_by)))
    if not _holds(work, member, several):
        raise NotAllowed("policy_withdrawn_by", roles=several)


def may_propose(work: Reading, member: Member) -> bool:
    return _holds(work, member, work.policy.document.changes.proposed_by)


def may_withdraw(work: Reading, member: Member) -> bool:
    rules = work.policy.document.changes
    return _holds(work, member, (*rules.proposed_by, *rules.approved_by))


def _holds(work: Reading, member: Member, several: Collection[Role]) -> bool:
    return any(one.id == member.id for one in _holders(work, several))


def _holders(work: Reading, several: Collection[Role]) -> list[Member]:
    """The rules are one for the whole organisation: a role for a part of it does not do."""
    found = roles.holders(work.connection, several, earliest_date(work.now))
    return [one.member for one in found if one.scope == EVERYWHERE]


def _require_none_waiting(work: Reading) -> None:
    plan = policy.waiting(work.connection, work.now)
    if plan is not None:
        raise Refused("policy_waiting", number=plan.number, day=plan.valid_from.date())


def _require_day(
    work: Reading, base: Policy, changes: tuple[FieldChange, ...], wanted: date | None
) -> None:
    if wanted is None:
        return
    today = work.now.date()
    earliest = first_day(base, changes, today)
    if wanted < earliest:
        days = notice_days(base, changes)
        code = "policy_too_early" if days else "policy_tomorrow"
        raise InvalidInput(code, field="valid_from", day=earliest, days=days)
    if wanted > today + FURTHEST:
        raise InvalidInput("policy_too_late", field="valid_from", day=today + FURTHEST)


def _require_changeable(work: Reading, document: Policy) -> None:
    """Nobody may lock everybody out: two people must be left who can change the rules again."""
    proposers = {one.id for one in _holders(work, document.changes.proposed_by)}
    approvers = {one.id for one in _holders(work, document.changes.approved_by)}
    if not any(approvers - {one} for one in proposers):
        raise InvalidInput("policy_locks_out")


# The act that takes two people


def _document(parameters: Parameters) -> Policy:
    return Policy.model_validate_json(str(parameters["document"]))


def _wanted(parameters: Parameters) -> date | None:
    day: Json = parameters["from"]
    return date.fromisoformat(str(day)) if day else None


def _may_ask(work: Reading, asker: Member, _parameters: Parameters) -> None:
    require_proposer(work, asker)


def _approvers(work: Reading, _parameters: Parameters) -> list[Member]:
    return _holders(work, work.policy.document.changes.approved_by)


def _base(work: Reading, parameters: Parameters) -> Policy:
    return work.policy_version(int(str(parameters["base"]))).document


def _matter(work: Reading, parameters: Parameters) -> PolicyAsked:
    base, document = _base(work, parameters), _document(parameters)
    changes = compare(base, document)
    return PolicyAsked(
        first_day(base, changes, work.now.date(), _wanted(parameters)),
        notice_days(base, changes),
        changes,
        preview(work, base, document, changes),
        tuple(
            dict.fromkeys(
                setting_of(one.path) for one in changes if is_co_determined(base, one.path)
            )
        ),
    )


def _asked(work: Work, stored: StoredApproval) -> None:
    parameters = parameters_of(stored)
    base, document = _base(work, parameters), _document(parameters)
    fields: dict[str, FieldValue] = {
        "approval": str(stored.id),
        "base": str(parameters["base"]),
        "wanted_from": str(parameters["from"] or ""),
        "changes": changes_told(compare(base, document)),
        "rationale": stored.reason,
    }
    work.record(_event(Action.POLICY_PROPOSE, Actor(ActorKind.PERSON, stored.asker), None, fields))


def _carry_out(work: Work, consent: Consent, parameters: Parameters) -> None:
    _require_none_waiting(work)
    if work.policy.number != parameters["base"]:
        raise Refused("policy_moved_on")
    base, document = work.policy.document, _document(parameters)
    _require_changeable(work, document)
    changes = compare(base, document)
    at = begins(first_day(base, changes, work.now.date(), _wanted(parameters)))
    number = policy.adopt(work.connection, document, work.at)
    stored = approvals.by_id(work.connection, consent.approval)
    reason = stored.reason if stored is not None else ""
    policy.plan(
        work.connection,
        Plan(
            number=number,
            state=PlanState.PLANNED,
            valid_from=at,
            reason=reason,
            approval=consent.approval,
            proposed_by=consent.asker.id,
            approved_by=consent.approver.id,
            approved_at=work.now,
        ),
    )
    until = tell_of_change(work, number, base, changes, at)
    text = document.model_dump_json()
    fields: dict[str, FieldValue] = {
        "document": text,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "valid_from": at.isoformat(),
        "objection_until": until.isoformat(),
        "state": PlanState.PLANNED.value,
        "changes": changes_told(changes),
        "rationale": reason,
        "approval": str(consent.approval),
        "asked_by": str(consent.asker.id),
    }
    work.record(_event(Action.POLICY_APPROVE, _by(consent.approver), number, fields))


CHANGE_POLICY = GuardedAct(
    name="policy.change",
    require_may_ask=_may_ask,
    approvers=_approvers,
    matter=_matter,
    carry_out=_carry_out,
    nobody="policy_no_second_person",
    asked=_asked,
)


def changes_told(changes: tuple[FieldChange, ...]) -> str:
    """What differs, as the record tells it: one setting a line."""
    return "\n".join(
        f"{'.'.join(one.path)}: {_told(one.before)} -> {_told(one.after)}" for one in changes
    )


def _told(value: object) -> str:
    return "none" if value is None else str(value)


def _by(member: Member) -> Actor:
    return Actor(ActorKind.PERSON, member.id)


def _event(
    action: Action, actor: Actor, number: int | None, fields: dict[str, FieldValue]
) -> AuditEvent:
    return AuditEvent(
        action, actor, SubjectType.POLICY, POLICY_ID, object_version=number, fields=fields
    )
