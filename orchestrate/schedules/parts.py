"""A run of a schedule in parts, each a process of its own, for an engine that starts them, on several machines perhaps.

What comes before the shards, any number of shards side by side, and what comes after them. No process lives from the
first to the last, so each part looks by itself whether another run is at work.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from orchestrate.schedules.heartbeat import Heartbeat
from orchestrate.schedules.running import Refused, run, wait_for_others
from orchestrate.schedules.schedule import ScheduleError
from orchestrate.sync.pipeline import JOB
from orchestrate.sync.sharded import sync_shard
from run_recovery import recover
from run_recovery.shard_states import Busy
from warehouse_connection.shards import Shard

if TYPE_CHECKING:
    from orchestrate.schedules.schedule import Schedule
    from orchestrate.sync.pipeline import Pipeline

BEGIN = "begin"
END = "end"
_SILENT = Heartbeat("")


def run_part(schedule: Schedule, pipeline: Pipeline, part: Shard | str) -> int:
    """Run one part.

    Args:
        schedule: Whose run it is part of.
        pipeline: What its job consists of.
        part: The shard, or `BEGIN` or `END`.

    Returns:
        The exit code of Meltano, or 128 and the number of the signal that stopped it.

    Raises:
        Refused: Another run is at work.
        ScheduleError: The schedule has no parts.
        SyncError: The shard failed.
        Stopped: The shard was stopped on request.
    """
    if schedule.job != JOB:
        raise ScheduleError(f"schedule {schedule.name}: only the job {JOB} can be run in parts.")
    if isinstance(part, Shard):
        recover(pipeline.engine)
        try:
            asyncio.run(sync_shard(pipeline, part, schedule.env))
        except Busy as busy:
            raise Refused(f"{schedule.name} is not run for shard {part}: {busy}") from None
        return 0
    # Whoever is at work now ends with the same tasks: the last part need not wait for it.
    wait = timedelta() if part == END else schedule.wait
    wait_for_others(replace(schedule, wait=wait), pipeline.environment, pipeline.engine)
    tasks = pipeline.after if part == END else pipeline.before
    if not tasks:
        return 0
    return asyncio.run(run(schedule, pipeline.environment, pipeline.sessions, _SILENT, tasks))
