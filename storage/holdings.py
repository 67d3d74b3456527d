"""What is held on a person, table by table: what they get, and what they do not, with the reason.

Each table of the schema stands in `HOLDINGS`, in `ELSEWHERE` or in `NOBODYS`, and each column of a
table in `HOLDINGS` is given out or in `LEFT_OUT`; a test refuses one that does not. Whoever adds a
table or a column decides it here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from domain.announcements import RecipientState
from domain.feedback import FeedbackKind
from storage.checkin_support import note_place as support_place
from storage.checkin_support import reply_place
from storage.corrections import correction_place
from storage.facilitation import answer_place, note_place
from storage.feedback import words_place
from storage.round_answers import private_place
from storage.sealing import Place
from storage.tables import (
    access_reviews,
    agreements,
    approvals,
    audit,
    checkin_support,
    checkins,
    checkpoints,
    conversation,
    corrections,
    cycles,
    erasures,
    evidence,
    exports,
    goals,
    holds,
    objections,
    outbox,
    pace,
    people,
    policy,
    requests,
    retention,
    role_rescues,
    rounds,
    sealing,
    step_up,
    waiting_imports,
)
from storage.tables import change_requests as changes
from storage.tables import feedback as feedback_tables
from storage.tables.base import Base

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of one table that are about a person, as a part of their file.

    `of` is the condition that a row is. `shown` are the columns that are given out, in order;
    `place` is where the sealed one among them belongs. `also` stands in every row.
    """

    section: str
    table: type[Base]
    of: Callable[[UUID], ColumnElement[bool]]
    shown: tuple[str, ...]
    place: Callable[[Row], Place] | None = None
    also: Mapping[str, str] = field(default_factory=dict)


Goal, CheckIn = goals.Goal, checkins.CheckInRow
Reader = feedback_tables.FeedbackReader


def _own_goal(column: Any) -> Callable[[UUID], ColumnElement[bool]]:
    return lambda me: column.in_(select(Goal.id).where(Goal.owner_id == me))


def _on_others_goal(column: Any, by: Any) -> Callable[[UUID], ColumnElement[bool]]:
    """What the person did about goals that are not theirs."""
    return lambda me: and_(by == me, column.in_(select(Goal.id).where(Goal.owner_id != me)))


def _changes_of_own_goals(me: UUID) -> Any:
    request = changes.ChangeRequest
    return select(request.id).where(_own_goal(request.goal_id)(me))


def _own_check_in(column: Any) -> Callable[[UUID], ColumnElement[bool]]:
    return lambda me: column.in_(select(CheckIn.id).where(CheckIn.owner_id == me))


def _announced_to(me: UUID) -> ColumnElement[bool]:
    to = cycles.AnnouncementRecipient
    got = (RecipientState.HANDED, RecipientState.SENT)
    mine = select(to.announcement_id).where(to.person_id == me, to.state.in_(got))
    written = select(cycles.Announcement.id).where(cycles.Announcement.author_id == me)
    column = cycles.AnnouncementWords.announcement_id
    return or_(column.in_(mine), column.in_(written))


def _own_phase(me: UUID) -> ColumnElement[bool]:
    made = select(cycles.Cycle.id).where(cycles.Cycle.created_by_id == me)
    return cycles.CyclePhase.cycle_id.in_(made)


def feedback_shared_with(table: Any, me: UUID) -> ColumnElement[bool]:
    """Feedback about somebody that its giver lets them read and that they have opened."""
    opened = select(Reader.feedback_id).where(
        Reader.feedback_id == table.id, Reader.person_id == me, Reader.read_at.is_not(None)
    )
    return and_(table.about_id == me, table.withdrawn_at.is_(None), opened.exists())


def _feedback_readers(me: UUID) -> ColumnElement[bool]:
    theirs = [
        select(table.id).where(or_(table.giver_id == me, feedback_shared_with(table, me)))
        for table in (feedback_tables.SupportFeedback, feedback_tables.EvaluationFeedback)
    ]
    return or_(Reader.person_id == me, *(Reader.feedback_id.in_(ids) for ids in theirs))


