"""One process that runs every schedule when it is due."""

from __future__ import annotations

import signal
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from orchestrate.schedules.keeping import keep
from orchestrate.schedules.running import Refused
from orchestrate.schedules.schedule import Schedule

if TYPE_CHECKING:
    from tests.schedules.project import Project


def kept(schedules: list[Schedule], begin: str, takes: timedelta, times: int) -> list[tuple[str, str]]:
    """What is run, and when, by a clock of the test's; each run takes so long, and the last one is stopped."""
    clock = datetime.fromisoformat(begin)
    runs: list[tuple[str, str]] = []

    def sleep(seconds: float) -> None:
        nonlocal clock
        clock += timedelta(seconds=seconds)

    def run(schedule: Schedule) -> int:
        nonlocal clock
        runs.append((schedule.name, f"{clock:%d %H:%M}"))
        clock += takes
        if len(runs) == 1:
            raise Refused("another one is at work")
        return 143 if len(runs) == times else 1

    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    assert keep(schedules, run, sleep=sleep, now=lambda: clock) == 143
    signal.signal(signal.SIGTERM, before[0])
    signal.signal(signal.SIGINT, before[1])
    return runs


def test_kept_schedules_run_when_they_are_due_also_after_one_that_was_refused_or_failed() -> None:
    schedules = [
        Schedule("hourly", "sync", "7 * * * *"),
        Schedule("daily", "sync", "0 2 * * *", "Asia/Tokyo"),
    ]
    assert kept(schedules, "2026-11-28T15:30:00+00:00", timedelta(minutes=10), 4) == [
        ("hourly", "28 16:07"),
        ("daily", "28 17:00"),
        ("hourly", "28 17:10"),
        ("hourly", "28 18:07"),
    ]


def test_what_came_due_during_a_run_follows_it_once() -> None:
    schedules = [Schedule("hourly", "sync", "7 * * * *"), Schedule("weekly", "sync", "0 4 * * 0")]
    assert kept(schedules, "2026-11-29T03:50:00+00:00", timedelta(hours=3), 3) == [
        ("weekly", "29 04:00"),
        ("hourly", "29 07:00"),
        ("hourly", "29 10:07"),
    ]


def test_a_night_without_the_hour_has_its_run_all_the_same() -> None:
    schedules = [Schedule("daily", "sync", "0 2 * * *", "America/New_York")]
    assert kept(schedules, "2027-03-13T00:00:00+00:00", timedelta(minutes=5), 3) == [
        ("daily", "13 07:00"),
        ("daily", "14 07:00"),  # 03:00, for there is no 02:00
        ("daily", "15 06:00"),
    ]


def test_who_keeps_the_schedules_stops_on_request(project: Project) -> None:
    # Shortly before an hourly run, but longer than a busy machine takes to start the program: later, and it waits for an hour.
    project.begins_at = "2026-11-28T16:06:50+00:00"
    process = project.start("keep", CODE="wait")
    deadline = time.monotonic() + 60
    while not project.calls and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)  # a program that has just started is killed, not asked
    process.terminate()
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (143, "hourly ended with exit code 143.\n", "")
