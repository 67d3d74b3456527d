"""What messages about agreements tell their reader now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.agreements import AgreementNotice, AgreementState
from domain.notices import NoticeKind
from domain.people import Member
from domain.screens import Pointless
from storage import agreements, outbox
from storage.unit_of_work import Reading
from usecases.agreement_cards import agreement_card


def _agreement(
    work: Reading, kind: NoticeKind, agreement: UUID, reader: Member, number: int
) -> AgreementNotice | Pointless:
    stored = agreements.by_id(work.connection, agreement)
    card = agreement_card(work, reader, stored) if stored is not None else None
    if card is None:
        return Pointless("no_longer_shared")
    version = next((one for one in card.versions if one.number == number), None)
    if version is None:
        return Pointless("version_gone")
    withdrawn = version.state is AgreementState.WITHDRAWN
    if withdrawn and not outbox.was_shown(work.connection, kind, agreement, reader.id):
        return Pointless("withdrawn")
    return AgreementNotice(kind, reader, card, version)


AGREEMENT_READERS: Mapping[
    NoticeKind, Callable[[Reading, NoticeKind, UUID, Member, int], AgreementNotice | Pointless]
] = {
    NoticeKind.AGREEMENT_WANTED: _agreement,
    NoticeKind.AGREEMENT_ANSWERED: _agreement,
    NoticeKind.AGREEMENT_ENDS: _agreement,
}
