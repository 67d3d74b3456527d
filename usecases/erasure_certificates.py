"""The certificate of an erasure, for whoever asked for it."""

from __future__ import annotations

from uuid import UUID

from domain.erasure import Certificate
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import erasures, people
from storage.unit_of_work import Reading


def certificate(
    work: Reading, _kind: NoticeKind, erasure: UUID, reader: Member, _revision: int
) -> Certificate | Pointless:
    stored = erasures.by_id(work.connection, erasure)
    if stored is None or stored.asked_by != reader.id:
        return Pointless("erasure_gone")
    approver = people.member(work.connection, stored.approved_by)
    return Certificate(reader, stored, approver.name)
