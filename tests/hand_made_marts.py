"""Marts that a test makes by itself, where dbt would have made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg


def let_analysts_read(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Grant what dbt grants: roles belong to the whole server, and where another test has made this one, readers take it on."""
    connection.execute("""
        DO $$
        BEGIN
            IF to_regrole('hubspot_analyst') IS NOT NULL THEN
                GRANT USAGE ON SCHEMA hubspot_marts TO hubspot_analyst;
                GRANT SELECT ON ALL TABLES IN SCHEMA hubspot_marts TO hubspot_analyst;
            END IF;
        END
        $$
    """)
