"""Runs all tasks, several at once, and hands what they read to the one writer.

    Schedule ──a task──> worker: one step ──page, part or result──> queue ──> Writer ──> Singer messages
        ^                   │
        └───────────────────┘ goes on later, behind the other portals

A task is read one page at a time: a worker that has read a page gives the task back, so that a portal with millions of
records never keeps the others waiting. The queue is short, so that memory depends on the size of pages and the number
of workers, never on the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.portal_syncs import TaskResult
from tap_hubspot_multi.progress import Progress
from tap_hubspot_multi.reading import PortalHealth
from tap_hubspot_multi.schedule import Schedule
from tap_hubspot_multi.tasks import Page, Task
from tap_hubspot_multi.workers import read_events
from tap_hubspot_multi.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.output import SingerOutput
    from tap_hubspot_multi.session import Session
    from tap_hubspot_multi.state import StateBook

_WORKERS_PER_PORTAL = 6
"""More requests at once than this, HubSpot's own clients do not send to one account."""


def run_portals(
    session: Session, output: SingerOutput, states: StateBook, clock: Clock, *, workers: int
) -> int:
    """Read all selected streams of all portals, and say how it went.

    Args:
        session: Access to HubSpot.
        output: Where messages go.
        states: Where the run before ended; updated.
        clock: Time.
        workers: How many tasks are read at once.

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
        run_tasks(tasks, writer, clock, workers=workers)
    finally:
        progress.summarize()
    return progress.failed_portals


def run_tasks(tasks: Sequence[Task], writer: Writer, clock: Clock, *, workers: int = 1) -> None:
    """Run all tasks; whatever ends the run, the last state covers all that was written.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    schedule = Schedule(tasks, PortalHealth(), clock, per_portal=min(workers, _WORKERS_PER_PORTAL))
    try:
        for task, event in read_events(schedule, clock, workers=workers):
            match event:
                case Page():
                    writer.page(task, event)
                case Task():
                    writer.added(event)
                case TaskResult():
                    writer.result(task, event)
    finally:
        writer.state()
