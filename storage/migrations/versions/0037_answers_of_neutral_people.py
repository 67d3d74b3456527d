"""A neutral person who was asked about a goal answers, sealed, for whoever asked alone

Revision: 0037
Follows: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facilitation", sa.Column("answer", sa.LargeBinary(), nullable=True))
    op.add_column("facilitation", sa.Column("answered_at", sa.BigInteger(), nullable=True))
