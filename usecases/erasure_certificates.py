"""The certificate of an erasure, for whoever asked for it and whose it was."""

from __future__ import annotations

from uuid import UUID

from domain.erasure import Certificate
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import approvals, erasures, people
from storage.unit_of_work import Reading
from usecases.erasures import kept_told


def certificate(
    work: Reading, _kind: NoticeKind, erasure: UUID, reader: Member, _revision: int
) -> Certificate | Pointless:
    stored = erasures.by_id(work.connection, erasure)
    if stored is None or reader.id not in (stored.asked_by, stored.person):
        return Pointless("erasure_gone")
    request = approvals.by_id(work.connection, stored.approval)
    return Certificate(
        reader,
        stored,
        people.member(work.connection, stored.asked_by).name,
        people.member(work.connection, stored.approved_by).name,
        request.reason if request and reader.id == stored.asked_by else None,
        kept_told(work, people.member(work.connection, stored.person), stored.kept),
    )
