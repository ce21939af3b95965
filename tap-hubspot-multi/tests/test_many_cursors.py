"""A long list is read by several cursors at once, and is the same list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.client import HubSpotClient
from tests.hubspot_simulator.records import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator import Simulator

Harness = Any

ALDER = 11111111
LIST = endpoints.list_objects("contacts")


@pytest.fixture
def long(harness: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """One portal with 1,000 more contacts, whose list is cut into ranges of 150."""
    monkeypatch.setattr("tap_hubspot_multi.strategies.crm_listing._RECORDS_PER_RANGE", 150)
    simulator.world.bulk_create(ALDER, "contacts", 1000, lambda number: {"email": f"{number}@bulk.example"})
    harness.pass_time(hours=1)
    harness.config["max_workers"] = 16
    harness.config["portals"] = {"include": [ALDER]}
    harness.config["objects"] = ["contacts"]
    return harness.only("contacts")


def listed_from(simulator: Simulator) -> list[str]:
    """The cursors with which live contacts were listed."""
    return [
        request.query.get("after", "")
        for request in simulator.requests
        if request.route == "crm.list" and request.query["archived"] == "false"
    ]


def ids(*runs: Any) -> list[str]:  # noqa: ANN401
    return [row["id"] for run in runs for row in run.rows("contacts", archived=False)]


def truth(simulator: Simulator) -> list[str]:
    return [
        row["id"] for row in simulator.world.portals[ALDER].truth("contacts") if row.get("archived") is False
    ]


def test_several_cursors_list_what_one_lists(long: Harness, simulator: Simulator) -> None:
    run = long.sync(rows_per_page=200)

    assert sorted(ids(run)) == sorted(truth(simulator))  # each once
    assert simulator.requests.count(route="crm.search") >= 6  # it was cut
    [sync] = run.rows("portal_syncs", stream="contacts")
    assert (sync["status"], sync["reason"], sync["expected_total"]) == ("ok", None, len(truth(simulator)))


@pytest.mark.parametrize("request_number", range(14, 27, 3))
def test_cursors_that_are_killed_go_on_where_they_were(
    long: Harness, simulator: Simulator, kill: Callable[[int], None], request_number: int
) -> None:
    kill(request_number)
    killed = long.sync(rows_per_page=200)
    kill(-1)

    state = killed.state_of_the_killed
    resumed = long.sync(state, rows_per_page=200)

    assert set(ids(killed, resumed)) == set(truth(simulator))
    # Which request is the nth one, the threads decide: there may be no state yet, or none of a page.
    [partition] = state["bookmarks"]["contacts"]["partitions"] if state else [{"full_read": {"after": None}}]
    if partition["full_read"]["after"] is not None:
        assert len(ids(resumed)) < len(truth(simulator))
    [sync] = resumed.rows("portal_syncs", stream="contacts")
    assert (sync["mode"], sync["status"], sync["reason"]) == ("backfill", "ok", None)


def test_several_cursors_survive_a_storm_and_a_kill_within_it(
    long: Harness, simulator: Simulator, kill: Callable[[int], None]
) -> None:
    for kind in ("502", "html", "truncated", "reset", "429", "423"):
        simulator.faults.add(kind, count=None, probability=0.04)

    kill(30)
    killed = long.sync(rows_per_page=200)
    kill(-1)
    resumed = long.sync(killed.state_of_the_killed, rows_per_page=200)

    assert resumed.error is None
    assert set(ids(killed, resumed)) == set(truth(simulator))
    assert len(ids(resumed)) == len(set(ids(resumed)))
    [sync] = resumed.rows("portal_syncs", stream="contacts")
    assert (sync["mode"], sync["status"], sync["reason"]) == ("backfill", "ok", None)
    assert any(entry.status in {423, 429, 502} for entry in simulator.requests)


def test_a_cut_is_right_whether_or_not_a_cursor_includes_its_own_id(
    long: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ObjectStore.page

    def behind(self: ObjectStore, after: int, limit: int, *, archived: bool) -> tuple[list[Any], int | None]:
        records, following = page(self, after + 1, limit, archived=archived)
        return records, None if following is None else records[-1].id

    monkeypatch.setattr(ObjectStore, "page", behind)

    run = long.sync(rows_per_page=200)

    assert sorted(ids(run)) == sorted(truth(simulator))


def test_a_record_that_is_missing_from_a_cut_list_is_noticed(
    long: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    get, missing = HubSpotClient.get, truth(simulator)[-300]

    def losing(self: HubSpotClient, path: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        answer = get(self, path, *arguments, **options)
        if path == LIST:
            answer["results"] = [raw for raw in answer["results"] if raw["id"] != missing]
        return answer

    monkeypatch.setattr(HubSpotClient, "get", losing)

    [sync] = long.sync(rows_per_page=200).rows("portal_syncs", stream="contacts")

    assert "HubSpot counts" in sync["reason"]
    assert sync["window_from"] is None


@pytest.mark.parametrize("rows_per_page", [200, 2000])
def test_a_list_that_turns_out_not_to_go_by_id_is_read_again_by_one_cursor(
    long: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, rows_per_page: int
) -> None:
    get, turned = HubSpotClient.get, []

    def turning(self: HubSpotClient, path: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        answer = get(self, path, *arguments, **options)
        if path == LIST and simulator.requests.count(route="crm.search"):
            answer["results"].reverse()
            turned.append(path)
        return answer

    monkeypatch.setattr(HubSpotClient, "get", turning)

    run = long.sync(rows_per_page=rows_per_page)

    assert turned
    assert set(ids(run)) == set(truth(simulator))
    assert listed_from(simulator).count("") == 2  # from the start again
    [sync] = run.rows("portal_syncs", stream="contacts")
    assert (sync["status"], sync["reason"]) == ("ok", None)


def test_a_short_list_is_not_cut(
    long: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_hubspot_multi.strategies.crm_listing._RECORDS_PER_RANGE", 1500)

    run = long.sync()

    assert sorted(ids(run)) == sorted(truth(simulator))
    assert simulator.requests.count(route="crm.search") == 3  # one for a cut, two counts
    assert len(listed_from(simulator)) == len(set(listed_from(simulator))) == -(-len(truth(simulator)) // 100)
