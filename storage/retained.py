"""Where each kind of record stands in the database: what a thing of it is, whom it concerns, since
when its term counts. Retention counts and purges by these, and nothing else says what a kind is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from domain.agreements import AgreementState
from domain.audit import READS
from domain.corrections import CorrectionAbout, CorrectionState
from domain.erasure import ERASED_TITLE
from domain.goals import GoalState
from domain.holds import HoldScope
from domain.objections import ObjectionState
from domain.retention_rules import PURGED, Kind
from storage.tables.agreements import Agreement, AgreementText
from storage.tables.audit import AuditEntry
from storage.tables.checkin_support import SupportConfidence, SupportNote, SupportReply
from storage.tables.checkins import CheckInPrompt, CheckInRow, TypedAnswer
from storage.tables.corrections import Correction
from storage.tables.cycles import Announcement, AnnouncementRecipient, Cycle, CyclePhase
from storage.tables.feedback import EvaluationFeedback, FeedbackAsked, SupportFeedback
from storage.tables.goals import Goal, GoalStep, GoalVersion
from storage.tables.objections import Objection
from storage.tables.rounds import AnonymousAnswer, PrivateAnswer, Round, RoundReply

ENDED = (
    GoalState.SUPERSEDED,
    GoalState.DEPRECATED,
    GoalState.COMPLETED,
    GoalState.ABANDONED,
)
RUNNING = (GoalState.ACTIVE, GoalState.PAUSED)

Parties = Select[*tuple[Any, ...]] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Things of one kind in one place. `parties` has a row `thing, person, since` for each person
    whom a thing concerns; without one, `person` is null.

    `keys` are the columns that name a thing; `left` is false of one that keeps its row and has
    nothing left to take away. `dated`: `since` is a day, not a moment.
    """

    name: str
    kind: Kind
    parties: Parties
    keys: tuple[InstrumentedAttribute[Any], ...]
    left: ColumnElement[bool] | None = None
    dated: bool = False

    @property
    def per_person(self) -> bool:
        """Whether a thing is one person's row."""
        return len(self.keys) > 1


HELD_BY: Mapping[Kind, tuple[HoldScope, ...]] = {
    Kind.GOALS: (HoldScope.EVERYTHING, HoldScope.GOALS),
    Kind.CHECK_INS: (HoldScope.EVERYTHING, HoldScope.CHECK_INS),
    Kind.SUPPORT: (HoldScope.EVERYTHING, HoldScope.CHECK_INS),
    Kind.FEEDBACK: (HoldScope.EVERYTHING, HoldScope.FEEDBACK),
    Kind.ROUND_ANSWERS: (HoldScope.EVERYTHING, HoldScope.FEEDBACK),
    Kind.ANNOUNCEMENT_LISTS: (HoldScope.EVERYTHING,),
    Kind.AGREEMENTS: (HoldScope.EVERYTHING,),
    Kind.OBJECTIONS: (HoldScope.EVERYTHING,),
    # Who looked, and what was complained about, may matter to any case.
    Kind.CORRECTIONS: tuple(HoldScope),
    Kind.ACCESS_LOG: tuple(HoldScope),
}
"""Which holds on anybody concerned keep a thing of the kind."""

DISPUTED_BY: Mapping[Kind, tuple[CorrectionAbout, ...]] = {
    kind: (CorrectionAbout.DATA, CorrectionAbout.GOAL)
    if kind in (Kind.CHECK_INS, Kind.SUPPORT, Kind.ACCESS_LOG)
    else (CorrectionAbout.DATA,)
    for kind in PURGED
}
"""Which open cases of anybody concerned keep it; one about the very thing always does."""


def _each(
    thing: Any, since: Any, *people: Any, where: ColumnElement[bool] | None = None
) -> Parties:
    """A row for each of these people; of the first also where there is nobody."""
    rows = []
    for place, person in enumerate(people):
        row = select(thing.label("thing"), person.label("person"), since.label("since"))
        row = row if where is None else row.where(where)
        rows.append(row if place == 0 else row.where(person.is_not(None)))
    return union_all(*rows)


