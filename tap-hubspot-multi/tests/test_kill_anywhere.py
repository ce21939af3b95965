"""Killed before any of its requests, a run is resumed: the tables are right, and nothing starts over."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.windows import answerable
from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any
Kill = Any

ALDER = 11111111
OBJECTS = ("contacts", "companies")
ROWS_PER_PAGE = 10


@pytest.fixture
def two_objects(harness: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """Contacts and companies of one portal, read in small steps."""
    monkeypatch.setattr("tap_hubspot_multi.object_reader.ObjectReader.rows_per_list_page", ROWS_PER_PAGE)
    monkeypatch.setattr("tap_hubspot_multi.strategies.crm_listing._IDS_PER_PAGE", ROWS_PER_PAGE)
    monkeypatch.setattr("tap_hubspot_multi.search.answerable", partial(answerable, cap=6))
    del simulator.world.portals[22222222]
    harness.config |= {
        "static_tokens": harness.config["static_tokens"][:1],
        "objects": list(OBJECTS),
        "overlap_seconds": 0,
    }
    selected: Harness = harness.only(*OBJECTS)
    return selected


def assert_every_kill_is_survived(harness: Harness, kill: Kill, before: list[Run], *, twice: int) -> int:
    """Kill a run before its first request, its second, and so on, and resume each time.

    Args:
        harness: The tap.
        kill: `kill(n)`.
        before: What has been read so far; the state to begin with is that of the last run.
        twice: How many requests may be repeated, besides those that every run makes: the page that was under way.

    Returns:
        How many requests a run takes that nobody kills.
    """
    simulator = harness.simulator
    state = before[-1].state if before else None

    def sync(state: dict[str, Any] | None, *, killed_before: int) -> tuple[Run, int]:
        kill(killed_before)
        simulator.requests.clear()
        return harness.sync(state, rows_per_page=ROWS_PER_PAGE), len(simulator.requests)

    whole, asked_by_whole = sync(state, killed_before=-1)
    _, asked_by_idle = sync(whole.state, killed_before=-1)
    for request_number in range(1, asked_by_whole + 1):
        killed, asked_by_killed = sync(state, killed_before=request_number)
        assert asked_by_killed == request_number - 1
        resumed, asked_by_resumed = sync(killed.state_of_the_killed or state, killed_before=-1)

        assert resumed.error is None
        assert_equals_truth(simulator, [*before, killed, resumed], streams=OBJECTS)
        assert asked_by_killed + asked_by_resumed <= asked_by_whole + asked_by_idle + twice, request_number
    return asked_by_whole


def test_a_backfill_may_be_killed_anywhere(two_objects: Harness, kill: Callable[[int], None]) -> None:
    assert assert_every_kill_is_survived(two_objects, kill, [], twice=4) > 12


def test_a_run_that_reads_changes_may_be_killed_anywhere(
    two_objects: Harness, simulator: Simulator, kill: Callable[[int], None]
) -> None:
    first = two_objects.sync()
    for minute in range(1, 30, 5):
        moment = simulator.clock.now() + timedelta(minutes=minute)
        simulator.world.bulk_create(ALDER, "contacts", 4, lambda number: {"city": str(number)}, at=moment)
    some = simulator.world.portals[ALDER].objects["contacts"].live_ids[:4]
    simulator.world.archive(ALDER, "contacts", some.pop())
    for contact in some:
        simulator.world.update(ALDER, "contacts", contact, {"city": "Kyoto"})
    two_objects.pass_time(hours=1)

    # The searches that lead to a window, its records and their associations.
    assert assert_every_kill_is_survived(two_objects, kill, [first], twice=16) > 30


def test_a_full_read_may_be_killed_anywhere(
    two_objects: Harness, simulator: Simulator, kill: Callable[[int], None]
) -> None:
    first = two_objects.sync()
    contact, *_ = simulator.world.portals[ALDER].objects["contacts"].live_ids
    simulator.world.change_calculated(ALDER, "contacts", contact, {"num_associated_deals": "77"})
    two_objects.pass_time(days=8)

    assert assert_every_kill_is_survived(two_objects, kill, [first], twice=4) > 12
