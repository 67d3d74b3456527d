"""Which rows make a thing of the record, kind by kind."""

from __future__ import annotations

from sqlalchemy import select

from domain.audit import Action
from domain.notices import SubjectType
from domain.retention_rules import Part
from storage.directory import PEOPLE
from storage.goal_history import TELLING_OF_RESERVATION
from storage.state import Rows, erased
from storage.tables.access_reviews import AccessReview
from storage.tables.agreements import Agreement, AgreementText
from storage.tables.approvals import Approval
from storage.tables.change_requests import ChangeApproval, ChangeRequest, ChangeTerms
from storage.tables.corrections import Correction
from storage.tables.cycles import (
    Announcement,
    AnnouncementRecipient,
    AnnouncementWords,
    Cycle,
    CyclePhase,
)
from storage.tables.erasures import Erasure
from storage.tables.evidence import GoalEvidence
from storage.tables.feedback import (
    EvaluationFeedback,
    FeedbackAsked,
    FeedbackReader,
    SupportFeedback,
)
from storage.tables.goals import (
    Facilitation,
    Goal,
    GoalAdoption,
    GoalLink,
    GoalShare,
    GoalStep,
    GoalVersion,
)
from storage.tables.holds import LegalHold
from storage.tables.people import Delegation, Leave, OrgUnit, Person, ReportingLine, RoleGrant
from storage.tables.retention import Purge, PurgeBatch
from storage.tables.rounds import Round
from storage.tables.step_up import Mfa

_RESERVATION = (
    select(GoalStep.reason)
    .where(GoalStep.goal_id == Goal.id, GoalStep.kind.in_(TELLING_OF_RESERVATION))
    .order_by(GoalStep.number.desc())
    .limit(1)
    .correlate(Goal)
    .scalar_subquery()
)

GOALS = Rows(
    SubjectType.GOAL,
    Goal.id,
    select(
        Goal.id,
        Goal.number,
        Goal.owner_id,
        Goal.proposer_id,
        Goal.state,
        Goal.turn,
        Goal.version,
        Goal.agreed_version,
        Goal.counters,
        Goal.audience,
        Goal.title_visible,
        Goal.paused_until,
        Goal.successor_id,
        Goal.title_folded,
        GoalVersion.title,
        _RESERVATION.label("reservation"),
    ).outerjoin(
        GoalVersion, (GoalVersion.goal_id == Goal.id) & (GoalVersion.number == Goal.version)
    ),
    {
        "shares": select(GoalShare.goal_id, GoalShare.person_id).where(
            GoalShare.revoked_at.is_(None)
        ),
        "adoptions": select(
            GoalAdoption.goal_id, GoalAdoption.id, GoalAdoption.state, GoalAdoption.asked_id
        ),
        "link": select(GoalLink.goal_id, GoalLink.parent_id, GoalLink.contribution),
        "evidence": select(
            GoalEvidence.goal_id,
            GoalEvidence.permalink,
            GoalEvidence.sha256,
            GoalEvidence.note,
        ),
        "changes": select(
            ChangeRequest.goal_id,
            ChangeRequest.id,
            ChangeRequest.state,
            ChangeRequest.marked,
        ),
        "terms": select(
            ChangeRequest.goal_id,
            ChangeTerms.change_id,
            ChangeTerms.number,
            ChangeTerms.author_id,
            ChangeTerms.side,
            ChangeTerms.at,
            ChangeTerms.kind,
            ChangeTerms.changes,
            ChangeTerms.reason,
            ChangeTerms.ground,
            ChangeTerms.evidence,
            ChangeTerms.link,
            ChangeTerms.effective_on,
        ).join(ChangeTerms, ChangeTerms.change_id == ChangeRequest.id),
        "approvals": select(
            ChangeRequest.goal_id,
            ChangeApproval.change_id,
            ChangeApproval.number,
            ChangeApproval.approved_by_id,
        )
        .join(ChangeApproval, ChangeApproval.change_id == ChangeRequest.id)
        .where(ChangeApproval.approved_by_id.is_not(None)),
    },
    frozenset({Action.GOAL_PROPOSE}),
)

