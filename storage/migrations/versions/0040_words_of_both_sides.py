"""What each side says with a version of a goal: what is expected, what one can take on, wants to learn

Revision: 0040
Follows: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("expectation", "own_capacity", "interest"):
        op.add_column("goal_version", sa.Column(name, sa.Text(), nullable=True))
