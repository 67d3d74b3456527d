"""Words typed to the bot in its own conversation: kept, and answered through the outbox."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from storage import conversation, people
from storage.unit_of_work import Store
from usecases.access import from_elsewhere, require_member


def hear(store: Store, origin: Origin, words: str) -> None:
    """Promise an answer; Slack's retries of the same event promise nothing new."""
    with store.write(origin) as work:
        member = require_member(work)
        work.arrive()
        said = conversation.keep_words(work.connection, member.id, words, work.at)
        work.notify(
            NewNotice(
                kind=NoticeKind.CONVERSATION_REPLY,
                dedup_key=f"said:{said}",
                person=member.id,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.CONVERSATION,
                subject=said,
                due_at=work.now,
            )
        )


def tell_not_listed(store: Store, origin: Origin, conversation: str) -> None:
    """Say who can add them to somebody of ours whom the directory does not know, once a day.

    Nothing of what they wrote is kept. Strangers from connected workspaces hear nothing.
    """
    with store.write(origin) as work:
        known = people.names_by_slack_user(work.connection, [origin.slack_user or ""])
        ours = people.stored_workspace(work.connection)
        if known or (ours and from_elsewhere(origin, ours.team, ours.enterprise)):
            return
        work.notify(
            NewNotice(
                kind=NoticeKind.NOT_LISTED,
                dedup_key=f"not_listed:{conversation}:{work.now.date().isoformat()}",
                person=None,
                channel=conversation,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.CONVERSATION,
                subject=uuid5(NAMESPACE_URL, f"conversation:{conversation}"),
                due_at=work.now,
            )
        )


def words_heard(store: Store, origin: Origin, said: UUID) -> str | None:
    with store.read(origin) as work:
        return conversation.words_said(work.connection, said)