def _support_replies(me: UUID) -> ColumnElement[bool]:
    reply = checkin_support.SupportReply
    to_me = and_(reply.reader_id == me, reply.read_at.is_not(None))
    # What others wrote for their manager is theirs, even where the manager asks for their own data.
    return or_(reply.author_id == me, and_(to_me, _own_check_in(reply.check_in_id)(me)))


def _goal_cases(me: UUID) -> ColumnElement[bool]:
    case = goals.GoalCase
    # Those without a capacity help one side, and the other is not told.
    asked = and_(_own_goal(case.goal_id)(me), case.capacity.is_not(None))
    return or_(case.person_id == me, asked)


def _feedback(table: Any, kind: FeedbackKind) -> tuple[Holding, ...]:
    def place(row: Row) -> Place:
        return words_place(kind, row["id"])

    also = {"kind": kind.value}
    written = ("giver_id", "about_id", "goal_id", "audience", "words", "permalink", "at")
    return (
        Holding(
            "feedback_given",
            table,
            lambda me: table.giver_id == me,
            (*written, "author_id", "made_at", "withdrawn_at"),
            place,
            also,
        ),
        Holding(
            "feedback_received",
            table,
            lambda me: feedback_shared_with(table, me),
            written,
            place,
            also,
        ),
        Holding(
            "messages_of_yours_kept_as_feedback",
            table,
            lambda me: and_(
                table.author_id == me,
                table.giver_id != me,
                table.about_id != me,
                table.withdrawn_at.is_(None),
            ),
            ("giver_id", "about_id", "permalink", "at"),
            also=also,
        ),
    )


