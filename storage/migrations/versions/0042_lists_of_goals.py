"""Somebody's goals stand by number, and a goal's values in the order in which they are asked for

Revision: 0042
Follows: 0041
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_goal_owner_id_number_state", "goal", ["owner_id", "number", "state"])
    op.drop_index("ix_goal_owner_id_state", "goal")
    op.create_index("ix_goal_value_goal_id_at_id", "goal_value", ["goal_id", "at", "id"])
    op.drop_index("ix_goal_value_goal_id_at", "goal_value")
