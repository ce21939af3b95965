"""Schedules in the workflow that runs them on GitHub's machines."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate.schedules.schedule import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrate.schedules.schedule import Schedule

WORKFLOW = Path(__file__).parents[1] / "github" / "sync.yml"
"""The workflow to copy; what the schedules make in it is written anew."""


def workflow(schedules: Sequence[Schedule]) -> str:
    """Write the workflow.

    Raises:
        ScheduleError: GitHub could not tell two schedules apart.
    """
    names: dict[str, str] = {}
    for schedule in schedules:
        # GitHub tells a run by which expression it was started, and nothing else.
        if other := names.get(schedule.cron):
            raise ScheduleError(
                f"schedules {other} and {schedule.name}: GitHub can't tell two apart that are both at "
                f"{schedule.cron}: move one by a minute."
            )
        names[schedule.cron] = schedule.name
    text = WORKFLOW.read_text(encoding="utf-8")
    text = re.sub(
        r"(?<=^  schedule:\n)(?:  - .*\n|    .*\n)+",
        "".join(map(_trigger, schedules)),
        text,
        flags=re.MULTILINE,
    )
    text = re.sub(r"(?<=^        options: ).*", f"[{', '.join(names.values())}]", text, flags=re.MULTILINE)
    return re.sub(r"(?<=fromJSON\(').*(?='\))", json.dumps(names, separators=(",", ":")), text)


def _trigger(schedule: Schedule) -> str:
    zone = "" if schedule.time_zone == "UTC" else f"    timezone: {schedule.time_zone}\n"
    return f'  - cron: "{schedule.cron}"\n{zone}'
