"""`/accord access-review`: following one, starting one, and answering for what one is asked about.

HR, compliance and administrators for the whole organisation start and follow reviews. Whoever
answers for an access confirms or revokes it; nobody answers for a role of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.access_reviews import (
    OVER_BEFORE,
    AccessKind,
    AccessToReview,
    Answer,
    NothingToReview,
    Reviewer,
    ReviewHead,
    ReviewPage,
    ReviewPlan,
    ReviewReport,
    ReviewState,
    RevokeAccess,
    ToReview,
    usual_deadline,
)
from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import AlreadyDone, NotAllowed, NotShared, Refused
from domain.notices import SubjectType
from domain.origin import Origin
from domain.people import Member, Role
from domain.roles import earliest_date
from storage import access_in_review, access_reviews, people
from storage.access_reviews import Count, Item
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member
from usecases.access_ends import REVOKED_IN_REVIEW, end_accesses
from usecases.access_review_keys import message_keys
from usecases.access_review_times import times_to_answer
from usecases.access_reviewers import find_reviewer, may_answer

FOLLOWING = (Role.HR, Role.COMPLIANCE, Role.ADMINISTRATOR)
PAGE = 10
REVIEWERS_NAMED = 15
GRANTS_PLANNED = 200
"""For how many roles it is found out beforehand who would be asked."""


def review_for(store: Store, origin: Origin) -> ReviewReport | ReviewPage | NothingToReview:
    """How it goes, for those who follow reviews; else the asker's own part; else the next one."""
    with store.read(origin) as work:
        viewer = require_member(work)
        if may_follow(work, viewer):
            return _report(work, viewer)
        review = access_reviews.head(work.connection, ReviewState.OPEN)
        if review is not None:
            page = _page(work, viewer, review, 0)
            if page.total:
                return page
        return NothingToReview(_next_start(work))


def to_review(work: Reading, reader: Member) -> ToReview | None:
    """What the reader has not answered yet; None where there is nothing."""
    review = access_reviews.head(work.connection, ReviewState.OPEN)
    if review is None:
        return None
    count = access_reviews.count_of(work.connection, review.id, reader.id)
    return ToReview(_theirs(review, count), count.open) if count.open else None


def _theirs(review: ReviewHead, count: Count) -> ReviewHead:
    """The review with the deadline of whoever is asked."""
    return replace(review, answer_by=count.answer_by or review.answer_by)


def may_follow(work: Reading, member: Member) -> bool:
    """Whether they hold one of the roles for the whole organisation, which a review covers."""
    today = member.today(work.now)
    return any(
        scope.path is None and scope.region is None
        for role in FOLLOWING
        for scope in people.role_scopes(work.connection, member.id, role, today)
    )


def _report(work: Reading, viewer: Member) -> ReviewReport:
    connection = work.connection
    review = access_reviews.head(connection, ReviewState.OPEN)
    review = review or access_reviews.head(connection, ReviewState.CLOSED)
    if review is None:
        return ReviewReport(viewer, None, None, {}, (), 0, 0, _next_start(work), 0, can_start=True)
    return report_of(work, viewer, review)


def report_of(work: Reading, viewer: Member, review: ReviewHead) -> ReviewReport:
    """How this review goes or went."""
    connection, is_open = work.connection, review.state is ReviewState.OPEN
    listed = access_reviews.by_reviewer(connection, review.id, REVIEWERS_NAMED)
    named = people.members(connection, [who for who, _, _ in listed])
    starter = None
    if review.started_by is not None:
        starter = people.member(connection, review.started_by).name
    last = access_reviews.last_deadline(connection, review.id)
    if last is not None:
        review = replace(review, answer_by=last)
    return ReviewReport(
        viewer,
        review,
        starter,
        access_reviews.counts(connection, review.id),
        tuple(Reviewer(named[who], answered, total) for who, answered, total in listed),
        max(access_reviews.how_many_reviewers(connection, review.id) - len(listed), 0),
        access_reviews.nobody_to_ask(connection, review.id),
        _next_start(work),
        access_reviews.count_of(connection, review.id, viewer.id).open if is_open else 0,
        can_start=not is_open,
    )


def _next_start(work: Reading) -> datetime | None:
    planned = access_reviews.head(work.connection, ReviewState.PLANNED)
    return None if planned is None else planned.starts_at


