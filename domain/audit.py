"""What the audited record says of one act: who, what, about which version of which object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.notices import SubjectType
from domain.sensitivity import Sensitivity

# What may stand in a field of an entry. Decimals and doubles are given as text.
FieldValue = str | int | bool | None


class Action(StrEnum):
    """Every act that is recorded. The value is stored for ever: never rename one."""

    GOAL_PROPOSE = "goal.propose"
    GOAL_COUNTER = "goal.counter"
    GOAL_ACCEPT = "goal.accept"
    GOAL_DECLINE = "goal.decline"
    GOAL_WITHDRAW = "goal.withdraw"
    GOAL_UPDATE = "goal.update"
    GOAL_REASSIGN = "goal.reassign"
    GOAL_SHARE = "goal.share"
    GOAL_UNSHARE = "goal.unshare"
    GOAL_SHOW_TITLE = "goal.show_title"
    """Everybody may see its title, and nothing else of it."""
    GOAL_HIDE_TITLE = "goal.hide_title"
    GOAL_CORRECT = "goal.correct"
    """HR put right what is aimed at, in a case of *Correct this*: another version."""
    GOAL_CORRECT_VALUE = "goal.correct_value"
    GOAL_OFFER = "goal.offer"
    """Its owner proposed it upward, for their manager to take up."""
    GOAL_ADOPT = "goal.adopt"
    GOAL_NOT_ADOPT = "goal.not_adopt"
    GOAL_ALIGN = "goal.align"
    """Which goal it serves, and how much of it; without one, none."""
    GOAL_PAUSE = "goal.pause"
    GOAL_RESUME = "goal.resume"
    GOAL_COMPLETE = "goal.complete"
    GOAL_ABANDON = "goal.abandon"
    GOAL_SUPERSEDE = "goal.supersede"
    GOAL_DEPRECATE = "goal.deprecate"
    GOAL_REOPEN = "goal.reopen"
    GOAL_WITHDRAW_RESERVATION = "goal.withdraw_reservation"
    """The owner took back the reservation with which they had accepted."""
    GOAL_CHANGE_ASK = "goal.change_ask"
    """Somebody asks for a change of an active goal, which stays as it is until it is agreed."""
    GOAL_CHANGE_COUNTER = "goal.change_counter"
    GOAL_CHANGE_AGREE = "goal.change_agree"
    """Both sides agree to the change."""
    GOAL_CHANGE_APPROVE = "goal.change_approve"
    """Somebody besides the two sides agrees."""
    GOAL_CHANGE_DECLINE = "goal.change_decline"
    GOAL_CHANGE_WITHDRAW = "goal.change_withdraw"
    GOAL_CHANGE_END = "goal.change_end"
    """The request has become pointless; the reason says why."""
    GOAL_CHANGE_REASSIGN = "goal.change_reassign"
    GOAL_CHANGE = "goal.change"
    """The change counts: another version."""
    CHECK_IN_CONFIRM = "check_in.confirm"
    CHECK_IN_UNDO = "check_in.undo"
    SUPPORT_GIVE = "support.give"
    SUPPORT_REPLY = "support.reply"
    SUPPORT_EDIT = "support.edit"
    SUPPORT_WITHDRAW = "support.withdraw"
    READ_SUPPORT = "read.support"
    FACILITATION_ASK = "facilitation.ask"
    FACILITATION_ANSWER = "facilitation.answer"
    READ_FACILITATION = "read.facilitation"
    FEEDBACK_GIVE = "feedback.give"
    FEEDBACK_SAVE = "feedback.save"
    FEEDBACK_ASK = "feedback.ask"
    FEEDBACK_UNASK = "feedback.unask"
    FEEDBACK_UNDO = "feedback.undo"
    READ_FEEDBACK = "read.feedback"
    ROUND_OPEN = "round.open"
    ROUND_ANSWER = "round.answer"
    ROUND_EDIT = "round.edit"
    ROUND_WITHDRAW = "round.withdraw"
    ROUND_CLOSE = "round.close"
    ROUND_FINISH = "round.finish"
    ROUND_SUMMARISE = "round.summarise"
    ROUND_ASK_AGAIN = "round.ask_again"
    ROUND_TAKE_OVER = "round.take_over"
    READ_ROUND = "read.round"
    READ_HOLD = "read.hold"
    READ_ENTRY = "read.entry"
    """An entry's values were put into a proof."""
    READ_METADATA = "read.metadata"
    """Who did what and when was looked at, without what it says."""
    READ_HELD = "read.held"
    """Legal looked at what a hold keeps."""
    GOAL_EVIDENCE = "goal.evidence"
    CYCLE_NEW = "cycle.new"
    CYCLE_CHANGE = "cycle.change"
    CYCLE_WITHDRAW = "cycle.withdraw"
    ANNOUNCEMENT_SEND = "announcement.send"
    ANNOUNCEMENT_STOP = "announcement.stop"
    ANNOUNCEMENT_RESUME = "announcement.resume"
    ANNOUNCEMENT_CORRECT = "announcement.correct"
    ANNOUNCEMENT_DECLINE = "announcement.decline"
    ANNOUNCEMENT_TAKE_UP = "announcement.take_up"
    DIRECTORY_IMPORT = "directory.import"
    PERSON_CREATE = "person.create"
    PERSON_CHANGE = "person.change"
    GRANT_GIVE = "grant.give"
    GRANT_ASK = "grant.ask"
    GRANT_END = "grant.end"
    APPROVAL_ASK = "approval.ask"
    APPROVAL_GIVE = "approval.give"
    APPROVAL_REFUSE = "approval.refuse"
    APPROVAL_WITHDRAW = "approval.withdraw"
    APPROVAL_EXPIRE = "approval.expire"
    APPROVAL_VOID = "approval.void"
    CODES_SET_UP = "codes.set_up"
    CODES_LOCK = "codes.lock"
    CODES_RESET = "codes.reset"
    DELEGATION_GIVE = "delegation.give"
    DELEGATION_REVOKE = "delegation.revoke"
    REVIEW_START = "review.start"
    REVIEW_CONFIRM = "review.confirm"
    REVIEW_CLOSE = "review.close"
    HOLD_PLACE = "hold.place"
    HOLD_RELEASE = "hold.release"
    PERSON_ERASE = "person.erase"
    RETENTION_PURGE = "retention.purge"
    """What was over has gone: people who had left, or one batch of a kind of record."""
    RETENTION_FINISH = "retention.finish"
    RETENTION_ARCHIVE = "retention.archive"
    ERASURE_REFUSE = "erasure.refuse"
    POLICY_ADOPT = "policy.adopt"
    POLICY_PROPOSE = "policy.propose"
    POLICY_APPROVE = "policy.approve"
    POLICY_ACTIVATE = "policy.activate"
    """The first day of a version has come."""
    POLICY_HOLD = "policy.hold"
    POLICY_RELEASE = "policy.release"
    POLICY_WITHDRAW = "policy.withdraw"
    OBJECTION_RAISE = "objection.raise"
    OBJECTION_NONE = "objection.none"
    """A representative has no objection."""
    OBJECTION_WITHDRAW = "objection.withdraw"
    OBJECTION_SETTLE = "objection.settle"
    """An agreement settled it."""
    AGREEMENT_REGISTER = "agreement.register"
    """One side has registered a version, which waits for the other."""
    AGREEMENT_CONFIRM = "agreement.confirm"
    AGREEMENT_REFUSE = "agreement.refuse"
    AGREEMENT_WITHDRAW = "agreement.withdraw"
    AGREEMENT_EXPIRE = "agreement.expire"
    DELIVERY_RETRY = "delivery.retry"
    """An administrator has what could not be delivered tried again."""
    DELIVERY_DISMISS = "delivery.dismiss"
    KEYS_ROTATE = "keys.rotate"
    DATA_ASK = "data.ask"
    DATA_FETCH = "data.fetch"
    CORRECTION_ASK = "correction.ask"
    CORRECTION_ANSWER = "correction.answer"
    CORRECTION_ESCALATE = "correction.escalate"
    READ_CORRECTION = "read.correction"
    EXPORT_MAKE = "export.make"
    """Two people want an export; its file can be fetched."""
    EXPORT_LINK = "export.link"
    EXPORT_FETCH = "export.fetch"
    EXPORT_REFUSE = "export.refuse"
    """The file was not given out; the reason says why."""
    REPORT_READ = "report.read"
    """A part of the report was opened; the reason names it."""