PERSONS = Rows(
    SubjectType.PERSON,
    Person.id,
    PEOPLE,
    {
        "lines": select(
            ReportingLine.person_id,
            ReportingLine.manager_id,
            ReportingLine.kind,
            ReportingLine.valid_from,
            ReportingLine.valid_to,
        ),
        "leaves": select(Leave.person_id, Leave.first_day, Leave.day_after),
    },
    frozenset({Action.PERSON_CREATE}),
)

GRANTS = Rows(
    SubjectType.GRANT,
    RoleGrant.id,
    select(
        RoleGrant.id,
        RoleGrant.person_id,
        RoleGrant.role,
        OrgUnit.path,
        RoleGrant.region,
        RoleGrant.state,
        RoleGrant.valid_to,
    ).outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id),
    made_by=frozenset({Action.GRANT_GIVE, Action.GRANT_ASK}),
)

DELEGATIONS = Rows(
    SubjectType.DELEGATION,
    Delegation.id,
    select(
        Delegation.id,
        Delegation.delegator_id,
        Delegation.deputy_id,
        Delegation.valid_from,
        Delegation.valid_to,
        Delegation.revoked_at,
    ),
    made_by=frozenset({Action.DELEGATION_GIVE}),
)

CYCLES = Rows(
    SubjectType.CYCLE,
    Cycle.id,
    select(
        Cycle.id,
        Cycle.name,
        Cycle.kind,
        OrgUnit.path,
        Cycle.starts,
        Cycle.ends,
        Cycle.version,
        Cycle.withdrawn_because,
    ).outerjoin(OrgUnit, OrgUnit.id == Cycle.org_unit_id),
    {
        "phases": select(
            CyclePhase.cycle_id,
            CyclePhase.act,
            CyclePhase.name,
            CyclePhase.starts,
            CyclePhase.ends,
        ).order_by(CyclePhase.position)
    },
    frozenset({Action.CYCLE_NEW}),
)

ANNOUNCEMENTS = Rows(
    SubjectType.ANNOUNCEMENT,
    Announcement.id,
    select(
        Announcement.id,
        Announcement.phase_id,
        Announcement.author_id,
        Announcement.state,
        Announcement.audience,
        Announcement.send_at,
        Announcement.at,
        Announcement.ended_by_id,
    ),
    {
        "words": select(
            AnnouncementWords.announcement_id, AnnouncementWords.language, AnnouncementWords.words
        ).join(
            Announcement,
            (Announcement.id == AnnouncementWords.announcement_id)
            & (Announcement.text_version == AnnouncementWords.version),
        ),
        "declined": select(
            AnnouncementRecipient.announcement_id, AnnouncementRecipient.person_id
        ).where(AnnouncementRecipient.not_for_me_at.is_not(None)),
    },
    frozenset({Action.ANNOUNCEMENT_SEND}),
)

ROUNDS = Rows(
    SubjectType.ROUND,
    Round.id,
    select(
        Round.id,
        Round.facilitator_id,
        Round.channel,
        Round.topic,
        Round.question,
        Round.anonymous,
        Round.state,
        Round.closes_at,
        Round.closed_by_id,
        Round.anonymous_fate,
        Round.summary,
        Round.summary_posted_at,
    ),
    made_by=frozenset({Action.ROUND_OPEN}),
)


def _feedback(table: type[SupportFeedback | EvaluationFeedback], other: object) -> Rows:
    return Rows(
        SubjectType.FEEDBACK,
        table.id,
        select(
            table.id,
            table.giver_id,
            table.about_id,
            table.goal_id,
            table.audience,
            table.permalink,
            table.withdrawn_at,
            erased(table.author_id, Part.FEEDBACK).label("author_erased"),
        ),
        {"readers": select(FeedbackReader.feedback_id, FeedbackReader.person_id)},
        frozenset({Action.FEEDBACK_GIVE, Action.FEEDBACK_SAVE}),
        also=(other,),
    )


SUPPORT = _feedback(SupportFeedback, EvaluationFeedback.id)
EVALUATION = _feedback(EvaluationFeedback, SupportFeedback.id)

