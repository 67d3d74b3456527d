"""Events: Home opened, profiles changed, words in the bot's own conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import Ack

from domain.errors import AccordError, AlreadyDone, Busy, Unavailable
from handlers.conversation import said_to_bot
from handlers.desk import Desk
from handlers.errors import log
from handlers.features import Feature
from handlers.home import home_opened
from handlers.payloads import read_event
from handlers.workspace import profile_changed


class Events:
    """What Slack tells without being asked. Slack repeats an event until it is acknowledged.

    An unforeseen error, or a database that is busy, leaves the event unacknowledged, so that it
    comes again; any other refusal would be the same every time, so it is noted and acknowledged.
    """

    def __init__(self, desk: Desk, features: Sequence[Feature]) -> None:
        self._desk = desk
        self._features = features

    def on_event(self, ack: Ack, body: dict[str, Any]) -> None:
        origin, event = read_event(body, self._desk.clock)
        if _by_app(event):
            ack()
            return
        try:
            match event.get("type"):
                case "app_home_opened":
                    home_opened(self._desk, origin, event)
                case "user_change" | "team_join":
                    profile_changed(self._desk, origin, event)
                case "message":
                    if not any(feature.hear(origin, event) for feature in self._features):
                        said_to_bot(self._desk, origin, event)
        except AlreadyDone:
            pass
        except (Busy, Unavailable):
            # Not acknowledged: Slack tells it again.
            raise
        except AccordError as error:
            log.info("event_refused", code=error.code, request=origin.request)
        ack()


def _by_app(event: Mapping[str, Any]) -> bool:
    """What an app wrote, ourselves included: nobody's words. That it was deleted is news."""
    if event.get("type") != "message" or event.get("subtype") == "message_deleted":
        return False
    message = event.get("message")
    return any(one.get("bot_id") for one in (event, message) if isinstance(one, Mapping))
