"""A state as an earlier, or a later, version of the tap wrote it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER, GONE = 11111111, 22222222, 99999999
OBJECTS = ["contacts", "companies", "deals"]


@pytest.fixture
def golden() -> dict[str, Any]:
    path = Path(__file__).parent / "golden" / "state_v1.json"
    state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return state


def modes(run: Run) -> dict[tuple[int, str], str]:
    return {
        (row["portal_id"], row["stream"]): row["mode"]
        for row in run.rows("portal_syncs")
        if row["stream"] in OBJECTS
    }


def partitions(state: dict[str, Any], stream: str) -> dict[int, dict[str, Any]]:
    """Bookmarks by portal, without when they were saved."""
    return {
        each["context"]["portal_id"]: {key: value for key, value in each.items() if key != "saved_ms"}
        for each in state["bookmarks"][stream]["partitions"]
    }


def test_an_old_state_goes_on_where_it_ended(
    harness: Harness, simulator: Simulator, golden: dict[str, Any]
) -> None:
    before = harness.sync(objects=OBJECTS)  # what the earlier version had written, at noon
    harness.pass_time(hours=1)
    simulator.requests.clear()

    run = harness.sync(golden, objects=OBJECTS)

    assert modes(run) == {
        (ALDER, "contacts"): "incremental",
        (KESSLER, "contacts"): "incremental",  # its portal id was text
        (ALDER, "companies"): "backfill",  # it was under way, and the archive done
        (KESSLER, "companies"): "incremental",
        (ALDER, "deals"): "backfill",
        (KESSLER, "deals"): "backfill",
    }
    live_lists = [
        (entry.portal_id, entry.object_type)
        for entry in simulator.requests.where(route="crm.list")
        if entry.query["archived"] == "false" and "propertiesWithHistory" not in entry.query
    ]
    assert sorted(live_lists) == [(ALDER, "companies"), (ALDER, "deals"), (KESSLER, "deals")]
    assert_equals_truth(simulator, [before, run], streams=OBJECTS)


def test_an_old_state_is_written_in_todays_form(harness: Harness, golden: dict[str, Any]) -> None:
    harness.pass_time(hours=1)

    state = harness.sync(golden, objects=OBJECTS).state

    caught_up = {
        "modified_until": "2026-11-22T12:55:00.000Z",
        "full_read_at": "2026-11-22T12:00:00.000Z",
    }
    assert partitions(state, "contacts") == {
        ALDER: {"context": {"portal_id": ALDER}, **caught_up},
        KESSLER: {"context": {"portal_id": KESSLER}, **caught_up},
        GONE: partitions(golden, "contacts")[GONE],  # no longer connected: kept for when it comes back
    }
    assert partitions(state, "companies")[ALDER] == {
        "context": {"portal_id": ALDER},
        "modified_until": "2026-11-22T12:00:00.000Z",
        "full_read_at": "2026-11-22T12:00:00.000Z",
    }
    for stream in OBJECTS:
        assert {type(portal_id) for portal_id in partitions(state, stream)} == {int}


def test_what_a_newer_version_wrote_stays_as_it_is(harness: Harness, golden: dict[str, Any]) -> None:
    state = harness.sync(golden, objects=OBJECTS).state

    assert state["version_of_tomorrow"] == 2
    for stream in ("a_stream_of_tomorrow", "another_stream_of_tomorrow"):
        assert state["bookmarks"][stream] == golden["bookmarks"][stream]


def test_a_number_that_a_newer_version_wrote_stays_a_number(harness: Harness) -> None:
    harness.writer.write_state({"share": Decimal("0.25")})  # as the SDK reads a state file

    assert harness.writer.messages == [{"type": "STATE", "value": {"share": 0.25}}]


def test_a_state_is_small_and_holds_no_secret(harness: Harness) -> None:
    state = harness.sync().state

    for stream, entry in state["bookmarks"].items():
        for partition in entry["partitions"]:
            in_use = partition.pop("last_submissions", {})
            assert len(json.dumps(in_use)) <= 60 * (len(in_use) + 1)
            assert len(json.dumps(partition)) <= 275, stream
    written = json.dumps(state)
    for token in harness.config["static_tokens"]:
        assert token not in written
