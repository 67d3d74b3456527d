"""What every handler works with; made once, in the composition root."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.clock import Clock
from domain.errors import SlowDown, Unavailable
from domain.people import Member
from handlers.afterwards import Afterwards
from handlers.channel_members import ChannelMembers
from handlers.uploads import Uploads
from messages.elements import Element
from messages.reading import Reader
from messages.surfaces import Message, View
from messages.templates import Templates
from usecases.store import Store

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds until a dialog is looked for again that an acknowledgement shows."""

USUAL_WAIT = 30
"""Seconds, where Slack asks to wait without saying for how long."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog to open, and the button that opens it where words alone cannot."""

    view: View
    opener: Element


# What a command leads to: something to read, or a dialog.
Reply = Message | Dialog


@dataclass(frozen=True, slots=True)
class Desk:
    """Store, words, clock, and the few ways in which a handler may talk to Slack itself."""

    store: Store
    templates: Templates
    clock: Clock
    slack: WebClient
    afterwards: Afterwards
    members: ChannelMembers
    address: Callable[[], str]
    """Where browsers reach the bot, without a slash at the end."""

    @property
    def uploads(self) -> Uploads:
        """Reads what somebody uploaded in a dialog."""
        return Uploads(self.slack)

    def reader(self, member: Member) -> Reader:
        return Reader.of(member, self.clock.business())

    def open_view(self, trigger: str, view: View) -> None:
        """Open a dialog, or raise Unavailable: the press can be repeated."""
        self._call("views.open", trigger_id=trigger, view=view.payload())

    def push_view(self, trigger: str, view: View) -> None:
        self._call("views.push", trigger_id=trigger, view=view.payload())

    def update_view(self, view_id: str, hash_: str, view: View) -> None:
        """Change an open dialog, unless it changed or was closed meanwhile; then that stands."""
        try:
            self._call("views.update", view_id=view_id, hash=hash_, view=view.payload())
        except Unavailable as error:
            if error.params.get("slack") not in {"hash_conflict", "not_found"}:
                raise

    def finish_view(self, external_id: str, view: View) -> bool:
        """Change the dialog that an acknowledgement is about to show, or has shown.

        The acknowledgement may still be on its way: Slack is asked again for some seconds. False if
        the dialog is not there: it was closed.
        """
        for pause in PAUSES:
            try:
                self._call("views.update", external_id=external_id, view=view.payload())
            except Unavailable as error:
                if error.params.get("slack") != "not_found":
                    raise
                time.sleep(pause)
            else:
                return True
        return False

    def publish_home(self, slack_user: str, view: View) -> None:
        self._call("views.publish", user_id=slack_user, view=view.payload())

    def _call(self, method: str, **arguments: object) -> None:
        try:
            self.slack.api_call(method, json=arguments)
        except SlackApiError as error:
            if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                raise SlowDown(seconds=_wait_of(error)) from error
            raise Unavailable(slack=error.response.get("error")) from error
        except OSError as error:
            raise Unavailable from error


def _wait_of(error: SlackApiError) -> int:
    """Seconds that Slack asks to wait."""
    told = next(
        (value for name, value in error.response.headers.items() if name.lower() == "retry-after"),
        "",
    )
    return int(told) if str(told).isdecimal() else USUAL_WAIT


def new_request_id() -> str:
    """What stands in the log and in the record for one request."""
    return secrets.token_hex(8)
