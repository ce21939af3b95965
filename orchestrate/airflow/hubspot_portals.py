"""A DAG for each schedule of meltano.yml: what comes first, the shards side by side, dbt.

It runs in Airflow's environment and needs nothing of ours there: all work is done by the programs of this project, which
it starts by their path. docs/operating.md says how to set it up.
"""

from __future__ import annotations

import os
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable, TriggerRule, Variable, task

HOME = Path(os.environ.get("HUBSPOT_PORTALS_HOME") or Path(__file__).resolve().parents[2])
"""The folder of this project, on the scheduler as on each worker."""

POOL = "hubspot_portals"
"""How many shards may be at work at once, over all runs. HubSpot's limits are per portal, and the tap keeps them."""

SHARDS = "hubspot_portals_shards"
"""The variable that says between how many shards the portals are shared; the pool may be smaller."""

_DEFAULT_SHARDS = 4
_REFUSED = 75  # another run is at work: nothing is lost, the next one reads on
_SETTINGS: dict[str, Any] = {
    "cwd": str(HOME),
    "skip_on_exit_code": _REFUSED,
    "append_env": True,
    "do_xcom_push": False,
    # So that a portal that can't be read shows: its shard fails when all others in it are done.
    "env": {"TAP_HUBSPOT_MULTI_FAIL_ON_PORTAL_ERROR": "true"},
}


def _schedules() -> list[dict[str, Any]]:
    project = yaml.safe_load((HOME / "meltano.yml").read_text(encoding="utf-8"))
    files = [file for pattern in project.get("include_paths", []) for file in sorted(HOME.glob(pattern))]
    parts = [project, *(yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)]
    return [schedule for part in parts for schedule in part.get("schedules", [])]


def _command(schedule: str, *arguments: str) -> str:
    python = HOME / ".venv" / "bin" / "python"
    # In the place of the shell, so that a request to stop reaches it.
    return "exec " + shlex.join([str(python), "-m", "orchestrate.schedules", "run", schedule, *arguments])


def _dag(schedule: dict[str, Any]) -> None:
    name = schedule["name"]
    zone = schedule.get("annotations", {}).get("schedules", {}).get("time_zone", "UTC")
    with DAG(
        f"hubspot_portals_{name}",
        description=f"The schedule {name} of meltano.yml.",
        schedule=CronTriggerTimetable(schedule["interval"], timezone=zone),
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,  # each run reads on from the last bookmark
        max_active_runs=1,
        default_args={
            "retries": 2,
            "retry_delay": timedelta(minutes=1),
            "retry_exponential_backoff": True,
            "max_retry_delay": timedelta(minutes=10),
        },
        tags=["hubspot"],
    ):
        if schedule["job"] == "sync":
            _sync_in_shards(name)
        else:
            BashOperator(task_id=schedule["job"], bash_command=_command(name), **_SETTINGS)


def _sync_in_shards(name: str) -> None:
    begin = BashOperator(task_id="begin", bash_command=_command(name, "--part=begin"), **_SETTINGS)

    @task
    def divide() -> list[str]:
        count = int(Variable.get(SHARDS, default=_DEFAULT_SHARDS))
        return [f"{number}/{count}" for number in range(1, count + 1)]

    @task.bash(pool=POOL, map_index_template="{{ task.op_kwargs.part }}", **_SETTINGS)
    def shard(part: str) -> str:
        return _command(name, f"--part={part}")

    # After all shards, failed ones included; not when one was refused: then another run is at work, and its dbt comes.
    end = BashOperator(
        task_id="end",
        bash_command=_command(name, "--part=end"),
        trigger_rule=TriggerRule.NONE_SKIPPED,
        **_SETTINGS,
    )
    # Airflow judges a run by its last tasks, and dbt is well although a shard is not.
    result = EmptyOperator(task_id="result", trigger_rule=TriggerRule.NONE_FAILED)
    parts = divide()
    shards = shard.expand(part=parts)
    begin >> parts
    shards >> [end, result]
    end >> result


for _each in _schedules():
    if "job" in _each and _each["interval"] not in {"@manual", "@once"}:
        _dag(_each)
