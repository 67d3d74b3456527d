"""What messages about changes of the rules and objections to them tell their reader now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.notices import NoticeKind
from domain.objections import ChangeNotice, ObjectionNotice
from domain.people import Member
from domain.policy_versions import PlanState
from domain.screens import Pointless
from storage import objections, outbox, policy
from storage.unit_of_work import Reading
from usecases.change_cards import change_card

Told = ChangeNotice | ObjectionNotice


def _change(
    work: Reading, kind: NoticeKind, subject: UUID, reader: Member, number: int
) -> Told | Pointless:
    if policy.version(work.connection, number) is None:
        return Pointless("version_gone")
    card = change_card(work, reader, number)
    withdrawn = card.head.state is PlanState.WITHDRAWN
    if withdrawn and not outbox.was_shown(work.connection, kind, subject, reader.id):
        return Pointless("withdrawn")
    return ChangeNotice(reader, card)


def _objection(
    work: Reading, kind: NoticeKind, objection: UUID, reader: Member, _revision: int
) -> Told | Pointless:
    stored = objections.by_id(work.connection, objection)
    if stored is None:
        return Pointless("objection_gone")
    card = change_card(work, reader, stored.number)
    said = next(one for one in card.said if one.id == objection)
    return ObjectionNotice(kind, reader, said, card)


OBJECTION_READERS: Mapping[
    NoticeKind, Callable[[Reading, NoticeKind, UUID, Member, int], Told | Pointless]
] = {
    NoticeKind.POLICY_CHANGE: _change,
    NoticeKind.OBJECTION_RAISED: _objection,
    NoticeKind.OBJECTION_SETTLED: _objection,
}
