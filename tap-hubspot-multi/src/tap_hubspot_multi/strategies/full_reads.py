"""Reading everything again, although nothing tells that it changed: when, and how far it has come."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark
    from tap_hubspot_multi.tasks import Task


def is_full_read_due(task: Task, bookmark: ReadBookmark, now: datetime) -> bool:
    """Whether a full read is under way, or is to begin in this run.

    Args:
        task: The stream and the portal.
        bookmark: How far they have been read; the backfill is complete.
        now: The begin of the run.
    """
    last, every = bookmark.full_read_at, task.reading.full_read_every
    if bookmark.full_read is not None:
        return True
    if last is None or every is None:
        return False
    # Up to a quarter of the time earlier, each portal and stream at its own moment, so that they do not all come due
    # in the same run for ever.
    name = task.object_type or task.stream.name
    share = zlib.crc32(f"{task.portal.portal_id}/{name}".encode()) / 2**32
    return now >= last + every * (1 - share / 4)


@dataclass(frozen=True, slots=True)
class ListedRows:
    """Some rows, and where the list goes on.

    Attributes:
        records: Whole rows.
        after: Cursor behind the last of them; None at the end of the list.
    """

    records: list[Record]
    after: str | None


class Listing(Protocol):
    """A list that shows either what is live or what is archived."""

    def everything(self, *, archived: bool, after: str | None) -> Iterator[ListedRows]:
        """List to the end, from a cursor or from the start."""


def archive_then_live(
    listing: Listing, progress: FullReadProgress
) -> Iterator[tuple[list[Record], FullReadProgress | None]]:
    """List everything, from where a full read was.

    Args:
        listing: Lists; its cursors stay good for days.
        progress: The full read.

    Yields:
        Rows, and how far the full read has come behind them; None behind the last.
    """
    for archived in (True, False):
        if archived and progress.archived_done:
            continue
        for listed in listing.everything(archived=archived, after=progress.after):
            at_end = listed.after is None
            progress = replace(progress, after=listed.after, archived_done=progress.archived_done or at_end)
            yield listed.records, None if at_end and not archived else progress
