"""What a failed call to Slack means for the message: certainly not sent, perhaps, or never.

The codes are Slack's; a code that stands in no table is taken as doubt, because reading history
costs time while sending twice costs trust.
"""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackRequestError

from domain.dead_letters import APP_REFUSED


class Verdict(StrEnum):
    RETRY = "retry"
    """Not sent; this message may succeed later. Counts as a failure of the message."""
    SLOW_DOWN = "slow_down"
    """Not sent; Slack says when to come back."""
    UNREACHABLE = "unreachable"
    """Not sent: Slack was not reached at all. No fault of the message."""
    UNCERTAIN = "uncertain"
    """Perhaps sent."""
    REFUSED = "refused"
    """Not sent, and never will be as it is."""
    GONE = "gone"
    """The message to be changed no longer exists, or can no longer be changed."""
    PARKED = "parked"
    """Not sent: Slack does not accept the app's token or rights. No fault of the message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is Slack's or ours, never a text; `retry_after` is in seconds."""

    verdict: Verdict
    code: str
    retry_after: int | None = None


# Where Slack says "slow down" without saying for how long.
_DEFAULT_PAUSE = 30

_CODES: dict[Verdict, frozenset[str]] = {
    Verdict.SLOW_DOWN: frozenset({"ratelimited", "rate_limited"}),
    Verdict.RETRY: frozenset({"hash_conflict", "request_timeout", "team_added_to_org"}),
    Verdict.UNCERTAIN: frozenset({"fatal_error", "internal_error", "service_unavailable"}),
    Verdict.PARKED: APP_REFUSED,
    Verdict.GONE: frozenset(
        {"cant_update_message", "edit_window_closed", "message_not_found", "view_not_found"}
    ),
    Verdict.REFUSED: frozenset(
        {
            "as_user_not_supported",
            "block_mismatch",
            "cannot_dm_bot",
            "cannot_find_channel",
            "cannot_reply_to_message",
            "channel_not_found",
            "invalid_arg_name",
            "invalid_arguments",
            "invalid_array_arg",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "invalid_post_type",
            "invalid_user_id",
            "is_archived",
            "is_inactive",
            "message_limit_exceeded",
            "messages_tab_disabled",
            "metadata_must_be_sent_from_app",
            "metadata_too_large",
            "method_deprecated",
            "msg_blocks_too_long",
            "msg_too_long",
            "no_text",
            "not_enabled",
            "not_in_channel",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "thread_not_found",
            "too_many_attachments",
            "unknown_method",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
            "view_too_large",
        }
    ),
}


def codes_of(verdict: Verdict) -> frozenset[str]:
    """Slack's codes that mean this."""
    return _CODES.get(verdict, frozenset())


_BY_CODE = {code: verdict for verdict, codes in _CODES.items() for code in codes}

# No route: the request never left.
_NO_ROUTE = frozenset({errno.EADDRNOTAVAIL, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH})


def judge(error: Exception) -> Outcome:
    """What the exception that the Slack client raised says about the message."""
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, SlackRequestError):
        return Outcome(Verdict.UNREACHABLE, "no_request")
    if isinstance(error, URLError) and _before_sending(error.reason):
        return Outcome(Verdict.UNREACHABLE, "unreachable")
    # Timeouts, resets, dropped connections, answers cut short or unreadable.
    return Outcome(Verdict.UNCERTAIN, "no_answer")


def _answered(error: SlackApiError) -> Outcome:
    response: Any = error.response  # the SDK leaves it untyped
    status = int(response.status_code)
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    if status == HTTPStatus.TOO_MANY_REQUESTS or _BY_CODE.get(code) is Verdict.SLOW_DOWN:
        return Outcome(Verdict.SLOW_DOWN, "ratelimited", _retry_after(response.headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(Verdict.UNCERTAIN, f"http_{status}")
    if code in _BY_CODE:
        return Outcome(_BY_CODE[code], code)
    if status >= HTTPStatus.BAD_REQUEST:
        # Not Slack's way to answer: something between us and Slack turned the request away.
        return Outcome(Verdict.UNREACHABLE, f"http_{status}")
    # What is not a code is the SDK's sentence about an answer that was not JSON.
    return Outcome(Verdict.UNCERTAIN, code[:80] if code.isidentifier() else "unreadable_answer")


def _retry_after(headers: dict[str, Any]) -> int:
    for name, value in headers.items():
        if name.lower() == "retry-after" and str(value).isdecimal():
            return max(int(value), 1)
    return _DEFAULT_PAUSE


def _before_sending(reason: object) -> bool:
    """urllib wraps what went wrong while connecting, but also while writing the request."""
    if isinstance(reason, (ConnectionRefusedError, socket.gaierror, ssl.SSLError)):
        return True
    return isinstance(reason, OSError) and reason.errno in _NO_ROUTE
