"""Batches of purges, each with its line in the ledger outside the database

Revision: 0035
Follows: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purge_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purge_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_line", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["purge_id"], ["purge.id"], name="fk_purge_batch_purge_id"),
        sa.PrimaryKeyConstraint("id", name="pk_purge_batch"),
    )
    op.create_index("ix_purge_batch_purge_id", "purge_batch", ["purge_id"])
