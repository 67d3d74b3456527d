"""Who is in a channel, as Slack says; remembered for a few minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.errors import Refused, Unavailable

PAGE = 1000
MOST_PAGES = 5
"""More would not fit into the three seconds that Slack leaves for an answer."""
REMEMBERED = timedelta(minutes=5)
MOST_CHANNELS = 100

NOT_THERE = ("not_in_channel", "channel_not_found")


def ask_slack(
    slack: WebClient, method: str, refusals: Mapping[str, str], **arguments: object
) -> Mapping[str, Any]:
    """What Slack says. Raises Refused for Slack's codes in `refusals`, else Unavailable."""
    try:
        answer = slack.api_call(method, http_verb="GET", params=arguments)
    except SlackApiError as error:
        code = str(error.response.get("error"))
        if code in refusals:
            raise Refused(refusals[code]) from error
        raise Unavailable(slack=code) from error
    except OSError as error:
        raise Unavailable from error
    return answer.data if isinstance(answer.data, dict) else {}


@dataclass(frozen=True, slots=True)
class _Listed:
    people: frozenset[str]
    whole: bool
    until: datetime


class ChannelMembers:
    """Asks Slack for the members of channels. Many press a round's buttons within minutes, so who
    was in the channel a moment ago is not asked for again; who was not, is."""

    def __init__(self, slack: WebClient, now: Callable[[], datetime]) -> None:
        self._slack = slack
        self._now = now
        self._known: dict[str, _Listed] = {}
        self._lock = threading.Lock()

    def read(self, channel: str) -> frozenset[str]:
        """Slack's ids of the members, at most 5,000. Raises Refused where the bot is none."""
        return self._read(channel).people

    def holds(self, channel: str, slack_user: str) -> bool:
        """Whether the person is in the channel.

        Beyond 5,000 members the answer is yes: Slack shows a private channel to its members alone,
        and a public one is open to everybody.
        """
        with self._lock:
            known = self._known.get(channel)
        if known is not None and known.until > self._now() and slack_user in known.people:
            return True
        listed = self._read(channel)
        return slack_user in listed.people or not listed.whole

    def _read(self, channel: str) -> _Listed:
        people: set[str] = set()
        cursor = ""
        for _ in range(MOST_PAGES):
            page = ask_slack(
                self._slack,
                "conversations.members",
                dict.fromkeys(NOT_THERE, "bot_not_in_channel"),
                channel=channel,
                limit=PAGE,
                cursor=cursor,
            )
            people.update(map(str, page.get("members") or ()))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        listed = _Listed(frozenset(people), not cursor, self._now() + REMEMBERED)
        with self._lock:
            self._known[channel] = listed
            while len(self._known) > MOST_CHANNELS:
                del self._known[next(iter(self._known))]
        return listed
