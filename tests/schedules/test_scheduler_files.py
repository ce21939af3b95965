"""What is written for those who run the schedules: cron, systemd and GitHub."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from orchestrate.schedules.crontab import crontab
from orchestrate.schedules.github import WORKFLOW, workflow
from orchestrate.schedules.schedule import Schedule, ScheduleError
from orchestrate.schedules.systemd import on_calendar, units

if TYPE_CHECKING:
    from pathlib import Path

    from tests.schedules.project import Project


def test_every_schedule_of_meltano_yml_becomes_a_line_of_the_crontab(project: Project) -> None:
    code, output, errors = project.run("crontab")

    assert (code, errors) == (0, "")
    command = f"{sys.executable} -m orchestrate.schedules --environment=prod run"
    run = f"cd {project.folder} && {command}"
    assert output.split("\n\n")[1:] == [
        f"CRON_TZ=UTC\n7 * * * * {run} hourly 2>&1 | logger -t hubspot-portals-hourly",
        f"CRON_TZ=America/New_York\n0 2 * * * {run} daily 2>&1 | logger -t hubspot-portals-daily",
        f"CRON_TZ=America/New_York\n0 4 * * 0 {run} weekly 2>&1 | logger -t hubspot-portals-weekly\n",
    ]


def test_what_a_shell_or_cron_would_read_otherwise_is_quoted() -> None:
    line = crontab([Schedule("x", "sync", "7 * * * *")], "/srv/100% ours", ["python"]).splitlines()[-1]
    assert line.startswith(r"7 * * * * cd '/srv/100\% ours' && python x 2>&1")


def test_every_schedule_becomes_a_service_and_a_timer_that_catches_up(project: Project) -> None:
    folder = project.folder.parent / "systemd" / "user"  # there is none until somebody makes one
    code, output, errors = project.run("--environment=ci", "systemd", "--user", str(folder))

    assert (code, errors) == (0, "")
    assert output.splitlines() == [
        f"{folder}/hubspot-portals-{name}.{kind}"
        for name in ("hourly", "daily", "weekly")
        for kind in ("service", "timer")
    ]
    timer = (folder / "hubspot-portals-daily.timer").read_text()
    assert "OnCalendar=*-*-* 02:00:00 America/New_York\n" in timer
    assert "Persistent=true\n" in timer
    service = (folder / "hubspot-portals-daily.service").read_text()
    assert f"ExecStart={sys.executable} -m orchestrate.schedules --environment=ci run daily\n" in service
    assert f"WorkingDirectory={project.folder}\n" in service
    assert "SuccessExitStatus=75\n" in service
    assert "User=" not in service


def test_units_of_the_system_say_whose_they_are_and_quote_what_systemd_would_read_otherwise() -> None:
    made = units([Schedule("x", "sync", "7 * * * *")], "/srv/100%", ["/a b/python", "-$m"], user="sync")
    service = made["hubspot-portals-x.service"]
    assert "User=sync\nWorkingDirectory=/srv/100%%\n" in service
    assert 'ExecStart="/a b/python" -$$m x\n' in service


@pytest.mark.parametrize(
    ("cron", "calendar"),
    [
        ("7 * * * *", "*-*-* *:07:00 UTC"),
        ("*/20 1-3 * * *", "*-*-* 01,02,03:00,20,40:00 UTC"),
        ("0 4 * * 0", "Sun *-*-* 04:00:00 UTC"),
        ("0 4 * * 7", "Sun *-*-* 04:00:00 UTC"),
        ("0 4 * * MON-FRI", "Mon,Tue,Wed,Thu,Fri *-*-* 04:00:00 UTC"),
        ("30 6 1,15 jan *", "*-01-01,15 06:30:00 UTC"),
    ],
)
def test_systemd_has_the_same_moments_as_cron(cron: str, calendar: str) -> None:
    assert on_calendar(Schedule("x", "sync", cron)) == calendar


@pytest.mark.parametrize("cron", ["0 0 1 * 1", "0 0 L * *", "0 0 * * 1#2"])
def test_what_systemd_has_no_words_for_is_refused(cron: str) -> None:
    with pytest.raises(ScheduleError, match=r"^schedule x: systemd can't "):
        on_calendar(Schedule("x", "sync", cron))


def test_the_workflow_for_github_has_the_schedules_of_meltano_yml(project: Project) -> None:
    code, output, errors = project.run("github")

    assert (code, errors) == (0, "")
    assert output == WORKFLOW.read_text(), "write it anew: scripts/schedules github"
    made = yaml.safe_load(output)
    assert made[True]["schedule"] == [  # YAML takes `on` for true
        {"cron": "7 * * * *"},
        {"cron": "0 2 * * *", "timezone": "America/New_York"},
        {"cron": "0 4 * * 0", "timezone": "America/New_York"},
    ]
    assert made[True]["workflow_dispatch"]["inputs"]["schedule"]["options"] == ["hourly", "daily", "weekly"]


def test_schedules_that_github_could_not_tell_apart_are_refused() -> None:
    two = [Schedule(name, "sync", "0 2 * * *", zone) for name, zone in (("a", "Asia/Tokyo"), ("b", "UTC"))]
    with pytest.raises(ScheduleError, match=r"^schedules a and b: GitHub can't tell two apart"):
        workflow(two)


def step(name: str, folder: Path, **variables: str) -> tuple[int, str, str]:
    """Run a step of the workflow as GitHub does."""
    steps = yaml.safe_load(WORKFLOW.read_text())["jobs"]["sync"]["steps"]
    script = next(each["run"] for each in steps if each.get("name", "") == name)
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("code", "ends", "says"),
    [
        (0, 0, "weekly\n"),
        (3, 3, "weekly\n"),
        (75, 0, "weekly\n::notice::Another run is at work; this one is left out.\n"),
    ],
)
def test_the_workflow_fails_with_the_run_but_not_when_another_is_at_work(
    tmp_path: Path, code: int, ends: int, says: str
) -> None:
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "schedules"
    script.write_text(f'#!/bin/sh\necho "$3" >&2\nexit {code}\n')
    script.chmod(0o755)

    assert step("Sync", tmp_path, SCHEDULE="weekly") == (ends, says, "")
    assert (tmp_path / "logs" / "sync.log").read_text() == "weekly\n"


def test_the_workflow_keeps_no_log_that_has_a_secret_in_it(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "good.log").write_text("all is well\n")
    (logs / "bad.log").write_text("key is c2VjcmV0 or so\n")

    done = step(
        "Keep no log that has a secret in it",
        tmp_path,
        SECRETS="postgresql://a:b@c/d k1:b3RoZXI=,k2:c2VjcmV0  ",
    )

    assert done == (0, "::error::logs/bad.log has a secret in it and is not kept.\n", "")
    assert [log.name for log in logs.iterdir()] == ["good.log"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("7 * * * *", "61 * * * *", "schedule hourly: 61 * * * * is no cron expression (Bad minute)."),
        ("America/New_York", "Mars/Base", "there is no time zone Mars/Base: write one like Europe/Berlin."),
        ("wait_minutes: 180", "wait_minutes: long", "wait_minutes must be a whole number of at least 0."),
        ("wait_minutes", "wait", "schedule daily: there is no wait: write time_zone or wait_minutes."),
        ("job: sync", "job: none", "schedule hourly: meltano.yml has no job none."),
    ],
)
def test_a_wrong_schedule_is_one_line(project: Project, old: str, new: str, says: str) -> None:
    project.change(old, new)
    code, output, errors = project.run("crontab")
    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert says in errors


def test_a_schedule_without_a_time_is_nobodys(project: Project) -> None:
    project.change("interval: 7 * * * *", "interval: '@manual'")
    assert "hourly" not in project.run("crontab")[1]
