"""What could not be delivered knows when, who was told, and whether it was tried again

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("died_at", "told_at", "again_at"):
        op.add_column("delivery", sa.Column(name, sa.BigInteger(), nullable=True))
    tried_again = sa.text("again_at IS NOT NULL")
    op.create_index(
        "ix_delivery_again",
        "delivery",
        ["again_at"],
        sqlite_where=tried_again,
        postgresql_where=tried_again,
    )
