"""What representatives say of versions of the policy

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_term",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["policy_version.number"], name="fk_policy_term_number"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_policy_term"),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("agreement_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["policy_version.number"], name="fk_objection_number"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_objection_person_id"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name="fk_objection_ended_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
    )
    op.create_index("ix_objection_number", "objection", ["number"])
