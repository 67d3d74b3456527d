"""Until when a goal is paused, and which goal took its place

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("goal", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("goal", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.create_index("ix_goal_state_paused_until", "goal", ["state", "paused_until"])
