"""Every kind of thing that is held against what was recorded of it: one declaration for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.audit import Action, RecordedAct
from domain.feedback import FeedbackKind
from domain.state import StoredThing
from storage import state_rows
from storage.state import Rows, StoredRow
from usecases import state_of_people, state_of_work


@dataclass(frozen=True, slots=True)
class Kind:
    """`thing` makes of a row what is compared; None where it is no part of the record yet.

    `told_by` are the acts read for it. An operator reads `heading`, and `one` of what is missing,
    with the name of whom it is about where `names_whose`: not of what is said in confidence.
    """

    heading: str
    one: str
    rows: Rows
    told_by: frozenset[Action]
    thing: Callable[[StoredRow, Sequence[RecordedAct]], StoredThing | None]
    names_whose: bool = False


# Erasures come first: what they took away is not missed elsewhere.
KINDS = (
    Kind(
        "Erasures",
        "an erasure",
        state_rows.ERASURES,
        frozenset({Action.PERSON_ERASE}),
        state_of_people.erasures_stored,
    ),
    Kind("Goals", "a goal", state_rows.GOALS, state_of_work.GOAL_ACTS, state_of_work.goal_stored),
    Kind(
        "People",
        "person",
        state_rows.PERSONS,
        frozenset({Action.PERSON_CREATE, Action.PERSON_CHANGE}),
        state_of_people.person_stored,
        names_whose=True,
    ),
    Kind(
        "Roles",
        "a role of",
        state_rows.GRANTS,
        state_of_people.GRANT_ACTS,
        state_of_people.grant_stored,
        names_whose=True,
    ),
    Kind(
        "Deputies",
        "deputy of",
        state_rows.DELEGATIONS,
        state_of_people.DELEGATION_ACTS,
        state_of_people.delegation_stored,
        names_whose=True,
    ),
    Kind(
        "Cycles", "a cycle", state_rows.CYCLES, state_of_work.CYCLE_ACTS, state_of_work.cycle_stored
    ),
    Kind(
        "Announcements",
        "an announcement",
        state_rows.ANNOUNCEMENTS,
        state_of_work.ANNOUNCEMENT_ACTS,
        state_of_work.announcement_stored,
    ),
    Kind(
        "Feedback rounds",
        "a round",
        state_rows.ROUNDS,
        state_of_work.ROUND_ACTS,
        state_of_work.round_stored,
    ),
    Kind(
        "Feedback",
        "feedback",
        state_rows.SUPPORT,
        state_of_work.FEEDBACK_ACTS,
        state_of_work.feedback_stored(FeedbackKind.SUPPORT),
    ),
    Kind(
        "Feedback",
        "feedback",
        state_rows.EVALUATION,
        state_of_work.FEEDBACK_ACTS,
        state_of_work.feedback_stored(FeedbackKind.EVALUATION),
    ),
    Kind(
        "Requests for feedback",
        "a request",
        state_rows.FEEDBACK_REQUESTS,
        state_of_work.REQUEST_ACTS,
        state_of_work.request_stored,
    ),
    Kind(
        "Requests for a facilitator",
        "a request",
        state_rows.FACILITATIONS,
        frozenset({Action.FACILITATION_ASK}),
        state_of_work.facilitation_stored,
    ),
    Kind(
        "Legal holds",
        "a hold",
        state_rows.HOLDS,
        state_of_people.HOLD_ACTS,
        state_of_people.hold_stored,
    ),
    Kind(
        "Cases of Correct this",
        "a case",
        state_rows.CORRECTIONS,
        state_of_people.CORRECTION_ACTS,
        state_of_people.correction_stored,
    ),
    Kind(
        "Approvals",
        "an approval",
        state_rows.APPROVALS,
        state_of_people.APPROVAL_ACTS,
        state_of_people.approval_stored,
    ),
    Kind(
        "Purges",
        "a purge",
        state_rows.PURGES,
        state_of_people.PURGE_ACTS,
        state_of_people.purge_stored,
    ),
    Kind(
        "Access reviews",
        "an access review",
        state_rows.REVIEWS,
        state_of_people.REVIEW_ACTS,
        state_of_people.review_stored,
    ),
    Kind(
        "Agreements",
        "an agreement",
        state_rows.AGREEMENTS,
        state_of_people.AGREEMENT_ACTS,
        state_of_people.agreement_stored,
    ),
    Kind(
        "One-time codes",
        "one-time codes of",
        state_rows.CODES,
        state_of_people.CODES_ACTS,
        state_of_people.codes_stored,
        names_whose=True,
    ),
)
