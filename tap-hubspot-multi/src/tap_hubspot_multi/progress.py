"""Knows how a run is going, and says in the end how it went: a summary, and the failed portals last."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tap_hubspot_multi.portal_syncs import FAILED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.portal_syncs import TaskResult
    from tap_hubspot_multi.tasks import Task
    from tap_hubspot_multi.turns import Turns

logger = logging.getLogger("tap-hubspot-multi")

_PORTALS_SPELLED_OUT = 20
_PORTALS_NAMED_AS_RUNNING = 3


class RequestTimes(Protocol):
    """What all requests of a run have done with their time."""

    @property
    def waited_seconds(self) -> float:
        """Waiting for rate limits."""

    @property
    def answered_seconds(self) -> float:
        """From being sent to being answered."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a run is going.

    Attributes:
        portals: How many portals there are.
        finished: How many have nothing left to be read.
        done: How many have been read to the end, without a failure.
        running: How many have been begun, and have more to be read.
        failed: How many have a failed task.
        records: How many rows have been written.
        seconds: How long the run has taken so far.
        waiting: Of the time that requests took, the share in which they waited for HubSpot's limits.
        now: The portals that are being read at this moment, each with its streams.
    """

    portals: int
    finished: int
    done: int
    running: int
    failed: int
    records: int
    seconds: float
    waiting: float
    now: Mapping[str, Sequence[str]]

    @property
    def rate(self) -> float:
        """Rows a second, on average."""
        return self.records / max(self.seconds, 0.001)

    def counts(self) -> str:
        """Everything but what is being read, in words."""
        return (
            f"portals {self.done} done, {self.running} running, {self.failed} failed of {self.portals}; "
            f"{self.records:,} records, {self.rate:,.0f}/s; {self.waits()}"
        )

    def waits(self) -> str:
        """What keeps it waiting, in words."""
        return f"{self.waiting:.0%} of the requests' time is waiting for HubSpot's limits"

    def __str__(self) -> str:
        named = [f"{portal}: {', '.join(streams)}" for portal, streams in self.now.items()]
        if len(named) > _PORTALS_NAMED_AS_RUNNING:
            named[_PORTALS_NAMED_AS_RUNNING:] = [f"{len(named) - _PORTALS_NAMED_AS_RUNNING} more portals"]
        return "; ".join((self.counts(), *(("now " + "; ".join(named),) if named else ())))


@dataclass(slots=True)
class _PortalCount:
    name: str
    unfinished: dict[str, Task] = field(default_factory=dict)
    is_begun: bool = False
    failures: list[str] = field(default_factory=list)
    records: int = 0
    modes: set[str] = field(default_factory=set)

    @property
    def mode(self) -> str:
        """The weightiest of its streams' modes: one backfill makes the portal's run a backfill."""
        return next((mode for mode in ("backfill", "incremental") if mode in self.modes), "full")


class Progress:
    """Counts what the writer writes; may be asked by other threads."""

    def __init__(
        self,
        tasks: Collection[Task],
        clock: Clock,
        times: RequestTimes,
        being_read: Callable[[], Iterable[Task]],
    ) -> None:
        """Begin to count.

        Args:
            tasks: All that is to be read, as far as it is known.
            clock: Time.
            times: What requests do with their time.
            being_read: The tasks of which a page is being read at this moment.
        """
        self._clock = clock
        self._times = times
        self._being_read = being_read
        self._began = clock.monotonic()
        self._lock = threading.Lock()
        self._portals: dict[int, _PortalCount] = {}
        for task in tasks:
            self.added(task)

    def added(self, task: Task) -> None:
        """Count a task that is still to be read."""
        with self._lock:
            portal = self._portals.setdefault(task.portal.portal_id, _PortalCount(str(task.portal)))
            portal.unfinished[task.name] = task

    def wrote(self, task: Task, records: int) -> None:
        """Count written rows of a task."""
        with self._lock:
            portal = self._portals[task.portal.portal_id]
            portal.is_begun = True
            portal.records += records

    def ended(self, task: Task, result: TaskResult) -> None:
        """Count an ended task."""
        with self._lock:
            portal = self._portals[task.portal.portal_id]
            del portal.unfinished[task.name]
            portal.is_begun = True
            if task.stream.crm_object is not None:
                portal.modes.add(task.notes.mode)
            is_news = (
                result.status == FAILED and result.reason is not None and result.reason not in portal.failures
            )
            if is_news:
                portal.failures.append(str(result.reason))
        if is_news:
            logger.warning("%s failed: %s", task, result.reason)
        elif result.status == SKIPPED:
            logger.info("%s skipped: %s", task, result.reason)

    @property
    def failed_portals(self) -> int:
        """How many portals have a failed task."""
        return sum(bool(portal.failures) for portal in self._portals.values())

    @property
    def unfinished_portals(self) -> int:
        """How many portals have more to be read."""
        return sum(bool(portal.unfinished) for portal in self._portals.values())

    def leave(self, turns: Turns, ended_at: datetime) -> None:
        """Tell what the run leaves for the next one."""
        for portal_id, portal in self._portals.items():
            unfinished = portal.unfinished.values()
            turns.leave(portal_id, unfinished, is_begun=portal.is_begun, ended_at=ended_at)

    def snapshot(self) -> Snapshot:
        """How the run is going, at this moment."""
        now: dict[str, list[str]] = {}
        for task in self._being_read():
            now.setdefault(str(task.portal), []).append(task.name)
        waited, answered = self._times.waited_seconds, self._times.answered_seconds
        with self._lock:
            portals = self._portals.values()
            return Snapshot(
                portals=len(portals),
                finished=len(portals) - self.unfinished_portals,
                done=sum(not portal.unfinished and not portal.failures for portal in portals),
                running=sum(
                    bool(portal.unfinished) and (portal.is_begun or portal.name in now) for portal in portals
                ),
                failed=self.failed_portals,
                records=sum(portal.records for portal in portals),
                seconds=self._clock.monotonic() - self._began,
                waiting=waited / max(waited + answered, 0.001),
                now=now,
            )

    def summarize(self) -> None:
        """Log the run's summary, and last what failed: a line for each portal and reason, with the cure."""
        portals = list(self._portals.values())
        if len(portals) <= _PORTALS_SPELLED_OUT:
            rows = "; ".join(f"{portal.name} {portal.mode} {portal.records:,}" for portal in portals)
        else:
            modes = Counter(portal.mode for portal in portals)
            rows = ", ".join(f"{count} portals {mode}" for mode, count in sorted(modes.items()))
        logger.info("Done: %s. Rows: %s", self.snapshot().counts(), rows or "none")
        for portal in portals:
            for reason in portal.failures:
                logger.error("%s failed: %s", portal.name, reason)
