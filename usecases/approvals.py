"""Acts that take two people: asking, approving, refusing, withdrawing, running out.

What is asked for is committed to by a digest when it is shown to whoever asks; both people confirm
that digest, each with a code of their own. It is carried out in the transaction in which the second
one approves, after everything has been authorised again.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.approvals import (
    APPROVE_WITHIN,
    ApprovalCard,
    ApprovalList,
    ApprovalState,
    RefuseApproval,
    StoredApproval,
    ToConfirm,
    VoidReason,
)
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import AlreadyDone, InvalidInput, NotAllowed, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.one_time_codes import TypedCode
from domain.origin import Origin
from domain.people import Member
from domain.sensitivity import Sensitivity
from storage import approvals, people, waiting_imports
from storage.unit_of_work import Reading, Store, Work
from usecases import step_up
from usecases.access import require_member
from usecases.approval_cards import card, draft, require_second_person
from usecases.guarded import Consent, GuardedAct, at_hand, may_approve, parameters_of
from usecases.guarded_acts import GUARDED

TOLD = 12
LISTED = 10
SCANNED = 100
BATCH = 100


def ask(
    store: Store, origin: Origin, approval: UUID, challenge: UUID, typed: TypedCode
) -> ApprovalCard:
    """Ask for what was shown; whoever may approve it is told. Sent twice, it asks once.

    Raises InvalidInput at `code`, Refused for a challenge that is over, and what `draft` raises.
    """
    try:
        step_up.answer(store, origin, challenge, typed.code)
    except Refused:
        with store.read(origin) as work:
            asker = require_member(work)
            before = _asked_before(approvals.by_id(work.connection, approval), asker)
            if before is not None:
                return _card(work, asker, before)
        raise
    with store.write(origin) as work:
        asker = require_member(work)
        stored = approvals.by_id(work.connection, approval, lock=True)
        before = _asked_before(stored, asker)
        if before is not None:
            return _card(work, asker, before)
        if stored is None or stored.asker != asker.id:
            raise InvalidInput("form_state")
        act = _act_of(stored)
        act.require_may_ask(work, asker, parameters_of(stored))
        approvers = require_second_person(work, act, stored)
        step_up.require(work, asker, stored.asking, challenge)
        until = work.now + APPROVE_WITHIN
        if not approvals.open_up(work.connection, approval, work.now, until):
            raise Refused("approval_asked_already")
        opened = replace(stored, state=ApprovalState.OPEN, asked_at=work.now, expires_at=until)
        work.record(_event(Action.APPROVAL_ASK, _by(asker), opened, told=True))
        act.asked(work, opened)
        work.refresh_homes(one.id for one in approvers)
        for one in at_hand(work, approvers)[:TOLD]:
            _tell(work, opened, NoticeKind.APPROVAL_WANTED, one.id)
        _tell(work, opened, NoticeKind.APPROVAL_ASKED, asker.id)
        return card(work, asker, act, opened)


def _asked_before(stored: StoredApproval | None, asker: Member) -> StoredApproval | None:
    """The request, if this person has asked for it already."""
    if stored is None or stored.asker != asker.id or stored.state is ApprovalState.DRAFT:
        return None
    return stored


def look(store: Store, origin: Origin, approval: UUID) -> ToConfirm:
    """The request before a second person, with the challenge for their code."""
    with store.write(origin) as work:
        approver = require_member(work)
        act, stored = _decidable(work, approvals.by_id(work.connection, approval), approver)
        challenge = step_up.ask(work, approver, stored.approving)
        act.opened(work, approver, parameters_of(stored))
        return ToConfirm(card(work, approver, act, stored), challenge)


def look_to_refuse(store: Store, origin: Origin, approval: UUID) -> ApprovalCard:
    """The request before somebody who is about to refuse it."""
    with store.write(origin) as work:
        approver = require_member(work)
        act, stored = _decidable(work, approvals.by_id(work.connection, approval), approver)
        act.opened(work, approver, parameters_of(stored))
        return card(work, approver, act, stored)


def approve(
    store: Store, origin: Origin, approval: UUID, challenge: UUID, typed: TypedCode
) -> ApprovalCard:
    """Approve the request and carry it out, if whoever asked may still ask for it.

    The card says `void` where something had changed, and nothing was done. Raises InvalidInput at
    `code`, Refused for a challenge that is over, AlreadyDone for a request that has its end.
    """
    try:
        step_up.answer(store, origin, challenge, typed.code)
    except Refused:
        with store.read(origin) as work:
            approver = require_member(work)
            stored = approvals.by_id(work.connection, approval)
            if stored is not None and stored.decided_by == approver.id:
                return _card(work, approver, stored)
        raise
    with store.write(origin) as work:
        approver = require_member(work)
        stored = approvals.by_id(work.connection, approval, lock=True)
        if stored is not None and stored.decided_by == approver.id:
            return _card(work, approver, stored)
        act, stored = _decidable(work, stored, approver)
        if not stored.is_as_asked:
            return _settle_void(work, act, stored, approver, VoidReason.ALTERED)
        step_up.require(work, approver, stored.approving, challenge)
        return _carried_out(work, act, stored, approver)


def _carried_out(
    work: Work, act: GuardedAct, stored: StoredApproval, approver: Member
) -> ApprovalCard:
    asker = people.member(work.connection, stored.asker)
    parameters = parameters_of(stored)
    if stored.beneficiary is not None:
        # Two requests for one person, approved at once: the second sees what the first has done.
        people.lock(work.connection, stored.beneficiary)
    try:
        if not people.can_act(work.connection, asker.id):
            raise NotAllowed
        act.require_may_ask(work, asker, parameters)
        act.carry_out(work, Consent(stored.id, asker, approver), parameters)
    except NotAllowed:
        return _settle_void(work, act, stored, approver, VoidReason.ASKER_MAY_NOT)
    except (InvalidInput, Refused, AlreadyDone):
        return _settle_void(work, act, stored, approver, VoidReason.OVERTAKEN)
    return _settle(work, act, stored, approver, ApprovalState.DONE)


def _settle_void(
    work: Work, act: GuardedAct, stored: StoredApproval, approver: Member, why: VoidReason
) -> ApprovalCard:
    return _settle(work, act, stored, approver, ApprovalState.VOID, void_reason=why)


def refuse(store: Store, origin: Origin, approval: UUID, command: RefuseApproval) -> ApprovalCard:
    """Refuse the request; whoever asked is told why. No code is needed: nothing happens."""
    with store.write(origin) as work:
        approver = require_member(work)
        stored = approvals.by_id(work.connection, approval, lock=True)
        if (
            stored is not None
            and stored.state is ApprovalState.REFUSED
            and stored.decided_by == approver.id
        ):
            return _card(work, approver, stored)
        act, stored = _decidable(work, stored, approver)
        return _settle(work, act, stored, approver, ApprovalState.REFUSED, answer=command.reason)


def withdraw(store: Store, origin: Origin, approval: UUID) -> ApprovalCard:
    """Ask no longer. For whoever asked, while nobody has answered."""
    with store.write(origin) as work:
        asker = require_member(work)
        stored = approvals.by_id(work.connection, approval, lock=True)
        if stored is None or stored.asker != asker.id or stored.state is ApprovalState.DRAFT:
            raise NotAllowed("approval_not_yours")
        _require_open(work, stored)
        return _settle(work, _act_of(stored), stored, asker, ApprovalState.WITHDRAWN)


def own_request(store: Store, origin: Origin, approval: UUID) -> ApprovalCard:
    """What the viewer has asked for, and how it stands. Raises NotAllowed for anybody else."""
    with store.write(origin) as work:
        asker = require_member(work)
        stored = _own(work, asker, approval)
        _act_of(stored).opened(work, asker, parameters_of(stored))
        return _card(work, asker, stored)


def ask_again(store: Store, origin: Origin, approval: UUID) -> ToConfirm:
    """The same as before, for whoever asked and was not answered; everything is looked at anew.

    Raises NotAllowed for anybody else, AlreadyDone for one that had an answer or still waits, and
    what `draft` raises.
    """
    with store.write(origin) as work:
        asker = require_member(work)
        stored = _own(work, asker, approval)
        act = _act_of(stored)
        if not card(work, asker, act, stored).can_ask_again:
            raise AlreadyDone("approval_over")
        parameters = act.renewed(work, asker, parameters_of(stored))
        beneficiary = stored.beneficiary
        act.opened(work, asker, parameters)
        return draft(work, act, asker, stored.about, parameters, stored.reason, beneficiary)


def _own(work: Reading, asker: Member, approval: UUID) -> StoredApproval:
    stored = approvals.by_id(work.connection, approval)
    if stored is None or stored.asker != asker.id or stored.state is ApprovalState.DRAFT:
        raise NotAllowed("approval_not_yours")
    return stored


def expire_approvals(store: Store, origin: Origin) -> int:
    """Requests that nobody answered in time run out; whoever asked is told. Idempotent."""
    with store.read(origin) as reading:
        connection = reading.connection
        over = approvals.any_over(connection, GUARDED, reading.now)
        if not over and not waiting_imports.any_over(connection):
            return 0
    ended = 0
    with store.write(origin) as work:
        approvals.forget_drafts(work.connection, work.now)
        for due in approvals.expired(work.connection, GUARDED, work.now, BATCH):
            stored = approvals.by_id(work.connection, due.id, lock=True)
            if stored is not None and stored.state is ApprovalState.OPEN:
                _settle(work, _act_of(stored), stored, None, ApprovalState.EXPIRED)
                ended += 1
        # A file waits no longer than its request, however that ended.
        waiting_imports.forget_over(work.connection)
    return ended


def my_approvals(store: Store, origin: Origin) -> ApprovalList:
    """What waits for the viewer's approval, and what they have asked for themselves."""
    with store.read(origin) as work:
        viewer = require_member(work)
        # However many others ask for, one's own can be withdrawn.
        own = approvals.open_of(work.connection, GUARDED, viewer.id, SCANNED)
        mine = [_card(work, viewer, one) for one in own]
        return ApprovalList(
            viewer,
            to_approve(work, viewer),
            tuple(one for one in mine if one.can_withdraw)[:LISTED],
        )


