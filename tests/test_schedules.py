"""`scripts/schedules`: what it makes of meltano.yml, and its runs, around a Meltano that only says what it was asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
import yaml
from meltano.core.job import Job, State
from meltano.core.job_state import JobState
from sqlalchemy.orm import Session

from orchestrate.schedules.crontab import crontab
from orchestrate.schedules.github import WORKFLOW, workflow
from orchestrate.schedules.keeping import keep
from orchestrate.schedules.running import Refused
from orchestrate.schedules.schedule import Schedule, ScheduleError
from orchestrate.schedules.systemd import on_calendar, units
from tests.project_copy import ProjectCopy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

SCHEDULES = "orchestrate/orchestrate.meltano.yml"
PIPELINE = "prod:tap-hubspot-multi-to-target-postgres"

# Says its arguments and what the schedule has set; ends as it is told, or waits to be stopped.
FAKE_MELTANO = """#!/bin/sh
trap 'exit 1' TERM
echo "$* overlap=${TAP_HUBSPOT_MULTI_OVERLAP_SECONDS:-none}" >>"$LOG"
[ "$CODE" = wait ] || exit "$CODE"
while :; do sleep 0.1; done
"""


class Project(ProjectCopy):
    """The project, its programs those of `scripts/schedules`."""

    def __init__(self, place: Path, database: str | None = None) -> None:
        super().__init__(place, "orchestrate.schedules", FAKE_MELTANO, database)
        self.environment["CODE"] = "0"

    def change(self, old: str, new: str) -> None:
        file = self.folder / SCHEDULES
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    yield project
    project.engine.dispose()


class Heart:
    """A service that takes signs of life, and refuses the first ones if it is to."""

    def __init__(self) -> None:
        self.beats: list[str] = []
        self.refuses = 0
        heart = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heart.refuses -= 1
                if heart.refuses < 0:
                    heart.beats.append(self.path)
                self.send_response(503 if heart.refuses >= 0 else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret"


@pytest.fixture
def heart() -> Iterator[Heart]:
    heart = Heart()
    thread = threading.Thread(target=heart.server.serve_forever)
    thread.start()
    yield heart
    heart.server.shutdown()
    heart.server.server_close()
    thread.join()


def work(project: Project, name: str = PIPELINE) -> Callable[[], None]:
    """Let a run be at work; returns what ends it."""
    alive = threading.Event()

    def beat() -> None:
        while not alive.wait(0.3):
            with Session(project.engine) as session:
                job = session.query(Job).filter(Job.job_name == name).one()
                job._heartbeat()
                job.save(session)

    with Session(project.engine) as session:
        job = Job(job_name=name)
        job.start()
        job.save(session)
    thread = threading.Thread(target=beat)
    thread.start()

    def end() -> None:
        alive.set()
        thread.join()
        with Session(project.engine) as session:
            job = session.query(Job).filter(Job.job_name == name).one()
            job.success()
            job.save(session)

    return end


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
    project.change("interval: 7 * * * *", "interval: '* * * * *'")
    process = project.start("keep", CODE="wait")
    deadline = time.monotonic() + 90
    while not project.calls and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)  # a program that has just started is killed, not asked
    process.terminate()
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (143, "hourly ended with exit code 143.\n", "")


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
    folder = project.folder.parent / "units"
    folder.mkdir()
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


def test_a_run_has_what_its_schedule_sets_and_tells_that_it_lives(project: Project, heart: Heart) -> None:
    assert project.run("run", "daily", HEARTBEAT_URL=heart.url) == (0, "", "")
    assert project.calls == ["--environment=prod run --no-install sync overlap=259200"]
    assert heart.beats == ["/secret/start", "/secret"]


def test_a_run_that_fails_says_so_and_has_its_exit_code(project: Project, heart: Heart) -> None:
    (project.folder / ".env").write_text(f"HEARTBEAT_URL={heart.url}\n")
    assert project.run("--environment=ci", "run", "hourly", CODE="3")[0] == 3
    assert project.calls == ["--environment=ci run --no-install sync overlap=none"]
    assert heart.beats == ["/secret/start", "/secret/fail"]


def test_a_sign_of_life_is_sent_again_and_its_trouble_is_not_the_runs(project: Project, heart: Heart) -> None:
    heart.refuses = 4  # the first sign three times, the second once
    code, _, errors = project.run("run", "hourly", HEARTBEAT_URL=heart.url)
    assert (code, errors) == (0, "The heartbeat can't be sent (HTTP 503): see HEARTBEAT_URL.\n")
    assert heart.beats == ["/secret"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_request_stops_the_run(project: Project, heart: Heart, number: signal.Signals) -> None:
    process = project.start("run", "hourly", CODE="wait", HEARTBEAT_URL=heart.url)
    deadline = time.monotonic() + 60
    while not project.calls and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)  # a program that has just started is killed, not asked

    process.send_signal(number)
    process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert heart.beats == ["/secret/start", "/secret/fail"]


@pytest.mark.parametrize("suffix", ["", ":worker-2"])
def test_a_run_is_refused_in_one_line_while_another_is_at_work(
    project: Project, heart: Heart, suffix: str
) -> None:
    end = work(project, PIPELINE + suffix)
    code, output, errors = project.run("run", "hourly", HEARTBEAT_URL=heart.url)
    end()

    assert (code, output) == (75, "")
    assert errors.startswith(f"scripts/schedules: hourly is not run: {PIPELINE}{suffix}, begun 20")
    assert errors.endswith(
        "is still at work. Nothing is lost: the next run reads on from the last bookmark.\n"
    )
    assert (project.calls, heart.beats) == ([], [])


def test_a_run_shuts_out_others_until_all_of_its_job_is_done(project: Project) -> None:
    first = project.start("run", "daily", CODE="wait")  # in what the fake does, no tap or loader runs
    deadline = time.monotonic() + 60
    while not project.calls and time.monotonic() < deadline:
        time.sleep(0.05)
    code, _, errors = project.run("run", "hourly")
    first.terminate()
    first.communicate(timeout=60)

    assert code == 75
    assert errors.startswith("scripts/schedules: hourly is not run: prod:sync, begun 20")
    with Session(project.engine) as session:
        assert [run.state for run in session.query(Job)] == [State.FAIL]


def test_a_run_in_parts_is_the_same_job_with_what_the_schedule_sets(project: Project) -> None:
    for part in ("begin", "1/2", "2/2", "end"):
        code, _, errors = project.run("run", "daily", f"--part={part}")
        assert (code, errors) == (0, "")

    run = "--environment=prod run --no-install"
    state = "--state-id-suffix=shard"
    assert project.calls == [
        f"{run} postgres:start runs:recover overlap=259200",
        f"{run} {state}-1-of-2 tap-hubspot-multi target-postgres overlap=259200",
        f"{run} {state}-2-of-2 tap-hubspot-multi target-postgres overlap=259200",
        f"{run} dbt:build overlap=259200",
    ]


def test_a_shard_that_fails_is_one_line(project: Project) -> None:
    code, _, errors = project.run("run", "hourly", "--part=2/4", CODE="3")
    assert code == 1
    assert errors == (
        "scripts/schedules: shard 2/4 failed (its lines above say why); what it has done is kept.\n"
    )


def test_a_shard_that_is_stopped_gives_its_bookmarks_back(project: Project) -> None:
    process = project.start("run", "hourly", "--part=2/4", CODE="wait")
    deadline = time.monotonic() + 60
    while not project.calls and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)  # a program that has just started is killed, not asked

    process.terminate()
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGTERM
    assert errors == "scripts/schedules: stopped on request; the next run goes on from the last state.\n"
    with Session(project.engine) as session:
        assert [state.state_id for state in session.query(JobState)] == [PIPELINE]


@pytest.mark.parametrize("part", ["begin", "2/4", "end"])
def test_each_part_is_refused_while_another_run_is_at_work(project: Project, part: str) -> None:
    end = work(project, PIPELINE)
    code, _, errors = project.run("run", "hourly", f"--part={part}")
    end()

    assert code == 75
    assert errors.startswith("scripts/schedules: hourly is not run")
    assert PIPELINE in errors
    assert (len(errors.splitlines()), project.calls) == (1, [])


def test_runs_of_other_pipelines_are_in_nobodys_way(project: Project) -> None:
    end = work(project, f"{PIPELINE}-2")
    code, _, errors = project.run("run", "hourly")
    end()
    assert (code, errors) == (0, "")


def test_a_schedule_that_waits_runs_when_the_other_has_ended(project: Project) -> None:
    end = work(project)
    process = project.start("run", "daily")
    time.sleep(6)
    assert project.calls == []

    end()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert len(project.calls) == 1


def test_a_killed_run_is_in_nobodys_way_with_its_lock_in_postgresql(
    tmp_path: Path, new_database: Callable[[], AbstractContextManager[str]]
) -> None:
    with new_database() as database:
        project = Project(tmp_path, database)
        with Session(project.engine) as session:
            job = Job(job_name=PIPELINE)
            job.start()
            job.save(session)
        code, _, errors = project.run("run", "hourly")
        with Session(project.engine) as session:
            states = [run.state for run in session.query(Job).order_by(Job.id)]
        project.engine.dispose()

    assert (code, errors, states) == (0, "", [State.FAIL, State.SUCCESS])


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


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "required: WHAT (see scripts/schedules --help)"),
        (["run", "hourly", "--part=5/4"], 2, "must be begin, end, or a shard like 2/4"),
        (["run", "yearly"], 1, "no schedule yearly with a time; it has hourly, daily, weekly."),
        (["--environment=nowhere", "run", "daily"], 1, "'nowhere' was not found"),
        (["systemd", "/nowhere"], 2, "one of the arguments --as --user is required"),
        (
            ["systemd", "--as=sync", "/nowhere"],
            1,
            "/nowhere/hubspot-portals-hourly.service: No such file or directory",
        ),
    ],
)
def test_wrong_input_is_one_line(project: Project, arguments: list[str], code: int, says: str) -> None:
    ended, output, errors = project.run(*arguments)
    assert (ended, output, errors.count("\n")) == (code, "", 1)
    assert says in errors


def test_a_database_of_meltano_that_does_not_answer_is_one_line(project: Project) -> None:
    code, output, errors = project.run(
        "run",
        "hourly",
        MELTANO_DATABASE_URI="postgresql://somebody:secret@127.0.0.1:1/nothing",
        MELTANO_DATABASE_MAX_RETRIES="0",
    )
    assert (code, output) == (1, "")
    assert errors == (
        "scripts/schedules: Meltano's database can't be read (OperationalError): see MELTANO_DATABASE_URI.\n"
    )


def test_a_schedule_without_a_time_is_nobodys(project: Project) -> None:
    project.change("interval: 7 * * * *", "interval: '@manual'")
    assert "hourly" not in project.run("crontab")[1]
