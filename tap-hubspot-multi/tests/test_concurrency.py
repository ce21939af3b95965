"""Many workers change how long a run takes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any

ALDER, KESSLER = 11111111, 22222222


@pytest.fixture
def crowded(harness: Harness) -> Harness:
    """Pages of five rows, read by many at once."""
    harness.config["max_workers"] = 16
    return harness


def test_many_workers_read_what_one_reads(crowded: Harness, simulator: Simulator) -> None:
    runs = [crowded.sync(rows_per_page=5)]
    assert_equals_truth(simulator, runs)

    for _ in range(3):
        simulator.tick()
        crowded.pass_time(hours=1)
        runs.append(crowded.sync(runs[-1].state, rows_per_page=5))

    assert_equals_truth(simulator, runs, associations=False)


def test_many_workers_survive_what_one_survives(crowded: Harness, simulator: Simulator) -> None:
    for kind in ("502", "html", "truncated", "reset", "429", "423"):
        simulator.faults.add(kind, count=None, probability=0.01)

    run = crowded.sync(rows_per_page=5)

    assert run.error is None
    assert {row["status"] for row in run.rows("portal_syncs")} == {"ok", "skipped"}
    assert_equals_truth(simulator, [run])


def test_a_portal_that_is_revoked_while_many_read_it_hurts_nobody_else(
    crowded: Harness, simulator: Simulator
) -> None:
    simulator.faults.when(
        lambda: simulator.faults.add("401", portal_id=ALDER, count=None),
        route="crm.list",
        portal_id=ALDER,
        object_type="contacts",
    )

    run = crowded.sync(rows_per_page=5)

    assert run.error is None
    statuses = {row["portal_id"]: set[str]() for row in run.rows("portal_syncs")}
    for row in run.rows("portal_syncs"):
        statuses[row["portal_id"]].add(row["status"])
    assert "failed" in statuses[ALDER]
    assert "failed" not in statuses[KESSLER]
    partitions = run.state["bookmarks"]["contacts"]["partitions"]
    assert KESSLER in {partition["context"]["portal_id"] for partition in partitions}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_state_never_runs_ahead_of_the_rows_whoever_read_them(
    crowded: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """What any state of a run covers was written before it: a run from there completes the truth."""
    monkeypatch.setattr("tap_hubspot_multi.writer._SECONDS_BETWEEN_STATES", 0.0)
    first = crowded.sync(rows_per_page=5)
    del first.messages[int(len(first.messages) * share) :]  # killed here
    crowded.pass_time(hours=1)

    second = crowded.sync(first.states[-1], rows_per_page=5)

    assert_equals_truth(simulator, [first, second])