FEEDBACK_REQUESTS = Rows(
    SubjectType.FEEDBACK_REQUEST,
    FeedbackAsked.id,
    select(
        FeedbackAsked.id,
        FeedbackAsked.asker_id,
        FeedbackAsked.asked_id,
        FeedbackAsked.withdrawn_at,
    ),
    made_by=frozenset({Action.FEEDBACK_ASK}),
)

FACILITATIONS = Rows(
    SubjectType.FACILITATION,
    Facilitation.id,
    select(
        Facilitation.id,
        Facilitation.goal_id,
        Facilitation.asker_id,
        Facilitation.facilitator_id,
        Facilitation.answered_at,
    ),
    made_by=frozenset({Action.FACILITATION_ASK}),
)

HOLDS = Rows(
    SubjectType.HOLD,
    LegalHold.id,
    select(LegalHold.id, LegalHold.person_id, LegalHold.scope, LegalHold.released_at),
    made_by=frozenset({Action.HOLD_PLACE}),
)

CORRECTIONS = Rows(
    SubjectType.CORRECTION,
    Correction.id,
    select(
        Correction.id,
        Correction.asker_id,
        Correction.about,
        Correction.thing_id,
        Correction.state,
        Correction.answer_by,
        Correction.escalated_at,
        Correction.answered_by_id,
    ),
    made_by=frozenset({Action.CORRECTION_ASK}),
    goes_with=Part.PERSON,
)

APPROVALS = Rows(
    SubjectType.APPROVAL,
    Approval.id,
    select(
        Approval.id,
        Approval.act,
        Approval.about_id,
        Approval.parameters,
        Approval.reason,
        Approval.asker_id,
        Approval.beneficiary_id,
        Approval.state,
        Approval.digest,
        Approval.decided_by_id,
        Approval.answer,
        Approval.void_reason,
    ),
    made_by=frozenset({Action.APPROVAL_ASK}),
)

ERASURES = Rows(
    SubjectType.PERSON,
    Erasure.person_id,
    select(Erasure.person_id.label("id")).distinct(),
    {
        "erasures": select(
            Erasure.person_id,
            Erasure.id,
            Erasure.parts,
            Erasure.approval_id,
            Erasure.asked_by_id,
            Erasure.approved_by_id,
            Erasure.ledger_line,
        )
    },
    frozenset({Action.PERSON_ERASE}),
)

PURGES = Rows(
    SubjectType.PURGE,
    Purge.id,
    select(
        Purge.id,
        Purge.kind,
        Purge.day,
        Purge.approval_id,
        Purge.asked_by_id,
        Purge.approved_by_id,
        Purge.state,
    ),
    {"batches": select(PurgeBatch.purge_id, PurgeBatch.id, PurgeBatch.ledger_line)},
    frozenset({Action.RETENTION_PURGE}),
)

REVIEWS = Rows(
    SubjectType.ACCESS_REVIEW,
    AccessReview.id,
    select(AccessReview.id, AccessReview.state, AccessReview.answer_by, AccessReview.started_by_id),
    made_by=frozenset({Action.REVIEW_START}),
)

AGREEMENTS = Rows(
    SubjectType.AGREEMENT,
    Agreement.id,
    select(
        Agreement.id, Agreement.number, OrgUnit.path, Agreement.region, Agreement.current
    ).outerjoin(OrgUnit, OrgUnit.id == Agreement.org_unit_id),
    {
        "versions": select(
            AgreementText.agreement_id,
            AgreementText.number,
            AgreementText.state,
            AgreementText.title,
            AgreementText.parties,
            AgreementText.clauses,
            AgreementText.valid_from,
            AgreementText.expires_on,
            AgreementText.permalink,
            AgreementText.sha256,
            AgreementText.settles,
            AgreementText.side,
        )
    },
    frozenset({Action.AGREEMENT_REGISTER}),
)

CODES = Rows(
    SubjectType.CODES,
    Mfa.person_id,
    select(Mfa.person_id.label("id"), Mfa.enrolled_at),
    made_by=frozenset({Action.CODES_SET_UP}),
    unmade_by=frozenset({Action.CODES_RESET}),
    goes_with=Part.PERSON,
)
