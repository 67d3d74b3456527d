"""What people are called, for text that names them by Slack's ids."""

from __future__ import annotations

from collections.abc import Collection

from domain.origin import Origin
from storage import people
from storage.unit_of_work import Store


def names_of(store: Store, origin: Origin, slack_users: Collection[str]) -> dict[str, str]:
    """Names by Slack's ids; those whom the directory does not list are absent."""
    if not slack_users:
        return {}
    with store.read(origin) as work:
        return people.names_by_slack_user(work.connection, slack_users)
