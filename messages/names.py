"""What the words that we store are called on screen: levels, roles, states, directions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from domain.change_requests import Approver, ChangeKind, Ground
from domain.erasure import ErasureScope, KeptBecause
from domain.exports import ExportContent, ExportFormat
from domain.goal_advice import Criterion, Strictness
from domain.goal_kinds import GoalKind
from domain.goal_status import Move
from domain.goals import Audience, Direction, GoalState, Rhythm
from domain.holds import HoldScope
from domain.people import Level, Role
from domain.policy import OwnList
from domain.retention_rules import Kind, Part
from messages.i18n import N_

NAMES: Mapping[Enum, str] = {
    Level.EXECUTIVE: N_("Executive"),
    Level.MANAGER: N_("Manager"),
    Level.INDIVIDUAL: N_("Individual contributor"),
    Role.HR: N_("HR"),
    Role.EXECUTIVE: N_("Executive"),
    Role.FACILITATOR: N_("Facilitator"),
    Role.LEGAL: N_("Legal"),
    Role.COMPLIANCE: N_("Compliance"),
    Role.REPRESENTATIVE: N_("Employee representative"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.PROCESS_OWNER: N_("Process owner"),
    ErasureScope.EVERYTHING: N_("Everything about the person"),
    ErasureScope.GOALS: N_("Goals"),
    ErasureScope.CHECK_INS: N_("Check-ins and support"),
    ErasureScope.FEEDBACK: N_("Feedback and rounds"),
    OwnList.FREE: N_("its day, or no list"),
    OwnList.DAY: N_("its day"),
    OwnList.FIXED: N_("nothing"),
    Part.GOALS: N_("Goals"),
    Part.CHECK_INS: N_("Check-ins and support"),
    Part.FEEDBACK: N_("Feedback and rounds"),
    Part.PERSON: N_("Name, addresses and all else that tells who they are"),
    Kind.GOALS: N_("Goals that have ended"),
    Kind.CHECK_INS: N_("What was reported in check-ins"),
    Kind.SUPPORT: N_("Support: blockers, what would help, replies"),
    Kind.FEEDBACK: N_("Feedback"),
    Kind.ROUND_ANSWERS: N_("Answers in rounds"),
    Kind.ANNOUNCEMENT_LISTS: N_("Who got an announcement"),
    Kind.CORRECTIONS: N_("Answered cases"),
    Kind.ACCESS_LOG: N_("Who looked at what"),
    Kind.PERSON: N_("People who have left"),
    KeptBecause.HOLD: N_("a legal hold stands"),
    KeptBecause.MINIMUM: N_("a law wants it kept for now"),
    KeptBecause.DISPUTE: N_("a case about it is open; until it is answered, it is kept"),
    HoldScope.EVERYTHING: N_("Everything about the person"),
    HoldScope.GOALS: N_("Goals"),
    HoldScope.CHECK_INS: N_("Check-ins and support"),
    HoldScope.FEEDBACK: N_("Feedback and rounds"),
    ExportContent.GOALS: N_("Goals"),
    ExportContent.CHECK_INS: N_("Check-ins, without support"),
    ExportContent.ACCESS: N_("Roles, deputies and shared goals"),
    ExportContent.RECORD: N_("Entries of the record, without what they say"),
    ExportFormat.CSV: N_("Table (CSV)"),
    ExportFormat.JSON_LINES: N_("For programs (JSON Lines)"),
    GoalKind.KPI: N_("One number (KPI)"),
    GoalKind.OKR: N_("Objective with key results (OKR)"),
    GoalKind.MILESTONE: N_("Milestones"),
    GoalKind.DEVELOPMENT: N_("Development"),
    Criterion.TIME_BOUND: N_("Due in good time"),
    Criterion.MEASURABLE: N_("Says where it starts"),
    Criterion.ALIGNED: N_("Serves another goal"),
    Criterion.REASONED: N_("Says why it matters"),
    Strictness.REQUIRED: N_("required"),
    Strictness.ADVISED: N_("advised"),
    Strictness.OFF: N_("not asked for"),
    Direction.INCREASE: N_("Increase"),
    Direction.DECREASE: N_("Decrease"),
    Direction.RANGE: N_("Stay in range"),
    Direction.MILESTONES: N_("Milestones"),
    Direction.DONE: N_("Done or not"),
    Rhythm.WEEKLY: N_("Week"),
    Rhythm.BIWEEKLY: N_("Two weeks"),
    Rhythm.MONTHLY: N_("Month"),
    Rhythm.QUARTERLY: N_("Quarter"),
    Audience.EVERYONE: N_("Everyone"),
    Audience.UNIT: N_("My unit"),
    Audience.LINE: N_("My line"),
    Audience.NAMED: N_("People I share it with"),
    GoalState.DRAFT: N_("Draft"),
    GoalState.PROPOSED: N_("Proposed"),
    GoalState.ACTIVE: N_("Active"),
    GoalState.PAUSED: N_("Paused"),
    GoalState.SUPERSEDED: N_("Replaced"),
    GoalState.DEPRECATED: N_("No longer used"),
    GoalState.COMPLETED: N_("Completed"),
    GoalState.ABANDONED: N_("Given up"),
    ChangeKind.ADJUSTMENT: N_("Tactical adjustment"),
    ChangeKind.RENEGOTIATION: N_("Formal renegotiation"),
    Ground.SCOPE: N_("Scope"),
    Ground.RESOURCES: N_("Resources"),
    Ground.MARKET: N_("Market"),
    Approver.MANAGERS_MANAGER: N_("The manager's manager"),
    Approver.HR: N_("HR"),
    Move.DROP: N_("Drop the draft"),
    Move.RESTORE: N_("Take the draft out again"),
    Move.PAUSE: N_("Pause"),
    Move.RESUME: N_("Go on"),
    Move.COMPLETE: N_("Complete"),
    Move.ABANDON: N_("Give up"),
    Move.SUPERSEDE: N_("Replace by another goal"),
    Move.DEPRECATE: N_("No longer needed"),
    Move.REOPEN: N_("Reopen"),
}
