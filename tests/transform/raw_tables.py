"""The schema hubspot_raw as target-postgres 0.8.1 writes it, to be filled with rows of a test's own making.

integer → bigint, string → text, boolean → boolean, date-time → timestamp without time zone (UTC), object → jsonb, where
an absent object is JSON null and not SQL NULL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg import sql
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import psycopg

_BIGINT, _TEXT, _BOOLEAN, _TIMESTAMP, _JSONB = "bigint", "text", "boolean", "timestamp", "jsonb"

_RECORD: Final = {
    "portal_id": _BIGINT,
    "id": _TEXT,
    "created_at": _TIMESTAMP,
    "updated_at": _TIMESTAMP,
    "archived": _BOOLEAN,
    "archived_at": _TIMESTAMP,
    "merged_into": _TEXT,
    "properties": _JSONB,
    "associations": _JSONB,
    "synced_at": _TIMESTAMP,
}

#: Columns of each stream, in the order of the tap's schemas.
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "portals": {
        "portal_id": _BIGINT,
        "company_name": _TEXT,
        "hub_domain": _TEXT,
        "account_type": _TEXT,
        "time_zone": _TEXT,
        "company_currency": _TEXT,
        "additional_currencies": _TEXT,
        "ui_domain": _TEXT,
        "data_hosting_location": _TEXT,
        "connection_status": _TEXT,
        "auth_type": _TEXT,
        "scopes": _TEXT,
        "connected_at": _TIMESTAMP,
        "last_refresh_at": _TIMESTAMP,
        "last_error_code": _TEXT,
        "synced_at": _TIMESTAMP,
    },
    "properties": {
        "portal_id": _BIGINT,
        "object_type": _TEXT,
        "name": _TEXT,
        "label": _TEXT,
        "type": _TEXT,
        "field_type": _TEXT,
        "group_name": _TEXT,
        "description": _TEXT,
        "options": _JSONB,
        "calculated": _BOOLEAN,
        "external_options": _BOOLEAN,
        "has_unique_value": _BOOLEAN,
        "hidden": _BOOLEAN,
        "hubspot_defined": _BOOLEAN,
        "form_field": _BOOLEAN,
        "data_sensitivity": _TEXT,
        "referenced_object_type": _TEXT,
        "currency_property_name": _TEXT,
        "archived": _BOOLEAN,
        "created_at": _TIMESTAMP,
        "updated_at": _TIMESTAMP,
        "synced_at": _TIMESTAMP,
    },
    "pipelines": {
        "portal_id": _BIGINT,
        "object_type": _TEXT,
        "id": _TEXT,
        "label": _TEXT,
        "display_order": _BIGINT,
        "archived": _BOOLEAN,
        "created_at": _TIMESTAMP,
        "updated_at": _TIMESTAMP,
        "synced_at": _TIMESTAMP,
    },
    "pipeline_stages": {
        "portal_id": _BIGINT,
        "object_type": _TEXT,
        "pipeline_id": _TEXT,
        "id": _TEXT,
        "label": _TEXT,
        "display_order": _BIGINT,
        "metadata": _JSONB,
        "archived": _BOOLEAN,
        "created_at": _TIMESTAMP,
        "updated_at": _TIMESTAMP,
        "synced_at": _TIMESTAMP,
    },
    "owners": {
        "portal_id": _BIGINT,
        "id": _TEXT,
        "email": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "user_id": _TEXT,
        "type": _TEXT,
        "teams": _JSONB,
        "archived": _BOOLEAN,
        "created_at": _TIMESTAMP,
        "updated_at": _TIMESTAMP,
        "synced_at": _TIMESTAMP,
    },
    "contacts": _RECORD,
    "companies": _RECORD,
    "deals": _RECORD,
    "portal_syncs": {
        "run_id": _TEXT,
        "portal_id": _BIGINT,
        "stream": _TEXT,
        "object_type": _TEXT,
        "mode": _TEXT,
        "status": _TEXT,
        "reason": _TEXT,
        "records": _BIGINT,
        "requests": _BIGINT,
        "expected_total": _BIGINT,
        "started_at": _TIMESTAMP,
        "finished_at": _TIMESTAMP,
        "window_from": _TIMESTAMP,
        "window_to": _TIMESTAMP,
        "synced_at": _TIMESTAMP,
    },
}

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "portals": ("portal_id",),
    "properties": ("portal_id", "object_type", "name"),
    "pipelines": ("portal_id", "object_type", "id"),
    "pipeline_stages": ("portal_id", "object_type", "pipeline_id", "id"),
    "owners": ("portal_id", "id"),
    "contacts": ("portal_id", "id"),
    "companies": ("portal_id", "id"),
    "deals": ("portal_id", "id"),
    "portal_syncs": ("run_id", "portal_id", "stream", "object_type"),
}

_LOADER_COLUMNS: Final = {
    "_sdc_extracted_at": _TIMESTAMP,
    "_sdc_received_at": _TIMESTAMP,
    "_sdc_batched_at": _TIMESTAMP,
    "_sdc_deleted_at": _TIMESTAMP,
    "_sdc_sequence": _BIGINT,
    "_sdc_table_version": _BIGINT,
    "_sdc_sync_started_at": _BIGINT,
}


def create_raw_tables(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Create the schema hubspot_raw with every table, all empty."""
    connection.execute("CREATE SCHEMA hubspot_raw")
    for stream, columns in COLUMNS.items():
        definitions = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in {**columns, **_LOADER_COLUMNS}.items()
        ]
        keys = sql.SQL("PRIMARY KEY ({})").format(sql.SQL(", ").join(map(sql.Identifier, _KEYS[stream])))
        connection.execute(
            sql.SQL("CREATE TABLE {} ({})").format(
                sql.Identifier("hubspot_raw", stream), sql.SQL(", ").join([*definitions, keys])
            )
        )


def load(
    connection: psycopg.Connection[tuple[object, ...]], stream: str, rows: Iterable[Mapping[str, object]]
) -> None:
    """Insert rows into a raw table.

    Args:
        connection: Open connection to the database of `create_raw_tables`.
        stream: Name of the stream, which is the name of its table.
        rows: Column values; absent columns are null, objects are plain dicts, moments are `…Z` strings.

    Raises:
        KeyError: a row has a column that the stream has not.
    """
    columns = COLUMNS[stream]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("hubspot_raw", stream), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            if unknown := row.keys() - columns.keys():
                raise KeyError(stream, *unknown)
            copy.write_row([_as_loaded(row.get(name), kind) for name, kind in columns.items()])


def _as_loaded(value: object, kind: str) -> object:
    return Jsonb(value) if kind == _JSONB else value
