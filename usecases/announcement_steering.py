"""An announcement that was sent: stopped, gone on with, corrected; and whom it does not concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from domain.announcements import (
    AnnouncementHead,
    AnnouncementState,
    CorrectAnnouncement,
    Corrected,
    LeaveOut,
)
from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import AlreadyDone, InvalidInput, NotShared, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member
from storage import announcement_recipients, announcements, cycles, requests
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.announcements import event, told
from usecases.hr_rights import covers, require_hr


def may_steer(work: Reading, member: Member, head: AnnouncementHead) -> bool:
    """Whether they may see how it goes, stop and correct it: HR whose role covers all of it."""
    if head.state is AnnouncementState.DRAFT:
        return False
    path = None
    if head.rule.org_unit is not None:
        path = cycles.unit_named(work.connection, head.rule.org_unit)
    return covers(require_hr(work, member), head.rule.reach, path, head.rule.region)


def steered(
    work: Reading, member: Member, announcement: UUID, *, lock: bool = False
) -> AnnouncementHead:
    """An announcement that was sent, for those who may steer it; raises NotShared for others.

    Whoever is not in HR is told the same, NotAllowed, whether there is such a thing or not.
    """
    require_hr(work, member)
    head = announcements.by_id(work.connection, announcement, lock=lock)
    if head is None or not may_steer(work, member, head):
        raise NotShared
    return head


def stop_announcement(store: Store, origin: Origin, announcement: UUID) -> AnnouncementHead:
    """Nobody who does not have it yet gets it. Raises AlreadyDone for whoever comes second."""
    with store.write(origin) as work:
        member = require_member(work)
        head = steered(work, member, announcement, lock=True)
        if not head.state.under_way:
            code = "announcement_over" if head.ended_by is None else "announcement_stopped"
            raise AlreadyDone(code)
        stop(work, member, head)
        return replace(head, state=AnnouncementState.STOPPED, ended_at=work.now, ended_by=member.id)


def stop(work: Work, member: Member, head: AnnouncementHead) -> None:
    """Stop one that is under way, for somebody who may."""
    announcement_recipients.stop_waiting(work.connection, head.id)
    announcements.change(
        work.connection,
        head.id,
        state=AnnouncementState.STOPPED,
        ended_at=work.now,
        ended_by_id=member.id,
        stopped_at=work.at,
        resumed_at=None,
    )
    work.record(event(Action.ANNOUNCEMENT_STOP, member, head))
    work.touch(SubjectType.ANNOUNCEMENT_DESK, head.id)


def send_the_rest(store: Store, origin: Origin, announcement: UUID) -> int:
    """Go on after a stop with those whom it has not reached; returns how many were stopped.

    The list is gone through once more, since the stop may have come while it was made. Raises
    AlreadyDone where nothing is stopped, Refused once the phase is over.
    """
    with store.write(origin) as work:
        member = require_member(work)
        # The cycle first, as whoever withdraws it does.
        cycles.lock(work.connection, steered(work, member, announcement).phase.cycle)
        head = steered(work, member, announcement, lock=True)
        if head.phase.withdrawn is not None:
            raise Refused("cycle_withdrawn", name=head.phase.cycle_name)
        if head.state is not AnnouncementState.STOPPED:
            raise AlreadyDone("announcement_not_stopped")
        if head.phase.ends < member.today(work.now):
            raise Refused("phase_over_to_resume", day=head.phase.ends)
        people = announcement_recipients.wait_again(
            work.connection,
            head.id,
            head.phase.id,
            unless_announced=LeaveOut.ANNOUNCED in head.rule.leave_out,
        )
        announcements.change(
            work.connection,
            head.id,
            state=AnnouncementState.EXPANDING,
            ended_at=None,
            ended_by_id=None,
            resumed_at=work.at,
        )
        work.record(event(Action.ANNOUNCEMENT_RESUME, member, head, {"people": people}))
        work.touch(SubjectType.ANNOUNCEMENT_DESK, head.id)
        return people


def correct_announcement(
    store: Store, origin: Origin, announcement: UUID, new: CorrectAnnouncement, token: str
) -> Corrected:
    """Replace its texts: in messages that are there, and for all who still wait.

    A language whose text stays the same is not corrected: its readers are told nothing. Raises
    InvalidInput where nothing changes, and for a language that would lose its text.
    """
    with store.write(origin) as work:
        member = require_member(work)
        head = steered(work, member, announcement, lock=True)
        earlier = requests.consume_token(work.connection, token, member.id, head.id, work.at)
        if earlier is not None:
            earlier.require(member.id, head.id)
            return _corrected(work, head)
        before = announcements.texts(work.connection, head.id, head.text_version)
        after = {head.language: new.message, **new.texts}
        for language in sorted(before):
            if language not in after:
                raise InvalidInput("correction_needs_text", field=f"texts.{language}")
        fresh = {one: words for one, words in after.items() if before.get(one) != words}
        if not fresh:
            raise InvalidInput("correction_changes_nothing", field="message")
        corrected = announcements.corrected(work.connection, head.id, head.text_version)
        version = head.text_version + 1
        announcements.add_texts(
            work.connection,
            head.id,
            version,
            after,
            {**corrected, **dict.fromkeys(fresh, work.now)},
        )
        announcements.change(
            work.connection,
            head.id,
            text_version=version,
            corrected_at=work.now,
            correcting=True,
            correct_after=None,
        )
        work.record(event(Action.ANNOUNCEMENT_CORRECT, member, head, told(fresh)))
        work.touch(SubjectType.ANNOUNCEMENT_DESK, head.id)
        return _corrected(work, replace(head, text_version=version, corrected_at=work.now))


def _corrected(work: Reading, head: AnnouncementHead) -> Corrected:
    """What its last correction did."""
    texts = announcements.texts(work.connection, head.id, head.text_version)
    when = announcements.corrected(work.connection, head.id, head.text_version)
    changed = {language for language in texts if when.get(language) == head.corrected_at}
    return Corrected(tuple(sorted(changed)), tuple(sorted(set(texts) - changed)))


def texts_to_correct(
    store: Store, origin: Origin, announcement: UUID
) -> tuple[AnnouncementHead, Mapping[str, str]]:
    """What stands in its messages now."""
    with store.read(origin) as work:
        head = steered(work, require_member(work), announcement)
        return head, announcements.texts(work.connection, head.id, head.text_version)


def say_not_for_me(
    store: Store, origin: Origin, announcement: UUID, *, for_me_after_all: bool = False
) -> None:
    """A recipient says that it isn't meant for them, or takes that back; HR sees who did."""
    with store.write(origin) as work:
        member = require_member(work)
        head = announcements.by_id(work.connection, announcement)
        row = announcement_recipients.recipient(work.connection, announcement, member.id, lock=True)
        if head is not None and head.author == member.id and row is None:
            raise Refused("announcement_only_a_test")
        if head is None or row is None:
            raise NotShared
        if (row.not_for_me_at is not None) is not for_me_after_all:
            return
        at = None if for_me_after_all else work.now
        announcement_recipients.decline(work.connection, announcement, member.id, at)
        action = Action.ANNOUNCEMENT_TAKE_UP if for_me_after_all else Action.ANNOUNCEMENT_DECLINE
        actor = Actor(ActorKind.PERSON, member.id)
        work.record(AuditEvent(action, actor, SubjectType.ANNOUNCEMENT, head.id, subject=member.id))
        if row.notice_key is not None:
            work.touch_listed([row.notice_key])
        work.touch(SubjectType.ANNOUNCEMENT_DESK, head.id)
