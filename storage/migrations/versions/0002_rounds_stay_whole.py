"""Rounds stay whole: what is in their way, one open in a channel; requests can be taken back

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
WAITING = sa.text("answered_at IS NULL AND withdrawn_at IS NULL")


def upgrade() -> None:
    op.add_column("feedback_request", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "uq_feedback_request_open",
        "feedback_request",
        ["asker_id", "asked_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.add_column("feedback_round", sa.Column("trouble", sa.String(40), nullable=True))
    op.create_index(
        "uq_feedback_round_open_channel",
        "feedback_round",
        ["channel"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    if op.get_context().dialect.name == "postgresql":
        # Earlier versions of these rows show the order of arrival until they are swept away.
        for table in ("round_anonymous_answer", "round_ballot"):
            op.execute(
                f"ALTER TABLE {table} SET "
                "(autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
            )
