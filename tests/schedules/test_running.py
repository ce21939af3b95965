"""One run of a schedule: alone, with signs of life, to its end."""

from __future__ import annotations

import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from meltano.core.job import Job, State
from meltano.core.job_state import JobState
from sqlalchemy.orm import Session

from tests.schedules.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

PIPELINE = "prod:tap-hubspot-multi-to-target-postgres"


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
    assert errors.startswith(f"scripts/schedules: hourly is not run: {PIPELINE}{suffix} (since 20")
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
    assert errors.startswith("scripts/schedules: hourly is not run: prod:sync (since 20")
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
