"""Attempts of the last minutes are found by their time

Revision: 0024
Follows: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attempt_log_started", "attempt_log", ["started"])
