"""A scheduler for where there is none, in a container say: one process that runs each schedule when it is due."""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cronsim import CronSim

from orchestrate.schedules.running import Refused
from orchestrate.schedules.saying import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from orchestrate.schedules.schedule import Schedule

_LONGEST_SLEEP_SECONDS = 60
_SIGNALS = 128
"""Exit codes above it are of a run that was asked to stop."""


def keep(
    schedules: Sequence[Schedule],
    run: Callable[[Schedule], int],
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Run schedules one after the other, each when it is due; one that came due meanwhile follows at once.

    Args:
        schedules: What is kept.
        run: Runs one to its end.
        sleep: Waits for some seconds.
        now: The time.

    Returns:
        The exit code of a run that was asked to stop.
    """
    due = {schedule.name: _next(schedule, now()) for schedule in schedules}
    while True:
        # The least frequent first: what it does, the others need not do again.
        schedule = min(reversed(schedules), key=lambda each: due[each.name])
        _listen()  # a run has handlers of its own, and takes them away
        # In steps, for the clock may be set and the machine may sleep.
        while (wait := (due[schedule.name] - now()).total_seconds()) > 0:
            sleep(min(wait, _LONGEST_SLEEP_SECONDS))
        try:
            code = run(schedule)
        except Refused as refused:
            say(refused)
        else:
            say(f"{schedule.name} ended with exit code {code}.")
            if code > _SIGNALS:
                return code
        due[schedule.name] = _next(schedule, now())


def _next(schedule: Schedule, after: datetime) -> datetime:
    # A time that a clock change leaves out comes right after it.
    return next(CronSim(schedule.cron, after.astimezone(ZoneInfo(schedule.time_zone)))).astimezone(UTC)


def _listen() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def _stop(number: int, _: FrameType | None) -> None:
    raise SystemExit(_SIGNALS + number)
