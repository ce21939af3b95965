"""Which task is read next: fair between portals, and within each portal's share of the workers.

The schedule goes round the portals, a page of each at a time, so that none keeps the others waiting. After a run that
was over too early that could go on for ever: if each portal gets a little time in each run, none may ever come to its
next bookmark. Then the portals that wait longest are read first, with as many workers as a portal may have.
"""

from __future__ import annotations

import bisect
import heapq
import itertools
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_hubspot_multi.reading import PortalHealth, read_task
from tap_hubspot_multi.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_hubspot_multi.clock import Clock, Deadline
    from tap_hubspot_multi.reading import Event
    from tap_hubspot_multi.turns import Turns


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A task that is being read.

    Attributes:
        task: What is read.
        events: What comes of it; at most one thread at a time takes the next one.
    """

    task: Task
    events: Iterator[Event]


@dataclass(slots=True)
class _Line:
    """The tasks of one portal.

    Attributes:
        place: Among the portals.
        waiting: Not begun, in order.
        paused: Begun, and not in the hands of a worker.
        begun: How many are begun and not at their end.
        limit: How many may be begun at a time. One until its first step is done, so that a portal that is broken
            shows in one task, and not in as many as there are workers.
        is_ready: Whether the portal stands in the queue of those that have something to do.
    """

    place: int
    waiting: deque[Task] = field(default_factory=deque)
    paused: deque[Reading] = field(default_factory=deque)
    begun: int = 0
    limit: int = 1
    is_ready: bool = False


class Schedule:
    """Hands out tasks for one step at a time, portal after portal; safe to use from several threads."""

    def __init__(
        self,
        tasks: Iterable[Task],
        clock: Clock,
        *,
        per_portal: int,
        enough: int,
        deadline: Deadline,
        turns: Turns,
    ) -> None:
        """Take over the tasks.

        Args:
            tasks: All that is known so far, in order; parts are added as they turn up.
            clock: For the readings.
            per_portal: How many tasks of one portal may be begun at a time.
            enough: How many begun tasks keep all workers busy. A task that is begun takes memory until its end, so
                that while there are so many, each portal has but one.
            deadline: When nothing more is handed out.
            turns: What the run before has left.
        """
        self._health = PortalHealth()
        self._clock = clock
        self._per_portal = per_portal
        self._enough = enough
        self._begun = 0
        self._deadline = deadline
        self._turns = turns
        self._lines: dict[int, _Line] = {}
        self._ready: list[tuple[int, _Line]] = []
        self._tickets = itertools.count()
        self._in_hand: dict[Reading, None] = {}
        self._stopped = False
        self._changed = threading.Condition()
        for task in tasks:
            self._line(task).waiting.append(task)
        for line in self._lines.values():
            self._queue(line)

    @property
    def is_stopped(self) -> bool:
        """Whether nobody takes what is read any more."""
        return self._stopped

    @property
    def is_out_of_time(self) -> bool:
        """Whether nobody waits any longer for what is under way."""
        return self._deadline.is_long_over

    def next(self) -> Reading | None:
        """The next task to read a step of; None when all are at their end, or the schedule was stopped.

        When the time is over, the tasks that are begun may end as far as they can without another request: what they
        have brought would otherwise be brought again by the next run.
        """
        with self._changed:
            while not self._stopped and (self._ready or self._in_hand):
                if not self._ready:
                    self._changed.wait()
                    continue
                _, line = heapq.heappop(self._ready)
                line.is_ready = False
                reading = self._turn_of(line)
                if reading is not None:
                    self._in_hand[reading] = None
                    self._queue(line)
                    self._wake()
                    return reading
            self._wake()
            return None

    def give_back(self, reading: Reading, event: Event | None) -> None:
        """Take a task back after a step.

        Args:
            reading: What `next` handed out.
            event: What the step brought; None at the task's end. A part joins the line.
        """
        with self._changed:
            line = self._line(reading.task)
            del self._in_hand[reading]
            line.limit = self._per_portal
            if event is None:
                self._ended(line)
            else:
                line.paused.append(reading)
            if isinstance(event, Task):
                bisect.insort(line.waiting, event, key=self._turns.rank)
            self._queue(line)
            self._wake()

    def being_read(self) -> list[Task]:
        """The tasks of which a page is being read at this moment; the one that takes longest comes first."""
        with self._changed:
            return [reading.task for reading in self._in_hand]

    def stop(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _wake(self) -> None:
        """Wake one worker if there is something for it, which wakes the next one; at the end all, to end too."""
        if self._ready:
            self._changed.notify()
        elif not self._in_hand:
            self._changed.notify_all()

    def _ended(self, line: _Line) -> None:
        line.begun -= 1
        self._begun -= 1
        if self._begun == self._enough - 1:
            for each in self._lines.values():
                self._queue(each)

    def _turn_of(self, line: _Line) -> Reading | None:
        is_over = self._deadline.is_over
        if self._may_begin(line) and not is_over:
            line.begun += 1
            self._begun += 1
            task = line.waiting.popleft()
            return Reading(task, read_task(task, self._health, self._clock))
        if not line.paused:
            return None
        reading = line.paused.popleft()
        reading.task.client.may_ask = not is_over
        return reading

    def _line(self, task: Task) -> _Line:
        portal_id = task.portal.portal_id
        if portal_id not in self._lines:
            self._lines[portal_id] = _Line(len(self._lines))
        return self._lines[portal_id]

    def _may_begin(self, line: _Line) -> bool:
        return (
            bool(line.waiting) and line.begun < line.limit and (line.begun == 0 or self._begun < self._enough)
        )

    def _queue(self, line: _Line) -> None:
        if not line.is_ready and (line.paused or self._may_begin(line)):
            line.is_ready = True
            # Places and tickets are unique: lines are never compared.
            order = line.place if self._turns.are_behind else next(self._tickets)
            heapq.heappush(self._ready, (order, line))