_NOT_BLANK = Goal.title_folded != ERASED_TITLE.casefold()
_ENDED_AT = (
    select(func.max(GoalStep.at))
    .where(GoalStep.goal_id == Goal.id)
    .correlate(Goal)
    .scalar_subquery()
)
_ended_goals = select(
    Goal.id.label("thing"), Goal.owner_id.label("person"), _ENDED_AT.label("since")
).where(Goal.state.in_(ENDED), _NOT_BLANK)
# Nobody has to close a goal: it has ended when its last day is over.
_overdue_goals = (
    select(
        Goal.id.label("thing"), Goal.owner_id.label("person"), GoalVersion.due_date.label("since")
    )
    .join(
        GoalVersion,
        and_(GoalVersion.goal_id == Goal.id, GoalVersion.number == Goal.agreed_version),
    )
    .where(Goal.state.in_(RUNNING), _NOT_BLANK)
)
_has_support = or_(
    *(
        select(table.check_in_id).where(table.check_in_id == CheckInRow.id).exists()
        for table in (SupportNote, SupportConfidence, SupportReply)
    )
)


def _feedback(table: type[SupportFeedback | EvaluationFeedback]) -> Parties:
    return _each(table.id, table.at, table.giver_id, table.about_id, table.author_id)


def _of_rounds(
    table: type[RoundReply | PrivateAnswer], thing: InstrumentedAttribute[Any]
) -> Parties:
    return (
        select(
            thing.label("thing"), table.author_id.label("person"), Round.closed_at.label("since")
        )
        .join(Round, Round.id == table.round_id)
        .where(Round.closed_at.is_not(None))
    )


_LAST_ANSWER = (
    select(func.max(AgreementText.answered_at))
    .where(AgreementText.agreement_id == Agreement.id)
    .correlate(Agreement)
    .scalar_subquery()
)
_version_that_waits = aliased(AgreementText)
_NONE_WAITS = (
    ~select(_version_that_waits.number)
    .where(
        _version_that_waits.agreement_id == Agreement.id,
        _version_that_waits.state == AgreementState.WAITING,
    )
    .exists()
)


def _of_agreements(*ended: ColumnElement[bool], since: Any) -> Parties:
    """Whoever proposed or answered a version of those that have ended and are not being renewed."""
    party = aliased(AgreementText)
    return union_all(
        *(
            select(Agreement.id.label("thing"), person.label("person"), since.label("since"))
            .join(AgreementText, AgreementText.agreement_id == Agreement.id)
            .join(party, party.agreement_id == Agreement.id)
            .where(*ended, _NONE_WAITS, person.is_not(None))
            for person in (party.proposed_by_id, party.answered_by_id)
        )
    )


