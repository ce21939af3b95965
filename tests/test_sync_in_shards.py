"""`scripts/sync` around a Meltano that only says what it was asked to run."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from meltano.core.job import Job, State
from meltano.core.job_state import JobState
from sqlalchemy.orm import Session

from tests.project_copy import ProjectCopy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PIPELINE = "ci:tap-hubspot-multi-to-target-postgres"

# Says its arguments and its shard; fails, or waits to be stopped, where the test's variables match its shard.
FAKE_MELTANO = """#!/bin/sh
shard=${TAP_HUBSPOT_MULTI_PORTAL_SHARD:-none}
trap '[ "$shard" = 1/2 ] || sleep 1; echo "$shard stops" >>"$LOG"; exit 1' TERM
echo "$* shard=$shard" >>"$LOG"
echo "hello"
case "$shard" in
$FAILING) exit 3 ;;
$WAITING) while :; do sleep 0.1; done ;;
esac
"""


class Sync(ProjectCopy):
    """`python -m orchestrate.sync`."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "orchestrate.sync", FAKE_MELTANO)
        self.environment |= {"FAILING": "-", "WAITING": "-"}

    @property
    def runs(self) -> list[State]:
        with Session(self.engine) as session:
            return [run.state for run in session.query(Job).filter(Job.job_name == PIPELINE)]

    @property
    def state_ids(self) -> list[str]:
        with Session(self.engine) as session:
            return [state.state_id for state in session.query(JobState)]


@pytest.fixture
def sync(tmp_path: Path) -> Iterator[Sync]:
    sync = Sync(tmp_path)
    yield sync
    sync.engine.dispose()


def call(number: int, count: int) -> str:
    return (
        f"--environment=ci run --no-install --state-id-suffix=shard-{number}-of-{count} "
        f"tap-hubspot-multi target-postgres shard={number}/{count}"
    )


def test_what_comes_before_and_after_runs_once_and_the_shards_between(sync: Sync) -> None:
    code, output, errors = sync.run("--environment=ci", "--shards=3")

    assert (code, errors) == (0, "")
    first, *middle, last = sync.calls
    assert first == "--environment=ci run --no-install postgres:start runs:recover shard=none"
    assert last == "--environment=ci run --no-install dbt:build shard=none"
    assert sorted(middle) == [call(number, 3) for number in (1, 2, 3)]
    assert sorted(output.splitlines()) == ["1/3 | hello", "2/3 | hello", "3/3 | hello", "hello", "hello"]
    assert sync.runs == [State.SUCCESS]
    assert sync.state_ids == [PIPELINE]


def test_one_shard_alone_is_the_job_itself(sync: Sync) -> None:
    assert sync.run("--environment=ci") == (0, "hello\n", "")
    assert sync.calls == ["--environment=ci run --no-install sync shard=none"]


def test_a_failing_shard_lets_the_others_end_and_is_named(sync: Sync) -> None:
    code, _, errors = sync.run("--environment=ci", "--shards=3", FAILING="2/3")

    assert code == 1
    assert errors == (
        "scripts/sync: shard 2/3 failed (its lines above say why); what the others did is kept. Not run: dbt:build.\n"
    )
    assert sorted(sync.calls[1:]) == [call(number, 3) for number in (1, 2, 3)]
    assert sync.runs == [State.FAIL]
    assert sync.state_ids == [PIPELINE]


def test_what_fails_before_the_shards_ends_the_run(sync: Sync) -> None:
    code, _, errors = sync.run("--environment=ci", "--shards=2", FAILING="none")

    assert (code, len(sync.calls)) == (1, 1)
    assert errors == (
        "scripts/sync: meltano run postgres:start runs:recover failed (its lines above say why).\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_request_reaches_every_shard_and_their_states_are_folded(
    sync: Sync, number: signal.Signals
) -> None:
    process = sync.start("--environment=ci", "--shards=2", WAITING="[12]/2")
    deadline = time.monotonic() + 60
    while len(sync.calls) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)  # a program that has just started is killed, not asked

    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert errors == "scripts/sync: stopped on request; the next run goes on from the last state.\n"
    assert sync.calls[3:] == ["1/2 stops", "2/2 stops"]  # the slower one is waited for
    assert sync.runs == [State.FAIL]
    assert sync.state_ids == [PIPELINE]


def test_a_second_run_is_refused_in_one_line(sync: Sync) -> None:
    with Session(sync.engine) as session:
        job = Job(job_name=PIPELINE)
        job.start()
        job.save(session)

    code, _, errors = sync.run("--environment=ci", "--shards=2")

    assert (code, errors) == (1, f"scripts/sync: at work already: {PIPELINE}. Let it end first.\n")
    assert len(sync.calls) == 1


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["--shards=0"], {}, "--shards: must be a whole number from 1 to 240"),
        (["--shards=2", "--fold=x"], {}, "not allowed with"),
        (["--shards=2", "--environment=nowhere"], {}, "'nowhere' was not found"),
        (["--shards=2"], {"MELTANO_STATE_BACKEND_URI": "file:///tmp/s"}, "unset state_backend.uri"),
    ],
)
def test_wrong_input_is_one_line(
    sync: Sync, arguments: list[str], variables: dict[str, str], says: str
) -> None:
    code, output, errors = sync.run(*arguments, **variables)

    assert code in {1, 2}
    assert says in errors
    assert errors.startswith("scripts/sync: ")
    assert (len(errors.splitlines()), output, sync.calls) == (1, "", [])


def test_the_states_of_workers_are_folded_by_name(sync: Sync) -> None:
    with Session(sync.engine) as session:
        session.add(JobState(state_id=f"{PIPELINE}:worker-1", completed_state={}, partial_state={}))
        session.commit()

    assert sync.run("--environment=ci", "--fold=worker-*") == (
        0,
        f"Folded into {PIPELINE}:\n{PIPELINE}:worker-1\n",
        "",
    )
    assert sync.state_ids == [PIPELINE]
    assert sync.run("--environment=ci", "--fold=worker-*") == (0, "No such state.\n", "")
