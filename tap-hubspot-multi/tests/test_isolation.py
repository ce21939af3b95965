"""What goes wrong in one portal stays there, and is said."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.exceptions import PortalsFailed, RunStopped
from warehouse_connection.shards import shards

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
MACHINES = "2-3451907"
CRM = {crm_object.name for crm_object in CRM_OBJECTS}

FINE = {"ok", "skipped"}
"""Kessler's subscription does not have every stream."""


def statuses(run: Run, portal_id: int) -> dict[str, str]:
    return {row["stream"]: row["status"] for row in run.rows("portal_syncs", portal_id=portal_id)}


def reasons(run: Run, portal_id: int) -> set[str]:
    return {row["reason"] for row in run.rows("portal_syncs", portal_id=portal_id, status="failed")}


def portals_with_bookmarks(state: dict[str, Any], stream: str) -> set[int]:
    partitions = state["bookmarks"].get(stream, {}).get("partitions", ())
    return {partition["context"]["portal_id"] for partition in partitions}


def test_a_revoked_portal_does_not_stop_the_others(harness: Harness, simulator: Simulator) -> None:
    simulator.faults.add(
        "401", portal_id=ALDER, count=None, skip=1
    )  # it answered once, to tell its portal id

    run = harness.sync()

    assert run.error is None
    assert set(statuses(run, ALDER).values()) == {"failed"}
    assert set(statuses(run, KESSLER).values()) == FINE
    assert all(portals_with_bookmarks(run.state, stream) <= {KESSLER} for stream in CRM)
    assert portals_with_bookmarks(run.state, "contacts") == {KESSLER}


def test_a_broken_portal_keeps_its_row_and_is_asked_only_once(harness: Harness, simulator: Simulator) -> None:
    simulator.faults.add("401", portal_id=ALDER, count=None, skip=1)

    run = harness.sync()

    [portal] = run.rows("portals", portal_id=ALDER)
    assert (portal["connection_status"], portal["company_currency"]) == ("reauth_required", "USD")
    assert simulator.requests.count(portal_id=ALDER) == 2


def test_a_portal_that_is_being_moved_is_deferred_with_its_bookmarks_kept(
    harness: Harness, simulator: Simulator
) -> None:
    first = harness.sync()
    simulator.faults.add("477", portal_id=ALDER, route="crm.*", count=None, retry_after=7200)
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    assert {
        stream: status for stream, status in statuses(second, ALDER).items() if stream in CRM
    } == dict.fromkeys(CRM, "failed")
    assert partitions_of(second, ALDER) == partitions_of(first, ALDER)
    assert all(
        partition["modified_until"] > "2026-11-22T12:55" for partition in partitions_of(second, KESSLER)
    )
    assert all("7200 s" in reason for reason in reasons(second, ALDER))


def partitions_of(run: Run, portal_id: int) -> list[dict[str, Any]]:
    return [
        partition
        for stream in CRM
        for partition in run.state["bookmarks"][stream]["partitions"]
        if partition["context"]["portal_id"] == portal_id
    ]


@pytest.mark.parametrize("kind", ["403-scopes", "403-text"])
def test_a_missing_scope_skips_the_stream_and_nothing_else(
    harness: Harness, simulator: Simulator, kind: str
) -> None:
    simulator.faults.add(kind, portal_id=ALDER, route="crm.*", object_type="deals", count=None)

    run = harness.sync()

    assert statuses(run, ALDER)["deals"] == "skipped"
    assert {status for stream, status in statuses(run, ALDER).items() if stream != "deals"} == {"ok"}
    assert set(statuses(run, KESSLER).values()) == FINE


def test_a_catalogue_goes_on_without_the_object_it_may_not_see(
    harness: Harness, simulator: Simulator
) -> None:
    simulator.faults.add("403-scopes", portal_id=ALDER, route="properties", object_type="deals", count=None)

    run = harness.sync()

    assert {row["object_type"] for row in run.rows("properties", portal_id=ALDER)} == CRM - {"deals"} | {
        MACHINES
    }
    [sync] = run.rows("portal_syncs", portal_id=ALDER, stream="properties")
    assert (sync["status"], sync["window_from"]) == ("ok", None)
    assert "deals" in sync["reason"]


