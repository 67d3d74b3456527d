"""Access reviews in the database: campaigns, what each looks through, and how it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)

from domain.access_reviews import (
    ANSWERS_OF_PEOPLE,
    NOT_CONFIRMED,
    AccessKind,
    Answer,
    ReviewHead,
    ReviewState,
)
from domain.people import Employment
from storage.conflicts import insert_if_new
from storage.literals import literally
from storage.people import able_to_act
from storage.tables.access_reviews import AccessReview, AccessReviewItem
from storage.tables.people import Person

_HEADS = select(
    AccessReview.id,
    AccessReview.state,
    AccessReview.starts_at,
    AccessReview.started_at,
    AccessReview.started_by_id,
    AccessReview.answer_by,
    AccessReview.closed_at,
    AccessReview.listed,
)
OPEN: ColumnElement[bool] = AccessReviewItem.answer == literally(Answer.OPEN)


@dataclass(frozen=True, slots=True)
class Item:
    """One access of a review; `thing` is the grant, the delegation or the goal."""

    review: UUID
    number: int
    kind: AccessKind
    thing: UUID
    holder: UUID
    reviewer: UUID | None
    answer: Answer
    answer_by: datetime | None
    """Of its own; None: the review's."""


ITEMS = select(
    AccessReviewItem.review_id,
    AccessReviewItem.number,
    AccessReviewItem.kind,
    AccessReviewItem.object_id,
    AccessReviewItem.holder_id,
    AccessReviewItem.reviewer_id,
    AccessReviewItem.answer,
    AccessReviewItem.answer_by,
)


# Campaigns


def head(connection: Connection, state: ReviewState) -> ReviewHead | None:
    """The planned or the open one, or the last that was closed."""
    found = _HEADS.where(AccessReview.state == state).order_by(AccessReview.closed_at.desc())
    row = connection.execute(found.limit(1)).one_or_none()
    return None if row is None else ReviewHead(*row)


def by_id(connection: Connection, review: UUID) -> ReviewHead | None:
    row = connection.execute(_HEADS.where(AccessReview.id == review)).one_or_none()
    return None if row is None else ReviewHead(*row)


def plan(connection: Connection, starts_at: datetime) -> bool:
    """Plan the next review; False where one is planned already."""
    row = {
        "id": uuid4(),
        "state": ReviewState.PLANNED,
        "starts_at": starts_at,
        "listed": False,
    }
    return insert_if_new(connection, AccessReview, row)


def begin(
    connection: Connection, by: UUID | None, now: datetime, answer_by: datetime
) -> UUID | None:
    """Open the planned review, or a new one; None where one is open already."""
    if head(connection, ReviewState.OPEN) is not None:
        return None
    opened = {"state": ReviewState.OPEN, "started_at": now, "started_by_id": by}
    planned = head(connection, ReviewState.PLANNED)
    if planned is None:
        review = uuid4()
        row = {
            "id": review,
            "starts_at": now,
            "answer_by": answer_by,
            "listed": False,
            **opened,
        }
        return review if insert_if_new(connection, AccessReview, row) else None
    changed = connection.execute(
        update(AccessReview)
        .where(AccessReview.id == planned.id, AccessReview.state == ReviewState.PLANNED)
        .values(answer_by=answer_by, **opened)
    )
    return planned.id if changed.rowcount else None


def lock(connection: Connection, review: UUID, *, wait: bool = True) -> ReviewHead | None:
    """The review; nobody else closes it or answers in it before the transaction ends.

    Without waiting, None where somebody else has it.
    """
    row = connection.execute(
        _HEADS.where(AccessReview.id == review).with_for_update(skip_locked=not wait)
    ).one_or_none()
    return None if row is None else ReviewHead(*row)


def mark_listed(connection: Connection, review: UUID) -> None:
    connection.execute(update(AccessReview).where(AccessReview.id == review).values(listed=True))


def close(connection: Connection, review: UUID, now: datetime) -> None:
    connection.execute(
        update(AccessReview)
        .where(AccessReview.id == review)
        .values(state=ReviewState.CLOSED, closed_at=now)
    )


# Who answers


def unplaced(connection: Connection, review: UUID, after: int, limit: int) -> list[Item]:
    """Open ones, behind the number `after`, that nobody can answer for as things stand."""
    able = (
        exists()
        .where(
            Person.id == AccessReviewItem.reviewer_id,
            able_to_act(),
            Person.slack_user.is_not(None),
            Person.employment != Employment.CONTRACTOR,
        )
        .correlate(AccessReviewItem)
    )
    rows = connection.execute(
        ITEMS.where(
            AccessReviewItem.review_id == review,
            AccessReviewItem.number > after,
            OPEN,
            not_(able),
        )
        .order_by(AccessReviewItem.number)
        .limit(limit)
    )
    return [Item(*row) for row in rows]


