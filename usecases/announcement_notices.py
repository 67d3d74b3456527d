"""What messages about announcements say, read anew when each is sent or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.announcements import (
    AnnouncementDeskNotice,
    AnnouncementHead,
    AnnouncementMessage,
    AnnouncementNotice,
    AnnouncementState,
)
from domain.errors import NotShared
from domain.notices import NoticeKind
from domain.origin import Origin
from domain.people import Member
from domain.screens import Pointless
from storage import announcement_progress, announcement_recipients, announcements, people
from storage.announcement_recipients import Recipient
from storage.unit_of_work import Reading, Store
from usecases.access import require_member
from usecases.announcement_status import status_for

STOPPED = "stopped"
"""The reason of what was not sent because the rest was stopped."""


def _announced(
    work: Reading, _kind: NoticeKind, announcement: UUID, reader: Member, _revision: int
) -> AnnouncementMessage | Pointless:
    head = announcements.by_id(work.connection, announcement)
    row = announcement_recipients.recipient(work.connection, announcement, reader.id)
    if head is None or row is None or row.notice_key is None:
        return Pointless("announcement_gone")
    if not announcement_recipients.is_in_slack(work.connection, row.notice_key):
        # Checked once more before it is sent for the first time.
        if head.state is AnnouncementState.STOPPED:
            return Pointless(STOPPED)
        if reader.today(work.now) > head.phase.ends:
            return Pointless("phase_over")
    return notice_for(work, head, row, reader)


def notice_for(
    work: Reading, head: AnnouncementHead, row: Recipient, reader: Member
) -> AnnouncementNotice:
    """What this person is told now."""
    texts = announcements.texts(work.connection, head.id, head.text_version)
    return AnnouncementNotice(
        reader,
        head.id,
        head.phase,
        texts,
        head.language,
        people.member(work.connection, head.author).name,
        own=head.author == reader.id,
        short=row.short,
        corrected=announcements.corrected(work.connection, head.id, head.text_version),
        not_for_me=row.not_for_me_at is not None,
        over=reader.today(work.now) > head.phase.ends,
        acted=announcement_progress.acted(work.connection, head, reader),
    )


def one_announced(store: Store, origin: Origin, announcement: UUID) -> AnnouncementNotice:
    """What the asker was told, in full; raises NotShared for who isn't among its recipients."""
    with store.read(origin) as work:
        reader = require_member(work)
        head = announcements.by_id(work.connection, announcement)
        row = announcement_recipients.recipient(work.connection, announcement, reader.id)
        if head is None or row is None:
            raise NotShared
        return notice_for(work, head, row, reader)


def _test(
    work: Reading, _kind: NoticeKind, announcement: UUID, reader: Member, number: int
) -> AnnouncementMessage | Pointless:
    """One language of a draft, as its author sent it to themselves."""
    head = announcements.by_id(work.connection, announcement)
    if head is None or head.author != reader.id:
        return Pointless("announcement_gone")
    texts = announcements.texts(work.connection, head.id, 1)
    languages = sorted(texts)
    if number >= len(languages):
        return Pointless("announcement_gone")
    language = languages[number]
    return AnnouncementNotice(
        reader,
        head.id,
        head.phase,
        {language: texts[language]},
        language,
        reader.name,
        test=True,
    )


def _desk(
    work: Reading, _kind: NoticeKind, announcement: UUID, reader: Member, _revision: int
) -> AnnouncementMessage | Pointless:
    head = announcements.by_id(work.connection, announcement)
    if head is None:
        return Pointless("announcement_gone")
    return AnnouncementDeskNotice(reader, status_for(work, reader, head))


ANNOUNCEMENT_READERS: Mapping[
    NoticeKind,
    Callable[[Reading, NoticeKind, UUID, Member, int], AnnouncementMessage | Pointless],
] = {
    NoticeKind.ANNOUNCEMENT: _announced,
    NoticeKind.ANNOUNCEMENT_TEST: _test,
    NoticeKind.ANNOUNCEMENT_DESK: _desk,
}
