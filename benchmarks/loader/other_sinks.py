"""Two other ways to write, as programs beside the stock loader: what a subclass of its sink would bring.

    other_sinks.py (one-upsert | json-lines) --config FILE < singer-file

Run by the Python of the loader's own environment. A measurement, not a product: JSON lines take streams with keys and
with the five column types of the tap, and no stream maps.
"""

from __future__ import annotations

import sys
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from singer_sdk.io_base import SingerReader
from sqlalchemy.dialects import postgresql
from target_postgres.sinks import PostgresSink
from target_postgres.target import TargetPostgres

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import IO

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

_RECORD = b'{"type":"RECORD","stream":"'
_TYPES = {"integer": "bigint", "string": "text", "boolean": "boolean", "object": "jsonb"}


class OneUpsertSink(PostgresSink):
    """Stock up to the temporary table; then one INSERT … ON CONFLICT instead of an INSERT and an UPDATE of all."""

    def upsert(
        self,
        from_table: Table,
        to_table: Table,
        schema: dict[str, Any],
        join_keys: Sequence[str],
        connection: Connection,
    ) -> None:
        """Merge the temporary table into the real one."""
        names = list(schema["properties"])
        copied = postgresql.insert(to_table).from_select(
            names, from_table.select().with_only_columns(*(from_table.c[name] for name in names))
        )
        changed = {name: copied.excluded[name] for name in names if name not in join_keys}
        connection.execute(copied.on_conflict_do_update(index_elements=list(join_keys), set_=changed))


class JsonLinesSink(PostgresSink):
    """Copies RECORD lines as they came into a temporary table; one statement makes rows of them and merges them."""

    def process_batch(self, context: dict[str, Any]) -> None:
        """Write the lines of a batch."""
        temporary = f"lines_{uuid.uuid4().hex}"
        # Neither character occurs in JSON text, so that nothing needs to be escaped.
        copy = f"COPY {temporary} (line) FROM STDIN (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
        with self.connector._connect() as connection, connection.begin():
            cursor = connection.connection.cursor()
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {temporary} (place int GENERATED ALWAYS AS IDENTITY, line jsonb)"
                " ON COMMIT DROP"
            )
            with cursor.copy(copy) as stream:
                stream.write(b"".join(context["records"]))
            cursor.execute(self._merge(temporary))

    def _merge(self, temporary: str) -> str:
        """The last line of a key wins, whatever the order in which they are stored."""
        loaded_at = f"timestamp '{datetime.now(UTC).replace(tzinfo=None)}'"
        types = {name: _sql_type(kind) for name, kind in self.schema["properties"].items()}
        own = {name: kind for name, kind in types.items() if not name.startswith("_sdc_")}
        columns = {
            **{name: f'r."{name}"' + " AT TIME ZONE 'UTC'" * (own[name] == "timestamptz") for name in own},
            "_sdc_extracted_at": "(line->>'time_extracted')::timestamptz AT TIME ZONE 'UTC'",
            "_sdc_received_at": loaded_at,
            "_sdc_batched_at": loaded_at,
            "_sdc_sequence": str(round(time.time() * 1000)),
            "_sdc_sync_started_at": str(self.sync_started_at),
        }
        keys = _quoted(self.key_properties)
        replaced = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
        record = ", ".join(f'"{name}" {kind}' for name, kind in own.items())
        return (
            f'INSERT INTO "{self.schema_name}"."{self.table_name}" ({_quoted(columns)})'  # noqa: S608 - a schema's names
            f" SELECT DISTINCT ON ({keys}) {', '.join(columns.values())}"
            f" FROM {temporary}, jsonb_to_record(line->'record') AS r({record})"
            f" ORDER BY {keys}, place DESC"
            f" ON CONFLICT ({keys}) DO UPDATE SET {replaced}"
        )


class LineReader(SingerReader):
    """Leaves RECORD lines as they are."""

    @property
    def default_input(self) -> IO[Any]:
        """Standard input, as bytes."""
        return sys.stdin.buffer

    def deserialize_json(self, line: bytes) -> dict[str, Any]:
        """Find the stream's name in a RECORD line; parse the others."""
        if not line.startswith(_RECORD):
            return super().deserialize_json(line)
        name = line[len(_RECORD) : line.index(b'"', len(_RECORD))].decode()
        return {"type": "RECORD", "stream": name, "line": line}


class OneUpsertTarget(TargetPostgres):
    """The stock loader with another last step."""

    default_sink_class = OneUpsertSink


class JsonLinesTarget(TargetPostgres):
    """A loader that leaves the rows to PostgreSQL."""

    default_sink_class = JsonLinesSink
    message_reader_class = LineReader

    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        sink = self.get_sink(message_dict["stream"])
        sink.tally_record_read()
        line = message_dict["line"]
        sink.process_record(line, sink._get_context(line))
        if sink.is_full:
            self.drain_one(sink)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _sql_type(schema: dict[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "timestamptz"
    return next(_TYPES[kind] for kind in schema["type"] if kind in _TYPES)


if __name__ == "__main__":
    {"one-upsert": OneUpsertTarget, "json-lines": JsonLinesTarget}[sys.argv.pop(1)].cli()