def place(connection: Connection, review: UUID, placed: Mapping[int, UUID | None]) -> None:
    """Say who answers, by number."""
    rows = [{"which": number, "whom": whom} for number, whom in placed.items()]
    if rows:
        connection.execute(
            update(AccessReviewItem)
            .where(
                AccessReviewItem.review_id == review,
                AccessReviewItem.number == bindparam("which"),
            )
            .values(reviewer_id=bindparam("whom")),
            rows,
        )


def give_time(connection: Connection, review: UUID, until: Mapping[UUID, datetime]) -> None:
    """Until when these people answer what is open of theirs; nobody gets less than they had."""
    rows = [{"who": who, "moment": moment} for who, moment in until.items()]
    if rows:
        connection.execute(
            update(AccessReviewItem)
            .where(
                AccessReviewItem.review_id == review,
                AccessReviewItem.reviewer_id == bindparam("who"),
                OPEN,
                or_(
                    AccessReviewItem.answer_by.is_(None),
                    AccessReviewItem.answer_by < bindparam("moment"),
                ),
            )
            .values(answer_by=bindparam("moment")),
            rows,
        )


def due_reviewers(connection: Connection, review: UUID, now: datetime) -> dict[UUID, datetime]:
    """Whose time has passed for something that is open, and when it did."""
    rows = connection.execute(
        select(AccessReviewItem.reviewer_id, func.max(AccessReviewItem.answer_by))
        .where(
            AccessReviewItem.review_id == review,
            OPEN,
            AccessReviewItem.reviewer_id.is_not(None),
            AccessReviewItem.answer_by <= now,
        )
        .group_by(AccessReviewItem.reviewer_id)
    )
    return {who: until for who, until in rows if who is not None and until is not None}


