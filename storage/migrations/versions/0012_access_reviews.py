"""Access reviews: campaigns, and what each looks through

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("answer = 'open'")
_NOT_CLOSED = sa.text("state <> 'closed'")


def upgrade() -> None:
    op.create_table(
        "access_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("started_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["person.id"], name="fk_access_review_started_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_access_review"),
    )
    op.create_index(
        "uq_access_review_current",
        "access_review",
        ["state"],
        unique=True,
        sqlite_where=_NOT_CLOSED,
        postgresql_where=_NOT_CLOSED,
    )
    op.create_table(
        "access_review_item",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["access_review.id"], name="fk_access_review_item_review_id"
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["person.id"], name="fk_access_review_item_holder_id"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name="fk_access_review_item_reviewer_id"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name="fk_access_review_item_answered_by_id"
        ),
        sa.PrimaryKeyConstraint("review_id", "number", name="pk_access_review_item"),
        sa.UniqueConstraint(
            "review_id", "kind", "object_id", "holder_id", name="uq_access_review_item_review_id_kind_object_id_holder_id"
        ),
    )
    op.create_index(
        "ix_access_review_item_reviewer_id",
        "access_review_item",
        ["review_id", "reviewer_id", "number"],
    )
    op.create_index(
        "ix_access_review_item_open",
        "access_review_item",
        ["review_id", "number"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_access_review_item_open_holder",
        "access_review_item",
        ["holder_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
