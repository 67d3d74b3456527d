"""Legal holds

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STANDING = sa.text("released_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("matter", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("placed_by_id", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_legal_hold_person_id"),
        sa.ForeignKeyConstraint(["placed_by_id"], ["person.id"], name="fk_legal_hold_placed_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    op.create_index(
        "ix_legal_hold_standing",
        "legal_hold",
        ["person_id"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
