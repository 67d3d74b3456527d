"""What the database itself refuses to do to the record, and the row that the record starts from.

The guards stop mistakes, not somebody who owns the database: that one can be found out, by
verification against anchors kept elsewhere, but not stopped.
"""

from __future__ import annotations

from domain.merkle import Frontier

REFUSAL = "the record is append-only"
# Written once, then never again. Since 0015 an erasure may take away the values of `audit_payload`
# that it has listed in `erased_value`; since 0018 a purge those in `purged_value`, and whole rows
# of `audit_entry` that it has listed in `purged_body`.
APPEND_ONLY = ("audit_leaf", "audit_entry", "audit_payload", "audit_checkpoint")

# (trigger, what it refuses, under which condition), in words that both databases share.
GUARDS: tuple[tuple[str, str, str | None], ...] = (
    *((f"{table}_keeps_its_values", f"UPDATE ON {table}", None) for table in APPEND_ONLY),
    *((f"{table}_keeps_its_rows", f"DELETE ON {table}", None) for table in APPEND_ONLY),
    ("audit_head_stays", "DELETE ON audit_head", None),
    ("audit_head_only_grows", "UPDATE ON audit_head", "NEW.size <= OLD.size OR NEW.id <> OLD.id"),
    # Wrapping a data key anew is allowed; passing it off as another person's is not.
    (
        "data_key_keeps_its_owner",
        "UPDATE OF kid, subject, sensitivity, cohort ON data_key",
        None,
    ),
)


def founding_statements(dialect_name: str) -> tuple[str, ...]:
    """SQL to run once, right after the tables are made: the empty tree's head, then the guards.

    `dialect_name` is SQLAlchemy's: `sqlite` or `postgresql`.
    """
    if dialect_name == "sqlite":
        return (_first_head("X'{}'"), *_sqlite_guards())
    return (_first_head(r"'\x{}'"), *_postgresql_guards())


def _first_head(bytes_literal: str) -> str:
    tree = Frontier()
    frontier, root = (bytes_literal.format(part.hex()) for part in (tree.to_bytes(), tree.root()))
    return (
        "INSERT INTO audit_head (id, size, frontier, root) "  # noqa: S608 - constants of ours
        f"VALUES (1, {tree.size}, {frontier}, {root})"
    )


def _sqlite_guards() -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {event} {f'WHEN {condition}' if condition else ''} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for name, event, condition in GUARDS
    ]


def _postgresql_guards() -> list[str]:
    refuse = "EXECUTE FUNCTION refuse_to_change_the_record()"
    return [
        (
            "CREATE FUNCTION refuse_to_change_the_record() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        ),
        *(
            f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW "
            f"{f'WHEN ({condition})' if condition else ''} {refuse}"
            for name, event, condition in GUARDS
        ),
        # TRUNCATE passes by the row triggers.
        *(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {refuse}"
            for table in (*APPEND_ONLY, "audit_head")
        ),
    ]
