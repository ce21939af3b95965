"""Schedules as systemd services and timers."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from orchestrate.schedules.running import REFUSED
from orchestrate.schedules.schedule import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orchestrate.schedules.schedule import Schedule

_SERVICE = """\
# Made by `scripts/schedules systemd` from meltano.yml: change it there.
[Unit]
Description=HubSpot portals: {name}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{user}WorkingDirectory={folder}
ExecStart={command}
# A run that finds another one at work is refused, which is no failure.
SuccessExitStatus={refused}
# A stop request goes to the run, which writes its state and stops its plugins.
KillMode=mixed
TimeoutStopSec=90
NoNewPrivileges=true
PrivateTmp=true
"""

_TIMER = """\
# Made by `scripts/schedules systemd` from meltano.yml: change it there.
[Unit]
Description=HubSpot portals: when {name} runs

[Timer]
OnCalendar={calendar}
# A run that was missed while the machine was off starts when it is on again.
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


def units(
    schedules: Iterable[Schedule], folder: str, command: Sequence[str], user: str | None = None
) -> dict[str, str]:
    """Write a service and a timer for each schedule.

    Args:
        schedules: What they run.
        folder: The project's.
        command: What runs a schedule; its name is added.
        user: Who runs it; None in the units of a user.

    Returns:
        File names and contents.
    """
    files = {}
    for schedule in schedules:
        unit = f"hubspot-portals-{schedule.name}"
        files[f"{unit}.service"] = _SERVICE.format(
            name=schedule.name,
            user=f"User={user}\n" if user else "",
            folder=folder.replace("%", "%%"),
            command=" ".join(_quoted(word) for word in [*command, schedule.name]),
            refused=REFUSED,
        )
        files[f"{unit}.timer"] = _TIMER.format(name=schedule.name, calendar=on_calendar(schedule))
    return files


def on_calendar(schedule: Schedule) -> str:
    """Say when, as systemd does.

    Raises:
        ScheduleError: systemd has no words for it.
    """
    moments = schedule.moments()
    days, weekdays = moments.days, {day for day in moments.weekdays if isinstance(day, int)}
    on_any_day, on_any_weekday = len(days) == 31, set(range(7)) <= weekdays  # noqa: PLR2004 - days of a month
    if not (on_any_day or on_any_weekday) and not moments.day_and:
        raise ScheduleError(
            f"schedule {schedule.name}: systemd can't run on days of the month or days of the week, whichever "
            "comes: make two schedules of it."
        )
    if len(weekdays) != len(moments.weekdays) or any(not isinstance(day, int) or day < 0 for day in days):
        raise ScheduleError(
            f"schedule {schedule.name}: systemd can't count from the end of a month, or weeks."
        )
    names = sorted(
        {(day - 1) % 7 for day in weekdays}
    )  # cron begins the week with Sunday, Python with Monday
    week = "" if on_any_weekday else ",".join(calendar.day_abbr[day] for day in names) + " "
    date = f"*-{_list(moments.months, 12)}-{_list(days, 31)}"
    time = f"{_list(moments.hours, 24)}:{_list(moments.minutes, 60)}:00"
    return f"{week}{date} {time} {schedule.time_zone}"


def _list(numbers: Iterable[int], all_of_them: int) -> str:
    some = sorted(set(numbers))
    return "*" if len(some) == all_of_them else ",".join(f"{number:02}" for number in some)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if " " in word else escaped
