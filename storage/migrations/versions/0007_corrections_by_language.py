"""A text knows when it was corrected, an announcement when it was gone on with after a stop

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("announcement", sa.Column("resumed_at", sa.BigInteger(), nullable=True))
    op.add_column("announcement_text", sa.Column("corrected_at", sa.BigInteger(), nullable=True))
    # Until now every language was told that it was corrected: messages go on saying so.
    op.execute(
        sa.text(
            "UPDATE announcement_text SET corrected_at = (SELECT announcement.corrected_at "
            "FROM announcement WHERE announcement.id = announcement_text.announcement_id) "
            "WHERE version > 1"
        )
    )
