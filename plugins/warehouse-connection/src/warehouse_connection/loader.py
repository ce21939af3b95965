"""target-postgres as it is, but for two things.

Of several loaders side by side, one at a time prepares a table. Each looks whether a table and its columns are there, and
makes what is missing. Two that look at the same time would both make it, and the second one would fail.

And it stops between two messages only. The SDK's own way is to write all rows and the state from within the handler of the
signal, in the middle of whatever was being done: the rows of a batch that was being written then are lost, while the state
says that they are there; and it ends with 0, which Meltano takes for the end of the tap's data.

Runs in the environment of the loader only.
"""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Any, cast

from singer_sdk.io_base import SingerReader
from sqlalchemy import text
from target_postgres.sinks import PostgresSink
from target_postgres.target import TargetPostgres
from typing_extensions import override

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator
    from types import FrameType


class InTurnSink(PostgresSink):  # type: ignore[misc] # it has no types
    """Waits for its turn to prepare its table."""

    @override
    def setup(self) -> None:
        with self.connector._connect() as connection, connection.begin():
            lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
            connection.execute(lock, {"name": f"target-postgres-on-warehouse tables {self.schema_name}"})
            super().setup()


class _StopWaiting(Exception):  # noqa: N818 - it was asked for
    """Breaks off the wait for the next message."""


class StoppableReader(SingerReader):
    """Reads to the end of its input, or until it is asked to stop: then the input ends with the message before."""

    def __init__(self) -> None:
        super().__init__()
        self.signal = 0
        self._is_waiting = False

    def stop(self, signal: int) -> None:
        """End the input. To be called by a handler of signals: in the main thread, between any two of its steps."""
        self.signal = self.signal or signal
        if self._is_waiting:
            self._is_waiting = False
            raise _StopWaiting

    @override
    def process_lines(
        self, file_input: IO[str] | None, callbacks: dict[str, Callable[[dict[str, Any]], None]]
    ) -> Counter[str]:
        messages = self._messages(file_input or self.default_input)
        return super().process_lines(cast("IO[str]", messages), callbacks)

    def _messages(self, lines: Iterator[str]) -> Iterator[str]:
        try:
            while True:
                self._is_waiting = True
                line = None if self.signal else next(lines, None)
                self._is_waiting = False
                if line is None:
                    return
                yield line
        except _StopWaiting:
            return


class TargetInTurn(TargetPostgres):  # type: ignore[misc] # it has no types
    """target-postgres with such sinks and such a reader."""

    default_sink_class = InTurnSink
    message_reader_class = StoppableReader

    @override
    def process_endofpipe(self) -> None:
        super().process_endofpipe()
        if self.message_reader.signal:
            sys.exit(128 + self.message_reader.signal)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        self.message_reader.stop(signum)
