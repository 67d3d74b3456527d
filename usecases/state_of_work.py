"""How goals, cycles, rounds and feedback should stand by what was recorded of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain import state_told
from domain.announcements import AnnouncementState
from domain.audit import Action, FieldValue, RecordedAct
from domain.change_requests import Terms
from domain.cycles import PhasePlan
from domain.feedback import FeedbackKind
from domain.state import StoredThing
from storage.goals import folded
from storage.state import StoredRow
from usecases.cycles import phases_recorded
from usecases.goal_change_record import compared_terms

Acts = Sequence[RecordedAct]

GOAL_ACTS = frozenset(
    {
        Action.GOAL_PROPOSE,
        Action.GOAL_COUNTER,
        Action.GOAL_ACCEPT,
        Action.GOAL_DECLINE,
        Action.GOAL_WITHDRAW,
        Action.GOAL_UPDATE,
        Action.GOAL_REASSIGN,
        Action.GOAL_SHARE,
        Action.GOAL_UNSHARE,
        Action.GOAL_SHOW_TITLE,
        Action.GOAL_HIDE_TITLE,
        Action.GOAL_EVIDENCE,
        Action.GOAL_CORRECT,
        Action.GOAL_CORRECT_VALUE,
        Action.GOAL_OFFER,
        Action.GOAL_ADOPT,
        Action.GOAL_NOT_ADOPT,
        Action.GOAL_ALIGN,
        Action.GOAL_PAUSE,
        Action.GOAL_RESUME,
        Action.GOAL_COMPLETE,
        Action.GOAL_ABANDON,
        Action.GOAL_SUPERSEDE,
        Action.GOAL_DEPRECATE,
        Action.GOAL_REOPEN,
        Action.GOAL_WITHDRAW_RESERVATION,
        Action.GOAL_CHANGE,
        Action.GOAL_CHANGE_ASK,
        Action.GOAL_CHANGE_COUNTER,
        Action.GOAL_CHANGE_AGREE,
        Action.GOAL_CHANGE_APPROVE,
        Action.GOAL_CHANGE_DECLINE,
        Action.GOAL_CHANGE_WITHDRAW,
        Action.GOAL_CHANGE_END,
        Action.GOAL_CHANGE_REASSIGN,
        Action.CHECK_IN_CONFIRM,
        Action.CHECK_IN_UNDO,
    }
)

CYCLE_ACTS = frozenset({Action.CYCLE_NEW, Action.CYCLE_CHANGE, Action.CYCLE_WITHDRAW})

ANNOUNCEMENT_ACTS = frozenset(
    {
        Action.ANNOUNCEMENT_SEND,
        Action.ANNOUNCEMENT_STOP,
        Action.ANNOUNCEMENT_RESUME,
        Action.ANNOUNCEMENT_CORRECT,
        Action.ANNOUNCEMENT_DECLINE,
        Action.ANNOUNCEMENT_TAKE_UP,
    }
)

ROUND_ACTS = frozenset(
    {
        Action.ROUND_OPEN,
        Action.ROUND_CLOSE,
        Action.ROUND_FINISH,
        Action.ROUND_SUMMARISE,
        Action.ROUND_TAKE_OVER,
    }
)

FEEDBACK_ACTS = frozenset({Action.FEEDBACK_GIVE, Action.FEEDBACK_SAVE, Action.FEEDBACK_UNDO})

REQUEST_ACTS = frozenset({Action.FEEDBACK_ASK, Action.FEEDBACK_UNASK})


def goal_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    fields: dict[str, FieldValue] = {
        "proposer": str(row.proposer_id),
        "state": row.state.value,
        "turn": row.turn.value if row.turn else None,
        "version": row.version,
        "agreed version": row.agreed_version,
        "counters": row.counters,
        "audience": row.audience.value,
        "title_visible": row.title_visible,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "successor": str(row.successor_id) if row.successor_id else None,
        "reservation": row.reservation,
        "serves": None,
        "contribution": None,
    }
    for link in stored.parts["link"]:
        fields |= {"serves": str(link.parent_id), "contribution": link.contribution}
    fields |= {
        f"proposed upward:{one.id}": f"{one.state.value} {one.asked_id}"
        for one in stored.parts["adoptions"]
    }
    fields |= {f"shared with:{one.person_id}": True for one in stored.parts["shares"]}
    for one in stored.parts["evidence"]:
        name = state_told.evidence(one.permalink, one.sha256, one.note)
        fields[name] = int(fields.get(name) or 0) + 1
    fields |= _changes(stored)
    if row.title is not None and row.title_folded != folded(row.title):
        # Nothing tells of it by itself: it repeats the title, for the search.
        fields["title to search for"] = row.title_folded
    return StoredThing(
        row.id,
        f"G-{row.number}",
        fields,
        GOAL_ACTS,
        state_told.goal,
        subject=row.owner_id,
        whole=frozenset({"shared with", "evidence", "proposed upward", *state_told.OF_CHANGES}),
    )


def _changes(stored: StoredRow) -> dict[str, FieldValue]:
    """What was asked to be changed, by whom, and what became of it."""
    fields: dict[str, FieldValue] = {}
    for one in stored.parts["changes"]:
        fields[state_told.change(one.id)] = one.state.value
        fields[state_told.change_mark(one.id)] = True if one.marked else None
    for one in stored.parts["terms"]:
        # As the acts tell them: what stands first and second are goal and request.
        terms = Terms(*one[2:])
        told = compared_terms(terms)
        fields[state_told.change_terms(one.change_id, terms.number)] = state_told.terms(
            str(terms.author), {**told, "rationale": terms.reason}
        )
    for one in stored.parts["approvals"]:
        name = state_told.change_approval(one.change_id, one.number)
        fields[name] = str(one.approved_by_id)
    return fields


def cycle_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    phases = (
        PhasePlan.model_construct(act=one.act, name=one.name, starts=one.starts, ends=one.ends)
        for one in stored.parts["phases"]
    )
    return StoredThing(
        row.id,
        f"cycle {row.id}",
        {
            "name": row.name,
            "kind": row.kind.value,
            "unit": row.path,
            "starts": row.starts.isoformat(),
            "ends": row.ends.isoformat(),
            "phases": phases_recorded(phases),
            "version": row.version,
            "because": row.withdrawn_because,
        },
        CYCLE_ACTS,
        state_told.cycle,
    )


def announcement_stored(stored: StoredRow, acts: Acts) -> StoredThing | None:
    row = stored.row
    if row.state is AnnouncementState.DRAFT and not acts:
        return None
    told = {AnnouncementState.DRAFT: "draft", AnnouncementState.STOPPED: state_told.STOPPED}
    fields: dict[str, FieldValue] = {
        "author": str(row.author_id),
        "phase": str(row.phase_id),
        "audience": row.audience,
        "send_at": row.send_at.value,
        "at": row.at.isoformat() if row.at else None,
        "state": told.get(row.state, state_told.SENT),
        "stopped by": str(row.ended_by_id) if row.ended_by_id else None,
    }
    fields |= {f"text_{one.language}": one.words for one in stored.parts["words"]}
    fields |= {f"declined:{one.person_id}": True for one in stored.parts["declined"]}
    return StoredThing(
        row.id,
        f"announcement {row.id}",
        fields,
        ANNOUNCEMENT_ACTS,
        state_told.announcement,
        whole=frozenset(
            {"declined", *(one for act in acts for one in act.fields if "text_" in one)}
        ),
    )


def round_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        f"round {row.id}",
        {
            "facilitator": str(row.facilitator_id),
            "topic": row.topic,
            "question": row.question,
            "channel": row.channel,
            "closes_at": row.closes_at.isoformat(),
            "may be anonymous": row.anonymous,
            "state": row.state.value,
            "closed by": str(row.closed_by_id) if row.closed_by_id else None,
            "fate": row.anonymous_fate.value if row.anonymous_fate else None,
            "summary": row.summary,
            "posted": True if row.summary_posted_at else None,
        },
        ROUND_ACTS,
        state_told.round_,
    )


def feedback_stored(kind: FeedbackKind) -> Callable[[StoredRow, Acts], StoredThing]:
    def thing(stored: StoredRow, _acts: Acts) -> StoredThing:
        row = stored.row
        fields: dict[str, FieldValue] = {
            "kind": kind.value,
            "giver": str(row.giver_id),
            "visible_to": row.audience.value,
            "readers": ",".join(sorted(str(one.person_id) for one in stored.parts["readers"])),
            "goal": str(row.goal_id) if row.goal_id else None,
            "withdrawn": True if row.withdrawn_at else None,
        }
        if not row.author_erased:
            fields["permalink"] = row.permalink
        return StoredThing(
            row.id,
            f"feedback {row.id}",
            fields,
            FEEDBACK_ACTS,
            state_told.feedback,
            subject=row.about_id,
        )

    return thing


def request_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        f"a request for feedback {row.id}",
        {"asked": str(row.asked_id), "withdrawn": True if row.withdrawn_at else None},
        REQUEST_ACTS,
        state_told.REQUEST,
        subject=row.asker_id,
    )


def facilitation_stored(stored: StoredRow, _acts: Acts) -> StoredThing:
    row = stored.row
    return StoredThing(
        row.id,
        f"a request for a facilitator {row.id}",
        {
            "goal": str(row.goal_id),
            "facilitator": str(row.facilitator_id),
            "answered": True if row.answered_at else None,
        },
        frozenset({Action.FACILITATION_ASK, Action.FACILITATION_ANSWER}),
        subject=row.asker_id,
    )
