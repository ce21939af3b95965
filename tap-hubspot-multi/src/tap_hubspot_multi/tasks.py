"""The unit of work: one stream of one portal, read page by page.

A task knows nothing of how its pages are run or written, so that tasks can run one after another or side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.settings import ReadingSettings
    from tap_hubspot_multi.tokens import Portal

Bookmark: TypeAlias = "dict[str, Any]"
"""What a strategy needs to go on, as JSON; only the strategy that wrote it understands it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the point that is safe once they are written.

    Attributes:
        records: Complete rows of the task's stream.
        bookmark: Where the next run may go on; None when it must still start from the bookmark before.
    """

    records: Sequence[Record]
    bookmark: Bookmark | None = None


@dataclass(slots=True)
class SyncNotes:
    """What a strategy tells the run log about its reading.

    Attributes:
        mode: `backfill`, `incremental` or `full`.
        window_from: Begin of a full read (kept over resumptions), or of the searched window.
        window_to: End of the searched window.
        expected_total: HubSpot's own count of live records, at a full read.
        remark: Something an operator should know although the task succeeded.
        final_bookmark: Bookmark that is safe once the task's success is in the run log: a full read counts only
            together with that row.
    """

    mode: str = "full"
    window_from: datetime | None = None
    window_to: datetime | None = None
    expected_total: int | None = None
    remark: str | None = None
    final_bookmark: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One stream of one portal, in one run.

    Attributes:
        portal: Whose data.
        stream: What to read and how.
        bookmark: Where the run before ended; empty the first time.
        client: HubSpot, with this portal's credentials and limits; counts this task's requests.
        reading: The settings that shape reading.
        clock: Time.
        notes: Filled while reading.
    """

    portal: Portal
    stream: StreamDefinition
    bookmark: Mapping[str, Any]
    client: HubSpotClient
    reading: ReadingSettings
    clock: Clock
    notes: SyncNotes = field(default_factory=SyncNotes)

    def pages(self) -> Iterator[Page]:
        """Read.

        Yields:
            Pages; what came before an error is complete and may be written.

        Raises:
            TapError: See `exceptions`.
        """
        return self.stream.strategy.read(self)

    def __str__(self) -> str:
        """`portal 123 (Company), contacts`, the same in every log line."""
        return f"{self.portal}, {self.stream.name}"


class Strategy(Protocol):
    """A way to read streams of one kind."""

    def read(self, task: Task) -> Iterator[Page]:
        """Read the task's stream, going on from its bookmark."""


@dataclass(frozen=True, slots=True)
class StreamDefinition:
    """What makes a stream: everything else is shared.

    Attributes:
        name: Stream and table name.
        keys: Key columns; the portal always first.
        schema: JSON schema of its rows.
        strategy: How it is read.
        endpoint: What it reads, for people.
        crm_object: The object type it is about, if about one.
    """

    name: str
    keys: tuple[str, ...]
    schema: dict[str, Any]
    strategy: Strategy
    endpoint: str
    crm_object: str | None = None
