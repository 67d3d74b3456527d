"""How fast Slack may be called

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("method", sa.String(60), nullable=False),
        sa.Column("tat", sa.BigInteger(), nullable=False),
        sa.Column("interval", sa.BigInteger(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.Column("slowed_down", sa.Integer(), nullable=False),
        sa.Column("unknown_in_a_row", sa.Integer(), nullable=False),
        sa.Column("probe_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("method", name="pk_pace"),
    )
    op.create_table(
        "destination_pace",
        sa.Column("destination", sa.String(60), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name="pk_destination_pace"),
    )
    op.create_index("ix_destination_pace_free_at", "destination_pace", ["free_at"])
