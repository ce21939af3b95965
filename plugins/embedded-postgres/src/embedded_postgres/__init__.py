"""A real PostgreSQL for machines that have none: same SQL, same loader, no Docker, no system package."""

from embedded_postgres.errors import EmbeddedPostgresError
from embedded_postgres.server import EmbeddedServer, Status

__all__ = ["EmbeddedPostgresError", "EmbeddedServer", "Status"]
