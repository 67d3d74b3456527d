"""Announcements: written, looked at, tested on oneself, confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from domain.announcements import (
    Announce,
    AnnouncementHead,
    AnnouncementPlan,
    AnnouncementScreen,
    AnnouncementState,
    AudienceCount,
)
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.cycles import Phase
from domain.errors import AlreadyDone, InvalidInput, NotShared, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from storage import announcement_audience, announcements, cycles, requests
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.announcement_times import bulk_pace, class_moments
from usecases.hr_rights import require_covered, require_hr

PHASES = 100


def start_announcement(store: Store, origin: Origin) -> AnnouncementScreen:
    """What the dialog offers. Raises NotAllowed outside HR, Refused where no phase is left."""
    with store.read(origin) as work:
        author = require_member(work)
        scopes = require_hr(work, author)
        today = author.today(work.now)
        running = cycles.listed(work.connection, today, PHASES)
        phases = [phase for cycle in running for phase in cycle.phases if phase.ends >= today]
        if not phases:
            raise Refused("no_cycle_to_announce")
        regions, entities, bargaining = announcement_audience.in_use(work.connection)
        draft = announcements.draft_of(work.connection, author.id)
        ended = draft is not None and (draft.phase.ends < today or draft.phase.withdrawn)
        plan = None
        if draft is not None and not ended:
            plan = _plan(work, author, draft, counted=False)
        del scopes  # being in HR at all is enough to begin; the audience is judged when it is sent
        return AnnouncementScreen(
            author,
            tuple(sorted(phases, key=lambda phase: (phase.starts, phase.cycle_name))[:PHASES]),
            tuple(_with_countries(regions)),
            tuple(entities),
            tuple(bargaining),
            plan,
        )


def _with_countries(regions: list[str]) -> list[str]:
    """Every region that people work in, and the countries of those that are part of one."""
    return sorted({*regions, *(region.partition("-")[0] for region in regions)})


def plan_announcement(
    store: Store, origin: Origin, asked: Announce, language: str, draft: UUID | None
) -> AnnouncementPlan:
    """Keep what was written as a draft, and tell whom it reaches and when.

    Raises InvalidInput for a phase that is over, an audience beyond one's role, and an empty one.
    """
    with store.write(origin) as work:
        author = require_member(work)
        scopes = require_hr(work, author)
        _open_phase(work, author, asked.phase)
        path = _path(work, asked.org_unit) if asked.rule.org_unit else None
        require_covered(scopes, asked.rule, path)
        own = None if draft is None else announcements.by_id(work.connection, draft, lock=True)
        if own is not None and (
            own.author != author.id or own.state is not AnnouncementState.DRAFT
        ):
            own = None
        kept = uuid4() if own is None else own.id
        announcements.save_draft(work.connection, kept, author.id, asked, language, work.now)
        plan = _plan(work, author, announcements.stored(work.connection, kept))
        _require_somebody(plan)
        return plan


def _open_phase(work: Reading, author: Member, phase: UUID) -> Phase:
    found = cycles.phase_by_id(work.connection, phase)
    if found is None:
        raise InvalidInput("not_offered", field="phase")
    if found.withdrawn is not None:
        raise InvalidInput("cycle_withdrawn", field="phase", name=found.cycle_name)
    if found.ends < author.today(work.now):
        raise InvalidInput("phase_over", field="phase", day=found.ends)
    return found


def _path(work: Reading, org_unit: UUID | None) -> str:
    path = None if org_unit is None else cycles.unit_named(work.connection, org_unit)
    if path is None:
        raise InvalidInput("not_offered", field="org_unit")
    return path


def _require_somebody(plan: AnnouncementPlan) -> None:
    if plan.count.people:
        return
    left_out = sum(plan.count.left_out.values())
    if left_out:
        raise InvalidInput("audience_all_left_out", field="audience", left_out=left_out)
    raise InvalidInput("audience_empty", field="audience")


def _plan(
    work: Reading, author: Member, head: AnnouncementHead, *, counted: bool = True
) -> AnnouncementPlan:
    today = author.today(work.now)
    place = head.rule.region
    if head.rule.org_unit is not None:
        place = cycles.unit_named(work.connection, head.rule.org_unit)
    count = AudienceCount(0, {}, {}, 0)
    moments = []
    if counted:
        count = announcement_audience.count(work.connection, head.rule, head.phase.id, today)
        moments = [moment for _, moment in class_moments(work, head, today)]
    return AnnouncementPlan(
        author,
        head,
        announcements.texts(work.connection, head.id, head.text_version),
        count,
        place,
        min(moments, default=None),
        max(moments, default=None),
        bulk_pace(work),
    )


def plan_of(store: Store, origin: Origin, announcement: UUID) -> AnnouncementPlan:
    """One's own draft once more."""
    with store.read(origin) as work:
        author = require_member(work)
        require_hr(work, author)
        return _plan(work, author, _own_draft(work, author, announcement))


