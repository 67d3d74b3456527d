"""Messages that may be in Slack twice are found by when they are looked for

Revision: 0031
Follows: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Settled long since: until now nobody took the moment away.
    op.execute("UPDATE delivery SET reconcile_at = NULL WHERE state = 'sent'")
    copies = sa.text("state = 'sent' AND reconcile_at IS NOT NULL")
    op.create_index(
        "ix_delivery_copies",
        "delivery",
        ["reconcile_at"],
        sqlite_where=copies,
        postgresql_where=copies,
    )
