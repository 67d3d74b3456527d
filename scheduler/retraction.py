"""Takes a duplicate of our own out of Slack."""

from __future__ import annotations

from uuid import UUID

import structlog
from slack_sdk import WebClient

from scheduler.outcomes import judge
from storage.outbox import MessageRef

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def retract(slack: WebClient, delivery: UUID, duplicate: MessageRef) -> bool:
    """Delete the message; False, and a line in the log, if Slack does not let us."""
    try:
        slack.chat_delete(channel=duplicate.channel, ts=duplicate.ts)
    except Exception as error:  # noqa: BLE001 - a duplicate that stays must not stop what comes next
        code = judge(error).code
        log.error("duplicate_not_retracted", delivery=str(delivery), code=code)  # noqa: TRY400 - a traceback would quote the request
        return False
    log.warning("duplicate_retracted", delivery=str(delivery))
    return True
