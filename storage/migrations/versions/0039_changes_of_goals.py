"""Changes of active goals that are asked for, agreed and approved

Revision: 0039
Follows: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=40), nullable=True),
        sa.Column("counterpart_id", sa.Uuid(), nullable=True),
        sa.Column("capacity", sa.String(length=40), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("remind_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name="fk_change_request_goal_id"),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=f"fk_change_request_{name}")
            for name in (
                *("asker_id", "counterpart_id", "approver_id", "accepted_by_id"),
                "ended_by_id",
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_change_request"),
        sa.UniqueConstraint("number", name="uq_change_request_number"),
    )
    op.create_index("ix_change_request_goal_id", "change_request", ["goal_id"])
    op.create_index(
        "ix_change_request_state_answer_by", "change_request", ["state", "answer_by"]
    )
    op.create_index(
        "uq_change_request_open_goal",
        "change_request",
        ["goal_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "change_terms",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_request.id"], name="fk_change_terms_change_id"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_change_terms_author_id"),
        sa.PrimaryKeyConstraint("change_id", "number", name="pk_change_terms"),
    )
    op.create_table(
        "change_approval",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_request.id"], name="fk_change_approval_change_id"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name="fk_change_approval_approved_by_id"
        ),
        sa.PrimaryKeyConstraint("change_id", "number", name="pk_change_approval"),
    )
    op.add_column("goal_case", sa.Column("change_id", sa.Uuid(), nullable=True))
