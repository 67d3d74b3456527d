"""Who refused a role that whoever runs Accord had asked for

Revision: 0036
Follows: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "role_rescue_refusal",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("refused_by_id", sa.Uuid(), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["role_rescue.grant_id"], name="fk_role_rescue_refusal_grant_id"
        ),
        sa.ForeignKeyConstraint(
            ["refused_by_id"], ["person.id"], name="fk_role_rescue_refusal_refused_by_id"
        ),
        sa.PrimaryKeyConstraint("grant_id", name="pk_role_rescue_refusal"),
    )