SOURCES: Sequence[Source] = (
    Source("ended", Kind.GOALS, _ended_goals, (Goal.id,), _NOT_BLANK),
    Source("overdue", Kind.GOALS, _overdue_goals, (Goal.id,), _NOT_BLANK, dated=True),
    # Support first: it hangs on its check-in.
    Source(
        "support",
        Kind.SUPPORT,
        _each(
            CheckInRow.id,
            CheckInRow.at,
            CheckInRow.owner_id,
            CheckInRow.manager_id,
            where=_has_support,
        ),
        (CheckInRow.id,),
        _has_support,
    ),
    Source(
        "check_ins",
        Kind.CHECK_INS,
        # Its support may have to stay for longer.
        select(
            CheckInRow.id.label("thing"),
            CheckInRow.owner_id.label("person"),
            CheckInRow.at.label("since"),
        ).where(~_has_support),
        (CheckInRow.id,),
    ),
    Source(
        "typed",
        Kind.CHECK_INS,
        select(
            TypedAnswer.id.label("thing"),
            TypedAnswer.person_id.label("person"),
            TypedAnswer.at.label("since"),
        ),
        (TypedAnswer.id,),
    ),
    Source(
        "prompts",
        Kind.CHECK_INS,
        select(
            CheckInPrompt.id.label("thing"),
            CheckInPrompt.owner_id.label("person"),
            CheckInPrompt.at.label("since"),
        ),
        (CheckInPrompt.id,),
    ),
    Source("support_feedback", Kind.FEEDBACK, _feedback(SupportFeedback), (SupportFeedback.id,)),
    Source(
        "evaluation_feedback",
        Kind.FEEDBACK,
        _feedback(EvaluationFeedback),
        (EvaluationFeedback.id,),
    ),
    Source(
        "requests",
        Kind.FEEDBACK,
        _each(
            FeedbackAsked.id,
            FeedbackAsked.at,
            FeedbackAsked.asker_id,
            FeedbackAsked.asked_id,
        ),
        (FeedbackAsked.id,),
    ),
    Source("replies", Kind.ROUND_ANSWERS, _of_rounds(RoundReply, RoundReply.id), (RoundReply.id,)),
    Source(
        "private",
        Kind.ROUND_ANSWERS,
        _of_rounds(PrivateAnswer, PrivateAnswer.round_id),
        (PrivateAnswer.round_id, PrivateAnswer.author_id),
    ),
    Source(
        "anonymous",
        Kind.ROUND_ANSWERS,
        select(
            AnonymousAnswer.id.label("thing"),
            cast(null(), Uuid()).label("person"),
            Round.closed_at.label("since"),
        )
        .join(Round, Round.id == AnonymousAnswer.round_id)
        .where(Round.closed_at.is_not(None)),
        (AnonymousAnswer.id,),
    ),
    Source(
        "recipients",
        Kind.ANNOUNCEMENT_LISTS,
        select(
            AnnouncementRecipient.announcement_id.label("thing"),
            AnnouncementRecipient.person_id.label("person"),
            Cycle.ends.label("since"),
        )
        .join(Announcement, Announcement.id == AnnouncementRecipient.announcement_id)
        .join(CyclePhase, CyclePhase.id == Announcement.phase_id)
        .join(Cycle, Cycle.id == CyclePhase.cycle_id)
        .where(Announcement.ended_at.is_not(None)),
        (AnnouncementRecipient.announcement_id, AnnouncementRecipient.person_id),
        dated=True,
    ),
    Source(
        "corrections",
        Kind.CORRECTIONS,
        select(
            Correction.id.label("thing"),
            Correction.asker_id.label("person"),
            Correction.answered_at.label("since"),
        ).where(Correction.state != CorrectionState.OPEN, Correction.answered_at.is_not(None)),
        (Correction.id,),
    ),
    Source(
        "agreements",
        Kind.AGREEMENTS,
        _of_agreements(
            Agreement.current == AgreementText.number,
            AgreementText.expires_on.is_not(None),
            since=AgreementText.expires_on,
        ),
        (Agreement.id,),
        dated=True,
    ),
    Source(
        "never_agreed",
        Kind.AGREEMENTS,
        _of_agreements(Agreement.current.is_(None), since=_LAST_ANSWER),
        (Agreement.id,),
    ),
    Source(
        "objections",
        Kind.OBJECTIONS,
        _each(
            Objection.id,
            func.coalesce(Objection.ended_at, Objection.raised_at),
            Objection.person_id,
            Objection.ended_by_id,
            where=Objection.state != ObjectionState.STANDING,
        ),
        (Objection.id,),
    ),
    Source(
        "reads",
        Kind.ACCESS_LOG,
        _each(
            AuditEntry.seq,
            AuditEntry.at,
            AuditEntry.subject,
            AuditEntry.actor,
            where=AuditEntry.action.in_(READS),
        ),
        (AuditEntry.seq,),
    ),
)


def source_named(name: str) -> Source | None:
    return next((one for one in SOURCES if one.name == name), None)


def sources_of(kind: Kind) -> list[Source]:
    return [one for one in SOURCES if one.kind is kind]