def plan_review(store: Store, origin: Origin) -> ReviewPlan:
    """What a review would ask of whom, and until when. Raises what `start_review` raises."""
    with store.read(origin) as work:
        actor = require_member(work)
        _require_may_start(work, actor)
        connection, today = work.connection, earliest_date(work.now)
        asked = set(access_in_review.givers_to_ask(connection, today))
        nobody = 0
        for grant, holder in access_in_review.grants_to_list(connection, today, GRANTS_PLANNED):
            item = Item(grant, 0, AccessKind.GRANT, grant, holder, None, Answer.OPEN, None)
            reviewer = find_reviewer(work, item)
            if reviewer is None:
                nobody += 1
            else:
                asked.add(reviewer)
        times = times_to_answer(work, asked).values()
        return ReviewPlan(
            actor,
            access_in_review.would_list(connection, today),
            reviewers=len(asked),
            nobody_to_ask=nobody,
            days=work.policy.document.access_reviews.days_to_answer,
            answer_by=max((one.answer_by for one in times), default=None),
        )


def _require_may_start(work: Reading, actor: Member) -> None:
    if not may_follow(work, actor):
        raise NotAllowed("reviews_need_role", roles=FOLLOWING)
    if access_reviews.head(work.connection, ReviewState.OPEN) is not None:
        raise AlreadyDone("review_open_already")


def start_review(store: Store, origin: Origin) -> ReviewReport:
    """Start a review now. Raises NotAllowed, naming who can; AlreadyDone while one is open."""
    with store.write(origin) as work:
        actor = require_member(work)
        _require_may_start(work, actor)
        if begin_review(work, Actor(ActorKind.PERSON, actor.id), actor.id) is None:
            raise AlreadyDone("review_open_already")
        return _report(work, actor)


def begin_review(work: Work, actor: Actor, by: UUID | None) -> UUID | None:
    """Open the review; what it looks through is listed by the sweep. None while one is open."""
    rules = work.policy.document.access_reviews
    answer_by = usual_deadline(work.now, rules)
    review = access_reviews.begin(work.connection, by, work.now, answer_by)
    if review is not None:
        work.record(
            AuditEvent(
                Action.REVIEW_START,
                actor,
                SubjectType.ACCESS_REVIEW,
                review,
                fields={"answer_by": answer_by.isoformat()},
            )
        )
    return review


def review_page(store: Store, origin: Origin, review: UUID, offset: int) -> ReviewPage:
    """What the asker answers for in this review, from `offset` on."""
    with store.read(origin) as work:
        viewer = require_member(work)
        head = access_reviews.by_id(work.connection, review)
        if head is None:
            raise NotShared
        page = _page(work, viewer, head, offset)
        if not page.total:
            raise NotShared
        return page


def _page(work: Reading, viewer: Member, review: ReviewHead, offset: int) -> ReviewPage:
    connection = work.connection
    count = access_reviews.count_of(connection, review.id, viewer.id)
    start = min(offset, max(count.total - 1, 0)) // PAGE * PAGE
    items = access_reviews.mine(connection, review.id, viewer.id, start, PAGE)
    return ReviewPage(
        viewer,
        _theirs(review, count),
        tuple(_described(work, viewer, items)),
        offset=start,
        total=count.total,
        open=count.open,
        page=PAGE,
    )


def _described(work: Reading, viewer: Member, items: list[Item]) -> list[AccessToReview]:
    found = access_in_review.accesses(work.connection, viewer, work.now, items)
    owners = {one.owner for one in found.values() if one.owner is not None}
    named = people.members(work.connection, {one.holder for one in items} | owners)
    described = []
    for item in items:
        access = found.get(item.number)
        if access is None:
            continue
        elses = access.owner is not None and access.owner != viewer.id
        described.append(
            AccessToReview(
                item.number,
                item.kind,
                named[item.holder],
                item.answer,
                access.since,
                access.until,
                access.in_force,
                role=access.role,
                place=access.place,
                region=access.region,
                goal=access.goal,
                owner=named[access.owner].name if elses and access.owner else None,
            )
        )
    return described


def access_to_revoke(
    store: Store, origin: Origin, review: UUID, number: int
) -> tuple[ReviewPage, AccessToReview]:
    """One access before whoever is about to revoke it. Raises what `revoke_access` raises."""
    with store.read(origin) as work:
        actor = require_member(work)
        head = access_reviews.by_id(work.connection, review)
        head, item = _answerable(work, actor, head, number)
        page = _page_with(work, actor, head, number)
        shown = _described(work, actor, [item])
        if not shown or not shown[0].in_force:
            raise AlreadyDone("access_over")
        return page, shown[0]


