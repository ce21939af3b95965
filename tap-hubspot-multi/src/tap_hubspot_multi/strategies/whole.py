"""Reads small things whole, each run: definitions, pipelines, people.

They are few, and HubSpot tells no reliable time of change for them (an owner's `updatedAt` ignores what happens to
the user behind it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
    """

    rows: Callable[[Task], Iterator[Record]]

    def read(self, task: Task) -> Iterator[Page]:
        """Read everything; there is nothing to remember for the next run."""
        began_at = task.clock.now()
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
