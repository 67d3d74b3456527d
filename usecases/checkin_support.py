"""Support around a check-in: the manager's reply and what follows, for those two alone.

Replies are typed into a thread of Slack; here they are kept sealed, and edits and deletions there
are followed. Every opening is recorded before anything is shown.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from domain.audit import Action
from domain.checkins import SupportRead, SupportWords
from domain.errors import AlreadyDone, NotShared, Refused
from domain.notices import Lane, NewNotice, NoticeKind, Part, SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import audit, checkin_support, checkins, outbox, people
from storage.checkin_support import Reply
from storage.checkins import StoredCheckIn
from storage.outbox import MessageRef
from storage.unit_of_work import Reading, Store, Work
from usecases import checkin_record
from usecases.absences import tell_when_there
from usecases.access import require_member
from usecases.checkin_record import support_event

RECORD_LOOKED_AT = 100
"""Newest acts about a check-in in which its readers are looked for."""
SUPPORT_ENDED = "support_ended"
SUPPORT_TAKEN_BACK = "support_taken_back"
SUPPORT_WHICH = "support_which"


def read_support(store: Store, origin: Origin, check_in: UUID) -> SupportRead:
    """Open the support side of a check-in; who opened it is recorded before it is shown.

    Raises NotShared for everybody but its owner and the manager whom it was written for, as long as
    they lead the owner.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        stored = checkins.check_in_by_id(work.connection, check_in)
        if stored is None or not takes_part(work, stored, actor):
            raise NotShared
        work.record(support_event(Action.READ_SUPPORT, stored, actor.id))
        for reply in checkin_support.mark_read(work.connection, check_in, actor.id, work.now):
            work.touch(SubjectType.SUPPORT_REPLY, reply)
        return _opened(work, stored, actor)


def _opened(work: Work, stored: StoredCheckIn, viewer: Member) -> SupportRead:
    sides = people.members(work.connection, [stored.owner, stored.manager or stored.owner])
    notes = [
        SupportWords(sides[stored.owner], stored.at, words, kind)
        for kind, words in checkin_support.open_notes(work.connection, work.sealer, stored.id)
    ]
    replies = [
        SupportWords(
            sides[reply.author],
            reply.at,
            checkin_support.open_reply(work.sealer, reply),
            edited=reply.edited_at is not None,
        )
        for reply in checkin_support.replies(work.connection, stored.id)
    ]
    sure = checkin_support.confidences(work.connection, [stored.id]).get(stored.id, {})
    cards = checkin_record.cards_of(work, viewer, list(sure))
    return SupportRead(
        stored.id,
        sides[stored.owner],
        sides[stored.manager or stored.owner],
        stored.at,
        tuple((cards[goal], level) for goal, level in sure.items() if goal in cards),
        tuple(notes),
        tuple(replies),
        _opened_before(work, stored),
        viewer.id,
    )


def _opened_before(work: Reading, stored: StoredCheckIn) -> tuple[tuple[Member, datetime], ...]:
    """The last opening by each of those who looked, as the record has it."""
    acts = audit.entries_about(
        work.connection, work.sealer, SubjectType.CHECK_IN, stored.id, limit=RECORD_LOOKED_AT
    )
    last: dict[UUID, datetime] = {}
    for act in acts:
        if act.action is Action.READ_SUPPORT and act.actor.ref is not None:
            last.setdefault(act.actor.ref, act.at)
    readers = people.members(work.connection, last)
    return tuple((readers[person], at) for person, at in last.items() if person in readers)


def takes_part(work: Reading, stored: StoredCheckIn, person: Member) -> bool:
    """The owner, and the manager whom the check-in was addressed to while they lead the owner."""
    if person.id == stored.owner:
        return True
    if person.id != stored.manager:
        return False
    leading = people.current_managers(work.connection, stored.owner, person.today(work.now))
    return person.id in {one.id for one in leading}


def keep_reply(
    store: Store, origin: Origin, place: tuple[str, str], thread: str, words: str
) -> bool:
    """Keep what somebody wrote at `place` (channel, ts) in the thread of a check-in message.

    False if the thread is about something else. Where it is about several check-ins, nothing is
    kept, and the author is told how to answer one of them. Otherwise the other side is told that
    there is an answer, the author who reads it, or why nobody does any more: then nothing is kept.
    """
    with store.write(origin) as work:
        author = require_member(work)
        about = _check_ins_of(work, author, MessageRef(place[0], thread))
        if not about:
            return False
        if len(about) > 1:
            work.arrive()
            checkin_record.answer_words(work, author.id, "", SUPPORT_WHICH, None, thread)
            return True
        stored = checkins.check_in_by_id(work.connection, about.pop(), lock=True)
        if stored is None:
            return False
        work.arrive()
        other = stored.manager if author.id == stored.owner else stored.owner
        over = _over(work, stored)
        if other is None or over is not None:
            # Their words are not stored with the answer: they are for nobody here.
            checkin_record.answer_words(work, author.id, "", over or SUPPORT_ENDED, None, thread)
            return True
        reply = checkin_support.add_reply(
            work.connection,
            work.sealer,
            check_in=stored.id,
            author=author.id,
            reader=other,
            place=place,
            words=words,
            at=work.now,
            made_at=work.done_at,
        )
        work.record(support_event(Action.SUPPORT_REPLY, stored, author.id))
        tell_when_there(work, _answered(work, reply, other))
        work.notify(_kept(work, reply, author.id, thread))
        work.touch(SubjectType.CHECK_IN, stored.id)
        return True


