"""What a run says while it goes on."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.portal_syncs import OK, TaskResult
from tap_hubspot_multi.progress import Progress
from tap_hubspot_multi.reporting import log_lines, reported

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_hubspot_multi.tasks import Task

Clock = Any
NewTask = Any


@dataclass
class Times:
    waited_seconds: float = 0.0
    answered_seconds: float = 0.0


class Ended:
    """An event that comes after so many waits, and lets time pass meanwhile."""

    def __init__(self, clock: Clock, waits: int, then: Callable[[], None] = lambda: None) -> None:
        self._clock, self._waits, self._then = clock, waits, then

    def wait(self, seconds: float) -> bool:
        self._clock.sleep(seconds)
        self._then()
        self._waits -= 1
        return self._waits < 0


@pytest.fixture
def tasks(new_task: NewTask) -> list[Task]:
    return [
        new_task(None, portal_id=portal, stream=stream)
        for portal in (1, 2, 3)
        for stream in ("contacts", "deals")
    ]


def ok(clock: Clock) -> TaskResult:
    return TaskResult(OK, clock.now(), clock.now())


def test_a_line_tells_counts_rate_waiting_and_what_is_being_read(tasks: list[Task], clock: Clock) -> None:
    progress = Progress(tasks, clock, Times(waited_seconds=30, answered_seconds=10), lambda: tasks[2:4])
    clock.sleep(20)
    progress.wrote(tasks[0], 3000)
    progress.ended(tasks[0], ok(clock))
    progress.ended(tasks[1], ok(clock))

    assert str(progress.snapshot()) == (
        "portals 1 done, 1 running, 0 failed of 3; 3,000 records, 150/s; "
        "75% of the requests' time is waiting for HubSpot's limits; now portal 2: contacts, deals"
    )


def test_a_line_names_three_portals_and_counts_the_others(new_task: NewTask, clock: Clock) -> None:
    tasks = [new_task(None, portal_id=portal) for portal in range(1, 33)]
    progress = Progress(tasks, clock, Times(), lambda: tasks)

    line = str(progress.snapshot())

    assert line.endswith("now portal 1: contacts; portal 2: contacts; portal 3: contacts; 29 more portals")
    assert "32 running" in line


def test_a_run_in_which_nothing_arrives_says_so_every_ten_seconds(
    tasks: list[Task], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    times = Times(answered_seconds=1.0)
    progress = Progress(tasks, clock, times, lambda: tasks[:1])

    def wait_on() -> None:
        times.waited_seconds += 9.0

    log_lines(progress, Ended(clock, 3, wait_on))  # type: ignore[arg-type]

    assert clock.slept == [10.0] * 4
    assert [message.partition("% of")[0][-2:] for message in caplog.messages] == ["90", "95", "96"]
    assert all("0 records" in message and "now portal 1: contacts" in message for message in caplog.messages)


def test_reporting_ends_with_the_run_however_it_ends(tasks: list[Task], clock: Clock) -> None:
    def broken_run() -> None:
        with reported(Progress(tasks, clock, Times(), list)):
            assert any(thread.name == "progress" for thread in threading.enumerate())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_run()

    assert not any(thread.name == "progress" for thread in threading.enumerate())


def test_the_summary_has_the_share_of_waiting(
    tasks: list[Task], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    progress = Progress(tasks[:1], clock, Times(1, 3), list)
    progress.ended(tasks[0], ok(clock))

    progress.summarize()

    [summary] = caplog.messages
    assert summary == (
        "Done: portals 1 done, 0 running, 0 failed of 1; 0 records, 0/s; "
        "25% of the requests' time is waiting for HubSpot's limits. Rows: portal 1 full 0"
    )
