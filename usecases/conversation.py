"""Words typed to the bot in its own conversation: kept, and answered through the outbox."""

from __future__ import annotations

from uuid import UUID

from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from storage import conversation
from storage.unit_of_work import Store
from usecases.access import require_member


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


def words_heard(store: Store, origin: Origin, said: UUID) -> str | None:
    with store.read(origin) as work:
        return conversation.words_said(work.connection, said)
