"""Reads small things whole: definitions, pipelines, people.

They are few, and HubSpot tells no reliable time of change for them (an owner's `updatedAt` ignores what happens to
the user behind it). So they are read in each run, and written if they are others than those that were written last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tap_hubspot_multi.digests import digest
from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.strategies.bookmark import ReadBookmark
from tap_hubspot_multi.strategies.full_reads import is_full_read_due
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


class _OfATier(Protocol):
    """An object type, or a pair of them."""

    @property
    def tier(self) -> str:
        """The subscription that has it, `all` if every one has."""


_Thing = TypeVar("_Thing", bound=_OfATier)
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class WholeRead:
    """Reads all rows of a stream in each run, and writes them, in one page, if any of them has changed.

    Attributes:
        rows: Asks HubSpot and makes the rows, without `portal_id` and `synced_at`.
    """

    rows: Callable[[Task], Iterator[Record]]

    def read(self, task: Task) -> Iterator[Page]:
        """Read everything; no page comes of what is as it was."""
        began_at = task.clock.now()
        rows = list(self.rows(task))
        seen = _digest(task, rows)
        if _is_as_it_was(task, seen, began_at):
            return
        yield from _written(task, iter([rows]), seen, began_at)


@dataclass(frozen=True, slots=True)
class WatchedRead:
    """Asks, in each run, for what tells that rows may have changed, and for all the rows when it does.

    Attributes:
        signs: Asks HubSpot for what changes whenever the rows do, or nearly so.
        pages: Makes the rows, without `portal_id` and `synced_at`, with the help of the signs, as many at a time as are
            to be written together.
        every: How long the rows are good for whatever the signs say; None leaves it to the full reads.
    """

    signs: Callable[[Task], Iterator[Any]]
    pages: Callable[[Task, Sequence[Any]], Iterator[list[Record]]]
    every: timedelta | None = None

    def read(self, task: Task) -> Iterator[Page]:
        """Read the signs, and everything if they have changed or it is time to."""
        began_at = task.clock.now()
        signs = list(self.signs(task))
        seen = _digest(task, signs)
        if _is_as_it_was(task, seen, began_at, self.every):
            return
        yield from _written(task, self.pages(task, signs), seen, began_at)


def in_one_page(
    rows: Callable[[Task, Sequence[Any]], Iterator[Record]],
) -> Callable[[Task, Sequence[Any]], Iterator[list[Record]]]:
    """The pages of a `WatchedRead` whose rows are few."""
    return lambda task, signs: iter([list(rows(task, signs))])


def of_each(
    task: Task, things: Iterable[_Thing], rows: Callable[[_Thing], Iterator[_Found]]
) -> Iterator[_Found]:
    """Rows, or signs, of each object type, or pair of them; those that the portal may not have are left out, unless all are.

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


def _digest(task: Task, found: Iterable[Any]) -> str:
    # The same rows are written once more when nothing is refused any longer: only then are the others proved gone.
    return digest([*found, {"is_complete": task.notes.remark is None}])


def _is_as_it_was(task: Task, seen: str, began_at: datetime, every: timedelta | None = None) -> bool:
    """Whether the rows need not be written, which is noted for the run log.

    From time to time they are written all the same, so that a table heals that somebody has emptied or changed.
    """
    bookmark = ReadBookmark.from_state(task.bookmark)
    written_at = bookmark.full_read_at
    if written_at is None or task.bookmark.get("digest") != seen:
        return False
    if is_full_read_due(task, bookmark, began_at) or (every is not None and began_at >= written_at + every):
        return False
    task.notes.mode = "incremental"
    return True


def _written(task: Task, pages: Iterator[list[Record]], seen: str, began_at: datetime) -> Iterator[Page]:
    written_at = format_timestamp(began_at)
    portal_id = task.portal.portal_id
    for rows in pages:
        page = Page([{"portal_id": portal_id, **row, "synced_at": written_at} for row in rows], {})
        rows.clear()
        # Until the run log says that it succeeded, nobody knows what the table holds: the old digest is forgotten with
        # the first row, for what was written may be undone in HubSpot before the next run.
        yield page
    # Where something was refused, rows that did not come are not proved gone.
    task.notes.window_from = None if task.notes.remark else began_at
    task.notes.final_bookmark = {"full_read_at": written_at, "digest": seen}
