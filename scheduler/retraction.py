"""What is done about a message of ours that is in Slack beside the one that stands.

Deleting it is a delivery of its own, queued as it was found (`storage.deliveries.record_seen`), so
that it is tried until Slack has done it. Only what nothing is known of any more is deleted here.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from slack_sdk import WebClient

from scheduler.outcomes import judge
from storage.deliveries import Seen
from storage.outbox import MessageRef

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def note_duplicate(slack: WebClient, delivery: UUID, duplicate: MessageRef, seen: Seen) -> None:
    """Leave a line in the log; delete what no delivery in the database stands for, in one try."""
    if seen is Seen.DUPLICATE:
        log.warning("duplicate_found", delivery=str(delivery))
        return
    try:
        slack.chat_delete(channel=duplicate.channel, ts=duplicate.ts)
    except Exception as error:  # noqa: BLE001 - a message that stays must not stop what comes next
        code = judge(error).code
        log.error("duplicate_not_retracted", delivery=str(delivery), code=code)  # noqa: TRY400 - a traceback would quote the request
    else:
        log.warning("duplicate_retracted", delivery=str(delivery))
