"""After any run, what was written is what HubSpot holds, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.copied_tables import ASSOCIATED, assert_equals_truth, table, truth

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222


def some_ids(simulator: Simulator, stream: str, number: int, portal_id: int = ALDER) -> list[int]:
    return list(simulator.world.portals[portal_id].objects[stream].live_ids)[-number:]


def modes(run: Run) -> set[str]:
    """How the CRM objects were read."""
    return {row["mode"] for row in run.rows("portal_syncs", status="ok") if row["stream"] in ASSOCIATED}


def test_a_backfill_is_complete_and_exact(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync()

    assert run.error is None
    assert_equals_truth(simulator, [run])


@pytest.mark.parametrize("names", ["fit", "do not fit"])
def test_a_backfill_is_the_same_however_many_properties_there_are(
    harness: Harness, simulator: Simulator, names: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if names == "do not fit":
        monkeypatch.setattr("tap_hubspot_multi.strategies.crm_listing._CHARACTERS_THAT_FIT", 0)
        monkeypatch.setattr("tap_hubspot_multi.batch_read.PROPERTIES_PER_READ", 20)

    run = harness.sync()

    assert_equals_truth(simulator, [run])
    assert (simulator.requests.count(route="crm.batch_read") > 0) == (names == "do not fit")
    assert simulator.requests.count(status=414) == 0


def test_changes_are_read_by_the_next_run(harness: Harness, simulator: Simulator) -> None:
    world = simulator.world
    first = harness.sync()
    harness.pass_time(hours=1)
    simulator.requests.clear()
    contact, other = some_ids(simulator, "contacts", 2)
    [deal] = some_ids(simulator, "deals", 1)
    world.create(ALDER, "companies", {"name": "New Ltd"})
    world.create(KESSLER, "deals", {"dealname": "New deal"})
    world.update(ALDER, "contacts", contact, {"city": "Kyoto"})
    world.update(ALDER, "contacts", other, {"email": "", "jobtitle": None})
    world.associate(ALDER, "deals", deal, "contacts", contact)
    world.update(ALDER, "deals", deal, {"dealname": "Renamed"})
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    assert_equals_truth(simulator, [first, second])
    assert [row["id"] for row in second.rows("contacts", portal_id=ALDER, merged_into=None)] == [
        str(contact),
        str(other),
    ]
    assert modes(second) == {"incremental"}
    assert {request.query["archived"] for request in simulator.requests.where(route="crm.list")} == {"true"}


def test_a_cleared_value_is_cleared(harness: Harness, simulator: Simulator) -> None:
    [contact] = some_ids(simulator, "contacts", 1)
    first = harness.sync()
    simulator.world.update(ALDER, "contacts", contact, {"email": ""})
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    assert "email" in table([first], "contacts")[ALDER, str(contact)]["properties"]
    assert "email" not in table([second], "contacts")[ALDER, str(contact)]["properties"]


def test_archived_records_are_found_although_their_modified_date_stays(
    harness: Harness, simulator: Simulator
) -> None:
    first = harness.sync()
    harness.pass_time(hours=1)
    for stream in ASSOCIATED:
        [record] = some_ids(simulator, stream, 1)
        simulator.world.archive(ALDER, stream, record)
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    assert_equals_truth(simulator, [first, second], associations=False)
    assert len(second.rows("deals", archived=True)) == 1  # and the archive of before is not written again


def test_merged_records_name_their_winner_in_this_run_and_for_good(
    harness: Harness, simulator: Simulator
) -> None:
    runs = [harness.sync()]
    for stream in ASSOCIATED:
        winner, loser = some_ids(simulator, stream, 2)
        simulator.world.merge(ALDER, stream, winner, loser)
    for _ in range(3):
        harness.pass_time(minutes=40)
        runs.append(harness.sync(runs[-1].state))
        assert_equals_truth(simulator, runs, associations=False)
    harness.pass_time(days=8)

    runs.append(harness.sync(runs[-1].state))

    assert_equals_truth(simulator, runs)


def test_a_restored_record_is_found_by_the_next_full_read(harness: Harness, simulator: Simulator) -> None:
    [contact] = some_ids(simulator, "contacts", 1)
    simulator.world.archive(ALDER, "contacts", contact)
    first = harness.sync()
    simulator.world.restore(ALDER, "contacts", contact)
    harness.pass_time(days=8)

    second = harness.sync(first.state)

    assert_equals_truth(simulator, [first, second])


def test_what_moves_no_modified_date_is_found_by_the_next_full_read(
    harness: Harness, simulator: Simulator
) -> None:
    world = simulator.world
    first = harness.sync()
    [contact] = some_ids(simulator, "contacts", 1)
    [company] = some_ids(simulator, "companies", 1)
    [deal] = some_ids(simulator, "deals", 1)
    world.associate(ALDER, "contacts", contact, "companies", company, "Primary")
    world.associate(ALDER, "deals", deal, "contacts", contact)
    world.change_calculated(ALDER, "deals", deal, {"hs_projected_amount": "1234.5"})
    harness.pass_time(days=8)

    second = harness.sync(first.state)

    assert_equals_truth(simulator, [first, second])
    assert modes(second) == {"full"}


def test_a_purged_record_is_what_the_last_complete_full_read_did_not_see(
    harness: Harness, simulator: Simulator
) -> None:
    contact, _ = some_ids(simulator, "contacts", 2)  # the last one won a merge: its losers would go with it
    first = harness.sync()
    simulator.world.purge(ALDER, "contacts", contact)
    harness.pass_time(days=8)

    second = harness.sync(first.state)

    [sync] = second.rows("portal_syncs", portal_id=ALDER, stream="contacts")
    assert (sync["mode"], sync["status"]) == ("full", "ok")
    rows = table([first, second], "contacts")
    unseen = {key for key, row in rows.items() if key[0] == ALDER and row["synced_at"] < sync["window_from"]}
    assert unseen == {(ALDER, str(contact))}
    assert {key for key in rows if key[0] == ALDER} - unseen == {
        key for key in truth(simulator, "contacts") if key[0] == ALDER
    }


def test_a_full_read_counts_what_hubspot_counts(harness: Harness) -> None:
    run = harness.sync()

    for stream in ASSOCIATED:
        for sync in run.rows("portal_syncs", stream=stream, status="ok"):
            live = [row for row in run.rows(stream, portal_id=sync["portal_id"]) if not row["archived"]]
            assert sync["expected_total"] == len(live)


def test_changes_during_the_backfill_are_caught_by_the_run_after_it(
    harness: Harness, simulator: Simulator
) -> None:
    [contact] = some_ids(simulator, "contacts", 1)
    early = simulator.world.portals[ALDER].objects["contacts"].live_ids[0]

    def meanwhile() -> None:
        simulator.world.update(ALDER, "contacts", early, {"city": "Changed after it was listed"})
        simulator.world.update(ALDER, "contacts", contact, {"city": "Changed too"})

    simulator.faults.when(meanwhile, route="crm.search", portal_id=ALDER, object_type="contacts")
    first = harness.sync()
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    assert_equals_truth(simulator, [first, second])


def test_a_change_that_the_index_shows_late_is_found_within_the_overlap(
    harness: Harness, simulator: Simulator
) -> None:
    simulator.world.portals[ALDER].options.index_delay_seconds = 1800
    first = harness.sync()
    harness.pass_time(hours=1)
    [contact] = some_ids(simulator, "contacts", 1)
    simulator.world.update(ALDER, "contacts", contact, {"city": "Late"})
    harness.pass_time(minutes=20)
    second = harness.sync(first.state)
    harness.pass_time(minutes=20)

    third = harness.sync(second.state)

    assert second.rows("contacts") == []
    assert_equals_truth(simulator, [first, second, third])


def test_the_search_index_is_given_time_to_settle(harness: Harness, simulator: Simulator) -> None:
    first = harness.sync()
    harness.pass_time(hours=2)
    [contact] = some_ids(simulator, "contacts", 1)
    simulator.world.update(ALDER, "contacts", contact, {"city": "Fresh"})
    harness.pass_time(seconds=299)

    second = harness.sync(first.state)
    harness.pass_time(seconds=2)
    third = harness.sync(second.state)

    assert second.rows("contacts") == []
    assert [row["id"] for row in third.rows("contacts", merged_into=None)] == [str(contact)]


def test_a_business_that_goes_on_is_copied_run_by_run(harness: Harness, simulator: Simulator) -> None:
    runs = [harness.sync()]
    for _ in range(6):
        simulator.tick()
        harness.pass_time(hours=1)
        runs.append(harness.sync(runs[-1].state))
        assert_equals_truth(simulator, runs, associations=False)
    harness.pass_time(days=8)
    assert_equals_truth(simulator, [*runs, harness.sync(runs[-1].state)])


def test_a_selection_of_properties_reads_those_and_the_core(harness: Harness) -> None:
    run = harness.sync(property_selection={"contacts": ["email", "hs_analytics_*"]})

    names = {name for row in run.rows("contacts") for name in row["properties"]}
    assert "email" in names
    assert "city" not in names
    assert any(name.startswith("hs_analytics_") for name in names)
    assert all(row["updated_at"] for row in run.rows("contacts") if row["merged_into"] is None)
    assert any("city" in row["properties"] for row in run.rows("companies"))


def test_records_from_before_the_start_date_are_left_out(harness: Harness) -> None:
    run = harness.sync(start_date="2026-09-01")

    everything = harness.sync()
    for stream in ASSOCIATED:
        expected = {
            row["id"] for row in everything.rows(stream) if (row["updated_at"] or "z") >= "2026-09-01"
        }
        assert {row["id"] for row in run.rows(stream) if row["merged_into"] is None} == {
            row["id"]
            for row in everything.rows(stream)
            if row["merged_into"] is None and row["id"] in expected
        }
    for stream in ASSOCIATED:
        assert all(row["expected_total"] is None for row in run.rows("portal_syncs", stream=stream))
