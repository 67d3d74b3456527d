"""Which goal another one serves stands in a table of its own, with how much of it

Revision: 0034
Follows: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal_link",
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("contribution", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_link_goal_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["goal.id"], name=op.f("fk_goal_link_parent_id")),
        sa.PrimaryKeyConstraint("goal_id", name=op.f("pk_goal_link")),
    )
    op.create_index(op.f("ix_goal_link_parent_id"), "goal_link", ["parent_id"])
    # A goal served what its version names until now, and no part of it was said.
    op.execute(
        "INSERT INTO goal_link (goal_id, parent_id) "
        "SELECT goal.id, goal_version.aligned_to_id FROM goal JOIN goal_version "
        "ON goal_version.goal_id = goal.id AND goal_version.number = goal.version "
        "WHERE goal_version.aligned_to_id IS NOT NULL"
    )
