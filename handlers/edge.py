"""What Slack is answered when a listener cannot: never a traceback, nothing of the request logged.

Bolt's own handlers log the request's body or the exception's text, and answer 500 to everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from handlers.errors import log, log_unforeseen
from handlers.payloads import Malformed

BAD_REQUEST, NOT_FOUND, OUR_FAULT = 400, 404, 500


def guarded(listener: Callable[[Ack, dict[str, Any]], None], body: dict[str, Any]) -> BoltResponse:
    """What the listener acknowledges with, but 400 for what Slack never sends, and 500 for what
    nobody foresaw.

    Slack repeats an event that was answered 500, and tells a person that the app did not respond.
    """
    ack = Ack()  # type: ignore[no-untyped-call] # Bolt's
    try:
        listener(ack, body)
    except Malformed:
        log.info("slack_request_refused", why="malformed")
        return BoltResponse(status=BAD_REQUEST)
    except Exception as error:  # noqa: BLE001 - nobody above would keep its text out of the log
        log_unforeseen(error, None)
        return BoltResponse(status=OUR_FAULT)
    # A request that comes a second time is told nothing more.
    return ack.response or ack()


def not_for_us(error: Exception) -> BoltResponse:
    """The answer where no listener was found: Bolt knows nobody for it, or stumbled over it.

    Our own errors never get here (see `guarded`), so what Bolt could not read was malformed.
    """
    known = isinstance(error, BoltUnhandledRequestError)
    log.info("slack_request_refused", why="unhandled" if known else "malformed")
    return BoltResponse(status=NOT_FOUND if known else BAD_REQUEST)
