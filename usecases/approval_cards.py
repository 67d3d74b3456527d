"""A request for approval as one reader sees it; shown to somebody before they confirm it."""

from __future__ import annotations

from uuid import UUID, uuid4

from domain.approvals import (
    DRAFT_KEPT,
    ApprovalCard,
    ApprovalState,
    Parameters,
    StoredApproval,
    ToConfirm,
    VoidReason,
    asking,
    written,
)
from domain.errors import Refused
from domain.people import Member
from storage import approvals, people
from storage.unit_of_work import Reading, Work
from usecases import step_up
from usecases.guarded import GuardedAct, may_approve, parameters_of

NAMED = 3


def draft(
    work: Work,
    act: GuardedAct,
    asker: Member,
    about: UUID,
    parameters: Parameters,
    reason: str,
    beneficiary: UUID | None,
) -> ToConfirm:
    """What the asker is about to ask for, with the challenge for their own code.

    Nobody else sees it, and nothing happens, until they confirm it (`usecases.approvals.ask`).
    Raises what `require_may_ask` of the act raises, and Refused where there is nobody to approve
    it, where it was asked for already, or where the asker has no codes.
    """
    act.require_may_ask(work, asker, parameters)
    approval, text = uuid4(), written(parameters)
    new = StoredApproval(
        id=approval,
        act=act.name,
        about=about,
        parameters=text,
        reason=reason,
        asker=asker.id,
        beneficiary=beneficiary,
        state=ApprovalState.DRAFT,
        digest=asking(approval, act.name, text, reason, asker.id).digest,
        asked_at=work.now,
        expires_at=work.now + DRAFT_KEPT,
    )
    require_second_person(work, act, new)
    if approvals.open_about(work.connection, about) is not None:
        raise Refused("approval_asked_already")
    challenge = step_up.ask(work, asker, new.asking)
    approvals.add(work.connection, new)
    return ToConfirm(card(work, asker, act, new), challenge)


def require_second_person(work: Reading, act: GuardedAct, stored: StoredApproval) -> list[Member]:
    """Who may approve; raises Refused, in the act's own words, where nobody may."""
    found = may_approve(work, act, stored)
    if not found:
        raise Refused(act.nobody)
    return found


def card(work: Reading, reader: Member, act: GuardedAct, stored: StoredApproval) -> ApprovalCard:
    """The request as things stand now."""
    open_ = stored.state in (ApprovalState.OPEN, ApprovalState.DRAFT)
    # Until the sweep has come by, what has run out must not look open.
    over = stored.state is ApprovalState.OPEN and stored.expires_at <= work.now
    approvers = may_approve(work, act, stored) if open_ and not over else []
    by = None if stored.decided_by is None else people.member(work.connection, stored.decided_by)
    waiting = stored.state is ApprovalState.OPEN and not over
    return ApprovalCard(
        id=stored.id,
        reader=reader,
        matter=act.matter(work, parameters_of(stored)),
        reason=stored.reason,
        asker=people.member(work.connection, stored.asker),
        state=ApprovalState.EXPIRED if over else stored.state,
        expires_at=stored.expires_at,
        approvers=tuple(approvers[:NAMED]),
        decided_by=by,
        answer=stored.answer,
        void_reason=stored.void_reason,
        can_approve=waiting and any(one.id == reader.id for one in approvers),
        can_withdraw=waiting and stored.asker == reader.id,
        can_ask_again=stored.asker == reader.id and _lapsed(work, stored, over=over),
    )


def _lapsed(work: Reading, stored: StoredApproval, *, over: bool) -> bool:
    """Whether it came to nothing by time or by what happened meanwhile, and does not wait anew."""
    overtaken = stored.void_reason is VoidReason.OVERTAKEN
    if not over and stored.state is not ApprovalState.EXPIRED and not overtaken:
        return False
    newest = approvals.newest_about(work.connection, stored.about, stored.act)
    return newest == stored.id
