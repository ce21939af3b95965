"""Says how a run is going: a line every few seconds, a summary at the end, and the failed portals last."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from tap_hubspot_multi.portal_syncs import FAILED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Collection

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.portal_syncs import TaskResult
    from tap_hubspot_multi.tasks import Task

logger = logging.getLogger("tap-hubspot-multi")

_SECONDS_BETWEEN_LINES = 5.0
_PORTALS_SPELLED_OUT = 20


class _PortalCount:
    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting = 0
        self.begun = False
        self.failures: list[str] = []
        self.records = 0
        self.modes: set[str] = set()

    @property
    def mode(self) -> str:
        """The weightiest of its streams' modes: one backfill makes the portal's run a backfill."""
        return next((mode for mode in ("backfill", "incremental") if mode in self.modes), "full")


class Progress:
    """Counts what the writer writes."""

    def __init__(self, tasks: Collection[Task], clock: Clock) -> None:
        self._clock = clock
        self._began = self._last_line = clock.monotonic()
        self._portals: dict[int, _PortalCount] = {}
        for task in tasks:
            self.added(task)

    def added(self, task: Task) -> None:
        """Count a task that is still to be read."""
        portal = self._portals.setdefault(task.portal.portal_id, _PortalCount(str(task.portal)))
        portal.waiting += 1

    def wrote(self, task: Task, records: int) -> None:
        """Count written rows of a task."""
        portal = self._portals[task.portal.portal_id]
        portal.begun = True
        portal.records += records
        now = self._clock.monotonic()
        if now - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = now
            logger.info("%s; now %s", self._counts(), task)

    def ended(self, task: Task, result: TaskResult) -> None:
        """Count an ended task."""
        portal = self._portals[task.portal.portal_id]
        portal.waiting -= 1
        portal.begun = True
        if result.status == FAILED and result.reason is not None and result.reason not in portal.failures:
            portal.failures.append(result.reason)
            logger.warning("%s failed: %s", task, result.reason)
        elif result.status == SKIPPED:
            logger.info("%s skipped: %s", task, result.reason)
        if task.stream.crm_object is not None:
            portal.modes.add(task.notes.mode)

    @property
    def failed_portals(self) -> int:
        """How many portals have a failed task."""
        return sum(bool(portal.failures) for portal in self._portals.values())

    def summarize(self) -> None:
        """Log the run's summary, and last what failed: a line for each portal and reason, with the cure."""
        portals = list(self._portals.values())
        if len(portals) <= _PORTALS_SPELLED_OUT:
            rows = "; ".join(f"{portal.name} {portal.mode} {portal.records:,}" for portal in portals)
        else:
            modes = Counter(portal.mode for portal in portals)
            rows = ", ".join(f"{count} portals {mode}" for mode, count in sorted(modes.items()))
        logger.info("Done: %s. Rows: %s", self._counts(), rows or "none")
        for portal in portals:
            for reason in portal.failures:
                logger.error("%s failed: %s", portal.name, reason)

    def _counts(self) -> str:
        portals = self._portals.values()
        done = sum(not portal.waiting and not portal.failures for portal in portals)
        running = sum(portal.begun and portal.waiting > 0 for portal in portals)
        records = sum(portal.records for portal in portals)
        seconds = max(self._clock.monotonic() - self._began, 0.001)
        return (
            f"portals {done} done, {running} running, {self.failed_portals} failed of {len(portals)}; "
            f"{records:,} records, {records / seconds:,.0f}/s"
        )
