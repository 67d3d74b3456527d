"""Bulk exports, whose file can be fetched once

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op


revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_export",
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_bulk_export_approval_id")
        ),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_bulk_export")),
    )
    with op.batch_alter_table("export_link") as links:
        links.add_column(sa.Column("approval_id", sa.Uuid(), nullable=True))
        links.create_foreign_key(
            op.f("fk_export_link_approval_id"), "approval", ["approval_id"], ["id"]
        )
