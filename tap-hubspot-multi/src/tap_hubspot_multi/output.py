"""Writes Singer messages.

Records are encoded here, a page at a time: the SDK's stream classes look at every field of every record (selection,
type conformance), and its writer flushes after every line, which costs more than all the rest of the tap; ours have
their final form already.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.contrib.msgspec import MsgSpecWriter

from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from singer_sdk.helpers.types import TapState
    from singer_sdk.streams import Stream

    from tap_hubspot_multi.records import Record

# Numbers of a state that a newer version has written come as decimals.
_encoder = msgspec.json.Encoder(decimal_format="number")


class PageWriter(MsgSpecWriter):
    """Writes the SDK's messages one by one, records by the page, and states as they are."""

    def write_records(self, stream: str, records: Sequence[Record], read_at: datetime) -> None:
        """Write a RECORD message for each row of a stream."""
        time_extracted = format_timestamp(read_at)
        self.write_lines(
            _encoder.encode_lines(
                [
                    {"type": "RECORD", "stream": stream, "record": record, "time_extracted": time_extracted}
                    for record in records
                ]
            )
        )

    def write_state(self, state: TapState) -> int:
        """Write a STATE message.

        The SDK copies a state field by field, three times over: of 500 portals, that takes 0.7 s.

        Returns:
            How many bytes it took.
        """
        line = _encoder.encode_lines([{"type": "STATE", "value": state}])
        self.write_lines(line)
        return len(line)

    def write_lines(self, lines: bytes) -> None:
        """Write whole lines, and let the target have them."""
        sys.stdout.buffer.write(lines)
        sys.stdout.buffer.flush()


class SingerOutput:
    """The selected streams of a catalog, on their way to the target."""

    def __init__(self, streams: Mapping[str, Stream], writer: PageWriter) -> None:
        """Prepare the output; nothing is written yet.

        Args:
            streams: The tap's streams by name; only the selected ones are written.
            writer: Takes records and states.
        """
        self._streams = {name: stream for name, stream in streams.items() if stream.selected}
        self._dropped = {name: _deselected_columns(stream) for name, stream in self._streams.items()}
        self._writer = writer

    def is_selected(self, stream: str) -> bool:
        """Whether the catalog wants a stream."""
        return stream in self._streams

    def write_schemas(self) -> None:
        """Announce all selected streams, so that their tables exist even when a run brings no rows."""
        for stream in self._streams.values():
            stream._write_schema_message()

    def write_records(self, stream: str, records: Sequence[Record], read_at: datetime) -> None:
        """Write rows of a selected stream, without the columns that the catalog deselects."""
        dropped = self._dropped[stream]
        if dropped:
            records = [
                {name: value for name, value in record.items() if name not in dropped} for record in records
            ]
        self._writer.write_records(stream, records, read_at)

    def write_state(self, state: TapState) -> int:
        """Write the state; everything that it covers must have been written before.

        Returns:
            How many bytes it took.
        """
        return self._writer.write_state(state)


def _deselected_columns(stream: Stream) -> frozenset[str]:
    mask = stream.mask
    return frozenset(name for name in stream.schema["properties"] if not mask["properties", name])
