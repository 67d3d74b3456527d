"""A cycle can be changed, and withdrawn with a reason

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cycle", sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("cycle", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.add_column("cycle", sa.Column("withdrawn_because", sa.Text(), nullable=True))
