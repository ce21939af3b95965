"""The schema hubspot_raw as target-postgres 0.8.1 writes it, to be filled with rows of a test's own making.

integer → bigint, string → text, boolean → boolean, date-time → timestamp without time zone (UTC), object → jsonb, where
an absent object is JSON null and not SQL NULL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import sql
from psycopg.types.json import Jsonb

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import psycopg


def _kind(column: Mapping[str, Any]) -> str:
    if column.get("format") == "date-time":
        return "timestamp"
    [name] = {"integer", "string", "boolean", "object"}.intersection(column["type"])
    return {"integer": "bigint", "string": "text", "boolean": "boolean", "object": "jsonb"}[name]


def _kinds(schema: Mapping[str, Any]) -> dict[str, str]:
    return {name: _kind(column) for name, column in schema["properties"].items()}


#: Columns of each stream, in the order of the tap's schemas.
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    **{stream.name: _kinds(stream.schema) for stream in STREAMS},
    portal_syncs.NAME: _kinds(portal_syncs.SCHEMA),
}

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    **{stream.name: stream.keys for stream in STREAMS},
    portal_syncs.NAME: portal_syncs.KEYS,
}

_TIMESTAMP: Final = "timestamp"
_BIGINT: Final = "bigint"

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


def load_all(
    connection: psycopg.Connection[tuple[object, ...]], *samples: Mapping[str, Iterable[Mapping[str, object]]]
) -> None:
    """Create every raw table, and insert the rows of samples, each by stream."""
    create_raw_tables(connection)
    for rows_by_stream in samples:
        for stream, rows in rows_by_stream.items():
            load(connection, stream, rows)


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
    return Jsonb(value) if kind == "jsonb" else value
