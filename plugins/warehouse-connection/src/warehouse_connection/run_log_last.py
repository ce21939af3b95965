"""The loader, with the run log written behind the records that came before it.

Each stream's rows wait until there are enough of them, the run log's, too. So whatever kills a loader, what the run log says
was read is in the database: what counts as deleted, and bookmarks that are made anew, rely on it. Runs in the
environment of the loader only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from warehouse_connection.loader import InTurnSink, TargetInTurn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RUN_LOG = "portal_syncs"


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


class TargetInOrder(TargetInTurn):
    """target-postgres with such a sink for the run log."""

    @override
    def get_sink_class(self, stream_name: str) -> type[InTurnSink]:
        return RunLogSink if stream_name == _RUN_LOG else InTurnSink

    @override
    def _drain_all(self, sink_list: Iterable[InTurnSink], parallelism: int) -> None:
        sinks = list(sink_list)
        # Side by side, as the SDK writes them; and the run log alone, when they have.
        super()._drain_all([each for each in sinks if not isinstance(each, RunLogSink)], parallelism)
        super()._drain_all([each for each in sinks if isinstance(each, RunLogSink)], 1)

    def write_all_but(self, sink: InTurnSink) -> None:
        """Write what all sinks but one hold."""
        for other in (*self._sinks_to_clear, *self._sinks_active.values()):
            if other is not sink:
                self.drain_one(other)
