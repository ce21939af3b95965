"""Many tasks at once: fair, complete, in order, and over when they should be."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.clock import Deadline, SystemClock
from tap_hubspot_multi.exceptions import Interrupted, OutOfTime, RunStopped
from tap_hubspot_multi.portal_syncs import TaskResult
from tap_hubspot_multi.schedule import Schedule
from tap_hubspot_multi.state import StateBook
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.turns import Turns
from tap_hubspot_multi.workers import read_events

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tap_hubspot_multi.tasks import Task

NewTask = Any


@dataclass
class Pages:
    """Yields numbered pages, and knows how many tasks of a portal were being read at the same time."""

    number: int
    seconds: float = 0.0
    error: BaseException | None = None
    at_once: Counter[int] = field(default_factory=Counter)
    most_at_once: Counter[int] = field(default_factory=Counter)
    read_so_far: Iterator[int] = field(default_factory=itertools.count)

    def read(self, task: Task) -> Iterator[Page | Task]:
        portal_id = task.portal.portal_id
        for page in range(self.number):
            if not task.client.may_ask:
                raise OutOfTime
            self.at_once[portal_id] += 1
            self.most_at_once[portal_id] = max(self.most_at_once[portal_id], self.at_once[portal_id])
            next(self.read_so_far)
            time.sleep(self.seconds)
            self.at_once[portal_id] -= 1
            yield Page([{"id": f"{task.stream.name} {page}"}])
        if self.error is not None:
            raise self.error


def schedule_of(
    tasks: Iterable[Task],
    clock: SystemClock,
    *,
    per_portal: int = 1,
    enough: int = 100,
    seconds: float | None = None,
) -> Schedule:
    deadline = Deadline(clock, seconds)
    return Schedule(
        tasks, clock, per_portal=per_portal, enough=enough, deadline=deadline, turns=Turns(StateBook({}))
    )


def steps(tasks: Iterable[Task], *, workers: int, per_portal: int = 6) -> Generator[tuple[Task, Any]]:
    clock = SystemClock()
    schedule = schedule_of(tasks, clock, per_portal=per_portal)
    yield from read_events(schedule, clock, workers=workers)


@pytest.mark.parametrize("workers", [1, 2, 16])
def test_every_page_of_every_task_comes_once_and_in_the_tasks_order(new_task: NewTask, workers: int) -> None:
    strategy = Pages(7)
    tasks = [new_task(strategy, portal_id=portal, stream=f"s{s}") for portal in range(20) for s in range(10)]

    came: dict[tuple[int, str], list[str]] = defaultdict(list)
    ended = set()
    for task, event in steps(tasks, workers=workers):
        key = task.portal.portal_id, task.stream.name
        assert key not in ended
        if isinstance(event, TaskResult):
            ended.add(key)
        else:
            came[key] += [row["id"] for row in event.records]

    assert len(ended) == len(tasks)
    assert came == {(p, f"s{s}"): [f"s{s} {page}" for page in range(7)] for p in range(20) for s in range(10)}


def test_a_portal_with_a_million_records_does_not_keep_the_others_waiting(new_task: NewTask) -> None:
    huge = [new_task(Pages(1000), portal_id=1, stream=f"s{number}") for number in range(10)]
    small = [new_task(Pages(1), portal_id=portal) for portal in range(2, 12)]

    before_the_small_ones_ended, left = 0, {task.portal.portal_id for task in small}
    for task, event in steps([*huge, *small], workers=1):
        before_the_small_ones_ended += 1
        if isinstance(event, TaskResult):
            left.discard(task.portal.portal_id)
        if not left:
            break

    assert before_the_small_ones_ended < 40


@pytest.mark.parametrize("portals", [40, 10, 1])
def test_no_more_tasks_are_begun_than_keep_the_workers_busy_but_one_of_each_portal(
    new_task: NewTask, portals: int
) -> None:
    pages = Pages(4)
    tasks = [new_task(pages, portal_id=portal, stream=f"s{n}") for portal in range(portals) for n in range(8)]
    schedule = schedule_of(tasks, SystemClock(), per_portal=5, enough=12)

    begun, most_begun, ended = set(), 0, 0
    while (reading := schedule.next()) is not None:
        begun.add(reading)
        most_begun = max(most_begun, len(begun))
        event = next(reading.events, None)
        if event is None:
            begun.remove(reading)
            ended += 1
        schedule.give_back(reading, event)

    assert ended == len(tasks)
    assert min(5 * portals, 12) <= most_begun < portals + 12


def test_a_portal_whose_page_takes_long_begins_more_once_the_others_are_done(new_task: NewTask) -> None:
    tasks = [new_task(Pages(2), portal_id=1, stream=f"s{n}") for n in range(3)]
    tasks += [new_task(Pages(2), portal_id=portal) for portal in range(2, 12)]
    schedule = schedule_of(tasks, SystemClock(), per_portal=3, enough=5)

    in_hand, has_begun = [], False
    while len(in_hand) < 3:
        reading = schedule.next()
        assert reading is not None
        if reading.task.portal.portal_id == 1 and has_begun:
            in_hand.append(reading)
            continue
        has_begun = has_begun or reading.task.portal.portal_id == 1
        schedule.give_back(reading, next(reading.events, None))

    assert {reading.task.stream.name for reading in in_hand} == {"s0", "s1", "s2"}


def test_a_portal_has_only_so_many_tasks_under_way(new_task: NewTask) -> None:
    strategy = Pages(3, seconds=0.002)

    for _ in steps([new_task(strategy, stream=f"s{n}") for n in range(30)], workers=16, per_portal=3):
        pass

    assert 1 < strategy.most_at_once[1] <= 3


def test_a_portals_first_step_is_made_alone_so_that_a_broken_portal_shows_in_one(new_task: NewTask) -> None:
    together_with: list[int] = []

    class Watching(Pages):
        def read(self, task: Task) -> Iterator[Page | Task]:
            for page in super().read(task):
                together_with.append(self.most_at_once[1])
                yield page

    strategy = Watching(3, seconds=0.02)
    came = list(steps([new_task(strategy, stream=f"s{number}") for number in range(9)], workers=8))

    assert together_with[0] == 1
    assert max(together_with) > 1
    assert came[0][0].stream.name == "s0"


def test_parts_are_read_like_tasks(new_task: NewTask) -> None:
    class Divided:
        def read(self, task: Task) -> Iterator[Page | Task]:
            for number in range(5):
                yield task.new_part(f"2-{number}", Pages(2))

    events = list(steps([new_task(Divided(), stream="custom_objects")], workers=4))

    assert Counter(task.part for task, event in events if isinstance(event, Page)) == {
        f"2-{n}": 2 for n in range(5)
    }
    assert sum(isinstance(event, TaskResult) for _, event in events) == 6


@pytest.mark.parametrize("workers", [1, 8])
def test_an_error_of_the_run_ends_all_workers(new_task: NewTask, workers: int) -> None:
    endless = [new_task(Pages(10**9), portal_id=portal) for portal in range(2, 6)]
    broken = new_task(Pages(3, error=RunStopped("wrong client secret")), portal_id=1)

    with pytest.raises(RunStopped, match="wrong client secret"):
        for _ in steps([*endless, broken], workers=workers):
            pass

    assert_no_worker_is_left()


def test_a_stop_request_is_heard_while_all_workers_wait_for_an_answer(new_task: NewTask) -> None:
    never = threading.Event()

    class Stuck:
        def read(self, task: Task) -> Iterator[Page | Task]:  # noqa: ARG002 - it never gets so far
            never.wait(60)
            yield Page([])

    clock = SystemClock()
    schedule = schedule_of([new_task(Stuck())], clock)
    threading.Timer(0.1, clock.interrupt).start()
    began = time.monotonic()

    with pytest.raises(Interrupted):
        list(read_events(schedule, clock, workers=2))

    assert time.monotonic() - began < 10
    never.set()
    assert_no_worker_is_left()


@pytest.mark.parametrize("workers", [1, 8])
def test_when_the_time_is_over_no_page_is_begun_and_none_is_lost(new_task: NewTask, workers: int) -> None:
    strategy, clock = Pages(10**9, seconds=0.01), SystemClock()
    schedule = schedule_of([new_task(strategy, portal_id=portal) for portal in range(20)], clock, seconds=0.5)

    events = [event for _, event in read_events(schedule, clock, workers=workers)]

    assert all(isinstance(event, Page) for event in events)
    assert len(events) == next(strategy.read_so_far) > workers
    assert_no_worker_is_left()


@pytest.mark.parametrize("waits_for", ["answer", "limit"])
def test_the_end_of_the_time_is_noticed_while_all_workers_wait(
    new_task: NewTask, monkeypatch: pytest.MonkeyPatch, waits_for: str
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.clock._SECONDS_TO_END_A_PAGE", 0.2)
    clock, answer = SystemClock(), threading.Event()

    class Stuck:
        def read(self, task: Task) -> Iterator[Page | Task]:
            yield Page([{"id": task.stream.name}])
            if waits_for == "answer":
                answer.wait(60)
            else:
                clock.sleep(60)

    schedule = schedule_of([new_task(Stuck(), portal_id=portal) for portal in range(5)], clock, seconds=0.2)
    began = time.monotonic()

    events = list(read_events(schedule, clock, workers=4))

    assert 0 < len(events) <= 5
    assert time.monotonic() - began < 10
    answer.set()
    clock.interrupt()
    assert_no_worker_is_left()


def test_what_is_read_and_not_yet_written_is_bounded(new_task: NewTask) -> None:
    strategy = Pages(10**6)
    events = steps([new_task(strategy, portal_id=portal) for portal in range(50)], workers=4)
    for _ in range(20):
        next(events)
    time.sleep(0.1)

    read = next(strategy.read_so_far)
    events.close()

    assert 20 < read <= 20 + 2 * 4
    assert_no_worker_is_left()


def assert_no_worker_is_left() -> None:
    deadline = time.monotonic() + 5
    while any(thread.name.startswith("reader-") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
