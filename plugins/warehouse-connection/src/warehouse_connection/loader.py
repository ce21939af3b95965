"""target-postgres as it is, but for the order in which it writes. Runs in the environment of the loader only.

- Of several loaders side by side, one at a time prepares a table. Each looks whether a table and its columns are there,
  and makes what is missing. Two that look at the same time would both make it, and the second one would fail.
- A row of the run log is written behind the records that came before it. So whatever kills a loader, what the run log says
  was read is in the database: what is deleted, and bookmarks that are made anew, rely on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from target_postgres.sinks import PostgresSink
from target_postgres.target import TargetPostgres
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUN_LOG = "portal_syncs"


class InTurnSink(PostgresSink):  # type: ignore[misc] # it has no types
    """Waits for its turn to prepare its table."""

    @override
    def setup(self) -> None:
        with self.connector._connect() as connection, connection.begin():
            lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
            connection.execute(lock, {"name": f"target-postgres-on-warehouse tables {self.schema_name}"})
            super().setup()


class RunLogSink(InTurnSink):
    """Lets all other sinks write what they hold before it writes."""

    @override
    def __init__(self, target: TargetInOrder, **arguments: Any) -> None:
        super().__init__(target=target, **arguments)
        self._write_others = target.write_all_but

    @override
    def process_batch(self, context: Mapping[str, Any]) -> None:
        self._write_others(self)
        super().process_batch(context)


class TargetInOrder(TargetPostgres):  # type: ignore[misc] # it has no types
    """target-postgres with such sinks."""

    default_sink_class = InTurnSink

    @override
    def get_sink_class(self, stream_name: str) -> type[InTurnSink]:
        return RunLogSink if stream_name == _RUN_LOG else InTurnSink

    def write_all_but(self, sink: InTurnSink) -> None:
        """Write what all sinks but one hold."""
        for other in (*self._sinks_to_clear, *self._sinks_active.values()):
            if other is not sink:
                self.drain_one(other)
