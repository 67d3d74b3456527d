"""How people, their rights and what protects them should stand by what was recorded of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain import state_told
from domain.access_reviews import ReviewState
from domain.approvals import ApprovalState
from domain.audit import Action, FieldValue, RecordedAct
from domain.canonical import parse_canonical
from domain.directory import PersonFacts
from domain.directory_record import facts_told
from domain.people import LineKind
from domain.references import ReferenceKind, reference_text
from domain.retention import PurgeState
from domain.roles import earliest_date
from domain.state import StoredThing
from storage.directory import known_person
from storage.state import StoredRow

Acts = Sequence[RecordedAct]
FACTS = tuple(PersonFacts.__dataclass_fields__)

GRANT_ACTS = frozenset({Action.GRANT_GIVE, Action.GRANT_ASK, Action.GRANT_END})

DELEGATION_ACTS = frozenset({Action.DELEGATION_GIVE, Action.DELEGATION_REVOKE})

HOLD_ACTS = frozenset({Action.HOLD_PLACE, Action.HOLD_RELEASE})

CORRECTION_ACTS = frozenset(
    {Action.CORRECTION_ASK, Action.CORRECTION_ANSWER, Action.CORRECTION_ESCALATE}
)

APPROVAL_ACTS = frozenset(
    {
        Action.APPROVAL_ASK,
        Action.APPROVAL_GIVE,
        Action.APPROVAL_REFUSE,
        Action.APPROVAL_WITHDRAW,
        Action.APPROVAL_EXPIRE,
        Action.APPROVAL_VOID,
    }
)

PURGE_ACTS = frozenset({Action.RETENTION_PURGE, Action.RETENTION_FINISH})

REVIEW_ACTS = frozenset({Action.REVIEW_START, Action.REVIEW_CLOSE})

AGREEMENT_ACTS = frozenset(
    {
        Action.AGREEMENT_REGISTER,
        Action.AGREEMENT_CONFIRM,
        Action.AGREEMENT_REFUSE,
        Action.AGREEMENT_WITHDRAW,
    }
)

CODES_ACTS = frozenset({Action.CODES_SET_UP, Action.CODES_RESET})


def person_stored(stored: StoredRow, acts: Acts) -> StoredThing:
    known = known_person(stored.row)
    told = {**dict.fromkeys(FACTS), **facts_told(known.facts), "state": known.state.value}
    # A line ends on the day on which the directory is read at the latest.
    last = max((earliest_date(act.as_of or act.at) for act in acts), default=date.max)
    for line in stored.parts["lines"]:
        days = (line.valid_from.isoformat(), line.valid_to.isoformat() if line.valid_to else None)
        if line.kind is LineKind.ACTING:
            told[state_told.acting(str(line.manager_id), *days)] = True
            continue
        name = "direct manager" if line.kind is LineKind.PRIMARY else "matrix manager"
        if line.valid_to is None:
            told[f"{name}:{line.manager_id}"] = True
        elif line.valid_to > max(last, line.valid_from):
            told[f"{name}:{line.manager_id} until {line.valid_to}"] = True
    for leave in stored.parts["leaves"]:
        told[f"leave:{leave.first_day.isoformat()}"] = leave.day_after.isoformat()
    return StoredThing(
        stored.id,
        "person",
        told,
        frozenset({Action.PERSON_CREATE, Action.PERSON_CHANGE}),
        state_told.person,
        subject=stored.id,
        whole=frozenset({"direct manager", "matrix manager", "acting manager", "leave"}),
    )


def grant_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        f"role {row.role.value} of",
        {
            "role": row.role.value,
            "unit": row.path,
            "region": row.region,
            "state": row.state.value,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        },
        GRANT_ACTS,
        state_told.GRANT,
        subject=row.person_id,
    )


def delegation_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        "deputy of",
        {
            "deputy": str(row.deputy_id),
            "first_day": row.valid_from.isoformat(),
            "day_after": row.valid_to.isoformat() if row.valid_to else None,
            "revoked": True if row.revoked_at else None,
        },
        DELEGATION_ACTS,
        state_told.DELEGATION,
        subject=row.delegator_id,
    )


def hold_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        f"hold {row.id}",
        {"scope": row.scope.value, "released": True if row.released_at else None},
        HOLD_ACTS,
        state_told.HOLD,
        subject=row.person_id,
    )


def correction_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        f"a request for a correction {row.id}",
        {
            "about": row.about.value,
            "thing": str(row.thing_id) if row.thing_id else None,
            "state": row.state.value,
            "answer_by": row.answer_by.isoformat(),
            "passed on": True if row.escalated_at else None,
            "answered by": str(row.answered_by_id) if row.answered_by_id else None,
        },
        CORRECTION_ACTS,
        state_told.correction,
        subject=row.asker_id,
    )


def approval_stored(stored: StoredRow, acts: Acts) -> StoredThing | None:
    row = stored.row
    if row.state is ApprovalState.DRAFT and not acts:
        return None
    return StoredThing(
        row.id,
        f"approval {row.id}",
        {
            "act": row.act,
            "about": str(row.about_id),
            "digest": row.digest.hex(),
            "asked_by": str(row.asker_id),
            "parameters": row.parameters,
            "rationale": row.reason,
            "answer": row.answer,
            "state": row.state.value,
            "decided by": str(row.decided_by_id) if row.decided_by_id else None,
            "why void": row.void_reason.value if row.void_reason else None,
        },
        APPROVAL_ACTS,
        state_told.approval,
        subject=row.beneficiary_id,
    )


def erasures_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    fields: dict[str, FieldValue] = {}
    for one in stored.parts["erasures"]:
        parts: Any = parse_canonical(one.parts.encode())
        people = (str(one.approval_id), str(one.asked_by_id), str(one.approved_by_id))
        ledger_line = one.ledger_line.hex()
        fields[state_told.erasure(str(one.id), ",".join(parts), *people, ledger_line)] = True
    return StoredThing(
        stored.id,
        f"erasure of person {stored.id}",
        fields,
        frozenset({Action.PERSON_ERASE}),
        state_told.erasures,
        whole=frozenset({"certificate"}),
    )


def purge_stored(stored: StoredRow, acts: Acts) -> StoredThing | None:
    """Before its first batch nothing tells of it but its approval, which is compared, and without
    which the clock takes nothing away."""
    row = stored.row
    if row.state is PurgeState.APPROVED and not acts and not stored.parts["batches"]:
        return None
    fields: dict[str, FieldValue] = {
        "kind": row.kind.value,
        "day": row.day.isoformat(),
        "approval": str(row.approval_id),
        "asked_by": str(row.asked_by_id),
        "approved_by": str(row.approved_by_id),
    }
    for one in stored.parts["batches"]:
        fields[state_told.ledger_line(str(one.id), one.ledger_line.hex())] = True
    return StoredThing(
        row.id,
        f"purge {row.id}",
        fields,
        PURGE_ACTS,
        state_told.purges,
        whole=frozenset({"line of the ledger"}),
    )


def review_stored(stored: StoredRow, acts: Acts) -> StoredThing | None:
    row = stored.row
    if row.state is ReviewState.PLANNED and not acts:
        return None
    return StoredThing(
        row.id,
        f"access review {row.id}",
        {
            "state": row.state.value,
            "answer_by": row.answer_by.isoformat() if row.answer_by else None,
        },
        REVIEW_ACTS,
        state_told.REVIEW,
    )


def agreement_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    fields: dict[str, FieldValue] = {
        "unit": row.path,
        "region": row.region,
        "the version that counts": row.current,
    }
    for one in stored.parts["versions"]:
        fields |= {f"{name}:{one.number}": _plain(one, name) for name in state_told.AGREED}
        fields[f"state:{one.number}"] = one.state.value
    return StoredThing(
        row.id,
        reference_text(ReferenceKind.AGREEMENT, row.number),
        fields,
        AGREEMENT_ACTS,
        state_told.agreement,
        whole=frozenset({"state"}),
    )


def _plain(row: Any, name: str) -> FieldValue:
    value = getattr(row, name)
    return value if isinstance(value, int) or value is None else str(value)


def codes_stored(stored: StoredRow, acts: Acts) -> StoredThing | None:
    if stored.row.enrolled_at is None and not acts:
        return None
    return StoredThing(
        stored.id,
        "one-time codes of",
        {"set up": True if stored.row.enrolled_at else None},
        CODES_ACTS,
        state_told.CODES,
        subject=stored.id,
    )
