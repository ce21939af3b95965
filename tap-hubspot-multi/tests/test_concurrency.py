"""Many workers change how long a run takes, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.copied_tables import assert_equals_truth
from tests.hubspot_simulator import Clock, Scenario, running_simulator

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
HarnessFor = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PIPELINES = """
name = "sizes"

[[defaults.pipelines]]
id = "default"
label = "Sales"
stages = [
  { id = "open", label = "Open", probability = 0.3 },
  { id = "won", label = "Won", probability = 1, closed = true },
  { id = "lost", label = "Lost", probability = 0, closed = true },
]

"""


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


def test_a_portal_whose_daily_limit_is_used_up_is_asked_for_no_more(
    harness: Harness, simulator: Simulator
) -> None:
    simulator.faults.when(
        lambda: simulator.faults.add("429-daily", portal_id=ALDER, count=None),
        route="crm.list",
        portal_id=ALDER,
        object_type="deals",
    )

    run = harness.sync(rows_per_page=5, max_workers=8)

    assert run.error is None
    refused = [call for call in simulator.requests if call.portal_id == ALDER and call.status == 429]
    assert 1 <= len(refused) <= 8
    rows = run.rows("portal_syncs", portal_id=ALDER)
    assert {row["status"] for row in rows} >= {"failed"}
    assert all("daily request limit" in row["reason"] for row in rows if row["status"] == "failed")
    assert {row["status"] for row in run.rows("portal_syncs", portal_id=KESSLER)} <= {"ok", "skipped"}

    simulator.faults.clear()
    harness.pass_time(days=1)
    assert_equals_truth(simulator, [run, harness.sync(run.state, max_workers=8)])


def test_small_portals_end_while_a_huge_one_has_only_begun(harness_for: HarnessFor) -> None:
    huge, small = 1, range(2, 7)
    sizes = {huge: 3000, **dict.fromkeys(small, 20)}
    portals = [
        f'[[portals]]\nportal_id = {portal}\nname = "P{portal}"\ndomain = "p{portal}.example"\ncontacts = {size}\n'
        for portal, size in sizes.items()
    ]
    scenario = Scenario.parse(PIPELINES + "".join(portals))
    with running_simulator(scenario, clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        run = harness_for(simulator).only("portals", "contacts").sync(rows_per_page=10, max_workers=2)

    records = [message["record"] for message in run.messages if message["type"] == "RECORD"]
    ends = [
        place
        for place, record in enumerate(records)
        if record["portal_id"] in small and record.get("stream") == "contacts"
    ]
    assert len(ends) == len(small)
    of_the_huge = [place for place, record in enumerate(records) if record["portal_id"] == huge]
    assert len(of_the_huge) > 3000
    # A page of the huge one, a hundred rows, for each of the few steps that a small one needs.
    assert sum(place < max(ends) for place in of_the_huge) <= 1000
