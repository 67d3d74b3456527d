"""Agreements with employee representatives

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("org_unit_id", sa.Uuid(), nullable=True),
        sa.Column("region", sa.String(10), nullable=True),
        sa.Column("current", sa.Integer(), nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_unit_id"], ["org_unit.id"], name="fk_agreement_org_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("number", name="uq_agreement_number"),
    )
    op.create_index("ix_agreement_look_on", "agreement", ["look_on"])
    op.create_table(
        "agreement_version",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("settles", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name="fk_agreement_version_agreement_id"
        ),
        sa.ForeignKeyConstraint(
            ["settles"], ["policy_version.number"], name="fk_agreement_version_settles"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name="fk_agreement_version_proposed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name="fk_agreement_version_answered_by_id"
        ),
        sa.PrimaryKeyConstraint("agreement_id", "number", name="pk_agreement_version"),
    )
