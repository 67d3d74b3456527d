"""Dead letters: messages that Slack refuses for good, or that could not be made.

An administrator sees of each what sort of thing it was, for whom, when and why; never what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.people import Member
from domain.roles import Reason

ALL_LETTERS = UUID("00000000-0000-4000-8000-000000000003")
"""Stands for the dead letters as a whole, which are one for the organisation."""


class Cause(StrEnum):
    """Why something could not be delivered, as far as the remedy differs."""

    NOT_IN_CHANNEL = "not_in_channel"
    NO_CHANNEL = "no_channel"
    ARCHIVED = "archived"
    CLOSED_CHANNEL = "closed_channel"
    NO_THREAD = "no_thread"
    NO_ACCOUNT = "no_account"
    """The directory knows no Slack account."""
    ACCOUNT_CLOSED = "account_closed"
    """Slack does not let the app write to the account."""
    MESSAGES_OFF = "messages_off"
    WORKSPACE_FULL = "workspace_full"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    UNFORESEEN = "unforeseen"
    """We failed to make the message; the log says where."""
    NO_ANSWER = "no_answer"
    APP_REFUSED = "app_refused"
    """Nothing dies of it: all that is sent waits until the token is accepted again."""
    OTHER = "other"


APP_REFUSED = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""Slack's codes for a token, or a right, that it does not accept: everything waits meanwhile."""

_CODES: Mapping[Cause, frozenset[str]] = {
    Cause.NOT_IN_CHANNEL: frozenset({"not_in_channel"}),
    Cause.NO_CHANNEL: frozenset({"cannot_find_channel", "channel_not_found"}),
    Cause.ARCHIVED: frozenset({"is_archived"}),
    Cause.CLOSED_CHANNEL: frozenset(
        {
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
        }
    ),
    Cause.NO_THREAD: frozenset(
        {"cannot_reply_to_message", "restricted_action_thread_locked", "thread_not_found"}
    ),
    Cause.NO_ACCOUNT: frozenset({"no_slack_user"}),
    Cause.ACCOUNT_CLOSED: frozenset(
        {
            "cannot_dm_bot",
            "invalid_user_id",
            "is_inactive",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
        }
    ),
    Cause.MESSAGES_OFF: frozenset({"messages_tab_disabled", "not_enabled"}),
    Cause.WORKSPACE_FULL: frozenset({"message_limit_exceeded"}),
    Cause.TOO_LONG: frozenset(
        {
            "metadata_too_large",
            "msg_blocks_too_long",
            "msg_too_long",
            "too_many_attachments",
            "view_too_large",
        }
    ),
    Cause.MALFORMED: frozenset(
        {
            "as_user_not_supported",
            "block_mismatch",
            "invalid_arg_name",
            "invalid_arguments",
            "invalid_array_arg",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "invalid_post_type",
            "metadata_must_be_sent_from_app",
            "method_deprecated",
            "no_text",
            "unknown_method",
        }
    ),
    Cause.UNFORESEEN: frozenset({"unforeseen"}),
    Cause.NO_ANSWER: frozenset(
        {
            "fatal_error",
            "hash_conflict",
            "interrupted",
            "internal_error",
            "lease_lost",
            "never_arrived",
            "no_answer",
            "request_timeout",
            "service_unavailable",
            "team_added_to_org",
            "unreadable_answer",
        }
    ),
    Cause.APP_REFUSED: APP_REFUSED,
}
_BY_CODE = {code: cause for cause, codes in _CODES.items() for code in codes}
# A person's own conversation is none that anybody could invite the app to.
_TO_A_PERSON = frozenset({Cause.NOT_IN_CHANNEL, Cause.NO_CHANNEL, Cause.ARCHIVED})


def cause_of(code: str | None, *, to_person: bool) -> Cause:
    """What stands in the way, from Slack's code or ours."""
    if code is not None and code.startswith("http_"):
        return Cause.NO_ANSWER
    cause = _BY_CODE.get(code or "", Cause.OTHER)
    return Cause.ACCOUNT_CLOSED if to_person and cause in _TO_A_PERSON else cause


