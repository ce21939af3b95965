"""The history of properties: `propertiesWithHistory` in lists and batch reads, and what a complete copy holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.support import NOON, US

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Api

MACHINES = "2-3451907"
TRACKED = {
    "contacts": "lifecyclestage",
    "deals": "dealstage",
    "tickets": "hs_pipeline_stage",
    "leads": "hs_pipeline_stage",
    MACHINES: "hs_pipeline_stage",
}
every_tracked_type = pytest.mark.parametrize("object_type", TRACKED)


def history(api: Api, object_type: str, record_id: int, name: str) -> list[dict[str, Any]]:
    [row] = api.batch_read(object_type, [record_id], propertiesWithHistory=[name]).json()["results"]
    return row["propertiesWithHistory"][name]


def values(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["value"] for entry in entries]


@every_tracked_type
def test_every_change_is_kept_newest_first(simulator: Simulator, api: Api, object_type: str) -> None:
    name = TRACKED[object_type]
    made = simulator.world.create(US, object_type, {name: "a"})
    for minute, value in enumerate(("b", "c"), start=1):
        simulator.world.update(US, object_type, made.id, {name: value}, at=NOON + timedelta(minutes=minute))

    entries = history(api, object_type, made.id, name)

    assert values(entries) == ["c", "b", "a"]
    assert [entry["timestamp"][11:16] for entry in entries] == ["12:02", "12:01", "12:00"]


@every_tracked_type
def test_a_list_and_a_batch_read_show_the_same_history(api: Api, object_type: str) -> None:
    name = TRACKED[object_type]
    api.portal.options.enforce_rate_limits = False
    listed = {
        row["id"]: row["propertiesWithHistory"]
        for row in api.every_row(object_type, propertiesWithHistory=name, limit=50)
    }
    ids = list(listed)[:50]

    read = api.batch_read(object_type, ids, propertiesWithHistory=[name]).json()["results"]

    assert {row["id"]: row["propertiesWithHistory"] for row in read} == {each: listed[each] for each in ids}


def test_archived_records_keep_their_history(simulator: Simulator, api: Api) -> None:
    deal = simulator.world.create(US, "deals", {"dealstage": "appointmentscheduled"})
    simulator.world.update(US, "deals", deal.id, {"dealstage": "closedwon"})
    simulator.world.archive(US, "deals", deal.id)

    rows = api.every_row("deals", archived="true", propertiesWithHistory="dealstage", limit=50)
    [row] = [row for row in rows if row["id"] == str(deal.id)]

    assert values(row["propertiesWithHistory"]["dealstage"]) == ["closedwon", "appointmentscheduled"]


@pytest.mark.parametrize("name", ["amount", "closedate", "dealname"])
def test_any_property_has_a_history(simulator: Simulator, api: Api, name: str) -> None:
    deal = simulator.world.create(US, "deals", {name: "1"})
    simulator.world.update(US, "deals", deal.id, {name: "2"})

    assert values(history(api, "deals", deal.id, name)) == ["2", "1"]


def test_a_value_written_again_leaves_no_trace(simulator: Simulator, api: Api) -> None:
    deal = simulator.world.create(US, "deals", {"amount": "5"})
    simulator.world.update(US, "deals", deal.id, {"amount": "5"})

    assert values(history(api, "deals", deal.id, "amount")) == ["5"]


def test_clearing_a_value_is_an_entry_of_its_own(simulator: Simulator, api: Api) -> None:
    deal = simulator.world.create(US, "deals", {"amount": "5"})
    simulator.world.update(US, "deals", deal.id, {"amount": ""})

    assert values(history(api, "deals", deal.id, "amount")) == ["", "5"]


def test_a_property_that_never_had_a_value_has_an_empty_history(simulator: Simulator, api: Api) -> None:
    deal = simulator.world.create(US, "deals", {})

    assert history(api, "deals", deal.id, "amount") == []


def test_the_source_tells_users_from_calculations(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {"num_associated_deals": "1"})
    simulator.world.change_calculated(US, "contacts", contact.id, {"num_associated_deals": "2"})

    calculated, by_hand = history(api, "contacts", contact.id, "num_associated_deals")

    assert (calculated["sourceType"], by_hand["sourceType"]) == ("CALCULATED", "CRM_UI")
    assert by_hand["updatedByUserId"] == api.portal.user_id
    assert "updatedByUserId" not in calculated


def test_only_so_many_values_are_kept(simulator: Simulator, api: Api) -> None:
    api.portal.options.history_kept = 3
    deal = simulator.world.create(US, "deals", {"amount": "0"})
    for amount in range(1, 6):
        simulator.world.update(US, "deals", deal.id, {"amount": str(amount)})

    assert values(history(api, "deals", deal.id, "amount")) == ["5", "4", "3"]


def test_sensitive_properties_hide_their_history_too(api: Api) -> None:
    [row] = api.page("contacts", limit=1, propertiesWithHistory="passport_number,email").json()["results"]

    assert row["propertiesWithHistory"].keys() == {"email"}


def test_a_merged_record_has_the_history_of_the_values_it_took(simulator: Simulator, api: Api) -> None:
    world = simulator.world
    first, second = world.bulk_create(US, "contacts", 2)
    world.update(US, "contacts", first.id, {"lifecyclestage": "lead"})
    for stage in ("subscriber", "customer"):
        world.update(US, "contacts", second.id, {"lifecyclestage": stage, "hs_lead_status": stage})

    winner = world.merge(US, "contacts", first.id, second.id)

    assert values(history(api, "contacts", winner.id, "lifecyclestage")) == ["lead"]
    assert values(history(api, "contacts", winner.id, "hs_lead_status")) == ["customer", "subscriber"]


@every_tracked_type
def test_the_truth_of_the_history_is_what_the_api_answers(
    simulator: Simulator, unlimited: Api, object_type: str
) -> None:
    name = TRACKED[object_type]
    record = unlimited.portal.objects[object_type].live_ids[0]
    simulator.world.update(US, object_type, record, {name: "changed"})

    shown = [
        {
            "id": row["id"],
            "property": name,
            **{key: entry[key] for key in ("timestamp", "value", "sourceType")},
        }
        for archived in ("false", "true")
        for row in unlimited.every_row(object_type, propertiesWithHistory=name, limit=50, archived=archived)
        for entry in row["propertiesWithHistory"][name]
    ]

    assert sorted(shown, key=lambda row: int(row["id"])) == list(
        unlimited.portal.property_history(object_type, name)
    )
