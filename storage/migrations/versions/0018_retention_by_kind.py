"""Retention by kind: archived goals, purges, and the ways on which a purge may touch the record

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_LISTED = (
    "EXISTS (SELECT 1 FROM erased_value WHERE erased_value.seq = OLD.seq "
    "AND erased_value.name = OLD.name) "
    "OR EXISTS (SELECT 1 FROM purged_value WHERE purged_value.seq = OLD.seq "
    "AND purged_value.name = OLD.name) "
    "OR EXISTS (SELECT 1 FROM purged_body WHERE purged_body.seq = OLD.seq)"
)
_BODY_LISTED = "EXISTS (SELECT 1 FROM purged_body WHERE purged_body.seq = OLD.seq)"
_LISTS = tuple(
    (table, what, event)
    for table in ("purged_value", "purged_body")
    for what, event in (("values", "UPDATE"), ("rows", "DELETE"))
)
_REFUSAL = "the record is append-only"
_GUARDS = {
    "sqlite": (
        *(
            statement
            for table, listed in (("audit_payload", _LISTED), ("audit_entry", _BODY_LISTED))
            for statement in (
                f"DROP TRIGGER {table}_keeps_its_rows",
                f"CREATE TRIGGER {table}_keeps_its_rows BEFORE DELETE ON {table} "
                f"WHEN NOT ({listed}) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
            )
        ),
        *(
            f"CREATE TRIGGER {table}_keeps_its_{what} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for table, what, event in _LISTS
        ),
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF NOT ({_LISTED}) THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; "
        "RETURN OLD; END $$",
        "CREATE FUNCTION refuse_unless_purged() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF NOT ({_BODY_LISTED}) THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; "
        "RETURN OLD; END $$",
        "DROP TRIGGER audit_entry_keeps_its_rows ON audit_entry",
        "CREATE TRIGGER audit_entry_keeps_its_rows BEFORE DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unless_purged()",
        *(
            f"CREATE TRIGGER {table}_keeps_its_{what} BEFORE {event} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_record()"
            for table, what, event in _LISTS
        ),
    ),
}


def upgrade() -> None:
    op.add_column("goal", sa.Column("archived_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "purge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("policy", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_count", sa.Integer(), nullable=False),
        sa.Column("thing_count", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_purge"),
    )
    op.create_index("ix_purge_state", "purge", ["state"])
    op.create_table(
        "purged_value",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("purge_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_leaf.seq"], name="fk_purged_value_seq"),
        sa.ForeignKeyConstraint(["purge_id"], ["purge.id"], name="fk_purged_value_purge_id"),
        sa.PrimaryKeyConstraint("seq", "name", name="pk_purged_value"),
    )
    op.create_index("ix_purged_value_purge_id", "purged_value", ["purge_id"])
    op.create_table(
        "purged_body",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purge_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_leaf.seq"], name="fk_purged_body_seq"),
        sa.ForeignKeyConstraint(["purge_id"], ["purge.id"], name="fk_purged_body_purge_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_purged_body"),
    )
    op.create_index("ix_purged_body_purge_id", "purged_body", ["purge_id"])
    connection = op.get_bind()
    for statement in _GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
