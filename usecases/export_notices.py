"""What messages about a bulk export tell: to whoever asked, and to those who are to know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.exports import ExportNotice
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import approvals, bulk_exports, people
from storage.unit_of_work import Reading
from usecases.exports import export_asked
from usecases.guarded import parameters_of


def _export(
    work: Reading, kind: NoticeKind, approval: UUID, reader: Member, _revision: int
) -> ExportNotice | Pointless:
    stored = approvals.by_id(work.connection, approval)
    export = bulk_exports.by_approval(work.connection, approval)
    if stored is None or export is None:
        return Pointless("export_gone")
    found = people.members(work.connection, [one for one in (stored.decided_by,) if one])
    can_fetch = (
        kind is NoticeKind.EXPORT_READY
        and stored.asker == reader.id
        and export.fetched_at is None
        and export.expires_at > work.now
    )
    return ExportNotice(
        reader=reader,
        approval=approval,
        matter=export_asked(work, parameters_of(stored)),
        asker=people.member(work.connection, stored.asker),
        approver=next(iter(found.values()), None),
        fetched_at=export.fetched_at,
        expires_at=export.expires_at,
        can_fetch=can_fetch,
    )


_Reader = Callable[[Reading, NoticeKind, UUID, Member, int], ExportNotice | Pointless]

EXPORT_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.EXPORT_READY: _export,
    NoticeKind.EXPORT_MADE: _export,
}
