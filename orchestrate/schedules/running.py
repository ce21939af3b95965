"""One run of a schedule: alone, with signs of life, to its end."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from meltano.core.job.job import Job
from sqlalchemy import DateTime, String, column, or_, select, table

from orchestrate.schedules.heartbeat import Beat
from orchestrate.schedules.saying import format_of_meltano
from orchestrate.schedules.schedule import ScheduleError
from orchestrate.sync.processes import meltano
from run_recovery import recover

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from orchestrate.schedules.heartbeat import Heartbeat
    from orchestrate.schedules.schedule import Schedule

REFUSED = 75
"""Exit code of a run that found another one at work (EX_TEMPFAIL: try again later)."""

_LOOK_EVERY_SECONDS = 5

# The part of Meltano's table that is used here (meltano.core.job.Job).
_RUNS = table("runs", column("job_name", String), column("state", String), column("started_at", DateTime))


class Refused(ScheduleError):  # noqa: N818 - it is no fault
    """Another run is at work."""


def wait_for_others(
    schedule: Schedule,
    environment: str,
    engine: Engine,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Return when no other run of the schedule's pipeline is at work. One that was killed does not count.

    Raises:
        Refused: One still is, after all the time that the schedule waits.
    """
    deadline = monotonic() + schedule.wait.total_seconds()
    while _at_work(schedule, environment, engine):
        recover(engine)
        others = _at_work(schedule, environment, engine)
        if others and monotonic() >= deadline:
            waited = f" (waited {schedule.wait.total_seconds() / 60:.0f} minutes)" if schedule.wait else ""
            are = "are" if len(others) > 1 else "is"
            raise Refused(
                f"{schedule.name} is not run: {', '.join(others)} {are} still at work{waited}. "
                "Nothing is lost: the next run reads on from the last bookmark."
            )
        if others:
            sleep(_LOOK_EVERY_SECONDS)


class _FailedError(Exception):
    """The run has ended with another exit code than 0."""


async def run(
    schedule: Schedule,
    environment: str,
    sessions: sessionmaker[Session],
    heartbeat: Heartbeat,
    tasks: Sequence[str] = (),
) -> int:
    """Run the schedule's job; a stop request stops it.

    Args:
        schedule: What is run.
        environment: Meltano's environment.
        sessions: Makes sessions on Meltano's database.
        heartbeat: Where signs of life go.
        tasks: Run only these of the job.

    Returns:
        The exit code of `meltano run`, or 128 and the signal's number.
    """
    code, received = 0, [signal.SIGINT]
    variables = {**format_of_meltano(), **schedule.env}
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - for mypy: coroutines run in one

    def stop(number: signal.Signals) -> None:
        received.append(number)
        task.cancel()

    heartbeat.send(Beat.BEGUN)
    try:
        with closing(sessions()) as session:
            # Meltano's own lock ends with the loader; this one holds while dbt is at work, too.
            async with Job(job_name=_lock(schedule, environment)).run(session):
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                    asyncio.get_running_loop().add_signal_handler(number, partial(stop, number))
                code = await meltano(
                    f"--environment={environment}",
                    "run",
                    "--no-install",
                    *(tasks or [schedule.job]),
                    variables=variables,
                )
                if code:
                    raise _FailedError  # noqa: TRY301 - so that Meltano's list of runs says that it failed
    except _FailedError:
        pass
    except asyncio.CancelledError:
        code = 128 + received[-1]
    heartbeat.send(Beat.FAILED if code else Beat.DONE)
    return code


def _lock(schedule: Schedule, environment: str) -> str:
    return f"{environment}:{schedule.job}"


def _at_work(schedule: Schedule, environment: str, engine: Engine) -> list[str]:
    names = [_lock(schedule, environment)]
    if schedule.pipeline is not None:
        names.append(f"{environment}:{schedule.pipeline}")
    of_pipeline = or_(
        *(_RUNS.c.job_name == name for name in names),
        *(_RUNS.c.job_name.startswith(f"{name}:", autoescape=True) for name in names),
    )
    statement = (
        select(_RUNS.c.job_name, _RUNS.c.started_at)
        .where(_RUNS.c.state == "RUNNING", of_pipeline)
        .order_by(_RUNS.c.started_at)
    )
    with engine.connect() as connection:
        return [
            f"{row.job_name} (since {row.started_at:%Y-%m-%d %H:%M} UTC)"
            for row in connection.execute(statement)
        ]
