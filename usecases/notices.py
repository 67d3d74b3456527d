"""Reads what a message is about, for its reader, as things stand when it is sent or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from domain.goal_sharing import GoalSharedNotice
from domain.notices import NoticeKind, Part
from domain.origin import Origin
from domain.people import Member
from domain.screens import (
    CheckpointNotice,
    GoalNotice,
    HelpAnsweredNotice,
    HelpNotice,
    MorningNotice,
    Notice,
    Pointless,
)
from storage import checkpoints, facilitation, goal_shares, goals, outbox, people
from storage.conditions import NO_CONDITION, either
from storage.unit_of_work import Reading, Store
from storage.visibility import may_read_goal, took_part
from usecases import goal_cards, goal_corrections
from usecases.access_review_notices import ACCESS_REVIEW_READERS
from usecases.adoption import ADOPTION_READERS
from usecases.agreement_notices import AGREEMENT_READERS
from usecases.announcement_notices import ANNOUNCEMENT_READERS
from usecases.approval_notices import APPROVAL_READERS
from usecases.checkin_notices import CHECK_IN_READERS
from usecases.correction_cards import CORRECTION_READERS
from usecases.cover_notices import COVER_READERS
from usecases.dead_letters import dead_letters_notice
from usecases.departures import DEPARTURE_READERS
from usecases.erasure_certificates import certificate
from usecases.export_notices import EXPORT_READERS
from usecases.feedback_notices import FEEDBACK_READERS
from usecases.goal_change_cards import GOAL_CHANGE_READERS
from usecases.goals_below import GOAL_ABOVE_READERS
from usecases.objection_notices import OBJECTION_READERS
from usecases.pointless import over_before_told
from usecases.purges import purge_report
from usecases.retention_sweep import retention_due
from usecases.round_notices import ROUND_READERS, read_channel_notice


def read_notice(
    store: Store, origin: Origin, kind: NoticeKind, subject: UUID, person: UUID, revision: int
) -> Notice | Pointless:
    """What the message of this kind tells this person now, or why there is nothing to tell.

    `revision` is the version that gave rise to the message.
    """
    with store.read(origin) as work:
        reader = people.member(work.connection, person)
        if not reader.may_act:
            return Pointless("reader_cannot_act")
        found = _READERS[kind](work, kind, subject, reader, revision)
        if isinstance(found, Pointless):
            return found
        over = over_before_told(kind, found)
        if over is None or outbox.was_shown(work.connection, kind, subject, person):
            return found
        return Pointless(over)


def read_post(
    store: Store,
    origin: Origin,
    about: Part,
    parts: Sequence[Part],
    person: UUID | None,
) -> Notice | Pointless:
    """What a message tells: what it is about, and further parts as far as they still tell anything.

    One to a channel (`person` None) is read by everybody there, and has no parts.
    """
    if person is None:
        with store.read(origin) as work:
            return _to_channel(work, about)
    read = [
        read_notice(store, origin, part.kind, part.subject, person, part.about)
        for part in (about, *parts)
    ]
    told = tuple(
        one for one in read if not isinstance(one, Pointless | MorningNotice | CheckpointNotice)
    )
    if len(told) > 1:
        return MorningNotice(told[0].reader, told)
    return told[0] if told else read[0]


def _to_channel(work: Reading, about: Part) -> Notice | Pointless:
    if about.kind is NoticeKind.AUDIT_CHECKPOINT:
        made = checkpoints.by_id(work.connection, about.subject)
        if made is None:
            return Pointless("checkpoint_gone")
        return CheckpointNotice(made.size, made.note)
    return read_channel_notice(work, about.kind, about.subject)


def _about_goal(
    work: Reading, kind: NoticeKind, goal: UUID, reader: Member, revision: int
) -> Notice | Pointless:
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None:
        return Pointless("goal_gone")
    readable = either(may_read_goal(reader, reader.today(work.now)), took_part(reader))
    if not goals.fulfils(work.connection, goal, readable):
        # The case moved on without this reader; the message must not show more than it did.
        return Pointless("no_longer_shared")
    return GoalNotice(
        kind, reader, goal_cards.card(work, reader, head), revision in (head.version, 0)
    )


def _help_asked(
    work: Reading, _kind: NoticeKind, request: UUID, reader: Member, _revision: int
) -> Notice | Pointless:
    found = facilitation.by_id(work.connection, request)
    if found is None:
        return Pointless("request_gone")
    asker = people.member(work.connection, found.asker)
    if found.closed_at is not None:
        return HelpNotice(reader, request, asker, None)
    head = goal_cards.readable_head(work, reader, found.goal)
    return HelpNotice(reader, request, asker, goal_cards.card(work, reader, head))


def _help_answered(
    work: Reading, _kind: NoticeKind, request: UUID, reader: Member, _revision: int
) -> Notice | Pointless:
    found = facilitation.by_id(work.connection, request)
    if found is None:
        return Pointless("request_gone")
    helper = people.member(work.connection, found.facilitator)
    head = goal_cards.readable_head(work, reader, found.goal)
    return HelpAnsweredNotice(reader, request, helper, goal_cards.card(work, reader, head))


def _shared(
    work: Reading, _kind: NoticeKind, goal: UUID, reader: Member, _revision: int
) -> Notice | Pointless:
    """What is no longer shared is told without the goal: not even its title stays."""
    head = goals.head_by_id(work.connection, goal, NO_CONDITION)
    if head is None:
        return Pointless("goal_gone")
    shared = goal_shares.is_shared_with(work.connection, goal, reader.id)
    readable = may_read_goal(reader, reader.today(work.now))
    open_to_them = shared and goals.fulfils(work.connection, goal, readable)
    return GoalSharedNotice(
        reader,
        people.member(work.connection, head.owner),
        goal_cards.card(work, reader, head) if open_to_them else None,
    )


_Reader = Callable[[Reading, NoticeKind, UUID, Member, int], Notice | Pointless]

_READERS: Mapping[NoticeKind, _Reader] = {
    NoticeKind.GOAL_TO_OWNER: _about_goal,
    NoticeKind.GOAL_TO_DECIDE: _about_goal,
    NoticeKind.GOAL_ANSWERED: _about_goal,
    NoticeKind.GOAL_REMINDER: _about_goal,
    NoticeKind.GOAL_UNANSWERED: _about_goal,
    NoticeKind.GOAL_MOVED: _about_goal,
    NoticeKind.GOAL_HELP_ASKED: _help_asked,
    NoticeKind.GOAL_HELP_ANSWERED: _help_answered,
    NoticeKind.GOAL_SHARED: _shared,
    NoticeKind.GOAL_CORRECTED: goal_corrections.read_corrected,
    **ADOPTION_READERS,
    **GOAL_ABOVE_READERS,
    **GOAL_CHANGE_READERS,
    **CHECK_IN_READERS,
    **FEEDBACK_READERS,
    **ROUND_READERS,
    **ANNOUNCEMENT_READERS,
    **COVER_READERS,
    **DEPARTURE_READERS,
    **APPROVAL_READERS,
    **ACCESS_REVIEW_READERS,
    NoticeKind.ERASURE_CERTIFICATE: certificate,
    **EXPORT_READERS,
    NoticeKind.RETENTION_DUE: retention_due,
    NoticeKind.PURGE_DONE: purge_report,
    **CORRECTION_READERS,
    **OBJECTION_READERS,
    **AGREEMENT_READERS,
    NoticeKind.DEAD_LETTERS: dead_letters_notice,
}