def send_alone(store: Store, origin: Origin, subject: UUID, *, reply: bool) -> None:
    """Send the asker a message about one check-in, or (`reply`) one answer, whose thread is its
    own. Once a day; raises NotShared for all but its two sides.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        answer = checkin_support.reply_by_id(work.connection, subject) if reply else None
        check_in = answer.check_in if answer is not None else subject
        stored = checkins.check_in_by_id(work.connection, check_in)
        if stored is None or not takes_part(work, stored, actor):
            raise NotShared
        if answer is None and (reply or actor.id != stored.manager):
            raise NotShared
        work.notify(
            NewNotice(
                kind=NoticeKind.SUPPORT_ANSWERED if reply else NoticeKind.CHECK_IN_ANSWERED,
                dedup_key=f"support:{subject}:alone:{actor.id}:{work.now:%Y%m%d}",
                person=actor.id,
                lane=Lane.INTERACTIVE,
                subject_type=SubjectType.SUPPORT_REPLY if reply else SubjectType.CHECK_IN,
                subject=subject,
                due_at=work.now,
            )
        )


def _over(work: Reading, stored: StoredCheckIn) -> str | None:
    """Why nobody would read another reply, as a code; None as long as both sides take part."""
    if stored.undone_at is not None:
        return SUPPORT_TAKEN_BACK
    manager = people.members(work.connection, [stored.manager]) if stored.manager else {}
    if all(takes_part(work, stored, one) for one in manager.values()) and manager:
        return None
    return SUPPORT_ENDED


def _answered(work: Work, reply: UUID, reader: UUID) -> NewNotice:
    return NewNotice(
        kind=NoticeKind.SUPPORT_ANSWERED,
        dedup_key=f"support:{reply}:answered",
        person=reader,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.SUPPORT_REPLY,
        subject=reply,
        due_at=work.now,
    )


def _kept(work: Work, reply: UUID, author: UUID, thread: str) -> NewNotice:
    return NewNotice(
        kind=NoticeKind.SUPPORT_KEPT,
        dedup_key=f"support:{reply}:kept",
        person=author,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.SUPPORT_REPLY,
        subject=reply,
        due_at=work.now,
        thread_ts=thread,
    )


def _check_ins_of(work: Work, author: Member, thread: MessageRef) -> set[UUID]:
    """The check-ins that a message of ours to this person is about."""
    post = outbox.post_at(work.connection, thread)
    if post is None or post.person != author.id:
        return set()
    told = [Part(post.kind, post.subject, 0), *outbox.further_parts(work.connection, post.id)]
    found = {one.subject for one in told if one.kind is NoticeKind.CHECK_IN_ANSWERED}
    for one in told:
        if one.kind is NoticeKind.SUPPORT_ANSWERED:
            reply = checkin_support.reply_by_id(work.connection, one.subject)
            found |= {reply.check_in} if reply is not None else set()
    return found


def follow_edit(store: Store, origin: Origin, place: tuple[str, str], words: str) -> bool:
    """The author changed a reply in Slack: *Read* shows the new words. False if it is none."""
    with store.write(origin) as work:
        author = require_member(work)
        reply = checkin_support.reply_at(work.connection, place)
        if reply is None or reply.author != author.id:
            return False
        work.arrive()
        if reply.withdrawn_at is None:
            checkin_support.edit_reply(work.connection, work.sealer, reply, words, work.now)
            _follow(work, reply, Action.SUPPORT_EDIT)
        return True


def follow_deletion(store: Store, origin: Origin, place: tuple[str, str]) -> bool:
    """The author deleted a reply in Slack: its words are gone here too. False if it is none."""
    with store.write(origin) as work:
        reply = checkin_support.reply_at(work.connection, place)
        if reply is None:
            return False
        work.arrive()
        if reply.withdrawn_at is None:
            checkin_support.withdraw_reply(work.connection, reply.id, work.now)
            _follow(work, reply, Action.SUPPORT_WITHDRAW)
        return True


def undo_reply(store: Store, origin: Origin, reply_id: UUID) -> None:
    """Take one's own reply back while the other has not opened it.

    Raises NotShared, AlreadyDone, and Refused where it was read or is too long ago.
    """
    with store.write(origin) as work:
        author = require_member(work)
        work.arrive()
        reply = checkin_support.reply_by_id(work.connection, reply_id, lock=True)
        if reply is None or reply.author != author.id:
            raise NotShared
        if reply.withdrawn_at is not None:
            raise AlreadyDone("reply_taken_back")
        if not can_undo_reply(work, reply):
            raise Refused("reply_undo_too_late")
        checkin_support.withdraw_reply(work.connection, reply.id, work.now)
        _follow(work, reply, Action.SUPPORT_WITHDRAW)


def can_undo_reply(work: Reading, reply: Reply) -> bool:
    """Not read yet, not taken back, within the time that policy gives. In machine time."""
    window = timedelta(minutes=work.policy.document.negotiation.undo_minutes)
    return reply.withdrawn_at is None and reply.read_at is None and work.at - reply.made_at < window


def _follow(work: Work, reply: Reply, action: Action) -> None:
    stored = checkins.check_in_by_id(work.connection, reply.check_in)
    if stored is not None:
        work.record(support_event(action, stored, reply.author))
    work.touch(SubjectType.SUPPORT_REPLY, reply.id)
    work.touch(SubjectType.CHECK_IN, reply.check_in)
