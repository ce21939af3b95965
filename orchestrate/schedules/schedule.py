"""The schedules of meltano.yml, which is the only place that says when what runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from meltano.core.plugin.base import PluginType
from meltano.core.schedule import JobSchedule
from meltano.core.schedule_service import ScheduleService
from meltano.core.task_sets_service import JobNotFoundError, TaskSetsService

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meltano.core.project import Project

ANNOTATION = "schedules"
"""Under this name of a schedule's annotations is what cron has no field for."""


class ScheduleError(Exception):
    """A schedule is wrong or cannot run; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs, and how.

    Attributes:
        name: Its name.
        job: The job.
        cron: Minute, hour, day, month and day of the week, as cron has them.
        time_zone: Where the clock hangs that these are read from.
        wait: How long a run waits for another one to end, before it is refused.
        env: What the run has in its environment, before anything else.
        pipeline: Extractor and loader of the job, as Meltano names their runs; None if it has none.
    """

    name: str
    job: str
    cron: str
    time_zone: str = "UTC"
    wait: timedelta = timedelta()
    env: Mapping[str, str] = field(default_factory=dict)
    pipeline: str | None = None

    def moments(self) -> CronSim:
        """Parse the cron expression."""
        return CronSim(self.cron, datetime.now(UTC))


def find_schedules(project: Project) -> list[Schedule]:
    """Read the schedules that have a time; those of Meltano's `@manual` and `@once` have none.

    Raises:
        ScheduleError: One of them is wrong.
    """
    jobs = [each for each in ScheduleService(project).schedules() if isinstance(each, JobSchedule)]
    found = [_read(project, each, cron) for each in jobs if (cron := each.cron_interval)]
    return [_checked(each) for each in found]


def _read(project: Project, schedule: JobSchedule, cron: str) -> Schedule:
    written: dict[str, Any] = dict(schedule.canonical())
    notes = written.get("annotations", {}).get(ANNOTATION, {})
    unknown = ", ".join(sorted(notes.keys() - {"time_zone", "wait_minutes"}))
    minutes = notes.get("wait_minutes", 0)
    if unknown:
        raise ScheduleError(
            f"schedule {schedule.name}: there is no {unknown}: write time_zone or wait_minutes."
        )
    if not isinstance(minutes, int) or minutes < 0:
        raise ScheduleError(f"schedule {schedule.name}: wait_minutes must be a whole number of at least 0.")
    return Schedule(
        schedule.name,
        schedule.job,
        cron,
        time_zone=str(notes.get("time_zone", "UTC")),
        wait=timedelta(minutes=minutes),
        env=dict(schedule.env),
        pipeline=_pipeline(project, schedule),
    )


def _pipeline(project: Project, schedule: JobSchedule) -> str | None:
    try:
        tasks = TaskSetsService(project).get(schedule.job).flat_args
    except JobNotFoundError:
        raise ScheduleError(f"schedule {schedule.name}: meltano.yml has no job {schedule.job}.") from None
    ends = [
        next((task for task in tasks if task in {plugin.name for plugin in plugins}), None)
        for plugins in map(project.plugins.get_plugins_of_type, (PluginType.EXTRACTORS, PluginType.LOADERS))
    ]
    return "-to-".join(end for end in ends if end) if all(ends) else None


def _checked(schedule: Schedule) -> Schedule:
    try:
        schedule.moments()
        ZoneInfo(schedule.time_zone)
    except CronSimError as error:
        raise ScheduleError(
            f"schedule {schedule.name}: {schedule.cron} is no cron expression ({error})."
        ) from None
    except (ZoneInfoNotFoundError, ValueError):
        raise ScheduleError(
            f"schedule {schedule.name}: there is no time zone {schedule.time_zone}: write one like Europe/Berlin."
        ) from None
    return schedule