def to_approve(work: Reading, viewer: Member) -> tuple[ApprovalCard, ...]:
    """What waits for the viewer's approval, the oldest first."""
    found = approvals.open_ones(work.connection, GUARDED, SCANNED)
    cards = [_card(work, viewer, one) for one in found]
    return tuple(one for one in cards if one.can_approve)[:LISTED]


def _card(work: Reading, reader: Member, stored: StoredApproval) -> ApprovalCard:
    return card(work, reader, _act_of(stored), stored)


def _act_of(stored: StoredApproval) -> GuardedAct:
    """Raises Refused for an act that only another version of Accord knows."""
    act = GUARDED.get(stored.act)
    if act is None:
        raise Refused("approval_unknown")
    return act


def _decidable(
    work: Reading, stored: StoredApproval | None, member: Member
) -> tuple[GuardedAct, StoredApproval]:
    """An open request that this person may decide.

    Raises NotAllowed in the same words for one that is not theirs and one that never was, and
    AlreadyDone for one that has its end.
    """
    if stored is None or stored.state is ApprovalState.DRAFT:
        raise NotAllowed("approval_not_for_you")
    if stored.asker == member.id:
        raise NotAllowed("approval_own")
    act = _act_of(stored)
    if all(one.id != member.id for one in may_approve(work, act, stored)):
        raise NotAllowed("approval_not_for_you")
    _require_open(work, stored)
    return act, stored


