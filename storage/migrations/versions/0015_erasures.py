"""Erasures, and the one way on which values of the record may be taken away

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# As in storage/audit_guards.py when this landed.
_LISTED = (
    "SELECT 1 FROM erased_value WHERE erased_value.seq = OLD.seq AND erased_value.name = OLD.name"
)
_GUARDS = {
    "sqlite": (
        "DROP TRIGGER audit_payload_keeps_its_rows",
        "CREATE TRIGGER audit_payload_keeps_its_rows BEFORE DELETE ON audit_payload "
        f"WHEN NOT EXISTS ({_LISTED}) "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        *(
            f"CREATE TRIGGER erased_value_keeps_its_{what} BEFORE {event} ON erased_value "
            "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
            for what, event in (("values", "UPDATE"), ("rows", "DELETE"))
        ),
    ),
    "postgresql": (
        "DROP TRIGGER audit_payload_keeps_its_rows ON audit_payload",
        "CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT EXISTS ({_LISTED}) THEN RAISE EXCEPTION 'the record is append-only'; END IF; "
        "RETURN OLD; END $$",
        "CREATE TRIGGER audit_payload_keeps_its_rows BEFORE DELETE ON audit_payload "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased()",
        *(
            f"CREATE TRIGGER erased_value_keeps_its_{what} BEFORE {event} ON erased_value "
            "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record()"
            for what, event in (("values", "UPDATE"), ("rows", "DELETE"))
        ),
    ),
}


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value_count", sa.Integer(), nullable=False),
        sa.Column("ledger_line", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_erasure_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    op.create_table(
        "erased_value",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_leaf.seq"], name="fk_erased_value_seq"),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name="fk_erased_value_erasure_id"),
        sa.PrimaryKeyConstraint("seq", "name", name="pk_erased_value"),
    )
    op.create_index("ix_erased_value_erasure_id", "erased_value", ["erasure_id"])
    connection = op.get_bind()
    for statement in _GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
