"""From when each version of the policy holds

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PEOPLE = ("proposed_by_id", "approved_by_id", "withdrawn_by_id")


def upgrade() -> None:
    op.create_table(
        "policy_plan",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["policy_version.number"], name="fk_policy_plan_number"
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=f"fk_policy_plan_{name}")
            for name in _PEOPLE
        ),
        sa.PrimaryKeyConstraint("number", name="pk_policy_plan"),
    )
