"""One answer to the question "which PostgreSQL?", for every part of the project."""

from warehouse_connection.connection import WarehouseError, as_libpq_environment, connect, resolve_url

__all__ = ["WarehouseError", "as_libpq_environment", "connect", "resolve_url"]
