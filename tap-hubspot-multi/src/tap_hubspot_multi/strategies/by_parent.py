"""Reads what hangs on many parents, one parent after another, whole in each run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_hubspot_multi.exceptions import ItemUnavailable
from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


@dataclass(frozen=True, slots=True)
class WholeByParent:
    """Reads all rows of each parent; a killed read goes on with the parent that was under way.

    Attributes:
        parents: The parents' ids.
        rows: Pages of one parent's rows, without `portal_id` and `synced_at`.
    """

    parents: Callable[[Task], Iterable[str]]
    rows: Callable[[Task, str], Iterator[list[Record]]]

    def read(self, task: Task) -> Iterator[Page]:
        """Read everything, or what a killed read has left; a parent that is deleted meanwhile has no rows."""
        bookmark = ReadBookmark.from_state(task.bookmark)
        progress = bookmark.full_read or FullReadProgress(task.clock.now())
        for parent in sorted(self.parents(task)):
            if progress.after is not None and parent <= progress.after:
                continue
            try:
                for rows in self.rows(task, parent):
                    synced_at = format_timestamp(task.clock.now())
                    shared = {"portal_id": task.portal.portal_id, "synced_at": synced_at}
                    yield Page([row | shared for row in rows])
            except ItemUnavailable:
                pass
            progress = replace(progress, after=parent)
            yield Page([], bookmark.with_progress(progress).to_state())
        # Where parents are unknown, rows that did not come are not proved gone.
        task.notes.window_from = None if task.notes.remark else progress.began_at
        task.notes.final_bookmark = bookmark.with_progress(progress).with_full_read_complete().to_state()
