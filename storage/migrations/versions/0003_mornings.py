"""Notices that stand in the one message of a morning

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notice", sa.Column("way", sa.String(length=40), server_default="alone", nullable=False)
    )
    op.create_index("ix_notice_post_id", "notice", ["post_id"])
    op.create_index(
        "ix_notice_part",
        "notice",
        ["subject_type", "subject_id"],
        sqlite_where=sa.text("way = 'morning'"),
        postgresql_where=sa.text("way = 'morning'"),
    )
