"""Schedules as lines of a crontab."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orchestrate.schedules.schedule import Schedule

_HEAD = """\
# HubSpot portals. Made by `scripts/schedules crontab` from meltano.yml: change it there.
# CRON_TZ is of cronie (Fedora, RHEL, Arch, Alpine's cronie). Debian's and Ubuntu's cron do not know it and read every line
# in the time zone of the machine: use `scripts/schedules systemd` there, or give the machine that time zone.
"""


def crontab(schedules: Iterable[Schedule], folder: str, command: Sequence[str]) -> str:
    """Write a crontab.

    Args:
        schedules: What it runs.
        folder: The project's.
        command: What runs a schedule; its name is added.
    """
    lines = [_HEAD.rstrip("\n")]
    for schedule in schedules:
        run = f"cd {shlex.quote(folder)} && {shlex.join([*command, schedule.name])} 2>&1"
        # In a crontab, % ends the line. The log goes where the machine's logs go; the heartbeat tells how a run ended.
        line = f"{run} | logger -t hubspot-portals-{schedule.name}".replace("%", r"\%")
        lines += ["", f"CRON_TZ={schedule.time_zone}", f"{schedule.cron} {line}"]
    return "\n".join(lines) + "\n"
