"""Runs tasks and writes what they read.

    tasks ──> read_task ──pages, results──> Writer ──> Singer messages
      ^            │
      └────────────┘ parts

A task only reads; the writer alone touches output and state. Tasks run one after another here, and nothing between
the two parts depends on that.
"""

from __future__ import annotations

import logging
import traceback
from collections import deque
from pathlib import PurePath
from typing import TYPE_CHECKING

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.exceptions import (
    Interrupted,
    PortalDisconnected,
    PortalError,
    RunStopped,
    StreamError,
    StreamSkipped,
)
from tap_hubspot_multi.portal_syncs import FAILED, OK, SKIPPED, TaskResult
from tap_hubspot_multi.progress import Progress
from tap_hubspot_multi.tasks import Page, Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.output import SingerOutput
    from tap_hubspot_multi.session import Session
    from tap_hubspot_multi.state import StateBook

logger = logging.getLogger("tap-hubspot-multi")

_SECONDS_BETWEEN_STATES = 10.0


class PortalHealth:
    """Which portals have dropped out of the run, and why; shared by all tasks."""

    def __init__(self) -> None:
        self._verdicts: dict[int, tuple[str, str]] = {}

    def drop(self, portal_id: int, status: str, reason: str) -> None:
        """Let no further page of a portal be read; the first verdict stays."""
        self._verdicts.setdefault(portal_id, (status, reason))

    def verdict(self, portal_id: int) -> tuple[str, str] | None:
        """Status and reason for the tasks of a portal that has dropped out; None while it has not."""
        return self._verdicts.get(portal_id)


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

    def page(self, task: Task, page: Page) -> None:
        """Write a page's rows, then remember its bookmark."""
        if page.records:
            self._output.write_records(task.stream.name, page.records, self._clock.now())
        if page.bookmark is not None:
            self._states.save(task.stream.name, task.portal.portal_id, task.part, page.bookmark)
        self._progress.wrote(task, len(page.records))
        if self._clock.monotonic() - self._last_state >= _SECONDS_BETWEEN_STATES:
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
            self._states.save(task.stream.name, task.portal.portal_id, task.part, task.notes.final_bookmark)
        self._progress.ended(task, result)

    def state(self) -> None:
        """Write the state as it is: it covers only what has been written."""
        self._last_state = self._clock.monotonic()
        self._output.write_state(self._states.value)


def run_portals(session: Session, output: SingerOutput, states: StateBook, clock: Clock) -> int:
    """Read all selected streams of all portals, and say how it went.

    Args:
        session: Access to HubSpot.
        output: Where messages go.
        states: Where the run before ended; updated.
        clock: Time.

    Returns:
        How many portals failed.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    tasks = session.tasks(states, output.is_selected)
    progress = Progress(tasks, clock)
    run_id = portal_syncs.new_run_id(clock.now())
    writer = Writer(run_id=run_id, output=output, states=states, progress=progress, clock=clock)
    try:
        run_tasks(tasks, writer, clock)
    finally:
        progress.summarize()
    return progress.failed_portals


def run_tasks(tasks: Sequence[Task], writer: Writer, clock: Clock) -> None:
    """Run all tasks; whatever ends the run, the last state covers all that was written.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    health, waiting = PortalHealth(), deque(tasks)
    try:
        while waiting:
            task, parts = waiting.popleft(), list[Task]()
            for event in read_task(task, health, clock):
                match event:
                    case Page():
                        writer.page(task, event)
                    case TaskResult():
                        writer.result(task, event)
                    case part:
                        writer.added(part)
                        parts.append(part)
            waiting.extendleft(reversed(parts))
    finally:
        writer.state()


def read_task(task: Task, health: PortalHealth, clock: Clock) -> Iterator[Page | Task | TaskResult]:
    """Read one task to its end, and make sure that its failure is nobody else's.

    Args:
        task: What to read.
        health: Asked before each page, told when the task's portal drops out.
        clock: Time.

    Yields:
        The pages and the parts, and last the result.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    started_at, records, parts = clock.now(), 0, 0
    status, reason = health.verdict(task.portal.portal_id) or (OK, None)
    try:
        for event in task.read() if status == OK else ():
            yield event
            if isinstance(event, Page):
                records += len(event.records)
            else:
                parts += 1
            clock.check_interrupted()
            status, reason = health.verdict(task.portal.portal_id) or (OK, None)
            if status != OK:
                break
        else:
            reason = reason or task.notes.remark
    except PortalError as error:
        status, reason = (SKIPPED if isinstance(error, PortalDisconnected) else FAILED), str(error)
        health.drop(task.portal.portal_id, status, reason)
    except StreamError as error:
        status, reason = (SKIPPED if isinstance(error, StreamSkipped) else FAILED), str(error)
    except (RunStopped, Interrupted):
        raise
    except Exception as error:
        logger.debug("%s: unexpected error", task, exc_info=True)
        # The text of such an error may quote the data: only its kind and place are kept.
        status, reason = (
            FAILED,
            f"{type(error).__name__} at {_place(error)}: please report this as a bug of the tap",
        )
    yield TaskResult(status, started_at, clock.now(), records, reason, parts)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
