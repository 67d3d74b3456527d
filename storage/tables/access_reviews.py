"""Access reviews: campaigns, and each access that one looks through."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped

from domain.access_reviews import AccessKind, Answer, ReviewState
from storage.tables.base import Base, internal
from storage.types import Moment, Word


class AccessReview(Base):
    """One campaign: planned, then open until all is answered or the deadline, then closed."""

    __tablename__ = "access_review"

    id: Mapped[UUID] = internal(Uuid, primary_key=True)
    state: Mapped[ReviewState] = internal(Word(ReviewState))
    starts_at: Mapped[datetime] = internal(Moment)
    """When it is to start by itself (business time)."""
    started_at: Mapped[datetime | None] = internal(Moment)
    started_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    answer_by: Mapped[datetime | None] = internal(Moment)
    closed_at: Mapped[datetime | None] = internal(Moment)
    listed: Mapped[bool] = internal(Boolean, default=False)
    """Whether everything that it looks through has been listed."""


# One is planned and one is open at a time: whoever comes second finds it there.
Index(
    "uq_access_review_current",
    AccessReview.state,
    unique=True,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)


class AccessReviewItem(Base):
    """One access as it was when listed; `object_id` is the grant, the delegation or the goal."""

    __tablename__ = "access_review_item"
    __table_args__ = (
        UniqueConstraint("review_id", "kind", "object_id", "holder_id"),
        Index("ix_access_review_item_reviewer_id", "review_id", "reviewer_id", "number"),
    )

    review_id: Mapped[UUID] = internal(ForeignKey("access_review.id"), primary_key=True)
    number: Mapped[int] = internal(Integer, primary_key=True)
    kind: Mapped[AccessKind] = internal(Word(AccessKind))
    object_id: Mapped[UUID] = internal(Uuid)
    holder_id: Mapped[UUID] = internal(ForeignKey("person.id"))
    reviewer_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    """Who answers for it; None until somebody is found."""
    answer_by: Mapped[datetime | None] = internal(Moment)
    """Until when they answer; None: until the review's own deadline."""
    answer: Mapped[Answer] = internal(Word(Answer))
    answered_at: Mapped[datetime | None] = internal(Moment)
    answered_by_id: Mapped[UUID | None] = internal(ForeignKey("person.id"))
    reason: Mapped[str | None] = internal(String(40))
    """Why it ended without an answer: a code."""


Index(
    "ix_access_review_item_open",
    AccessReviewItem.review_id,
    AccessReviewItem.number,
    sqlite_where=text("answer = 'open'"),
    postgresql_where=text("answer = 'open'"),
)
Index(
    "ix_access_review_item_open_holder",
    AccessReviewItem.holder_id,
    sqlite_where=text("answer = 'open'"),
    postgresql_where=text("answer = 'open'"),
)
