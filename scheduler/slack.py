"""The Slack client for delivery."""

from __future__ import annotations

from datetime import timedelta

from slack_sdk import WebClient


def open_slack(token: str, base_url: str, http_timeout: timedelta) -> WebClient:
    """A client that tries once.

    The SDK's own retry sends again after a dropped connection, and so posts twice what Slack had
    already stored.
    """
    return WebClient(
        token=token,
        base_url=base_url,
        timeout=http_timeout.total_seconds(),  # type: ignore[arg-type] # urllib takes fractions
        retry_handlers=[],
    )
