"""Lists and their members, users, teams and exchange rates: all read whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from auth_service import scopes
from tap_hubspot_multi.streams import STREAMS, lists
from tests.marketing_tables import assert_copied, copied_rows, expected_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
KEYS = {
    "lists": ["id"],
    "list_memberships": ["list_id", "record_id"],
    "users": ["id"],
    "teams": ["id"],
    "exchange_rates": ["id"],
}
ROUTES = {
    "lists": "lists.search",
    "list_memberships": "lists.*",
    "users": "settings.users",
    "teams": "settings.teams",
    "exchange_rates": "settings.exchange_rates",
}


@pytest.fixture
def everything(harness: Harness) -> Harness:
    return harness.only(*KEYS)


def assert_all_copied(simulator: Simulator, *runs: Run) -> None:
    for stream, keys in KEYS.items():
        assert_copied(simulator, runs, stream, *keys)


def test_all_of_it_is_read_whole(everything: Harness, simulator: Simulator) -> None:
    assert_all_copied(simulator, everything.sync())


def test_what_changed_and_what_went_is_right_after_the_next_run(
    everything: Harness, simulator: Simulator
) -> None:
    world, first = simulator.world, everything.sync()
    everything.pass_time(hours=1)
    contacts = simulator.portal(ALDER).objects["contacts"].live_ids
    full, deleted, *_ = simulator.portal(ALDER).marketing.lists
    world.remove_from_list(ALDER, full, contacts[:3])
    world.delete_list(ALDER, deleted)
    new = world.add_list(ALDER, "New")
    world.add_to_list(ALDER, new.id, contacts[:5])
    world.set_exchange_rate(ALDER, "EUR", 1.23456789)
    world.deactivate_user(ALDER, next(row["id"] for row in expected_rows(simulator, "users", ALDER)))
    simulator.tick()
    everything.pass_time(hours=1)

    assert_all_copied(simulator, first, everything.sync(first.state))


def test_members_are_read_only_if_somebody_selects_them(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync()

    assert run.rows("lists")
    assert run.rows("list_memberships") == []
    assert simulator.requests.count(route="lists.memberships") == 0


def test_long_lists_are_paged(everything: Harness, simulator: Simulator) -> None:
    world = simulator.world
    created = world.bulk_create(ALDER, "contacts", 600)
    long = world.add_list(ALDER, "Long")
    world.add_to_list(ALDER, long.id, [record.id for record in created])

    assert_all_copied(simulator, everything.sync())


def test_more_lists_than_hubspot_tells_of_are_remarked_and_nothing_is_proved_gone(
    everything: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_LISTS_PER_PAGE", 2)
    monkeypatch.setattr(lists, "_MOST_LISTS", 4)

    run = everything.sync()

    for stream in ("lists", "list_memberships"):
        [sync] = run.rows("portal_syncs", portal_id=ALDER, stream=stream)
        assert (sync["status"], sync["window_from"]) == ("ok", None)
        assert "4 lists at most; this portal has 5" in sync["reason"]
    assert len(run.rows("lists", portal_id=ALDER)) == 4


def test_a_list_that_is_deleted_after_it_was_found_has_no_members(
    everything: Harness, simulator: Simulator
) -> None:
    doomed = next(iter(simulator.portal(ALDER).marketing.lists))
    simulator.faults.when(
        partial(simulator.world.delete_list, ALDER, doomed), route="lists.memberships", portal_id=ALDER
    )

    run = everything.sync()

    assert simulator.requests.count(status=404) == 1
    assert_copied(simulator, [run], "list_memberships", "list_id", "record_id")


@pytest.mark.parametrize("request_number", range(4, 8))
def test_killed_memberships_go_on_with_the_next_list(
    harness: Harness, simulator: Simulator, kill: Callable[[int], None], request_number: int
) -> None:
    harness.only("list_memberships").config |= {"portals": {"include": [ALDER]}}
    kill(request_number)
    killed = harness.sync()
    done = simulator.requests.count(route="lists.memberships")
    simulator.requests.clear()
    kill(-1)

    resumed = harness.sync(killed.state_of_the_killed)

    keys = ("portal_id", "list_id", "record_id")
    rows = copied_rows([killed, resumed], "list_memberships", *keys)
    expected = expected_rows(simulator, "list_memberships", ALDER)
    assert {tuple(row[key] for key in keys) for row in rows} == {
        tuple(row[key] for key in keys) for row in expected
    }
    assert simulator.requests.count(route="lists.memberships") <= 5 - done + 1


@pytest.mark.parametrize("wording", ["403-scopes", "403-text"])
@pytest.mark.parametrize("stream", KEYS)
def test_what_may_not_be_read_is_skipped_with_the_reason(
    everything: Harness, simulator: Simulator, stream: str, wording: str
) -> None:
    simulator.faults.add(wording, route=ROUTES[stream], portal_id=ALDER, count=None)

    run = everything.sync()

    [sync] = run.rows("portal_syncs", portal_id=ALDER, stream=stream)
    assert sync["status"] == "skipped"
    assert "granted scopes" in sync["reason"]
    assert {sync["status"] for sync in run.rows("portal_syncs", portal_id=KESSLER)} == {"ok"}


def test_every_scope_that_a_stream_needs_can_be_asked_for() -> None:
    offered = {*scopes.REQUIRED, *scopes.OPTIONAL}

    needed = {
        stream.name: set(stream.scope.split())
        for stream in STREAMS
        if stream.scope not in {"the object's", "the objects'"}
    }

    assert {name for name, words in needed.items() if not words & offered} == set()
