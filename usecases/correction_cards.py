"""Who answers a case about what is held on somebody, and what each side may know of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.corrections import CorrectionAbout, CorrectionCard, CorrectionNotice
from domain.notices import NoticeKind
from domain.people import Member, Role
from domain.references import ReferenceKind, reference_text
from domain.screens import Pointless
from storage import corrections, feedback, goals, people
from storage.corrections import StoredCorrection
from storage.unit_of_work import Reading
from storage.visibility import may_read_title
from usecases import feedback_cards
from usecases.asking import can_answer

HIGHER = (Role.COMPLIANCE, Role.EXECUTIVE)
"""Who is asked where HR has not answered in time, or nobody in HR can; the first that is held."""
ANSWERING = (Role.HR, *HIGHER)


def answerers(work: Reading, asker: Member, escalated_at: datetime | None) -> list[Member]:
    """HR for where the asker works, nearest first: never the asker, nor somebody whom they lead.

    Where nobody of them can, and once it was passed on, those of the higher role, too.
    """
    hr = _holders(work, Role.HR, asker)
    if hr and escalated_at is None:
        return hr
    higher = next(filter(None, (_holders(work, role, asker) for role in HIGHER)), [])
    return [*hr, *(one for one in higher if one not in hr)]


def _holders(work: Reading, role: Role, asker: Member) -> list[Member]:
    today = asker.today(work.now)
    found = {one.id: one for one in people.role_holders(work.connection, role, asker, today)}
    return [one for one in found.values() if can_answer(one) and not _is_close(work, one, asker)]


def _is_close(work: Reading, holder: Member, asker: Member) -> bool:
    led_by = people.all_managers(work.connection, holder.id, holder.today(work.now))
    return holder.id == asker.id or asker.id in led_by


def card(work: Reading, viewer: Member, stored: StoredCorrection) -> CorrectionCard:
    """The case for the asker or for somebody who can answer it; the caller has authorised them."""
    asker = people.member(work.connection, stored.asker)
    can = answerers(work, asker, stored.escalated_at) if stored.open else []
    by = stored.answered_by
    return CorrectionCard(
        id=stored.id,
        asker=asker,
        about=stored.about,
        thing=thing_name(work, viewer, stored.about, stored.thing),
        state=stored.state,
        asked_at=stored.asked_at,
        answer_by=stored.answer_by,
        escalated=stored.escalated_at is not None,
        answered_by=None if by is None else people.member(work.connection, by).name,
        answered_at=stored.answered_at,
        answerers=tuple(one.name for one in can),
        can_answer=viewer.id in {one.id for one in can},
    )


def thing_name(
    work: Reading, viewer: Member, about: CorrectionAbout, thing: UUID | None
) -> str | None:
    """What it is about, as far as the viewer may know: a goal, or who gave the feedback."""
    if thing is None:
        return None
    if about is CorrectionAbout.GOAL:
        title = goals.title_of(
            work.connection, thing, may_read_title(viewer, viewer.today(work.now))
        )
        if title is not None:
            return f"{reference_text(ReferenceKind.GOAL, title[0])} {title[1]}"
        number = goals.numbers_of(work.connection, [thing]).get(thing)
        return None if number is None else reference_text(ReferenceKind.GOAL, number)
    found = feedback.by_id(work.connection, thing)
    if found is None or not feedback_cards.may_open(work, viewer, found):
        return None
    return people.member(work.connection, found.giver).name


def _to_answer(
    work: Reading, kind: NoticeKind, correction: UUID, reader: Member, _revision: int
) -> CorrectionNotice | Pointless:
    stored = corrections.by_id(work.connection, correction)
    if stored is None:
        return Pointless("correction_gone")
    known = card(work, reader, stored)
    if stored.open and not known.can_answer:
        return Pointless("may_not_answer")
    return CorrectionNotice(kind, reader, known)


def _to_asker(
    work: Reading, kind: NoticeKind, correction: UUID, reader: Member, _revision: int
) -> CorrectionNotice | Pointless:
    stored = corrections.by_id(work.connection, correction)
    if stored is None or stored.asker != reader.id:
        return Pointless("correction_gone")
    return CorrectionNotice(kind, reader, card(work, reader, stored))


CORRECTION_READERS = {
    NoticeKind.CORRECTION_ASKED: _to_answer,
    NoticeKind.CORRECTION_DUE: _to_answer,
    NoticeKind.CORRECTION_LATE: _to_asker,
    NoticeKind.CORRECTION_ANSWERED: _to_asker,
}
