"""What Accord tells people: kinds, lanes and what a notice is about. Words live in `messages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Lane(IntEnum):
    """Urgency of a message; a lower lane overtakes a higher one. Source: the delivery design."""

    INTERACTIVE = 0
    ESCALATION = 1
    DEVIATION = 2
    REMINDER = 3
    BROADCAST = 4


class NoticeKind(StrEnum):
    """One kind = one template = one way to read what it is about. The value is stored."""

    GOAL_TO_OWNER = "goal_to_owner"
    """The owner's own card: proposed, waiting, agreed, declined: whatever is true when shown."""
    GOAL_TO_DECIDE = "goal_to_decide"
    """Asks the reader to accept, counter or decline; later says what became of it."""
    GOAL_ANSWERED = "goal_answered"
    """Tells one side that the other accepted or declined."""
    GOAL_REMINDER = "goal_reminder"
    """Reminds the one whose turn it is, once."""
    GOAL_UNANSWERED = "goal_unanswered"
    """Tells the one who waits that nobody has answered, and what they can do."""
    GOAL_HELP_ASKED = "goal_help_asked"
    """Tells a facilitator that somebody asks for help with a negotiation."""
    GOAL_HELP_ANSWERED = "goal_help_answered"
    """Tells whoever asked a neutral person that they have answered."""
    GOAL_SHARED = "goal_shared"
    """Tells somebody that a goal is shared with them; later that it no longer is."""
    GOAL_CORRECTED = "goal_corrected"
    """Tells owner and manager what HR has corrected; its revision is the number of that step."""
    GOAL_MOVED = "goal_moved"
    """Tells the other side that a goal was paused, ended or taken up again, and why."""
    GOAL_OFFERED = "goal_offered"
    """Asks the manager whether they take up a goal that was proposed upward."""
    GOAL_OFFER_ANSWERED = "goal_offer_answered"
    """Tells its owner."""
    GOAL_ABOVE_ENDED = "goal_above_ended"
    """Tells whose goals serve it that a goal has ended."""
    GOAL_ABOVE_MOVED = "goal_above_moved"
    """Tells whose goals serve it that a goal is due on another day."""
    CHANGE_ASKED = "change_asked"
    """The asker's own message about a change that they ask for: whatever is true when shown."""
    CHANGE_TO_DECIDE = "change_to_decide"
    """Asks the reader to agree to a change, or to approve it; later what became of it."""
    CHANGE_ANSWERED = "change_answered"
    """Tells one side what became of it."""
    CHANGE_REMINDER = "change_reminder"
    CHANGE_UNANSWERED = "change_unanswered"
    """Tells the one who waits that nobody has answered, and what they can do."""
    CHANGE_TOUCHES = "change_touches"
    """Tells the owner of a goal that serves the changed one."""
    CHECK_IN_PROMPT = "check_in_prompt"
    """The one message of a morning: the goals to check in on and, for managers, their list."""
    CHECK_IN_ANSWERED = "check_in_answered"
    """Tells the manager what was reported; replies in its thread are support."""
    SUPPORT_ANSWERED = "support_answered"
    """Tells one side that the other answered; what they wrote opens in a dialog only."""
    SUPPORT_KEPT = "support_kept"
    """Says under a reply who reads it, and offers to take it back."""
    TYPED_ANSWER = "typed_answer"
    """Answers a number that somebody typed."""
    FEEDBACK_THERE = "feedback_there"
    """Tells a reader that feedback is there and of which kind; *Read* opens it in a dialog."""
    FEEDBACK_ASKED = "feedback_asked"
    """Asks for feedback; later says that it was given."""
    FEEDBACK_SAVED = "feedback_saved"
    """Tells the author of a message that it is kept, as a link, as feedback."""
    ROUND_QUESTION = "round_question"
    """The question of a round, in a channel."""
    ROUND_DESK = "round_desk"
    """The facilitator's own message while a round is open."""
    ROUND_ADRIFT = "round_adrift"
    """Offers other facilitators a round whose own one can no longer act."""
    ROUND_RETURNED = "round_returned"
    """Tells somebody that their private answer is deleted, since its reader has gone."""
    ROUND_RESULT = "round_result"
    """What a round brought, for its facilitator."""
    ROUND_SUMMARY = "round_summary"
    """The approved summary, in the thread of the question."""
    ANNOUNCEMENT = "announcement"
    """What HR announces to one of those whom a phase concerns."""
    ANNOUNCEMENT_TEST = "announcement_test"
    """The same, sent by its author to themselves before anybody else gets it."""
    ANNOUNCEMENT_DESK = "announcement_desk"
    """Tells the author how far it is, with *Stop the rest* and *Correct sent messages*."""
    AUDIT_CHECKPOINT = "audit_checkpoint"
    """A checkpoint of the record, in the channel that keeps them."""
    DEPUTY_NAMED = "deputy_named"
    """Tells somebody that they stand in for another; later that it is over."""
    DEPARTURE = "departure"
    """Tells somebody, or who leads them, that their last day is entered, or counts no more."""
    DELEGATION_ENDED = "delegation_ended"
    """Tells one side that the other, or a rule, ended it before its time."""
    APPROVAL_WANTED = "approval_wanted"
    """Asks a second person to approve an act; later says what became of it."""
    APPROVAL_ASKED = "approval_asked"
    """Tells whoever asked for it that it waits, with *Withdraw*; later what became of it."""
    APPROVAL_ANSWERED = "approval_answered"
    """Tells whoever asked that it was approved, refused, or has expired."""
    CODES_RESET = "codes_reset"
    """Tells somebody that their one-time codes count no more, and how to set up new ones."""
    ERASURE_CERTIFICATE = "erasure_certificate"
    """Tells whoever asked for an erasure what was erased, and what had to stay."""
    EXPORT_READY = "export_ready"
    """Tells whoever asked for an export that its file is there to be fetched, once."""
    EXPORT_MADE = "export_made"
    """Tells compliance, and HR of those whose data it is, that something is taken out in bulk."""
    RETENTION_DUE = "retention_due"
    """Tells those responsible, once, that something's time is over, or that rules conflict."""
    PURGE_DONE = "purge_done"
    """Tells whoever asked for a purge by kind what it took."""
    CODES_LOCKED = "codes_locked"
    """Warns somebody that five wrong codes were typed in their name."""
    ROLE_GIVEN = "role_given"
    ROLE_ENDED = "role_ended"
    ROLE_OVER = "role_over"
    """Tells somebody, the morning after, that the last day of a role of theirs has passed."""
    ROLES_PENDING = "roles_pending"
    """Tells administrators that an import asks for roles, which two people must confirm."""
    ROLE_RESCUE = "role_rescue"
    """Tells of a role that an operator asked for, since no two people can give one; *Confirm*."""
    ACCESS_REVIEW = "access_review"
    """Asks somebody to look through what they answer for; later says what became of it."""
    ACCESS_REVIEW_REMINDER = "access_review_reminder"
    ACCESS_REVIEW_LAST_REMINDER = "access_review_last_reminder"
    ACCESS_REVIEW_CLOSED = "access_review_closed"
    """Tells whoever started a review, else HR, what came of it."""
    CORRECTION_ASKED = "correction_asked"
    """Tells those who can answer that somebody asks for a correction; *Read* opens it."""
    CORRECTION_DUE = "correction_due"
    """Reminds them, a week before it is due."""
    CORRECTION_LATE = "correction_late"
    """Tells the asker that nobody has answered in time, and who is asked now."""
    CORRECTION_ANSWERED = "correction_answered"
    """Tells the asker that there is an answer; *Read* opens it."""
    POLICY_CHANGE = "policy_change"
    """Tells a representative of a change of the rules, with *Object*; later what became of it."""
    OBJECTION_RAISED = "objection_raised"
    """Tells whoever proposed or approved a change that an objection holds it up."""
    OBJECTION_SETTLED = "objection_settled"
    """Tells them, or whoever objected, that it stands no more."""
    AGREEMENT_WANTED = "agreement_wanted"
    """Asks the other side to confirm a version of an agreement; later what became of it."""
    AGREEMENT_ANSWERED = "agreement_answered"
    """Tells whoever registered it."""
    AGREEMENT_ENDS = "agreement_ends"
    """Reminds both sides that an agreement expires; later that it has."""
    DEAD_LETTERS = "dead_letters"
    """Tells administrators that some messages could not be delivered, in numbers."""
    CONVERSATION_REPLY = "conversation_reply"
    """Answers words that somebody typed in the bot's own conversation."""
    NOT_LISTED = "not_listed"
    """To somebody whom the directory does not know, in their conversation with the bot."""


