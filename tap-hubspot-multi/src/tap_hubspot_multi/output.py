"""Writes Singer messages.

Records go straight to the SDK's message writer: its stream classes look at every field of every record (selection,
type conformance), which costs more than all the rest of the tap, and ours have their final form already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib import RecordMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from singer_sdk.helpers._state import StateWriter
    from singer_sdk.helpers.types import TapState
    from singer_sdk.io_base import GenericSingerWriter
    from singer_sdk.streams import Stream

    from tap_hubspot_multi.records import Record


class SingerOutput:
    """The selected streams of a catalog, on their way to the target."""

    def __init__(
        self, streams: Mapping[str, Stream], writer: GenericSingerWriter[Any, Any], state_writer: StateWriter
    ) -> None:
        """Prepare the output; nothing is written yet.

        Args:
            streams: The tap's streams by name; only the selected ones are written.
            writer: Takes messages.
            state_writer: Takes states, and leaves out those that repeat the one before.
        """
        self._streams = {name: stream for name, stream in streams.items() if stream.selected}
        self._dropped = {name: _deselected_columns(stream) for name, stream in self._streams.items()}
        self._writer = writer
        self._state_writer = state_writer

    def is_selected(self, stream: str) -> bool:
        """Whether the catalog wants a stream."""
        return stream in self._streams

    def write_schemas(self) -> None:
        """Announce all selected streams, so that their tables exist even when a run brings no rows."""
        for stream in self._streams.values():
            stream._write_schema_message()

    def write_records(self, stream: str, records: Iterable[Record], read_at: datetime) -> None:
        """Write rows of a selected stream, without the columns that the catalog deselects."""
        dropped = self._dropped[stream]
        for record in records:
            row = (
                {name: value for name, value in record.items() if name not in dropped} if dropped else record
            )
            self._writer.write_message(RecordMessage(stream=stream, record=row, time_extracted=read_at))

    def write_state(self, state: TapState) -> None:
        """Write the state; everything that it covers must have been written before."""
        self._state_writer.write_state(state)


def _deselected_columns(stream: Stream) -> frozenset[str]:
    mask = stream.mask
    return frozenset(name for name in stream.schema["properties"] if not mask["properties", name])
