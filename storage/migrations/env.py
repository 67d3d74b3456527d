"""Alembic's entry: runs migrations on the connection that `storage.schema` hands over."""

from alembic import context

from storage.schema import complete_metadata, plain_types

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=complete_metadata(),
    # SQLite changes tables by copying them.
    render_as_batch=True,
    # We send BEGIN ourselves, so SQLite's DDL is transactional too: all of it or nothing.
    transactional_ddl=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
