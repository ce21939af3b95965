"""Reads small things whole, mostly in each run: definitions, pipelines, people.

They are few, and HubSpot tells no reliable time of change for them (an owner's `updatedAt` ignores what happens to
the user behind it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


class _OfATier(Protocol):
    """An object type, or a pair of them."""

    @property
    def tier(self) -> str:
        """The subscription that has it, `all` if every one has."""


_Thing = TypeVar("_Thing", bound=_OfATier)


@dataclass(frozen=True, slots=True)
class WholeRead:
    """Reads all rows of a stream, in one page.

    Attributes:
        rows: Asks HubSpot and makes the rows, without `portal_id` and `synced_at`.
        every: How long a read is good for; None reads in each run.
    """

    rows: Callable[[Task], Iterator[Record]]
    every: timedelta | None = None

    def read(self, task: Task) -> Iterator[Page]:
        """Read everything, or nothing while the last read is good."""
        began_at = task.clock.now()
        if self.every is not None:
            read_at = parse_timestamp(task.bookmark.get("full_read_at"))
            if read_at is not None and began_at < read_at + self.every:
                task.notes.mode = "incremental"
                return
            task.notes.final_bookmark = {"full_read_at": format_timestamp(began_at)}
        portal_id, synced_at = task.portal.portal_id, format_timestamp(began_at)
        records = [{"portal_id": portal_id, **row, "synced_at": synced_at} for row in self.rows(task)]
        # Where an object type was refused, rows that did not come are not proved gone.
        task.notes.window_from = None if task.notes.remark else began_at
        yield Page(records)


def of_each(
    task: Task, things: Iterable[_Thing], rows: Callable[[_Thing], Iterator[Record]]
) -> Iterator[Record]:
    """Rows of each object type, or pair of them; those that the portal may not have are left out, unless all are.

    A type that needs a larger subscription is not missed: the portal has nothing of it. One that every subscription
    has is, by a remark.

    Raises:
        StreamSkipped: The portal may have none of them.
    """
    wanted = list(things)
    refusals: list[tuple[_Thing, str]] = []
    for thing in wanted:
        try:
            yield from rows(thing)
        except StreamSkipped as refusal:
            refusals.append((thing, f"{thing}: {refusal}"))
    if refusals and len(refusals) == len(wanted):
        raise StreamSkipped("; ".join(text for _, text in refusals))
    task.notes.remark = "; ".join(text for thing, text in refusals if thing.tier == "all") or None