_VERSION = (
    *("goal_id", "number", "author_id", "side", "at", "reason", "policy", "title", "metric"),
    *("measure_unit", "direction", "baseline", "baseline_text", "threshold", "threshold_text"),
    *("target", "target_text", "stretch", "stretch_text", "start_date", "due_date"),
    *("check_in_every", "template", "why", "aligned_to_id", "kind", "parts"),
    *("expectation", "own_capacity", "interest"),
)
_FACILITATION = ("goal_id", "asker_id", "facilitator_id", "at", "closed_at")

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "person",
        people.Person,
        lambda me: people.Person.id == me,
        (
            *("id", "email", "name", "slack_user", "state", "level", "employment", "fte_percent"),
            *("working_days", "day_start", "region", "legal_entity", "org_unit_id", "start_date"),
            *("probation_until", "leaving_on", "bargaining_unit", "roster"),
            *("timezone", "locale"),
            *("slack_locale", "standing", "dm_channel", "home_opened_at"),
            *("messages_from", "quiet_from", "quiet_to", "list_day"),
        ),
    ),
    Holding(
        "reporting_lines",
        people.ReportingLine,
        lambda me: or_(people.ReportingLine.person_id == me, people.ReportingLine.manager_id == me),
        ("person_id", "manager_id", "kind", "valid_from", "valid_to", "source"),
    ),
    Holding(
        "leave",
        people.Leave,
        lambda me: people.Leave.person_id == me,
        ("first_day", "day_after"),
    ),
    Holding(
        "roles",
        people.RoleGrant,
        lambda me: people.RoleGrant.person_id == me,
        ("role", "org_unit_id", "region", "state", "valid_from", "valid_to"),
    ),
    Holding(
        "roles_asked_for_at_the_command_line_that_you_confirmed",
        role_rescues.RoleRescue,
        lambda me: role_rescues.RoleRescue.confirmed_by_id == me,
        ("reason", "asked_at", "confirmed_by_id", "confirmed_at"),
    ),
    Holding(
        "roles_asked_for_at_the_command_line_that_you_refused",
        role_rescues.RoleRescueRefusal,
        lambda me: role_rescues.RoleRescueRefusal.refused_by_id == me,
        ("reason", "refused_at", "refused_by_id"),
    ),
    Holding(
        "files_of_people_that_you_asked_to_import",
        waiting_imports.WaitingImport,
        lambda me: waiting_imports.WaitingImport.asker_id == me,
        ("kept_at",),
    ),
    Holding(
        "delegations",
        people.Delegation,
        lambda me: or_(people.Delegation.delegator_id == me, people.Delegation.deputy_id == me),
        ("delegator_id", "deputy_id", "valid_from", "valid_to", "revoked_at"),
    ),
    Holding(
        "goals",
        goals.Goal,
        lambda me: goals.Goal.owner_id == me,
        (
            *("number", "proposer_id", "state", "version", "agreed_version", "audience"),
            *("title_visible", "turn", "counterpart_id", "capacity", "counters", "turn_since"),
            *("answer_by", "remind_at", "paused_until", "successor_id"),
        ),
    ),
    Holding(
        "goals_of_others_that_you_negotiate",
        goals.Goal,
        lambda me: and_(
            Goal.owner_id != me, or_(Goal.proposer_id == me, Goal.counterpart_id == me)
        ),
        ("number", "owner_id", "proposer_id", "counterpart_id", "capacity", "state"),
    ),
    Holding("goal_versions", goals.GoalVersion, _own_goal(goals.GoalVersion.goal_id), _VERSION),
    Holding(
        "versions_of_others_goals_that_you_wrote",
        goals.GoalVersion,
        _on_others_goal(goals.GoalVersion.goal_id, goals.GoalVersion.author_id),
        ("goal_id", "number", "at", "reason", "expectation"),
    ),
    Holding(
        "goal_steps",
        goals.GoalStep,
        _own_goal(goals.GoalStep.goal_id),
        ("goal_id", "number", "kind", "actor_id", "at", "version", "reason", "capacity"),
    ),
    Holding(
        "steps_of_others_goals_that_you_took",
        goals.GoalStep,
        _on_others_goal(goals.GoalStep.goal_id, goals.GoalStep.actor_id),
        ("goal_id", "number", "kind", "at", "reason"),
    ),
    Holding(
        "goal_values",
        goals.GoalValue,
        _own_goal(goals.GoalValue.goal_id),
        ("goal_id", "value", "value_text", "note", "reported_by", "at"),
    ),
    Holding(
        "values_of_others_goals_that_you_reported",
        goals.GoalValue,
        _on_others_goal(goals.GoalValue.goal_id, goals.GoalValue.reported_by),
        ("goal_id", "value_text", "note", "at"),
    ),
    Holding(
        "goals_shared",
        goals.GoalShare,
        lambda me: or_(goals.GoalShare.person_id == me, _own_goal(goals.GoalShare.goal_id)(me)),
        ("goal_id", "person_id", "shared_at", "revoked_at"),
    ),
    Holding(
        "what_goals_serve",
        goals.GoalLink,
        _own_goal(goals.GoalLink.goal_id),
        ("goal_id", "parent_id", "contribution"),
    ),
    Holding(
        "goals_proposed_upward",
        goals.GoalAdoption,
        lambda me: or_(
            goals.GoalAdoption.asked_id == me, _own_goal(goals.GoalAdoption.goal_id)(me)
        ),
        ("goal_id", "asked_id", "state", "at", "answered_at", "adopted_id"),
    ),
    Holding(
        "who_was_asked_about_goals",
        goals.GoalCase,
        _goal_cases,
        ("goal_id", "person_id", "capacity", "opened_at", "closed_at", "change_id"),
    ),
    Holding(
        "changes_asked_of_goals",
        changes.ChangeRequest,
        lambda me: or_(
            _own_goal(changes.ChangeRequest.goal_id)(me),
            changes.ChangeRequest.asker_id == me,
            changes.ChangeRequest.counterpart_id == me,
            changes.ChangeRequest.approver_id == me,
            changes.ChangeRequest.accepted_by_id == me,
            changes.ChangeRequest.ended_by_id == me,
        ),
        (
            *("id", "number", "goal_id", "base_version", "asker_id", "side", "asked_at", "state"),
            *("terms", "turn", "counterpart_id", "capacity", "approver_id", "answer_by"),
            *("accepted_by_id", "marked", "version", "ended_at", "ended_by_id", "ended_because"),
            "answer",
        ),
    ),
    Holding(
        "what_such_changes_say",
        changes.ChangeTerms,
        lambda me: or_(
            changes.ChangeTerms.author_id == me,
            changes.ChangeTerms.change_id.in_(_changes_of_own_goals(me)),
        ),
        (
            *("change_id", "number", "author_id", "side", "at", "policy", "kind", "changes"),
            *("reason", "ground", "evidence", "link", "effective_on"),
        ),
    ),
    Holding(
        "who_approved_such_changes",
        changes.ChangeApproval,
        lambda me: or_(
            changes.ChangeApproval.approved_by_id == me,
            changes.ChangeApproval.change_id.in_(_changes_of_own_goals(me)),
        ),
        ("change_id", "number", "why", "approved_by_id", "approved_at"),
    ),
    Holding(
        "help_you_asked_for",
        goals.Facilitation,
        lambda me: goals.Facilitation.asker_id == me,
        (*_FACILITATION, "note"),
        lambda row: note_place(row["id"]),
    ),
    Holding(
        "answers_to_you_by_whom_you_asked_for_help",
        goals.Facilitation,
        lambda me: and_(
            goals.Facilitation.asker_id == me, goals.Facilitation.answered_at.is_not(None)
        ),
        ("goal_id", "facilitator_id", "answered_at", "answer"),
        lambda row: answer_place(row["id"]),
    ),
    Holding(
        "help_you_were_asked_for",
        goals.Facilitation,
        lambda me: goals.Facilitation.facilitator_id == me,
        (*_FACILITATION, "answered_at", "answer"),
        lambda row: answer_place(row["id"]),
    ),
    Holding(
        "goal_evidence",
        evidence.GoalEvidence,
        lambda me: or_(
            evidence.GoalEvidence.added_by_id == me,
            _own_goal(evidence.GoalEvidence.goal_id)(me),
        ),
        ("goal_id", "added_by_id", "at", "permalink", "sha256", "note"),
    ),
    Holding(
        "check_in_rhythms",
        checkins.Cadence,
        lambda me: checkins.Cadence.owner_id == me,
        (
            *("goal_id", "version", "rhythm", "anchor", "last", "handled", "next_local"),
            *("look_at", "due_since", "ask_again_on", "reported_at"),
        ),
    ),
    Holding(
        "check_in_questions",
        checkins.CheckInPrompt,
        lambda me: checkins.CheckInPrompt.owner_id == me,
        ("local_date", "at", "after_leave", "with_digest", "snoozed_to"),
    ),
    Holding(
        "check_in_questions_by_goal",
        checkins.CheckInAsked,
        lambda me: checkins.CheckInAsked.prompt_id.in_(
            select(checkins.CheckInPrompt.id).where(checkins.CheckInPrompt.owner_id == me)
        ),
        ("goal_id", "answered_at", "check_in_id"),
    ),
    Holding(
        "check_ins",
        CheckIn,
        lambda me: CheckIn.owner_id == me,
        ("id", "at", "made_at", "manager_id", "undone_at"),
    ),
    Holding(
        "check_ins_that_you_were_told_of",
        CheckIn,
        lambda me: CheckIn.manager_id == me,
        ("owner_id", "at"),
    ),
    Holding(
        "check_in_answers",
        checkins.CheckInAnswer,
        _own_check_in(checkins.CheckInAnswer.check_in_id),
        ("check_in_id", "goal_id", "kind", "words", "due_since"),
    ),
    Holding(
        "weekly_lists",
        checkins.DigestCadence,
        lambda me: checkins.DigestCadence.manager_id == me,
        ("look_at", "handled"),
    ),
    Holding(
        "numbers_that_you_typed",
        checkins.TypedAnswer,
        lambda me: checkins.TypedAnswer.person_id == me,
        ("words", "outcome", "at", "check_in_id"),
    ),
    Holding(
        "support_confidence",
        checkin_support.SupportConfidence,
        _own_check_in(checkin_support.SupportConfidence.check_in_id),
        ("check_in_id", "goal_id", "level"),
    ),
    Holding(
        "support_notes",
        checkin_support.SupportNote,
        _own_check_in(checkin_support.SupportNote.check_in_id),
        ("check_in_id", "kind", "words"),
        lambda row: support_place(row["check_in_id"], row["kind"]),
    ),
    Holding(
        "support_replies",
        checkin_support.SupportReply,
        _support_replies,
        (
            *("check_in_id", "author_id", "reader_id", "words", "channel", "ts", "at", "made_at"),
            *("edited_at", "withdrawn_at", "read_at"),
        ),
        lambda row: reply_place(row["id"]),
    ),
    Holding(
        "words_typed_to_accord",
        conversation.SaidWords,
        lambda me: conversation.SaidWords.person_id == me,
        ("words", "at"),
    ),
    *_feedback(feedback_tables.SupportFeedback, FeedbackKind.SUPPORT),
    *_feedback(feedback_tables.EvaluationFeedback, FeedbackKind.EVALUATION),
    Holding(
        "feedback_readers",
        Reader,
        _feedback_readers,
        ("feedback_id", "person_id", "capacity", "read_at"),
    ),
    Holding(
        "feedback_asked_for",
        feedback_tables.FeedbackAsked,
        lambda me: or_(
            feedback_tables.FeedbackAsked.asker_id == me,
            feedback_tables.FeedbackAsked.asked_id == me,
        ),
        ("asker_id", "asked_id", "at", "answered_at", "withdrawn_at"),
    ),
    Holding(
        "rounds_that_you_led",
        rounds.Round,
        lambda me: or_(rounds.Round.facilitator_id == me, rounds.Round.closed_by_id == me),
        (
            *("facilitator_id", "channel", "channel_name", "topic", "question", "anonymous"),
            *("state", "opened_at", "closes_at", "closed_at", "closed_by_id", "summary"),
            "summary_posted_at",
        ),
    ),
    Holding(
        "answers_in_rounds",
        rounds.RoundReply,
        lambda me: rounds.RoundReply.author_id == me,
        ("round_id", "words", "ts", "at", "late", "edited"),
        also={"way": "thread"},
    ),
    Holding(
        "answers_in_rounds",
        rounds.PrivateAnswer,
        lambda me: rounds.PrivateAnswer.author_id == me,
        ("round_id", "words"),
        lambda row: private_place(row["round_id"], row["author_id"]),
        {"way": "private"},
    ),
    Holding(
        "announcements_to_you",
        cycles.AnnouncementRecipient,
        lambda me: cycles.AnnouncementRecipient.person_id == me,
        ("announcement_id", "state", "due_at", "short", "reason", "not_for_me_at"),
    ),
    Holding(
        "announcement_texts",
        cycles.AnnouncementWords,
        _announced_to,
        ("announcement_id", "version", "language", "words", "corrected_at"),
    ),
    Holding(
        "announcements_by_you",
        cycles.Announcement,
        lambda me: or_(cycles.Announcement.author_id == me, cycles.Announcement.ended_by_id == me),
        (
            *("id", "phase_id", "author_id", "state", "audience", "send_at", "at", "language"),
            *("text_version", "drafted_at", "confirmed_at", "ended_at", "ended_by_id"),
            *("corrected_at", "resumed_at"),
        ),
    ),
    Holding(
        "cycles_that_you_set_up",
        cycles.Cycle,
        lambda me: cycles.Cycle.created_by_id == me,
        (
            *("name", "kind", "org_unit_id", "starts", "ends", "created_at", "version"),
            *("withdrawn_at", "withdrawn_because"),
        ),
    ),
    Holding(
        "phases_that_you_set_up",
        cycles.CyclePhase,
        _own_phase,
        ("cycle_id", "position", "act", "name", "starts", "ends"),
    ),
    Holding(
        "what_you_were_told",
        outbox.Notice,
        lambda me: outbox.Notice.person_id == me,
        ("kind", "due_at", "expires_at", "state", "reason", "way"),
    ),
    Holding(
        "messages_to_you",
        outbox.Post,
        lambda me: outbox.Post.person_id == me,
        ("kind", "channel", "ts"),
    ),
    Holding(
        "corrections_that_you_asked_for",
        corrections.Correction,
        lambda me: corrections.Correction.asker_id == me,
        (
            *("about", "thing_id", "words", "state", "asked_at", "answer_by", "escalated_at"),
            *("answered_by_id", "answered_at"),
        ),
        lambda row: correction_place(row["id"], "words"),
    ),
    Holding(
        "answers_to_your_corrections",
        corrections.Correction,
        lambda me: and_(
            corrections.Correction.asker_id == me, corrections.Correction.answer.is_not(None)
        ),
        ("asked_at", "answer"),
        lambda row: correction_place(row["id"], "answer"),
    ),
    Holding(
        "corrections_that_you_answered",
        corrections.Correction,
        lambda me: corrections.Correction.answered_by_id == me,
        ("asker_id", "state", "answered_at"),
    ),
    Holding(
        "access_reviews_that_you_began",
        access_reviews.AccessReview,
        lambda me: access_reviews.AccessReview.started_by_id == me,
        ("state", "starts_at", "started_at", "started_by_id", "answer_by", "closed_at"),
    ),
    Holding(
        "accesses_looked_through",
        access_reviews.AccessReviewItem,
        lambda me: or_(
            access_reviews.AccessReviewItem.holder_id == me,
            access_reviews.AccessReviewItem.reviewer_id == me,
            access_reviews.AccessReviewItem.answered_by_id == me,
        ),
        (
            *("kind", "holder_id", "reviewer_id", "answer_by", "answer", "answered_at"),
            *("answered_by_id", "reason"),
        ),
    ),
    Holding(
        "approvals_that_you_asked_for_or_decided",
        approvals.Approval,
        lambda me: or_(approvals.Approval.asker_id == me, approvals.Approval.decided_by_id == me),
        (
            *("act", "parameters", "reason", "asker_id", "beneficiary_id", "state", "asked_at"),
            *("expires_at", "decided_by_id", "decided_at", "answer", "void_reason"),
        ),
    ),
    Holding(
        "approvals_about_you",
        approvals.Approval,
        lambda me: approvals.Approval.beneficiary_id == me,
        ("act", "asker_id", "state", "asked_at", "decided_by_id", "decided_at"),
    ),
    Holding(
        "rules_that_you_proposed_approved_or_withdrew",
        policy.PolicyPlan,
        lambda me: or_(
            policy.PolicyPlan.proposed_by_id == me,
            policy.PolicyPlan.approved_by_id == me,
            policy.PolicyPlan.withdrawn_by_id == me,
        ),
        (
            *("number", "state", "valid_from", "reason", "proposed_by_id", "approved_by_id"),
            *("approved_at", "withdrawn_by_id", "withdrawn_reason"),
        ),
    ),
    Holding(
        "erasures",
        erasures.Erasure,
        lambda me: erasures.Erasure.person_id == me,
        ("parts", "kept", "at", "value_count"),
    ),
    Holding(
        "legal_holds_on_you",
        holds.LegalHold,
        lambda me: holds.LegalHold.person_id == me,
        ("scope", "placed_at", "released_at"),
    ),
    Holding(
        "legal_holds_that_you_placed",
        holds.LegalHold,
        lambda me: holds.LegalHold.placed_by_id == me,
        ("person_id", "scope", "placed_at", "released_at"),
    ),
    Holding(
        "agreements_that_you_registered_or_answered",
        agreements.AgreementText,
        lambda me: or_(
            agreements.AgreementText.proposed_by_id == me,
            agreements.AgreementText.answered_by_id == me,
        ),
        (
            *("number", "state", "title", "parties", "clauses", "valid_from", "expires_on"),
            *("permalink", "sha256", "settles", "side", "proposed_by_id", "proposed_at"),
            *("answered_by_id", "answered_at", "answer"),
        ),
    ),
    Holding(
        "objections_to_changes_of_the_rules",
        objections.Objection,
        lambda me: or_(
            objections.Objection.person_id == me, objections.Objection.ended_by_id == me
        ),
        (
            *("number", "person_id", "state", "reason", "raised_at", "ended_at", "ended_by_id"),
            *("ended_reason", "agreement_number"),
        ),
    ),
    Holding(
        "one_time_codes",
        step_up.Mfa,
        lambda me: step_up.Mfa.person_id == me,
        ("enrolled_at", "failures", "locked_until"),
    ),
    Holding(
        "acts_to_confirm_with_a_code",
        step_up.Challenge,
        lambda me: step_up.Challenge.person_id == me,
        ("act", "expires_at", "used_at"),
    ),
    Holding(
        "files_that_you_asked_for",
        exports.ExportLink,
        lambda me: exports.ExportLink.person_id == me,
        ("kind", "made_at", "expires_at", "fetched_at"),
    ),
    Holding(
        "dialogs_that_you_sent",
        requests.FormToken,
        lambda me: requests.FormToken.person_id == me,
        ("at",),
    ),
)

