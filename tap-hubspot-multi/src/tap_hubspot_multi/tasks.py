"""The unit of work: one stream of one portal, read page by page.

A task knows nothing of how its pages are run or written, so that tasks can run one after another or side by side.
A stream whose extent only HubSpot knows (one table for all custom object types) divides its task into parts, which are
tasks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tap_hubspot_multi.catalogue import PortalCatalogue
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
        records: Complete rows of the task's stream. Whoever writes them empties the list: a task that waits for its
            next turn, behind hundreds of others, must hold no rows.
        bookmark: Where the next run may go on; None when it must still start from the bookmark before.
    """

    records: list[Record]
    bookmark: Bookmark | None = None


@dataclass(slots=True)
class SyncNotes:
    """What a strategy tells the run log about its reading.

    Attributes:
        mode: `backfill`, `incremental` or `full`.
        window_from: Begin of a full read (kept over resumptions), or of the searched window.
        window_to: End of the searched window; of a full read that proves nothing gone, and has no `window_from`, its begin.
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
    """One stream of one portal, or a part of it, in one run.

    Attributes:
        portal: Whose data.
        stream: What to read.
        part: The object type that this part of the stream is about; empty for the whole stream.
        strategy: How to read it.
        bookmark: Where the run before ended; empty the first time.
        client: HubSpot, with this portal's credentials and limits; counts this task's requests.
        catalogue: What the portal's records are made of, shared by its tasks.
        reading: The settings that shape reading.
        clock: Time.
        new_part: Makes the task of a part of this one.
        notes: Filled while reading.
    """

    portal: Portal
    stream: StreamDefinition
    part: str
    strategy: Strategy
    bookmark: Mapping[str, Any]
    client: HubSpotClient
    catalogue: PortalCatalogue
    reading: ReadingSettings
    clock: Clock
    new_part: Callable[[str, Strategy], Task]
    notes: SyncNotes = field(default_factory=SyncNotes)

    def read(self) -> Iterator[Page | Task]:
        """Read.

        Yields:
            Pages, and the parts that are to be read by themselves; what came before an error is complete and may be
            written.

        Raises:
            TapError: See `exceptions`.
        """
        return self.strategy.read(self)

    @property
    def object_type(self) -> str:
        """The object type that the rows are about; empty if they are about none."""
        return self.part or self.stream.crm_object or ""

    @property
    def name(self) -> str:
        """What is read of the portal: `contacts`, `custom_objects 2-456`."""
        return f"{self.stream.name} {self.part}" if self.part else self.stream.name

    def __str__(self) -> str:
        """`portal 123 (Company), contacts`, the same in every log line."""
        return f"{self.portal}, {self.name}"


class Strategy(Protocol):
    """A way to read streams of one kind."""

    def read(self, task: Task) -> Iterator[Page | Task]:
        """Read the task's stream, going on from its bookmark, or divide it into parts."""


@dataclass(frozen=True, slots=True)
class StreamDefinition:
    """What makes a stream: everything else is shared.

    Attributes:
        name: Stream and table name.
        keys: Key columns; the portal always first.
        schema: JSON schema of its rows.
        strategy: How it is read.
        endpoint: What it reads, for people.
        scope: What the portal must have granted, for people.
        reading: How it is read, for people.
        tier: The subscription that has it, for people.
        crm_object: The object type it is about, if about one.
        selected_by_default: Whether a catalog that says nothing selects it.
    """

    name: str
    keys: tuple[str, ...]
    schema: dict[str, Any]
    strategy: Strategy
    endpoint: str
    scope: str
    reading: str
    tier: str = "all"
    crm_object: str | None = None
    selected_by_default: bool = True