def _require_open(work: Reading, stored: StoredApproval) -> None:
    if stored.state is not ApprovalState.OPEN or stored.expires_at <= work.now:
        raise AlreadyDone("approval_over")


_ACTIONS = {
    ApprovalState.DONE: Action.APPROVAL_GIVE,
    ApprovalState.REFUSED: Action.APPROVAL_REFUSE,
    ApprovalState.WITHDRAWN: Action.APPROVAL_WITHDRAW,
    ApprovalState.EXPIRED: Action.APPROVAL_EXPIRE,
    ApprovalState.VOID: Action.APPROVAL_VOID,
}


def _settle(
    work: Work,
    act: GuardedAct,
    stored: StoredApproval,
    by: Member | None,
    state: ApprovalState,
    *,
    answer: str | None = None,
    void_reason: VoidReason | None = None,
) -> ApprovalCard:
    settled = replace(
        stored,
        state=state,
        decided_by=by.id if by else None,
        decided_at=work.now,
        answer=answer,
        void_reason=void_reason,
    )
    if not approvals.settle(
        work.connection,
        stored.id,
        state=state,
        decided_by_id=settled.decided_by,
        decided_at=work.now,
        answer=answer,
        void_reason=void_reason,
    ):
        raise AlreadyDone("approval_over")
    actor = _by(by) if by else Actor(ActorKind.CLOCK)
    work.record(_event(_ACTIONS[state], actor, settled))
    work.touch(SubjectType.APPROVAL, stored.id)
    work.refresh_homes(one.id for one in may_approve(work, act, stored))
    if state is not ApprovalState.WITHDRAWN:
        _tell(work, settled, NoticeKind.APPROVAL_ANSWERED, stored.asker)
    return card(work, by or people.member(work.connection, stored.asker), act, settled)


def _by(member: Member) -> Actor:
    return Actor(ActorKind.PERSON, member.id)


def _event(
    action: Action, actor: Actor, stored: StoredApproval, *, told: bool = False
) -> AuditEvent:
    """What was asked for and why stands in the first entry, the digest and who asked in each.

    The values are not for whoever it is about: of a hold that shall end they would tell why.
    """
    fields: dict[str, FieldValue] = {
        "act": stored.act,
        "about": str(stored.about),
        "digest": stored.digest.hex(),
        "asked_by": str(stored.asker),
    }
    if told:
        fields |= {"parameters": stored.parameters, "rationale": stored.reason}
    if stored.answer is not None:
        fields["answer"] = stored.answer
    return AuditEvent(
        action,
        actor,
        SubjectType.APPROVAL,
        stored.id,
        subject=stored.beneficiary,
        sensitivity=Sensitivity.CONFIDENTIAL,
        reason=stored.void_reason.value if stored.void_reason else None,
        fields=fields,
    )


def _tell(work: Work, stored: StoredApproval, kind: NoticeKind, person: UUID) -> None:
    work.notify(
        NewNotice(
            kind=kind,
            dedup_key=f"approval:{stored.id}:{kind}:{person}",
            person=person,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.APPROVAL,
            subject=stored.id,
            due_at=work.now,
            expires_at=stored.expires_at if kind is NoticeKind.APPROVAL_WANTED else None,
        )
    )