def _own_draft(
    work: Reading, author: Member, announcement: UUID, *, lock: bool = False
) -> AnnouncementHead:
    head = announcements.by_id(work.connection, announcement, lock=lock)
    if head is None or head.author != author.id:
        raise NotShared
    if head.state is not AnnouncementState.DRAFT:
        raise AlreadyDone("announcement_sent_already")
    return head


def send_test(store: Store, origin: Origin, announcement: UUID) -> int:
    """Send each text to its author alone, now; returns how many there are."""
    with store.write(origin) as work:
        author = require_member(work)
        require_hr(work, author)
        head = _own_draft(work, author, announcement)
        texts = announcements.texts(work.connection, head.id, head.text_version)
        for number, language in enumerate(sorted(texts)):
            work.notify(
                NewNotice(
                    kind=NoticeKind.ANNOUNCEMENT_TEST,
                    dedup_key=f"announcement_test:{head.id}:{language}:{uuid4().hex}",
                    person=author.id,
                    lane=Lane.INTERACTIVE,
                    subject_type=SubjectType.ANNOUNCEMENT,
                    subject=head.id,
                    due_at=work.now,
                    subject_revision=number,
                )
            )
        return len(texts)


def confirm_announcement(
    store: Store, origin: Origin, announcement: UUID, token: str
) -> AnnouncementPlan:
    """Send it: from here on each person gets it once, within their hours."""
    with store.write(origin) as work:
        author = require_member(work)
        scopes = require_hr(work, author)
        earlier = requests.consume_token(work.connection, token, author.id, announcement, work.at)
        if earlier is not None:
            earlier.require(author.id, announcement)
            sent = announcements.stored(work.connection, announcement)
            return _plan(work, author, sent, counted=False)
        head = _own_draft(work, author, announcement, lock=True)
        # Nobody withdraws the cycle between this look at it and the commit.
        cycles.lock(work.connection, head.phase.cycle)
        _open_phase(work, author, head.phase.id)
        path = _path(work, head.rule.org_unit) if head.rule.org_unit else None
        require_covered(scopes, head.rule, path)
        plan = _plan(work, author, head)
        _require_somebody(plan)
        announcements.change(
            work.connection,
            head.id,
            state=AnnouncementState.EXPANDING,
            confirmed_at=work.now,
        )
        fields: dict[str, FieldValue] = {
            "cycle": head.phase.cycle_name,
            "phase": str(head.phase.id),
            "audience": head.rule.model_dump_json(),
            "people": plan.count.people,
            "send_at": head.send_at.value,
            "at": head.at.isoformat() if head.at else None,
            **told(plan.texts),
        }
        work.record(event(Action.ANNOUNCEMENT_SEND, author, head, fields))
        work.notify(_desk_notice(head, work))
        return replace(
            plan,
            head=replace(head, state=AnnouncementState.EXPANDING, confirmed_at=work.now),
        )


def told(texts: Mapping[str, str]) -> dict[str, FieldValue]:
    return {f"text_{language}": words for language, words in sorted(texts.items())}


def _desk_notice(head: AnnouncementHead, work: Work) -> NewNotice:
    return NewNotice(
        kind=NoticeKind.ANNOUNCEMENT_DESK,
        dedup_key=f"announcement_desk:{head.id}",
        person=head.author,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.ANNOUNCEMENT_DESK,
        subject=head.id,
        due_at=work.now,
    )


def event(
    action: Action,
    who: Member,
    head: AnnouncementHead,
    fields: Mapping[str, FieldValue] | None = None,
) -> AuditEvent:
    actor = Actor(ActorKind.PERSON, who.id, role=Role.HR.value)
    return AuditEvent(action, actor, SubjectType.ANNOUNCEMENT, head.id, fields=fields or {})