def untie(connection: Connection, reviewers: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """They answer for nothing any more; others are found for what is open.

    Returns who answered for something in which review, as review and reviewer.
    """
    theirs = AccessReviewItem.reviewer_id.in_(reviewers), OPEN
    untied = connection.execute(
        select(AccessReviewItem.review_id, AccessReviewItem.reviewer_id).where(*theirs).distinct()
    )
    found = [(review, who) for review, who in untied if who is not None]
    if found:
        connection.execute(
            update(AccessReviewItem).where(*theirs).values(reviewer_id=None, answer_by=None)
        )
    return found


def reviewers(connection: Connection, review: UUID) -> list[UUID]:
    """Who answers for something that is open."""
    rows = connection.scalars(
        select(AccessReviewItem.reviewer_id)
        .where(
            AccessReviewItem.review_id == review, OPEN, AccessReviewItem.reviewer_id.is_not(None)
        )
        .distinct()
    )
    return [row for row in rows if row is not None]


# Items


def mine(
    connection: Connection, review: UUID, reviewer: UUID, offset: int, limit: int
) -> list[Item]:
    rows = connection.execute(
        ITEMS.where(_of(review, reviewer))
        .order_by(AccessReviewItem.number)
        .offset(offset)
        .limit(limit)
    )
    return [Item(*row) for row in rows]


def _of(review: UUID, reviewer: UUID) -> ColumnElement[bool]:
    return (AccessReviewItem.review_id == review) & (AccessReviewItem.reviewer_id == reviewer)


@dataclass(frozen=True, slots=True)
class Count:
    """How many one person answers for, and how many ended since nobody confirmed them."""

    total: int
    open: int
    ended: int
    answer_by: datetime | None
    """Until when they answer what is open; None: until the review's own deadline."""


def count_of(connection: Connection, review: UUID, reviewer: UUID) -> Count:
    row = connection.execute(
        select(
            func.count(),
            _counted(Answer.OPEN),
            func.sum(case((AccessReviewItem.reason == NOT_CONFIRMED, 1), else_=0)),
            func.max(AccessReviewItem.answer_by),
        ).where(_of(review, reviewer))
    ).one()
    return Count(row[0], row[1] or 0, row[2] or 0, row[3])


def last_deadline(connection: Connection, review: UUID) -> datetime | None:
    """The last of those who are asked."""
    return connection.execute(
        select(func.max(AccessReviewItem.answer_by)).where(AccessReviewItem.review_id == review)
    ).scalar_one()


def _counted(*answers: Answer) -> ColumnElement[int]:
    return func.sum(case((AccessReviewItem.answer.in_(answers), 1), else_=0))


def ahead_of(connection: Connection, review: UUID, reviewer: UUID, number: int) -> int:
    """How many of theirs stand before this one."""
    return connection.execute(
        select(func.count()).where(_of(review, reviewer), AccessReviewItem.number < number)
    ).scalar_one()


def item(connection: Connection, review: UUID, number: int) -> Item | None:
    row = connection.execute(
        ITEMS.where(AccessReviewItem.review_id == review, AccessReviewItem.number == number)
    ).one_or_none()
    return None if row is None else Item(*row)


def items(connection: Connection, review: UUID, numbers: Collection[int]) -> list[Item]:
    rows = connection.execute(
        ITEMS.where(
            AccessReviewItem.review_id == review, AccessReviewItem.number.in_(numbers)
        ).order_by(AccessReviewItem.number)
    )
    return [Item(*row) for row in rows]


def due_items(connection: Connection, review: ReviewHead, now: datetime, limit: int) -> list[Item]:
    """Open ones whose time has passed."""
    over = AccessReviewItem.answer_by <= now
    if review.answer_by is not None and review.answer_by <= now:
        over = or_(over, AccessReviewItem.answer_by.is_(None))
    rows = connection.execute(
        ITEMS.where(AccessReviewItem.review_id == review.id, OPEN, over)
        .order_by(AccessReviewItem.number)
        .limit(limit)
    )
    return [Item(*row) for row in rows]


def any_open(connection: Connection, review: UUID) -> bool:
    found = select(AccessReviewItem.number).where(AccessReviewItem.review_id == review, OPEN)
    return connection.execute(found.limit(1)).first() is not None


def answer(
    connection: Connection,
    review: UUID,
    numbers: Collection[int],
    answered: Answer,
    at: datetime,
    *,
    by: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Write down what became of these, in one statement."""
    if numbers:
        connection.execute(
            update(AccessReviewItem)
            .where(AccessReviewItem.review_id == review, AccessReviewItem.number.in_(numbers))
            .values(answer=answered, answered_at=at, answered_by_id=by, reason=reason)
        )


def end_of_role(connection: Connection, grant: UUID) -> Answer | None:
    """Whether a review revoked this role, or ended it since nobody confirmed it; else None."""
    not_confirmed = and_(
        AccessReviewItem.answer == Answer.ENDED, AccessReviewItem.reason == NOT_CONFIRMED
    )
    return connection.scalars(
        select(AccessReviewItem.answer)
        .where(
            AccessReviewItem.kind == AccessKind.GRANT,
            AccessReviewItem.object_id == grant,
            or_(AccessReviewItem.answer == Answer.REVOKED, not_confirmed),
        )
        .limit(1)
    ).first()


def end_for_holder(connection: Connection, holder: UUID, at: datetime, reason: str) -> list[UUID]:
    """What the holder has lost needs no answer any more; in which reviews there was any."""
    theirs = AccessReviewItem.holder_id == holder, OPEN
    found = connection.scalars(select(AccessReviewItem.review_id).where(*theirs).distinct()).all()
    connection.execute(
        update(AccessReviewItem)
        .where(*theirs)
        .values(answer=Answer.ENDED, answered_at=at, reason=reason)
    )
    return list(found)


# How it goes


def counts(connection: Connection, review: UUID) -> dict[AccessKind, dict[Answer, int]]:
    rows = connection.execute(
        select(AccessReviewItem.kind, AccessReviewItem.answer, func.count())
        .where(AccessReviewItem.review_id == review)
        .group_by(AccessReviewItem.kind, AccessReviewItem.answer)
    )
    found: dict[AccessKind, dict[Answer, int]] = {}
    for kind, answered, count in rows:
        found.setdefault(kind, {})[answered] = count
    return found


def by_reviewer(connection: Connection, review: UUID, limit: int) -> list[tuple[UUID, int, int]]:
    """Who answers for how many: person, answered by people, all. Most open ones first."""
    open_ones = _counted(Answer.OPEN)
    rows = connection.execute(
        select(
            AccessReviewItem.reviewer_id,
            _counted(*ANSWERS_OF_PEOPLE),
            func.count(),
        )
        .where(
            AccessReviewItem.review_id == review,
            AccessReviewItem.reviewer_id.is_not(None),
        )
        .group_by(AccessReviewItem.reviewer_id)
        .order_by(open_ones.desc(), func.count().desc(), AccessReviewItem.reviewer_id)
        .limit(limit)
    )
    return [(who, answered or 0, total) for who, answered, total in rows if who is not None]


def how_many_reviewers(connection: Connection, review: UUID) -> int:
    return connection.execute(
        select(func.count(func.distinct(AccessReviewItem.reviewer_id))).where(
            AccessReviewItem.review_id == review
        )
    ).scalar_one()


def nobody_to_ask(connection: Connection, review: UUID) -> int:
    """For how many nobody can answer, or could."""
    return connection.execute(
        select(func.count()).where(
            AccessReviewItem.review_id == review,
            or_(
                AccessReviewItem.answer == Answer.UNASKED,
                OPEN & AccessReviewItem.reviewer_id.is_(None),
            ),
        )
    ).scalar_one()
