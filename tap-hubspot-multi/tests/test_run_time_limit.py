"""Runs that end before their work does: none is a failure, and together they read everything."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.clock import Deadline
from tap_hubspot_multi.exceptions import OutOfTime
from tap_hubspot_multi.portal_syncs import TaskResult
from tap_hubspot_multi.schedule import Schedule
from tap_hubspot_multi.state import StateBook
from tap_hubspot_multi.tasks import Page, Task
from tap_hubspot_multi.turns import Turns
from tap_hubspot_multi.workers import read_events
from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator import Simulator

Harness = Any
Clock = Any
NewTask = Any

REACHED = "run_time_limit is reached"


@dataclass
class Slow:
    """Reads pages of ten seconds each, in every run anew; the first may be the parts of the task."""

    pages: int
    parts: int = 0

    def read(self, task: Task) -> Iterator[Page | Task]:
        for number in range(self.parts):
            yield task.new_part(f"2-{number}", Slow(self.pages))
        for _ in range(self.pages):
            if not task.client.may_ask:
                raise OutOfTime
            task.clock.sleep(10)
            yield Page([])


def short_run(tasks: list[Task], states: StateBook, clock: Clock, seconds: float) -> Counter[tuple[int, str]]:
    """The tasks that have ended, by portal and name."""
    turns = Turns(states)
    ordered = turns.in_order(tasks)
    schedule = Schedule(
        ordered, clock, per_portal=2, enough=2, deadline=Deadline(clock, seconds), turns=turns
    )
    known, begun = {task.portal.portal_id: list[Task]() for task in tasks}, set()
    for task in ordered:
        known[task.portal.portal_id].append(task)
    ended = Counter[tuple[int, str]]()
    for task, event in read_events(schedule, clock, workers=1):
        begun.add(task.portal.portal_id)
        if isinstance(event, TaskResult):
            known[task.portal.portal_id].remove(task)
            ended[task.portal.portal_id, task.name] += 1
        elif not isinstance(event, Page):
            known[task.portal.portal_id].append(event)
    for portal_id, unfinished in known.items():
        turns.leave(portal_id, unfinished, is_begun=portal_id in begun, ended_at=clock.now())
    return ended


@pytest.mark.parametrize("seconds", [100, 200, 400])
def test_streams_that_are_last_in_order_are_reached_by_the_next_runs(
    new_task: NewTask, clock: Clock, seconds: float
) -> None:
    """Each run has time for a few of 7 portals × 12 streams; no bookmark shortens what was read once."""
    states, ended = StateBook({}), Counter[tuple[int, str]]()
    runs = 0
    while len(ended) < 7 * (12 + 4) and runs < 60:
        tasks = [
            new_task(Slow(2, parts=4 if stream == 5 else 0), portal_id=portal, stream=f"s{stream}")
            for portal in range(1, 8)
            for stream in range(12)
        ]
        ended += short_run(tasks, states, clock, seconds)
        runs += 1

    assert len(ended) == 7 * (12 + 4), f"not reached in {runs} runs"


def test_what_was_left_is_forgotten_once_it_is_read(new_task: NewTask, clock: Clock) -> None:
    states = StateBook({})

    short_run([new_task(Slow(2), stream=f"s{n}") for n in range(3)], states, clock, 15)
    [left] = states.value["bookmarks"]["portal_syncs"]["partitions"]
    assert (
        left.items()
        >= {
            "context": {"portal_id": 1},
            "unfinished": ["s0", "s1", "s2"],
            "read_at": "2026-11-22T12:00:20.000Z",
        }.items()
    )
    short_run([new_task(Slow(2), stream=f"s{n}") for n in range(3)], states, clock, 1000)
    assert states.value["bookmarks"] == {}


@pytest.fixture
def slow_requests(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`slow_requests(seconds)`: each takes so long."""
    send = HubSpotClient._send

    def arrange(seconds: float) -> None:
        def slowly(self: HubSpotClient, *arguments: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            simulator.clock.advance(seconds)
            return send(self, *arguments)

        monkeypatch.setattr(HubSpotClient, "_send", slowly)

    return arrange


def test_short_runs_in_a_row_copy_everything_and_call_nothing_failed(
    harness: Harness,
    simulator: Simulator,
    slow_requests: Callable[[float], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    everything = {
        (row["portal_id"], row["stream"], row["object_type"]) for row in harness.sync().rows("portal_syncs")
    }
    slow_requests(1)

    runs, ended = list[Any](), set()
    while ended != everything:
        assert len(runs) < 40, everything - ended
        state = runs[-1].state if runs else None
        runs.append(harness.sync(state, run_time_limit=1, rows_per_page=20))
        rows = runs[-1].rows("portal_syncs")
        assert runs[-1].error is None
        assert {row["status"] for row in rows} <= {"ok", "skipped"}
        ended |= {(row["portal_id"], row["stream"], row["object_type"]) for row in rows}

    assert caplog.text.count(REACHED) == len(runs) > 3
    assert_equals_truth(simulator, runs)


def test_a_task_that_is_cut_off_is_no_failure_and_has_no_row_in_the_run_log(
    harness: Harness, slow_requests: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    slow_requests(7)

    run = harness.only("portals", "contacts").sync(run_time_limit=1, rows_per_page=5)

    assert run.error is None
    assert run.rows("contacts")
    assert not run.rows("portal_syncs", stream="contacts")
    assert run.messages[-1]["type"] == "STATE"
    assert f"{REACHED}: 0 of 2 portals are read to the end" in caplog.text
    assert "0 failed of 2" in caplog.messages[-1]
