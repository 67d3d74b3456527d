"""Goals proposed upward, with who was asked and what came of it

Revision: 0041
Follows: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal_adoption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("adopted_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_adoption_goal_id")),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["person.id"], name=op.f("fk_goal_adoption_asked_id")
        ),
        sa.ForeignKeyConstraint(
            ["adopted_id"], ["goal.id"], name=op.f("fk_goal_adoption_adopted_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_adoption")),
    )
    op.create_index(op.f("ix_goal_adoption_goal_id"), "goal_adoption", ["goal_id"])
    op.create_index(op.f("ix_goal_adoption_asked_id"), "goal_adoption", ["asked_id"])
