"""Files of people wait for a second person

Revision: 0033
Follows: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name="fk_waiting_import_asker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_import"),
    )
    op.create_index("ix_waiting_import_asker_id", "waiting_import", ["asker_id"])
