"""Runs the migrations inside the transaction that `auth_service.schema` opened."""

from __future__ import annotations

from alembic import context

from auth_service.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
)
context.run_migrations()
