"""What the screens and messages show, as plain data; `messages` finds the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from domain.access_reviews import AccessReviewNotice, ReviewReport, ToReview
from domain.adoption import AdoptionNotice
from domain.agreements import AgreementNotice
from domain.alignment import GoalAboveNotice
from domain.announcements import AnnouncementMessage
from domain.approvals import ApprovalCard, ApprovalNotice
from domain.audit import FieldValue, RecordedAct
from domain.change_requests import ChangeCard, GoalChangeNotice, GoalTouchedNotice
from domain.checkins import CheckInNotice
from domain.corrections import CorrectionNotice
from domain.cover import DelegationEnded, DeputyNotice
from domain.dead_letters import DeadLettersNotice
from domain.departures import DepartureNotice
from domain.erasure import Certificate
from domain.evidence import Evidence
from domain.exports import ExportNotice
from domain.feedback import FeedbackAskedNotice, FeedbackNotice, FeedbackSavedNotice
from domain.goal_corrections import GoalCorrectedNotice, ValueCorrected
from domain.goal_sharing import GoalSharedNotice
from domain.goal_status import Move
from domain.goals import (
    NOTHING_SAID,
    AlignedGoal,
    ChangeMark,
    GoalCard,
    GoalContent,
    GoalLine,
    Reading,
    SaidWords,
    Step,
)
from domain.measures import Measure
from domain.notices import NoticeKind
from domain.objections import ChangeNotice, ObjectionNotice
from domain.people import Member
from domain.retention import PurgeReport, RetentionDue
from domain.roles import PendingRolesNotice, RescueNotice, RoleNotice
from domain.rounds import RoundNotice
from domain.step_up import CodesLockedNotice


@dataclass(frozen=True, slots=True)
class GoalNotice:
    """A message about a goal for one reader, as things stand now.

    `latest` says whether this message is about the proposal on the table; an earlier one only says
    what became of it.
    """

    kind: NoticeKind
    reader: Member
    card: GoalCard
    latest: bool


@dataclass(frozen=True, slots=True)
class GoalMoves:
    """A goal and what its viewer can do with its state, in the order in which it is offered."""

    card: GoalCard
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class HelpNotice:
    """Tells a facilitator that somebody asks for help; what they wrote is not in it."""

    reader: Member
    request: UUID
    asker: Member
    goal: GoalCard | None


@dataclass(frozen=True, slots=True)
class HelpAnsweredNotice:
    """Tells whoever asked that there is an answer; what it says is not in it."""

    reader: Member
    request: UUID
    helper: Member
    goal: GoalCard


@dataclass(frozen=True, slots=True)
class CheckpointNotice:
    """A checkpoint of the record, for the channel that keeps them: the signed note as it is."""

    entries: int
    note: str


OneNotice = (
    GoalNotice
    | HelpNotice
    | HelpAnsweredNotice
    | GoalSharedNotice
    | GoalAboveNotice
    | AdoptionNotice
    | GoalCorrectedNotice
    | GoalChangeNotice
    | GoalTouchedNotice
    | CheckInNotice
    | FeedbackNotice
    | FeedbackAskedNotice
    | FeedbackSavedNotice
    | CorrectionNotice
    | RoundNotice
    | AnnouncementMessage
    | DeputyNotice
    | DelegationEnded
    | DepartureNotice
    | ApprovalNotice
    | RoleNotice
    | PendingRolesNotice
    | RescueNotice
    | CodesLockedNotice
    | AccessReviewNotice
    | ReviewReport
    | Certificate
    | ExportNotice
    | RetentionDue
    | PurgeReport
    | ChangeNotice
    | ObjectionNotice
    | AgreementNotice
    | DeadLettersNotice
)


@dataclass(frozen=True, slots=True)
class MorningNotice:
    """Several things in the one message of a person's morning, at least two."""

    reader: Member
    parts: tuple[OneNotice, ...]


Notice = OneNotice | MorningNotice | CheckpointNotice


@dataclass(frozen=True, slots=True)
class Pointless:
    """There is nothing left to tell; the reason is a code for the record of the outbox."""

    reason: str


@dataclass(frozen=True, slots=True)
class Home:
    """App Home: what needs the reader, their goals, and their people's."""

    reader: Member
    now: datetime
    needs_me: tuple[GoalLine, ...]
    needs_more: bool
    mine: tuple[GoalLine, ...]
    mine_more: bool
    people: tuple[tuple[Member, tuple[GoalLine, ...]], ...]
    people_more: bool
    check_ins_due: tuple[GoalCard, ...] = ()
    """Goals of the reader's own that wait for a check-in, the most overdue first."""
    put_off_to: date | None = None
    """Until when they have put all of them off."""
    access_review: ToReview | None = None
    to_approve: tuple[ApprovalCard, ...] = ()
    """What others ask for and the reader may approve, the oldest first."""
    changes: tuple[ChangeCard, ...] = ()
    """Changes of active goals that wait for the reader's answer, the oldest first."""
    changes_more: bool = False


@dataclass(frozen=True, slots=True)
class GoalList:
    """One page of somebody's goals as the viewer may see them; `more_after` opens the next page."""

    viewer: Member
    person: Member
    lines: tuple[GoalLine, ...]
    more_after: int | None = None
    closed: bool = False
    """Whether these are the ended ones."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A step with, for proposals, the content of its version and of the one before.

    `value` is what was reported in it, with its unit; None where that was taken back.
    """

    number: int
    step: Step
    content: GoalContent | None = None
    before: GoalContent | None = None
    value: Measure | None = None
    corrected: ValueCorrected | None = None
    said: SaidWords = NOTHING_SAID
    mark: ChangeMark | None = None
    """Of a change that counts from a past day: from which, and its request."""
    near_review: bool = False


@dataclass(frozen=True, slots=True)
class GoalHistory:
    card: GoalCard
    entries: tuple[HistoryEntry, ...]
    more_before: int | None
    readings: tuple[Reading, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """What the asker is told: who will help with which goal."""

    card: GoalCard
    facilitator: Member


@dataclass(frozen=True, slots=True)
class HelpNote:
    """What the facilitator reads."""

    card: GoalCard
    asker: Member
    note: str | None
    request: UUID
    answered: bool = False


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """What the asker reads."""

    card: GoalCard
    helper: Member
    words: str | None


@dataclass(frozen=True, slots=True)
class ActShown:
    """One recorded act with the name of who acted (None: the clock or an operator).

    `for_whom` is the name of who was represented by a deputy. `before` has what its fields held
    until then, where anything was there before.
    """

    act: RecordedAct
    name: str | None
    for_whom: str | None = None
    before: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordOfGoal:
    card: GoalCard
    viewer: Member
    acts: tuple[ActShown, ...]
    more_before: int | None
    aligned: Mapping[str, AlignedGoal] = field(default_factory=dict)
    """By id as recorded: those goals that it was aligned to and whose title the viewer may read."""
    check_ins_alone: bool = False
    """A hold keeps the goal's check-ins and not the goal itself."""


@dataclass(frozen=True, slots=True)
class MessageNow:
    """A message as it should read now, and the revision that it shows then."""

    notice: Notice
    revision: int
