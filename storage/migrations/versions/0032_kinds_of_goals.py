"""Which kind a goal is of, with its key results or milestones

Revision: 0032
Follows: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(length=40), server_default="kpi", nullable=False)
    op.add_column("goal_version", kind)
    op.add_column("goal_version", sa.Column("parts", sa.Text(), nullable=True))
