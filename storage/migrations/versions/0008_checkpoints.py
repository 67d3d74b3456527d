"""Checkpoints of the record, and the places outside the database that keep them

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# As in storage/audit_guards.py when this landed; PostgreSQL has the function since 0001.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_checkpoint_keeps_its_values BEFORE UPDATE ON audit_checkpoint "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        "CREATE TRIGGER audit_checkpoint_keeps_its_rows BEFORE DELETE ON audit_checkpoint "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER audit_checkpoint_keeps_its_values BEFORE UPDATE ON audit_checkpoint "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record()",
        "CREATE TRIGGER audit_checkpoint_keeps_its_rows BEFORE DELETE ON audit_checkpoint "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record()",
        "CREATE TRIGGER audit_checkpoint_is_not_emptied BEFORE TRUNCATE ON audit_checkpoint "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_record()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_checkpoint_id")),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("anchored_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_anchor")),
    )
    connection = op.get_bind()
    for statement in GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