READS = frozenset(action for action in Action if action.value.startswith("read."))
"""Somebody opened something confidential or restricted; recorded before they see it."""


CHECKPOINTED = frozenset(
    {
        Action.GRANT_GIVE,
        Action.GRANT_END,
        Action.APPROVAL_GIVE,
        Action.PERSON_ERASE,
        Action.EXPORT_FETCH,
        Action.RETENTION_FINISH,
    }
)
"""Acts after which a checkpoint is made at once, in their own transaction.

Whatever takes two people is recorded as approved in the transaction in which it is carried out.
"""


class ActorKind(StrEnum):
    PERSON = "person"
    OPERATOR = "operator"
    CLOCK = "clock"
    ANONYMOUS = "anonymous"
    """Somebody whom nobody can name: an anonymous answer."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a person (by their own UUID), an operator at the command line, or the clock."""

    kind: ActorKind
    ref: UUID | None = None
    role: str | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a measured value came from: whose system, fetched when, which bytes, made into what.

    `inputs` are the numbers of the entries that the value was computed from.
    """

    source: str
    connector: str
    fetched_at: datetime
    raw_sha256: bytes
    transform: str
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act, before it becomes an entry.

    `fields` hold what changed, by name; free text is welcome here: the entry keeps commitments
    only, the values are sealed beside it. `subject` is the person whom the act is about. `reason`
    is a code, never free text. `object_version` counts from 1; None for what has no versions.
    """

    action: Action
    actor: Actor
    object_type: SubjectType
    object_id: UUID
    object_version: int | None = None
    subject: UUID | None = None
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    reason: str | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    lineage: Lineage | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves that an act was recorded: the entry's number and its leaf hash."""

    seq: int
    leaf: bytes

    @property
    def short_hash(self) -> str:
        """Enough of the leaf hash to compare by eye: twelve hexadecimal digits."""
        return self.leaf.hex()[:12]


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """One entry as people read it. `fields` holds what could be opened, `erased` names the rest."""

    receipt: Receipt
    at: datetime
    as_of: datetime | None
    actor: Actor
    action: Action
    object_type: SubjectType
    object_id: UUID
    object_version: int | None
    subject: UUID | None
    sensitivity: Sensitivity
    reason: str | None
    policy: int
    fields: Mapping[str, FieldValue]
    erased: frozenset[str] = frozenset()