@pytest.mark.parametrize("stream", ["properties", "pipelines", "pipeline_stages", "association_labels"])
def test_a_catalogue_is_whole_without_what_the_subscription_does_not_have(
    harness: Harness, stream: str
) -> None:
    [sync] = harness.sync().rows("portal_syncs", portal_id=KESSLER, stream=stream)

    assert (sync["status"], sync["reason"]) == ("ok", None)
    assert sync["window_from"]  # what has gone from the others is proved gone


def test_a_surprise_in_one_portals_data_costs_that_task_only(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprised(row: dict[str, Any]) -> list[dict[str, Any]]:
        if row["portal_id"] == ALDER and "lastmodifieddate" in row["properties"]:
            raise ValueError(f"cannot read {row['properties']}")
        return []

    monkeypatch.setattr("tap_hubspot_multi.object_reader.merged_rows", surprised)

    run = harness.sync()

    assert statuses(run, ALDER)["contacts"] == "failed"
    assert {status for stream, status in statuses(run, ALDER).items() if stream != "contacts"} == {"ok"}
    [reason] = reasons(run, ALDER)
    assert reason.startswith("ValueError at test_isolation.py:")
    assert "cannot read" not in reason
    assert set(statuses(run, KESSLER).values()) == FINE


@pytest.mark.parametrize(
    "kind", ["500", "502", "503", "504", "524", "html", "truncated", "reset", "423", "429"]
)
def test_hiccups_are_survived(harness: Harness, simulator: Simulator, kind: str) -> None:
    for route in ("account.details", "properties", "crm.list", "crm.search", "associations.*"):
        simulator.faults.add(kind, portal_id=ALDER, route=route, count=2, skip=1)

    run = harness.sync()

    assert set(statuses(run, ALDER).values()) == {"ok"}


def test_a_stream_that_stays_down_fails_and_the_portal_goes_on(
    harness: Harness, simulator: Simulator
) -> None:
    simulator.faults.add("502", portal_id=ALDER, route="crm.list", object_type="companies", count=None)

    run = harness.sync()

    assert statuses(run, ALDER)["companies"] == "failed"
    assert statuses(run, ALDER)["deals"] == "ok"


def test_the_failed_portals_are_the_last_lines_of_the_log(
    harness: Harness, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    simulator.faults.add("477", portal_id=ALDER, count=None, skip=1)

    harness.sync()

    summary, last = caplog.messages[-2:]
    assert "portals 1 done, 0 running, 1 failed of 2" in summary
    assert "backfill" in summary
    assert last.startswith("portal 11111111 (Alder & Finch) failed: HubSpot is moving the portal")


def test_the_exit_is_an_error_only_if_the_settings_say_so(harness: Harness, simulator: Simulator) -> None:
    simulator.faults.add("477", portal_id=ALDER, count=None, skip=2)

    run = harness.sync(fail_on_portal_error=True)

    assert isinstance(run.error, PortalsFailed)
    assert set(statuses(run, KESSLER).values()) == FINE
    assert harness.sync().error is None


def test_a_dead_static_token_leaves_the_others_alone(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = [*harness.config["static_tokens"], "pat-na1-00000000-dead"]

    run = harness.sync(static_tokens=tokens)

    assert {row["portal_id"] for row in run.rows("portals")} == {ALDER, KESSLER}
    assert any("static_tokens, entry 3" in message for message in caplog.messages)
    assert "dead" not in caplog.text


def test_hundreds_of_static_tokens_do_not_wait_for_each_other(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    get, both_asked = HubSpotClient.get, threading.Barrier(2, timeout=10)

    def meet(self: HubSpotClient, path: str) -> object:
        both_asked.wait()
        return get(self, path)

    monkeypatch.setattr(HubSpotClient, "get", meet)

    run = harness.only().sync(max_workers=2)

    assert run.error is None
    assert not both_asked.broken


@pytest.mark.parametrize("kind", ["401", "503"])
def test_a_run_in_which_no_token_works_is_no_success(
    harness: Harness, simulator: Simulator, kind: str
) -> None:
    simulator.faults.add(kind, count=None)

    run = harness.sync()

    assert isinstance(run.error, RunStopped)
    assert "None of the static_tokens led to a portal" in str(run.error)
    assert run.messages == []


def test_only_the_included_portals_are_read(harness: Harness) -> None:
    assert {row["portal_id"] for row in harness.sync(portals={"include": [ALDER]}).rows("portals")} == {ALDER}
    assert {row["portal_id"] for row in harness.sync(portals={"exclude": [ALDER]}).rows("portals")} == {
        KESSLER
    }


def test_shards_read_every_portal_once_between_them(harness: Harness) -> None:
    portals = [
        {row["portal_id"] for row in harness.sync(portal_shard=f"{number}/2").rows("portals")}
        for number in (1, 2)
    ]
    assert sorted(portal for shard in portals for portal in shard) == sorted([ALDER, KESSLER])


def test_a_shard_without_portals_says_so(harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    [empty, *_] = [shard for shard in shards(7) if not any(map(shard.has, (ALDER, KESSLER)))]

    run = harness.sync(portal_shard=str(empty))

    assert run.error is None
    assert f"No portal belongs to shard {empty}." in caplog.messages


def test_a_run_without_portals_says_so_and_announces_its_streams(
    harness: Harness, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "http://localhost:8090")

    run = harness.sync(portals={"include": [1]})

    assert run.error is None
    assert {message["type"] for message in run.messages} == {"SCHEMA", "STATE"}
    assert "No portal is connected: connect one at http://localhost:8090." in caplog.messages


def test_unreadable_associations_are_left_out_and_the_records_kept(
    harness: Harness, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(
        "403-scopes", portal_id=ALDER, route="associations.*", object_type="contacts", count=None
    )

    run = harness.sync()

    assert statuses(run, ALDER)["contacts"] == "ok"
    rows = run.rows("contacts", portal_id=ALDER, archived=False)
    assert rows
    assert all("companies" not in row["associations"] for row in rows)  # not read, which is not "none"
    assert all(
        "companies" in row["associations"] for row in run.rows("contacts", portal_id=KESSLER, archived=False)
    )
    assert "contacts: without associations to companies" in caplog.text


def test_a_catalogue_that_may_not_be_seen_at_all_is_skipped(harness: Harness, simulator: Simulator) -> None:
    simulator.faults.add("403-scopes", portal_id=ALDER, route="properties", count=3)

    run = harness.sync(objects=["deals"], portals={"include": [ALDER]})

    assert statuses(run, ALDER)["properties"] == "skipped"


def test_two_tokens_of_one_portal_read_it_once(harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
    run = harness.sync(static_tokens=harness.config["static_tokens"] * 2)

    assert [row["portal_id"] for row in run.rows("portals")] == [ALDER, KESSLER]
    assert "static_tokens, entry 3: portal 11111111 has a token already" in caplog.messages


def test_a_storm_on_one_portal_costs_minutes_and_touches_no_other(
    harness: Harness, simulator: Simulator
) -> None:
    simulator.faults.add("503", portal_id=ALDER, count=None, skip=1)  # it answered once: its portal id

    run = harness.sync()

    assert set(statuses(run, ALDER).values()) == {"failed"}
    assert set(statuses(run, KESSLER).values()) == FINE
    assert portals_with_bookmarks(run.state, "contacts") == {KESSLER}
    retries = [seconds for seconds in harness.time.slept if seconds >= 1]
    # The first three requests are tried six times (31 s and a quarter more), all later ones twice.
    assert sum(retries) <= 3 * 31 * 1.25 + len(statuses(run, ALDER)) * 1.25
