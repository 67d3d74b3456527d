"""Alembic's entry: runs migrations on the connection that `storage.schema` hands over."""

from alembic import context

from storage.schema import complete_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=complete_metadata(),
    # SQLite changes tables by copying them.
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
