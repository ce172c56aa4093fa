"""Alembic's entry: run by ``negotiation migrate`` on the connection that it passes; there is no ini file."""

from alembic import context

from negotiation.store.schema.whole import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
