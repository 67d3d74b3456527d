"""What the acts about a thing say of how it stands, besides the fields that their entries hold.

One function for each kind of thing (`domain.state.Tells`). What has ended is told to be None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.adoption import AdoptionState
from domain.agreements import AgreementState
from domain.approvals import ApprovalState
from domain.audit import Action, FieldValue, RecordedAct
from domain.change_requests import ChangeState
from domain.goals import COMPARED_FIELDS, GoalState, Side
from domain.objections import ObjectionState
from domain.people import GrantState, PersonState
from domain.roles import earliest_date
from domain.rounds import RoundState
from domain.state import UNKNOWN, Fields, Tells, Told, Unknown

SENT, STOPPED = "sent", "stopped"
"""Of an announcement: who got it already is no part of the record."""


def each_tells(told_by: Mapping[Action, Fields]) -> Tells:
    """Where every act of a kind says the same, whatever was told before."""
    return lambda act, _told: told_by.get(act.action, {})


GRANT = each_tells(
    {
        Action.GRANT_GIVE: {"state": GrantState.ACTIVE.value},
        Action.GRANT_ASK: {"state": GrantState.PENDING.value},
        Action.GRANT_END: {"state": GrantState.REVOKED.value},
    }
)
DELEGATION = each_tells({Action.DELEGATION_REVOKE: {"revoked": True}})
CODES = each_tells({Action.CODES_SET_UP: {"set up": True}, Action.CODES_RESET: {"set up": None}})
REQUEST = each_tells({Action.FEEDBACK_UNASK: {"withdrawn": True}})
HOLD = each_tells({Action.HOLD_RELEASE: {"released": True}})
REVIEW = each_tells(
    {Action.REVIEW_START: {"state": "open"}, Action.REVIEW_CLOSE: {"state": "closed"}}
)


def goal(act: RecordedAct, told: Told) -> Told:
    """Owner and other side take turns until one accepts, declines or takes back."""
    if act.action in _NEGOTIATING or act.action in _CHANGES:
        return _NEGOTIATING.get(act.action, _change)(act, told)
    if act.action in _ENDS:
        return dict.fromkeys(_ENDS[act.action])
    match act.action:
        case Action.GOAL_SHARE | Action.GOAL_UNSHARE:
            shared = True if act.action is Action.GOAL_SHARE else None
            name = act.fields.get("shared_with", UNKNOWN)
            return {"shared with": UNKNOWN} if name is UNKNOWN else {f"shared with:{name}": shared}
        case Action.GOAL_ALIGN | Action.GOAL_OFFER | Action.GOAL_ADOPT | Action.GOAL_NOT_ADOPT:
            return _serves(act) if act.action is Action.GOAL_ALIGN else _offered(act)
        case Action.GOAL_CORRECT:
            return {"version": act.object_version, "agreed version": act.object_version}
        case Action.GOAL_EVIDENCE:
            if act.erased:
                return {"evidence": UNKNOWN}
            name = evidence(*(act.fields.get(one) for one in ("permalink", "sha256", "note")))
            return {name: _number(told, name) + 1}
    return {}


def _turn(act: RecordedAct, *, same: bool = False) -> str:
    """The side after whoever acted; the `same` one where they have the turn again."""
    side = Side.OWNER if act.actor.ref == act.subject else Side.OTHER
    return (side if same else side.opposite).value


def _proposed(act: RecordedAct, told: Told) -> Told:
    begun: Told = {"version": act.object_version, "turn": _turn(act), **_serves(act)}
    begun = {**begun, "state": GoalState.PROPOSED.value, "counters": 0}
    return begun if "proposer" in told else {**_first_proposal(act), **begun}


_ADOPTIONS = {
    Action.GOAL_OFFER: AdoptionState.OPEN,
    Action.GOAL_ADOPT: AdoptionState.ADOPTED,
    Action.GOAL_NOT_ADOPT: AdoptionState.DECLINED,
}


def _offered(act: RecordedAct) -> Told:
    """What came of a proposal upward, and what the goal serves since it was taken up."""
    offer, asked = (act.fields.get(one, UNKNOWN) for one in ("offer", "offered_to"))
    if UNKNOWN in (offer, asked):
        return {"proposed upward": UNKNOWN, "serves": UNKNOWN, "contribution": UNKNOWN}
    told: Told = {f"proposed upward:{offer}": f"{_ADOPTIONS[act.action].value} {asked}"}
    return {**told, **_serves(act)} if act.action is Action.GOAL_ADOPT else told


def _serves(act: RecordedAct) -> Told:
    """The goal that it serves from then on, and how much of it it carries."""
    names = {"serves": "aligned_to", "contribution": "contribution"}
    return {
        told: UNKNOWN if name in act.erased else act.fields.get(name)
        for told, name in names.items()
    }


def _first_proposal(act: RecordedAct) -> Told:
    """Entries of earlier releases do not tell who may read the goal."""
    audience = act.fields.get("audience", UNKNOWN)
    return {"proposer": _by(act), "audience": audience, "title_visible": False}


def _countered(act: RecordedAct, told: Told) -> Told:
    counters = _number(told, "counters") + 1
    return {"version": act.object_version, "turn": _turn(act), "counters": counters}


def _accepted(act: RecordedAct, _told: Told) -> Told:
    told: Told = {"state": GoalState.ACTIVE.value, "turn": None}
    # Erased words are unknown, and not none.
    lost = "reservation" in act.erased
    kept = UNKNOWN if lost else act.fields.get("reservation")
    return {**told, "agreed version": act.object_version, "reservation": kept}


def _taken_back(act: RecordedAct, told: Told) -> Told:
    counters = _number(told, "counters")
    if not counters:
        mine = act.actor.ref == act.subject
        left = GoalState.DRAFT if mine else GoalState.ABANDONED
        return {"state": left.value, "turn": None}
    version = _number(told, "version") + 1
    return {"version": version, "counters": counters - 1, "turn": _turn(act, same=True)}


_ENDS: Mapping[Action, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            Action.GOAL_RESUME,
            Action.GOAL_COMPLETE,
            Action.GOAL_ABANDON,
            Action.GOAL_DEPRECATE,
            Action.GOAL_REOPEN,
        ),
        ("paused_until", "successor"),
    ),
    Action.GOAL_PAUSE: ("successor",),
    Action.GOAL_SUPERSEDE: ("paused_until",),
}
"""What a move of a goal leaves behind, besides what its entry says."""

_NEGOTIATING: Mapping[Action, Tells] = {
    Action.GOAL_PROPOSE: _proposed,
    Action.GOAL_COUNTER: _countered,
    Action.GOAL_ACCEPT: _accepted,
    Action.GOAL_DECLINE: lambda _act, _told: {"state": GoalState.DRAFT.value, "turn": None},
    Action.GOAL_WITHDRAW: _taken_back,
    Action.GOAL_WITHDRAW_RESERVATION: lambda _act, _told: {"reservation": None},
    Action.GOAL_REASSIGN: lambda act, _told: (
        {"turn": Side.OTHER.value} if "asked" in act.fields else {}
    ),
}


_CHANGES: Mapping[Action, ChangeState] = {
    Action.GOAL_CHANGE_ASK: ChangeState.OPEN,
    Action.GOAL_CHANGE_COUNTER: ChangeState.OPEN,
    Action.GOAL_CHANGE_AGREE: ChangeState.OPEN,
    Action.GOAL_CHANGE_APPROVE: ChangeState.OPEN,
    Action.GOAL_CHANGE: ChangeState.ACCEPTED,
    Action.GOAL_CHANGE_DECLINE: ChangeState.DECLINED,
    Action.GOAL_CHANGE_WITHDRAW: ChangeState.WITHDRAWN,
    Action.GOAL_CHANGE_END: ChangeState.ENDED,
}
OF_CHANGES = (
    "a change",
    "the terms of a change",
    "an approval of a change",
    "the mark of a change",
)
"""What there may be several of in one goal."""
_OF_TERMS = (
    *COMPARED_FIELDS,
    *("change_kind", "ground", "evidence_words", "evidence_link", "effective_on", "rationale"),
)


def change(which: object) -> str:
    return f"a change:{which}"


def change_mark(which: object) -> str:
    return f"the mark of a change:{which}"


def change_terms(which: object, number: object) -> str:
    return f"the terms of a change:{which} {number}"


def change_approval(which: object, number: object) -> str:
    return f"an approval of a change:{which} {number}"


def terms(author: str | None, fields: Mapping[str, FieldValue]) -> str:
    """Terms of a change as one text: who put them on the table, and what they say."""
    said = (f"{name}={fields[name]}" for name in _OF_TERMS if name in fields)
    return "\n".join((str(author), *said))


def _change(act: RecordedAct, _told: Told) -> Told:
    more: dict[str, FieldValue | Unknown] = {}
    if act.action is Action.GOAL_CHANGE:
        more |= {"version": act.object_version, "agreed version": act.object_version}
    if act.erased:
        return more | dict.fromkeys(OF_CHANGES, UNKNOWN)
    which = act.fields["change"]
    more[change(which)] = _CHANGES[act.action].value
    match act.action:
        case Action.GOAL_CHANGE_ASK | Action.GOAL_CHANGE_COUNTER:
            more[change_terms(which, act.fields["terms"])] = terms(_by(act), act.fields)
        case Action.GOAL_CHANGE_AGREE:
            more[change_mark(which)] = True if act.fields["marked"] else None
        case Action.GOAL_CHANGE_APPROVE:
            more[change_approval(which, act.fields["approval"])] = _by(act)
    return more


def evidence(permalink: FieldValue, sha256: FieldValue, note: FieldValue) -> str:
    """The name of the field that counts how often this was added."""
    return f"evidence:{permalink} {sha256} {note or ''}"


def person(act: RecordedAct, told: Told) -> Told:
    """Who is gone was told, or their last day was over when the directory was read last."""
    if act.erased:
        gone = ("direct manager", "matrix manager", "acting manager", "leave", "state")
        return dict.fromkeys(gone, UNKNOWN)
    match act.reason:
        case "leave" | "leave_end":
            return {f"leave:{act.fields['first_day']}": act.fields["day_after"]}
        case "acting_manager":
            days = (act.fields["first_day"], act.fields["day_after"])
            return {acting(act.fields["acting_manager"], *days): True}
    more: dict[str, FieldValue] = {}
    if "state" not in act.fields and told.get("state") != PersonState.LEFT.value:
        last_day = told.get("leaving_on")
        today = earliest_date(act.as_of or act.at)
        over = isinstance(last_day, str) and date.fromisoformat(last_day) < today
        more["state"] = (PersonState.LEFT if over else PersonState.ACTIVE).value
    for name, line in (("manager", "direct manager"), ("matrix_managers", "matrix manager")):
        more |= dict.fromkeys((f"{line}:{one}" for one in _ids(act, f"{name}_before")), None)
        more |= dict.fromkeys((f"{line}:{one}" for one in _ids(act, name)), True)
    return more


def acting(manager: FieldValue, first_day: FieldValue, day_after: FieldValue) -> str:
    return f"acting manager:{manager} {first_day} {day_after}"


def _ids(act: RecordedAct, name: str) -> list[str]:
    return str(act.fields.get(name) or "").split()


def cycle(act: RecordedAct, told: Told) -> Told:
    if act.action is Action.CYCLE_WITHDRAW:
        return {"version": _number(told, "version") + 1, "because": act.fields["rationale"]}
    return {"version": act.object_version}


def announcement(act: RecordedAct, _told: Told) -> Told:
    match act.action:
        case Action.ANNOUNCEMENT_SEND:
            return {"state": SENT, "author": _by(act)}
        case Action.ANNOUNCEMENT_RESUME:
            return {"state": SENT, "stopped by": None}
        case Action.ANNOUNCEMENT_STOP:
            return {"state": STOPPED, "stopped by": _by(act)}
        case Action.ANNOUNCEMENT_DECLINE:
            return {f"declined:{act.subject}": True}
        case Action.ANNOUNCEMENT_TAKE_UP:
            return {f"declined:{act.subject}": None}
    return {}


def round_(act: RecordedAct, _told: Told) -> Told:
    match act.action:
        case Action.ROUND_OPEN:
            asked = act.fields["anonymous"]
            state = RoundState.OPEN.value
            return {"may be anonymous": asked, "state": state, "facilitator": _by(act)}
        case Action.ROUND_TAKE_OVER:
            return {"facilitator": _by(act)}
        case Action.ROUND_CLOSE:
            return {"state": RoundState.CLOSING.value, "closed by": _by(act)}
        case Action.ROUND_FINISH:
            return {"state": RoundState.CLOSED.value, "fate": act.fields["anonymous"]}
        case Action.ROUND_SUMMARISE:
            return {"posted": True}
    return {}


def feedback(act: RecordedAct, _told: Told) -> Told:
    if act.action is Action.FEEDBACK_UNDO:
        return {"withdrawn": True}
    return {"giver": _by(act)}


def facilitation(act: RecordedAct, _told: Told) -> Told:
    return {"asker": _by(act)}


def correction(act: RecordedAct, _told: Told) -> Told:
    match act.action:
        case Action.CORRECTION_ASK:
            return {"state": "open"}
        case Action.CORRECTION_ANSWER:
            outcome = UNKNOWN if act.erased else act.fields["outcome"]
            return {"state": outcome, "answered by": _by(act)}
        case Action.CORRECTION_ESCALATE:
            return {"passed on": True}
    return {}


_APPROVAL_STATES = {
    Action.APPROVAL_ASK: ApprovalState.OPEN,
    Action.APPROVAL_GIVE: ApprovalState.DONE,
    Action.APPROVAL_REFUSE: ApprovalState.REFUSED,
    Action.APPROVAL_WITHDRAW: ApprovalState.WITHDRAWN,
    Action.APPROVAL_EXPIRE: ApprovalState.EXPIRED,
    Action.APPROVAL_VOID: ApprovalState.VOID,
}


def approval(act: RecordedAct, _told: Told) -> Told:
    state = _APPROVAL_STATES[act.action]
    decided_by = None if state is ApprovalState.OPEN else _by(act)
    return {"state": state.value, "decided by": decided_by, "why void": act.reason}


AGREED = (
    *("title", "parties", "clauses", "valid_from", "expires_on"),
    *("permalink", "sha256", "settles", "side"),
)
_AGREEMENTS = {
    Action.AGREEMENT_REGISTER: AgreementState.WAITING,
    Action.AGREEMENT_CONFIRM: AgreementState.CONFIRMED,
    Action.AGREEMENT_REFUSE: AgreementState.REFUSED,
    Action.AGREEMENT_WITHDRAW: AgreementState.WITHDRAWN,
}


def agreement(act: RecordedAct, _told: Told) -> Told:
    """What each version says, and which of them counts."""
    number = act.object_version
    more: dict[str, FieldValue] = {f"state:{number}": _AGREEMENTS[act.action].value}
    if act.action is Action.AGREEMENT_REGISTER:
        more |= {f"{one}:{number}": act.fields.get(one) for one in AGREED}
    if act.action is Action.AGREEMENT_CONFIRM:
        more["the version that counts"] = number
    return more


def erasures(act: RecordedAct, _told: Told) -> Told:
    fields = act.fields
    return {erasure(*(fields.get(one) for one in ERASURE_FIELDS)): True}


ERASURE_FIELDS = ("erasure", "parts", "approval", "asked_by", "approved_by", "ledger_line")


def erasure(*of_fields: FieldValue) -> str:
    return f"certificate:{' '.join(map(str, of_fields))}"


def purges(act: RecordedAct, _told: Told) -> Told:
    """Batches of earlier releases are in no ledger."""
    names = (act.fields.get("batch"), act.fields.get("ledger_line"))
    return {} if names[0] is None else {ledger_line(*names): True}


def ledger_line(*of_fields: FieldValue) -> str:
    return f"line of the ledger:{' '.join(map(str, of_fields))}"


_OBJECTIONS = {
    Action.OBJECTION_RAISE: ObjectionState.STANDING,
    Action.OBJECTION_NONE: ObjectionState.NONE,
    Action.OBJECTION_WITHDRAW: ObjectionState.WITHDRAWN,
    Action.OBJECTION_SETTLE: ObjectionState.SETTLED,
}


def policies(act: RecordedAct, _told: Told) -> Told:
    """The fields of each version under a name of its own, and what was said against it."""
    number = act.object_version
    if act.action in _OBJECTIONS:
        which = act.fields["objection"]
        more: dict[str, FieldValue] = {f"an objection:{which}": _OBJECTIONS[act.action].value}
        if act.action in (Action.OBJECTION_RAISE, Action.OBJECTION_NONE):
            said = act.fields.get("rationale")
            more[f"what was objected:{which}"] = objection(number, _by(act), said)
        return more
    withdrawn = act.action is Action.POLICY_WITHDRAW
    names = ["state"] if withdrawn else ["document", "state", "valid_from", "rationale"]
    return {f"version {number}, {one}:": act.fields[one] for one in names if one in act.fields}


def objection(*of_fields: FieldValue) -> str:
    return " ".join(map(str, of_fields))


def _by(act: RecordedAct) -> str | None:
    return str(act.actor.ref) if act.actor.ref else None


def _number(told: Told, name: str) -> int:
    found = told.get(name)
    return found if isinstance(found, int) else 0
