"""Goals about which nobody plans to ask yet are found without going through all goals

Revision: 0043
Follows: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    planned = sa.Column("planned", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("goal", planned)
    goal = sa.table(
        "goal",
        sa.column("id", sa.Uuid()),
        sa.column("agreed_version", sa.Integer()),
        sa.column("planned", sa.Boolean()),
    )
    cadence = sa.table(
        "cadence",
        sa.column("goal_id", sa.Uuid()),
        sa.column("version", sa.Integer()),
        sa.column("look_at", sa.BigInteger()),
    )
    op.execute(
        sa.update(goal)
        .values(planned=sa.true())
        .where(
            sa.exists().where(
                cadence.c.goal_id == goal.c.id,
                cadence.c.version == goal.c.agreed_version,
                cadence.c.look_at.is_not(None),
            )
        )
    )
    op.create_index(
        "ix_goal_unplanned",
        "goal",
        ["id"],
        sqlite_where=sa.text("state = 'active' AND planned = 0"),
        postgresql_where=sa.text("state = 'active' AND NOT planned"),
    )
