"""The one place that writes: rows, then the bookmarks that cover them, then the run log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.portal_syncs import OK

if TYPE_CHECKING:
    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.output import SingerOutput
    from tap_hubspot_multi.portal_syncs import TaskResult
    from tap_hubspot_multi.progress import Progress
    from tap_hubspot_multi.state import StateBook
    from tap_hubspot_multi.tasks import Bookmark, Page, Task
    from tap_hubspot_multi.turns import Turns

_SECONDS_BETWEEN_STATES = 10.0
"""At least."""
_STATE_BYTES_PER_SECOND = 10_000
"""At most, over some time: each state holds all bookmarks of all portals, megabytes for hundreds of them, and the loader
and Meltano handle each one. What is risked is only to read again, after a kill, what was read since the last one."""


class Writer:
    """Writes the pages and results of all tasks, in the order in which they come."""

    def __init__(
        self, *, run_id: str, output: SingerOutput, states: StateBook, progress: Progress, clock: Clock
    ) -> None:
        """Create the writer of a run.

        Args:
            run_id: Goes into the run log.
            output: Where messages go.
            states: The bookmarks; changed here only.
            progress: Told of everything written.
            clock: Throttles the states.
        """
        self._run_id = run_id
        self._output = output
        self._states = states
        self._progress = progress
        self._clock = clock
        self._last_state = clock.monotonic()
        self._pause = _SECONDS_BETWEEN_STATES

    def page(self, task: Task, page: Page) -> None:
        """Write a page's rows, then remember its bookmark."""
        if page.records:
            self._output.write_records(task.stream.name, page.records, self._clock.now())
        if page.bookmark is not None:
            self._save(task, page.bookmark)
        self._progress.wrote(task, len(page.records))
        page.records.clear()
        if self._clock.monotonic() - self._last_state >= self._pause:
            self.state()

    def added(self, part: Task) -> None:
        """Hear of a task that a task has made."""
        self._progress.added(part)

    def result(self, task: Task, result: TaskResult) -> None:
        """Write a task's row of the run log, then remember its final bookmark.

        A task that was divided has no row of its own: its parts have.
        """
        is_divided = result.status == OK and result.parts > 0
        if not is_divided and self._output.is_selected(portal_syncs.NAME):
            row = portal_syncs.to_row(self._run_id, task, result)
            self._output.write_records(portal_syncs.NAME, [row], result.finished_at)
        if result.status == OK and task.notes.final_bookmark is not None:
            self._save(task, task.notes.final_bookmark)
        self._progress.ended(task, result)

    def end(self, turns: Turns) -> None:
        """Write the last state, with what the run leaves for the next one."""
        self._progress.leave(turns, self._clock.now())
        self.state()

    def state(self) -> None:
        """Write the state as it is, unless it was; it covers only what has been written."""
        self._last_state = self._clock.monotonic()
        if self._states.has_changed:
            size = self._output.write_state(self._states.value)
            self._pause = max(_SECONDS_BETWEEN_STATES, size / _STATE_BYTES_PER_SECOND)
            self._states.has_changed = False

    def _save(self, task: Task, bookmark: Bookmark) -> None:
        stream, portal_id = task.stream.name, task.portal.portal_id
        self._states.save(stream, portal_id, task.part, bookmark, self._clock.now())
