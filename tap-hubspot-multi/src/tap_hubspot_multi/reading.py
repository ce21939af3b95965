"""Reads one task to its end, and keeps its failure to itself."""

from __future__ import annotations

import logging
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from tap_hubspot_multi.exceptions import (
    Interrupted,
    OutOfTime,
    PortalDisconnected,
    PortalError,
    RunStopped,
    StreamError,
    StreamSkipped,
)
from tap_hubspot_multi.portal_syncs import FAILED, OK, SKIPPED, TaskResult
from tap_hubspot_multi.tasks import Page, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.clock import Clock

logger = logging.getLogger("tap-hubspot-multi")

Event: TypeAlias = Page | Task | TaskResult
"""What comes of reading a task: pages, the parts into which it divides itself, and last its result."""


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


def read_task(task: Task, health: PortalHealth, clock: Clock) -> Iterator[Event]:
    """Read one task to its end, and make sure that its failure is nobody else's.

    Args:
        task: What to read.
        health: Asked before each page, told when the task's portal drops out.
        clock: Time.

    Yields:
        The pages and the parts, and last the result; no result if the run's time is over before the task is.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    started_at, records, parts = clock.now(), 0, 0
    status, reason = health.verdict(task.portal.portal_id) or (OK, None)
    try:
        for event in task.read() if status == OK else ():
            if isinstance(event, Page):
                records += len(event.records)
            else:
                parts += 1
            yield event
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
    except OutOfTime:
        return
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