class SubjectType(StrEnum):
    """What a notice, a post or an audit entry is about."""

    GOAL = "goal"
    PERSON = "person"
    POLICY = "policy"
    FACILITATION = "facilitation"
    CHANGE_REQUEST = "change_request"
    """A change of a goal, as messages tell of it; in the record its acts are the goal's."""
    GRANT = "grant"
    DELEGATION = "delegation"
    DIRECTORY = "directory"
    WORKSPACE = "workspace"
    KEYS = "keys"
    CORRECTION = "correction"
    CONVERSATION = "conversation"
    CHECK_IN = "check_in"
    CHECK_IN_PROMPT = "check_in_prompt"
    SUPPORT_REPLY = "support_reply"
    TYPED_ANSWER = "typed_answer"
    FEEDBACK = "feedback"
    FEEDBACK_REQUEST = "feedback_request"
    ROUND = "round"
    ROUND_DESK = "round_desk"
    """The round as its facilitator sees it: changes with each answer, unlike the question."""
    ACCESS_REVIEW = "access_review"
    HOLD = "hold"
    ERASURE = "erasure"
    RETENTION = "retention"
    """What is due, as it stands when it is read."""
    PURGE = "purge"
    CYCLE = "cycle"
    ANNOUNCEMENT = "announcement"
    ANNOUNCEMENT_DESK = "announcement_desk"
    """The announcement as its author follows it."""
    APPROVAL = "approval"
    OBJECTION = "objection"
    AGREEMENT = "agreement"
    CODES = "codes"
    """A person's one-time codes, by the person's id."""
    AUDIT_CHECKPOINT = "audit_checkpoint"
    DEAD_LETTERS = "dead_letters"
    """What could not be delivered, as a whole; in the record also a single message of it."""


