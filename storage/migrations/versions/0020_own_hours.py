"""From when on and when not people want to be written to, as they choose themselves

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("messages_from", sa.Time(), nullable=True))
    op.add_column("person", sa.Column("quiet_from", sa.Time(), nullable=True))
    op.add_column("person", sa.Column("quiet_to", sa.Time(), nullable=True))
    op.add_column(
        "person",
        sa.Column("list_day", sa.String(40), server_default="as_usual", nullable=False),
    )