_NUMBER = "a number by which Accord finds the row; it says nothing"
_FOLDED = "the same in small letters, to search by"
_WORKING = "how far Accord's own work on it is; it says nothing about anybody"
_WHICH = "which thing it is about stands in that thing's own part"

LEFT_OUT: Mapping[type[Base], Mapping[str, str]] = {
    people.Person: {"name_folded": _FOLDED},
    people.ReportingLine: {"id": _NUMBER},
    people.Leave: {"id": _NUMBER, "person_id": "it is the person themselves"},
    people.RoleGrant: {"id": _NUMBER, "person_id": "it is the person themselves"},
    people.Delegation: {"id": _NUMBER},
    role_rescues.RoleRescue: {"grant_id": _NUMBER},
    role_rescues.RoleRescueRefusal: {"grant_id": _NUMBER},
    waiting_imports.WaitingImport: {
        "id": _NUMBER,
        "asker_id": "it is the person themselves",
        "file": "it is about others, and goes with the request",
    },
    goals.Goal: {
        "planned": _WORKING,
        "id": _NUMBER,
        "revision": _WORKING,
        "title_folded": _FOLDED,
        "archived_at": _WORKING,
    },
    goals.GoalValue: {"id": _NUMBER},
    goals.GoalCase: {"id": _NUMBER},
    changes.ChangeRequest: {"revision": _WORKING, "remind_at": _WORKING},
    goals.GoalAdoption: {"id": _NUMBER},
    goals.Facilitation: {"id": _NUMBER},
    evidence.GoalEvidence: {"id": _NUMBER},
    checkins.Cadence: {"owner_id": "it is the person themselves"},
    checkins.CheckInPrompt: {"id": _NUMBER, "owner_id": "it is the person themselves"},
    checkins.CheckInAsked: {"prompt_id": _NUMBER},
    checkins.CheckInAnswer: {"value_id": _NUMBER},
    checkins.DigestCadence: {"manager_id": "it is the person themselves"},
    checkins.TypedAnswer: {"id": _NUMBER, "person_id": "it is the person themselves"},
    checkin_support.SupportReply: {"id": _NUMBER},
    conversation.SaidWords: {"id": _NUMBER, "person_id": "it is the person themselves"},
    feedback_tables.SupportFeedback: {"id": _NUMBER},
    feedback_tables.EvaluationFeedback: {"id": _NUMBER},
    feedback_tables.FeedbackAsked: {"id": _NUMBER},
    rounds.Round: {
        "id": _NUMBER,
        "closing_at": _WORKING,
        "anonymous_fate": _WORKING,
        "trouble": _WORKING,
        "ballot_key": "with it one could find out who answered anonymously",
    },
    rounds.RoundReply: {"id": _NUMBER, "author_id": "it is the person themselves"},
    rounds.PrivateAnswer: {"author_id": "it is the person themselves"},
    cycles.AnnouncementRecipient: {
        "person_id": "it is the person themselves",
        "notice_key": _NUMBER,
    },
    cycles.Announcement: {
        "stopped_at": _WORKING,
        "correct_after": _WORKING,
        "correcting": _WORKING,
        "told_at": _WORKING,
    },
    cycles.Cycle: {"id": _NUMBER, "created_by_id": "it is the person themselves"},
    cycles.CyclePhase: {"id": _NUMBER},
    outbox.Notice: {
        "id": _NUMBER,
        "dedup_key": _NUMBER,
        "person_id": "it is the person themselves",
        "channel": "of messages to channels only",
        "thread_ts": "of messages to channels only",
        "lane": _WORKING,
        "subject_type": _WHICH,
        "subject_id": _WHICH,
        "subject_revision": _WORKING,
        "post_id": _NUMBER,
    },
    outbox.Post: {
        "id": _NUMBER,
        "person_id": "it is the person themselves",
        "subject_type": _WHICH,
        "subject_id": _WHICH,
        "about": _WORKING,
        "morning": _WORKING,
        "thread_ts": _WORKING,
        "wanted_rev": _WORKING,
        "shown_rev": _WORKING,
    },
    corrections.Correction: {"id": _NUMBER, "remind_at": _WORKING},
    policy.PolicyPlan: {"approval_id": _NUMBER},
    access_reviews.AccessReview: {"id": _NUMBER, "listed": _WORKING},
    access_reviews.AccessReviewItem: {
        "review_id": _NUMBER,
        "number": _NUMBER,
        "object_id": _WHICH,
    },
    approvals.Approval: {
        "id": _NUMBER,
        "about_id": _NUMBER,
        "digest": _NUMBER,
    },
    erasures.Erasure: {
        "id": _NUMBER,
        "person_id": "it is the person themselves",
        "approval_id": _NUMBER,
        "asked_by_id": "who asked stands in the record",
        "approved_by_id": "who approved stands in the record",
        "ledger_line": _NUMBER,
    },
    holds.LegalHold: {
        "id": _NUMBER,
        "placed_by_id": "who placed it is named to whoever placed it alone",
        "matter": "a matter of legal's, which may concern others",
        "reason": "a matter of legal's, which may concern others",
    },
    agreements.AgreementText: {"agreement_id": _NUMBER},
    objections.Objection: {"id": _NUMBER, "made_at": _WORKING},
    step_up.Mfa: {
        "person_id": "it is the person themselves",
        "secret": "whoever has it makes valid codes; the phone that needs it has it",
        "version": _WORKING,
        "last_step": _WORKING,
    },
    step_up.Challenge: {
        "id": _NUMBER,
        "person_id": "it is the person themselves",
        "digest": _NUMBER,
        "answered_step": _WORKING,
    },
    exports.ExportLink: {
        "token_hash": _NUMBER,
        "approval_id": _NUMBER,
        "person_id": "it is the person themselves",
        "passphrase": "it is shown once, and gone once the file was fetched",
    },
    requests.FormToken: {
        "token": _NUMBER,
        "person_id": "it is the person themselves",
        "outcome": _WHICH,
    },
}