def confirm_accesses(
    store: Store, origin: Origin, review: UUID, numbers: Collection[int]
) -> ReviewPage:
    """Confirm one or several, each put on record by itself; what is answered already stays so.

    Raises NotShared for whoever is not asked about one of them (any more), AlreadyDone where the
    only one has ended or the review is over.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = access_reviews.lock(work.connection, review)
        asked = [
            _answerable(work, actor, head, number, alone=len(numbers) == 1) for number in numbers
        ]
        if not asked:
            raise NotShared
        for _, item in asked:
            if item.answer is Answer.OPEN:
                _confirm(work, actor, item)
        return _answered(work, actor, asked[0][0], min(numbers))


def revoke_access(
    store: Store, origin: Origin, review: UUID, number: int, command: RevokeAccess
) -> ReviewPage:
    """End an access at once, also one that was confirmed before; the reason stands in the record.

    Raises NotShared for whoever is not asked about it (any more), AlreadyDone where it has ended or
    the review is over, Refused for a role without which nobody could give roles.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        head = access_reviews.lock(work.connection, review)
        head, item = _answerable(work, actor, head, number)
        if not _in_force(work, actor, item):
            _over_before(work, item)
            return _answered(work, actor, head, number)
        by = Actor(ActorKind.PERSON, actor.id)
        ends = end_accesses(work, by, [item], reason=REVOKED_IN_REVIEW, rationale=command.reason)
        if ends.kept:
            raise Refused("role_last_of_two")
        access_reviews.answer(
            work.connection, review, [number], Answer.REVOKED, work.now, by=actor.id
        )
        return _answered(work, actor, head, number)


def _answerable(
    work: Reading, actor: Member, head: ReviewHead | None, number: int, *, alone: bool = True
) -> tuple[ReviewHead, Item]:
    """An access that the actor is asked about; `alone`: it must not be over either."""
    item = None if head is None else access_reviews.item(work.connection, head.id, number)
    if head is None or item is None or not may_answer(work, actor, item):
        raise NotShared
    if head.state is not ReviewState.OPEN or _past(head, item, work.now):
        raise AlreadyDone("review_over")
    if alone and item.answer not in (Answer.OPEN, Answer.CONFIRMED):
        raise AlreadyDone("access_over")
    return head, item


def _answered(work: Work, actor: Member, head: ReviewHead, number: int) -> ReviewPage:
    work.touch_listed(message_keys(work, head.id, [actor.id]))
    work.refresh_homes([actor.id])
    return _page_with(work, actor, head, number)


def _page_with(work: Reading, actor: Member, head: ReviewHead, number: int) -> ReviewPage:
    offset = access_reviews.ahead_of(work.connection, head.id, actor.id, number)
    return _page(work, actor, head, offset)


def _past(review: ReviewHead, item: Item, now: datetime) -> bool:
    until = item.answer_by or review.answer_by
    return until is not None and until <= now


def _in_force(work: Reading, actor: Member, item: Item) -> bool:
    found = access_in_review.accesses(work.connection, actor, work.now, [item])
    return item.number in found and found[item.number].in_force


def _confirm(work: Work, actor: Member, item: Item) -> None:
    if not _in_force(work, actor, item):
        _over_before(work, item)
        return
    work.record(_confirmed(Actor(ActorKind.PERSON, actor.id), item))
    access_reviews.answer(
        work.connection, item.review, [item.number], Answer.CONFIRMED, work.now, by=actor.id
    )


def _over_before(work: Work, item: Item) -> None:
    access_reviews.answer(
        work.connection, item.review, [item.number], Answer.ENDED, work.now, reason=OVER_BEFORE
    )


def _confirmed(actor: Actor, item: Item) -> AuditEvent:
    fields: dict[str, FieldValue] = {
        "kind": item.kind.value,
        "thing": str(item.thing),
        "holder": str(item.holder),
    }
    return AuditEvent(
        Action.REVIEW_CONFIRM,
        actor,
        SubjectType.ACCESS_REVIEW,
        item.review,
        subject=item.holder,
        fields=fields,
    )
