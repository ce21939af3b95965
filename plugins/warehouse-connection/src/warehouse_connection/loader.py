"""target-postgres as it is, but for one thing: of several loaders side by side, one at a time prepares a table.

Each looks whether a table and its columns are there, and makes what is missing. Two that look at the same time would
both make it, and the second one would fail. Runs in the environment of the loader only.
"""

from __future__ import annotations

from sqlalchemy import text
from target_postgres.sinks import PostgresSink
from target_postgres.target import TargetPostgres
from typing_extensions import override


class InTurnSink(PostgresSink):  # type: ignore[misc] # it has no types
    """Waits for its turn to prepare its table."""

    @override
    def setup(self) -> None:
        with self.connector._connect() as connection, connection.begin():
            lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
            connection.execute(lock, {"name": f"target-postgres-on-warehouse tables {self.schema_name}"})
            super().setup()


class TargetInTurn(TargetPostgres):  # type: ignore[misc] # it has no types
    """target-postgres with such sinks."""

    default_sink_class = InTurnSink
