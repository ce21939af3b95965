"""Whatever ends a run, the next one loses nothing and does not start over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.exceptions import Interrupted
from tap_hubspot_multi.windows import answerable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER = 11111111
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def small(harness: Harness) -> Harness:
    """Only the contacts of one portal."""
    harness.config |= {"portals": {"include": [ALDER]}, "objects": ["contacts"], "history_properties": {}}
    return harness


@pytest.fixture
def big(small: Harness, simulator: Simulator) -> Harness:
    """The same, with 1,000 more contacts."""
    simulator.world.bulk_create(ALDER, "contacts", 1000, lambda number: {"email": f"{number}@bulk.example"})
    return small


def contacts_of(*runs: Run) -> set[str]:
    return {row["id"] for run in runs for row in run.rows("contacts")}


def truth(simulator: Simulator) -> set[str]:
    return {row["id"] for row in simulator.world.portals[ALDER].truth("contacts")}


@pytest.mark.parametrize("request_number", range(8, 26, 2))
def test_a_killed_backfill_goes_on_where_it_was(
    big: Harness, simulator: Simulator, kill: Callable[[int], None], request_number: int
) -> None:
    kill(request_number)
    killed = big.sync(rows_per_page=200)
    listed = simulator.requests.count(route="crm.list")
    kill(-1)

    resumed = big.sync(killed.state_of_the_killed, rows_per_page=200)

    assert contacts_of(killed, resumed) == truth(simulator)
    # The undisturbed read takes 12 pages; at most the one group of rows that was under way is listed again.
    assert simulator.requests.count(route="crm.list") <= 12 + 2
    assert listed < 12
    [sync] = resumed.rows("portal_syncs", stream="contacts")
    assert (sync["mode"], sync["status"]) == ("backfill", "ok")


def test_a_full_read_counts_from_its_first_begin_over_all_resumptions(
    big: Harness, kill: Callable[[int], None]
) -> None:
    kill(20)
    killed = big.sync(rows_per_page=200)
    [began_at] = [
        partition["full_read"]["began_at"]
        for partition in killed.state["bookmarks"]["contacts"]["partitions"]
    ]
    big.pass_time(hours=3)
    kill(-1)

    resumed = big.sync(killed.state_of_the_killed, rows_per_page=200)

    [sync] = resumed.rows("portal_syncs", stream="contacts")
    assert sync["window_from"] == began_at
    assert all(row["synced_at"] >= began_at for row in [*killed.rows("contacts"), *resumed.rows("contacts")])
    [partition] = resumed.state["bookmarks"]["contacts"]["partitions"]
    assert partition == {
        "context": {"portal_id": ALDER},
        "saved_ms": partition["saved_ms"],
        "modified_until": began_at,
        "full_read_at": began_at,
    }


@pytest.mark.parametrize("request_number", range(30, 74, 4))
def test_a_run_killed_in_a_long_window_goes_on_after_the_last_drained_part(
    small: Harness,
    simulator: Simulator,
    kill: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    request_number: int,
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.search.answerable", partial(answerable, cap=120))
    first = small.sync()
    for hour in range(5):  # each instant holds more than a window may
        simulator.world.bulk_create(ALDER, "contacts", 300, at=NOON + timedelta(hours=hour + 2))
    small.pass_time(hours=13)
    kill(request_number)
    killed = small.sync(first.state, overlap_seconds=0)
    kill(-1)

    resumed = small.sync(killed.state_of_the_killed or first.state, overlap_seconds=0)

    assert contacts_of(first, killed, resumed) == truth(simulator)
    again = contacts_of(killed) & contacts_of(resumed)
    assert len(again) <= 600  # the instant that was under way, and the one whose end was in no state yet


def test_a_kill_at_any_line_of_the_output_loses_nothing(
    big: Harness, simulator: Simulator, kill: Callable[[int], None]
) -> None:
    kill(-1)
    whole = big.sync(rows_per_page=100)
    states = [position for position, message in enumerate(whole.messages) if message["type"] == "STATE"]
    assert len(states) > 8

    for position in states:
        state = whole.messages[position]["value"]
        written = {
            message["record"]["id"]
            for message in whole.messages[:position]
            if message["type"] == "RECORD" and message["stream"] == "contacts"
        }
        assert written | contacts_of(big.sync(state)) == truth(simulator)


def test_a_stopped_run_ends_with_the_state_of_what_it_wrote(
    big: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = iter(range(30))

    def stop_after_a_while() -> None:
        if next(steps, None) is None:
            raise Interrupted("stopped on request")

    monkeypatch.setattr(big.time, "check_interrupted", stop_after_a_while)
    stopped = big.sync(rows_per_page=200)
    monkeypatch.undo()

    assert isinstance(stopped.error, Interrupted)
    assert stopped.messages[-1]["type"] == "STATE"
    assert contacts_of(stopped, big.sync(stopped.state)) == truth(simulator)
