"""Runs all tasks, several at once, and hands what they read to the one writer.

    Schedule ──a task──> worker: one step ──page, part or result──> queue ──> Writer ──> Singer messages
        ^                   │
        └───────────────────┘ goes on later, behind the other portals

A task is read one page at a time: a worker that has read a page gives the task back, so that a portal with millions of
records never keeps the others waiting. The queue is short, so that memory depends on the size of pages and the number
of workers, never on the data.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.portal_syncs import TaskResult
from tap_hubspot_multi.progress import Progress
from tap_hubspot_multi.reporting import reported
from tap_hubspot_multi.schedule import Schedule
from tap_hubspot_multi.session import TASKS_PER_PORTAL
from tap_hubspot_multi.tasks import Page, Task
from tap_hubspot_multi.turns import Turns
from tap_hubspot_multi.workers import read_events
from tap_hubspot_multi.writer import Writer

if TYPE_CHECKING:
    from tap_hubspot_multi.clock import Clock, Deadline
    from tap_hubspot_multi.output import SingerOutput
    from tap_hubspot_multi.session import Session
    from tap_hubspot_multi.state import StateBook

logger = logging.getLogger("tap-hubspot-multi")

_TASKS_PER_WORKER = 2
"""So that a worker that ends a step finds a task to go on with, whatever the others have in their hands."""


def run_portals(
    session: Session,
    output: SingerOutput,
    states: StateBook,
    clock: Clock,
    *,
    workers: int,
    deadline: Deadline,
) -> int:
    """Read all selected streams of all portals, and say how it goes and went.

    Args:
        session: Access to HubSpot.
        output: Where messages go.
        states: Where the run before ended; updated.
        clock: Time.
        workers: How many tasks are read at once.
        deadline: When no further page is begun.

    Returns:
        How many portals failed.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    turns = Turns(states)
    tasks = turns.in_order(session.tasks(states, output.is_selected))
    per_portal = min(workers, TASKS_PER_PORTAL)
    schedule = Schedule(
        tasks,
        clock,
        per_portal=per_portal,
        enough=_TASKS_PER_WORKER * workers,
        deadline=deadline,
        turns=turns,
    )
    progress = Progress(tasks, clock, session.api, schedule.being_read)
    del tasks  # those that have ended make room for the bookmarks of all
    run_id = portal_syncs.new_run_id(clock.now())
    writer = Writer(run_id=run_id, output=output, states=states, progress=progress, clock=clock)
    try:
        with reported(progress):
            run_tasks(schedule, writer, turns, clock, workers=workers)
        if progress.unfinished_portals:
            logger.warning(
                "run_time_limit is reached: %s of %s portals are read to the end, the next run begins with the others",
                len(session.portals) - progress.unfinished_portals,
                len(session.portals),
            )
    finally:
        progress.summarize()
    return progress.failed_portals


def run_tasks(schedule: Schedule, writer: Writer, turns: Turns, clock: Clock, *, workers: int = 1) -> None:
    """Run all tasks; whatever ends the run, the last state covers all that was written.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
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
        writer.end(turns)