class Topic(StrEnum):
    """What sort of thing a message was about: no more than an administrator needs to know."""

    GOAL = "goal"
    CHECK_IN = "check_in"
    FEEDBACK = "feedback"
    ANNOUNCEMENT = "announcement"
    ROLE = "role"
    REQUEST = "request"
    RULES = "rules"
    CONVERSATION = "conversation"
    RECORD = "record"
    DELIVERY = "delivery"
    HOME = "home"


_BY_START: Mapping[str, Topic] = {
    "goal": Topic.GOAL,
    "check_in": Topic.CHECK_IN,
    "support": Topic.CHECK_IN,
    "typed_answer": Topic.CHECK_IN,
    "feedback": Topic.FEEDBACK,
    # Apart from feedback it would tell who takes part in a round.
    "round": Topic.FEEDBACK,
    "announcement": Topic.ANNOUNCEMENT,
    "audit": Topic.RECORD,
    "deputy": Topic.ROLE,
    "delegation": Topic.ROLE,
    "role": Topic.ROLE,
    "access_review": Topic.ROLE,
    "policy": Topic.RULES,
    "objection": Topic.RULES,
    "agreement": Topic.RULES,
    "conversation": Topic.CONVERSATION,
    "not_listed": Topic.CONVERSATION,
    "dead_letters": Topic.DELIVERY,
}


def topic_of(kind: str | None) -> Topic:
    """Of a kind as it is stored, which may be one that this version does not know.

    None is the Home page. What is not named here is a request, or the answer to one.
    """
    if kind is None:
        return Topic.HOME
    found = (topic for start, topic in _BY_START.items() if kind.startswith(start))
    return next(found, Topic.REQUEST)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message that was not delivered. It went to a person, or else to a channel of Slack's."""

    id: UUID
    cause: Cause
    code: str
    """Slack's, or ours."""
    topic: Topic
    person: str | None
    channel: str | None
    at: datetime
    """Machine time at which it was given up."""
    reference: str | None
    """What to look for in the log."""
    in_doubt: bool
    """Whether it may be in Slack after all: its history could not be read."""


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """All that one cause stands in the way of; `newest` tells what has been seen of it."""

    cause: Cause
    count: int
    topics: Mapping[Topic, int]
    latest: datetime
    newest: int
    codes: tuple[str, ...]
    only: DeadLetter | None = None
    """The letter itself, where there is one alone."""


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """What became of what was tried again within a day."""

    sent: int = 0
    waiting: int = 0
    pointless: Mapping[str, int] | None = None
    """By the code of the reason."""
    dead: int = 0

    @property
    def any(self) -> bool:
        return bool(self.sent or self.waiting or self.pointless or self.dead)


@dataclass(frozen=True, slots=True)
class LetterPage:
    """The dead letters that nobody has settled, the most frequent cause first."""

    groups: tuple[LetterGroup, ...]
    again: TriedAgain

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class LettersOfCause:
    """One page of those that share a cause, the newest first."""

    group: LetterGroup
    letters: tuple[DeadLetter, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Picked:
    """Which letters somebody means: one, or those of a cause, up to the newest that they saw."""

    letter: UUID | None = None
    cause: Cause | None = None
    newest: int | None = None


class DismissLetters(BaseModel):
    """Why nothing more is to be done about what could not be delivered."""

    model_config = ConfigDict(frozen=True)

    reason: Reason


@dataclass(frozen=True, slots=True)
class Settled:
    """How many letters an administrator dealt with, out of one cause."""

    cause: Cause
    count: int


@dataclass(frozen=True, slots=True)
class DeadLettersNotice:
    """Tells an administrator that letters wait for them; in numbers alone."""

    reader: Member
    groups: tuple[LetterGroup, ...]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)
