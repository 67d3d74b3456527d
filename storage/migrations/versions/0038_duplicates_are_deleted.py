"""Duplicates are deleted by deliveries of their own

Revision: 0038
Follows: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("duplicate_ts", sa.String(30), nullable=True))
    queued = sa.text("state = 'queued' AND op = 'delete'")
    op.create_index(
        "uq_delivery_queued_delete",
        "delivery",
        ["post_id", "duplicate_ts"],
        unique=True,
        sqlite_where=queued,
        postgresql_where=queued,
    )
