"""A PostgreSQL database that a test has left, made as it was: many times as fast as a new one.

A new database costs two checkpoints, and its first connections read the whole catalogue. What is
compared here before and after is everything that a session can leave behind in it: rows, counters,
and whatever it changed about the schema. Who changed the schema gets no second test on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

# Neither keys nor the guards of the record hold up who makes everything as it was.
UNGUARDED = "-c session_replication_role=replica"

# A clone keeps the numbers of its template's objects, so what was made anew differs too.
SCHEMA = """
WITH ours AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
)
SELECT md5(string_agg(part, '|' ORDER BY part)) FROM (
    SELECT concat_ws(',', 'schema', oid, nspname, nspacl) FROM pg_namespace
    UNION ALL
    SELECT concat_ws(',', 'relation', oid, relname, relkind, relowner, relnatts, relchecks,
        relhasrules, relrowsecurity, relpersistence, reloptions, relacl)
    FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT concat_ws(',', 'column', attrelid, attnum, attname, atttypid, atttypmod, attnotnull,
        atthasdef, attidentity, attgenerated, attacl)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT concat_ws(',', 'default', adrelid, adnum, md5(adbin::text)) FROM pg_attrdef
    UNION ALL
    SELECT concat_ws(',', 'trigger', oid, tgrelid, tgname, tgfoid, tgtype, tgenabled)
    FROM pg_trigger
    UNION ALL
    SELECT concat_ws(',', 'constraint', oid, conname, conrelid, convalidated, md5(conbin::text))
    FROM pg_constraint WHERE connamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT concat_ws(',', 'index', indexrelid, indisvalid, indisunique) FROM pg_index
    WHERE indexrelid >= 16384
    UNION ALL
    SELECT concat_ws(',', 'function', oid, proname, md5(prosrc), proacl)
    FROM pg_proc WHERE pronamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT concat_ws(',', 'view', oid, ev_class, md5(ev_action::text)) FROM pg_rewrite
    WHERE oid >= 16384
    UNION ALL
    SELECT concat_ws(',', 'type', oid, typname) FROM pg_type
    WHERE typnamespace IN (SELECT oid FROM ours)
    UNION ALL
    SELECT concat_ws(',', 'extension', oid, extname) FROM pg_extension
    UNION ALL
    SELECT concat_ws(',', 'policy', oid, polname) FROM pg_policy
    UNION ALL
    SELECT concat_ws(',', 'large object', oid) FROM pg_largeobject_metadata
    UNION ALL
    SELECT concat_ws(',', 'setting', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
) AS everything (part)
"""
TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
COUNTERS = """
SELECT schemaname || '.' || sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences ORDER BY 1
"""


@dataclass(frozen=True)
class Pristine:
    """What a database with the current schema holds before anybody used it."""

    schema: str
    tables: tuple[str, ...]
    rows: dict[str, bytes]
    counters: tuple[tuple[str, int, bool], ...]

    @classmethod
    def of(cls, connection: psycopg.Connection) -> Pristine:
        """As the database behind this connection is now."""
        tables = tuple(str(name) for (name,) in connection.execute(TABLES))
        return cls(
            schema=_schema(connection),
            tables=tables,
            rows={name: _rows(connection, name) for name in _filled(connection, tables)},
            counters=_counters(connection),
        )

    def restore(self, connection: psycopg.Connection) -> bool:
        """Make the database so again; False where somebody changed more than rows.

        The connection must be `UNGUARDED`, and the only one.
        """
        if _schema(connection) != self.schema:
            return False
        with connection.transaction():
            for name in _filled(connection, self.tables):
                connection.execute(sql.SQL("DELETE FROM {}").format(_named(name)))
            for name, rows in self.rows.items():
                copying = sql.SQL("COPY {} FROM STDIN").format(_named(name))
                with connection.cursor() as cursor, cursor.copy(copying) as into:
                    into.write(rows)
            for counter, value, used in self.counters:
                connection.execute("SELECT setval(%s, %s, %s)", (counter, value, used))
        return True


def _named(table: str) -> sql.SQL:
    # The database itself has quoted it where it must be.
    return sql.SQL(table)


def _schema(connection: psycopg.Connection) -> str:
    ((found,),) = connection.execute(SCHEMA)
    return str(found)


def _filled(connection: psycopg.Connection, tables: tuple[str, ...]) -> list[str]:
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), _named(name))
        for name in tables
    )
    return [name for (name,) in connection.execute(asked)]


def _rows(connection: psycopg.Connection, table: str) -> bytes:
    copying = sql.SQL("COPY {} TO STDOUT").format(_named(table))
    with connection.cursor() as cursor, cursor.copy(copying) as out:
        return b"".join(bytes(part) for part in out)


def _counters(connection: psycopg.Connection) -> tuple[tuple[str, int, bool], ...]:
    return tuple(
        (str(name), int(value), bool(used)) for name, value, used in connection.execute(COUNTERS)
    )