ELSEWHERE: Mapping[type[Base], str] = {
    audit.AuditLeaf: "`record`, as the fingerprint of each entry",
    audit.AuditEntry: "`record` and `who_looked`",
    audit.AuditPayload: "`record`, as the values of each entry",
}
"""Tables that `usecases.my_data` reads in its own way; the section where they stand."""

NOBODYS: Mapping[type[Base], str] = {
    exports.BulkExport: "whether an approved file was fetched; who asked stands with approvals",
    erasures.ErasedValue: "which values of the record are gone",
    retention.Purge: "which kinds of record were purged",
    retention.PurgeBatch: "where the ledger outside the database tells of them",
    retention.PurgedValue: "which values of the record are gone",
    retention.PurgedBody: "which entries of the record are gone",
    pace.PaceRow: "how fast Slack may be called",
    pace.DestinationPace: "which conversations had a message within the last minute",
    people.Workspace: "the organisation's Slack",
    people.OrgUnit: "units",
    goals.ReferenceCounter: "counters",
    policy.PolicyVersion: "the organisation's policy",
    agreements.Agreement: "which agreements there are, for which unit or region",
    objections.PolicyTerm: "until when versions of the policy can be objected to",
    audit.AuditHead: "the size and root of the record",
    checkpoints.AuditCheckpoint: "signed roots of the record",
    checkpoints.AuditAnchor: "where signed roots of the record are kept",
    sealing.DataKey: "keys without content; whoever had them could read what was sealed",
    rounds.AnonymousAnswer: "nobody can tell whose they are",
    rounds.Ballot: "nobody can tell whose they are",
    outbox.Delivery: "how each message was carried, and how often it was tried",
    outbox.AttemptLog: "how each message was carried, and how often it was tried",
    outbox.Inbound: "numbers of requests, for a day",
}