PUBLIC_KINDS = frozenset(
    {NoticeKind.ROUND_QUESTION, NoticeKind.ROUND_SUMMARY, NoticeKind.AUDIT_CHECKPOINT}
)
"""What may stand in a channel: internal content, written for everybody there. Adding a kind here
declares that nothing confidential or restricted can ever be in its message."""
DATED_KINDS = frozenset({NoticeKind.ACCESS_REVIEW_REMINDER, NoticeKind.ACCESS_REVIEW_LAST_REMINDER})
"""What is told on a day of its own, which nothing that its reader does brings closer."""
_DIRECT = ("D", "U", "W")


class WrongPlace(Exception):
    """A message that is for one person alone was about to be sent to a channel."""


def is_direct(conversation: str) -> bool:
    """Whether Slack's id is that of a person, or of their conversation with the bot."""
    return conversation.startswith(_DIRECT)


def require_fit(kind: NoticeKind, conversation: str) -> None:
    """The gate between what is for one person and where many read. Raises WrongPlace.

    An intent passes it when it is made, and every message once more before it is sent.
    """
    if kind not in PUBLIC_KINDS and not is_direct(conversation):
        raise WrongPlace(kind.value)


@dataclass(frozen=True, slots=True)
class Part:
    """A further thing that one message tells; `about` is the revision that gave rise to it."""

    kind: NoticeKind
    subject: UUID
    about: int


@dataclass(frozen=True, slots=True)
class NewNotice:
    """An intent to tell one person, or a channel (`person` None), something, once.

    `dedup_key` makes it once: a second notice with the same key is not stored. `due_at` and
    `expires_at` are business time. `subject_revision` is the revision of the subject that gave rise
    to it, 0 where the kind re-reads the subject anyway.
    """

    kind: NoticeKind
    dedup_key: str
    person: UUID | None
    lane: Lane
    subject_type: SubjectType
    subject: UUID
    due_at: datetime
    expires_at: datetime | None = None
    subject_revision: int = 0
    channel: str | None = None
    """Slack's conversation, where it is not the person's direct messages."""
    thread_ts: str | None = None
    """Slack's name of the message under which it is to stand."""
    with_morning: bool = False
    """It waits for the one message of the person's next morning, and stands in it."""

    def __post_init__(self) -> None:
        if self.channel is not None:
            require_fit(self.kind, self.channel)
