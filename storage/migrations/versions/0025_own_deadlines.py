"""Whoever answers in an access review has a deadline of their own

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_review_item", sa.Column("answer_by", sa.BigInteger(), nullable=True))
