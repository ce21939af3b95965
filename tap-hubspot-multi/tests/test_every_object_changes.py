"""Of every object type, the next run finds what changed: a wrong modified property would find nothing, silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.api import HubSpotApi
from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.pacing import Pacer
from tap_hubspot_multi.search import ChangeSearch
from tap_hubspot_multi.timestamps import to_milliseconds
from tap_hubspot_multi.tokens import GivenToken
from tap_hubspot_multi.windows import Window
from tests.hubspot_simulator import Clock, running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_multi.crm import CrmObject
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER = 11111111
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Changed:
    """A world in which one record of each type changed after the first run.

    Attributes:
        harness: The tap.
        run: The second run.
        changes: For each type: the record, the property and its new value.
    """

    harness: Harness
    run: Run
    changes: dict[str, tuple[str, str, str]]


@pytest.fixture(scope="module")
def changed(harness_for: Callable[[Simulator], Harness]) -> Iterator[Changed]:
    with running_simulator("tiny", clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        harness = harness_for(simulator).only(*(crm_object.name for crm_object in CRM_OBJECTS))
        harness.config["portals"] = {"include": [ALDER]}
        first = harness.sync()
        harness.pass_time(hours=1)
        portal = simulator.world.portals[ALDER]
        changes = {}
        for crm_object in CRM_OBJECTS:
            unread = {*crm_object.bodies, crm_object.modified_property, crm_object.created_property}
            name = next(
                definition.name
                for definition in portal.properties[crm_object.name]
                if definition.type == "string"
                and not definition.calculated
                and definition.data_sensitivity == "non_sensitive"
                and definition.name not in unread
                and not definition.name.startswith(("hs_object", "hs_merged"))
            )
            record_id = portal.objects[crm_object.name].live_ids[-1]
            simulator.world.update(ALDER, crm_object.name, record_id, {name: "Changed since"})
            changes[crm_object.name] = (str(record_id), name, "Changed since")
        harness.pass_time(hours=1)
        simulator.requests.clear()
        yield Changed(harness, harness.sync(first.state), changes)


@pytest.mark.parametrize("crm_object", CRM_OBJECTS, ids=str)
def test_a_change_is_found_by_the_next_run(changed: Changed, crm_object: CrmObject) -> None:
    record_id, name, value = changed.changes[crm_object.name]

    [sync] = changed.run.rows("portal_syncs", stream=crm_object.name)
    assert (sync["status"], sync["mode"]) == ("ok", "incremental")
    rows = changed.run.rows(crm_object.name, id=record_id)
    assert [row["properties"].get(name) for row in rows] == [value]
    assert {row["id"] for row in changed.run.rows(crm_object.name, merged_into=None)} == {record_id}


@pytest.mark.parametrize("crm_object", CRM_OBJECTS, ids=str)
def test_a_change_is_searched_by_the_property_that_is_filled(changed: Changed, crm_object: CrmObject) -> None:
    filters = [
        each
        for entry in changed.harness.simulator.requests.where(route="crm.search", object_type=crm_object.name)
        for group in entry.json["filterGroups"]
        for each in group["filters"]
    ]

    assert {each["propertyName"] for each in filters} == {crm_object.modified_property}


def test_the_property_that_is_empty_finds_nothing_and_says_nothing(changed: Changed) -> None:
    simulator = changed.harness.simulator
    contacts = next(each for each in CRM_OBJECTS if each.name == "contacts")
    wrong = replace(contacts, modified_property="hs_lastmodifieddate")
    api = HubSpotApi(simulator.url, changed.harness.time, connections=1)
    token = GivenToken(simulator.issue_static_token(ALDER))
    client = HubSpotClient(api, portal_id=ALDER, tokens=token, pacer=Pacer(changed.harness.time))
    window = Window(to_milliseconds(NOON), to_milliseconds(simulator.clock.now()))

    found = {
        crm_object.modified_property: [
            record_id for _, ids in ChangeSearch(client, crm_object).changes(window) for record_id in ids
        ]
        for crm_object in (contacts, wrong)
    }

    api.close()
    record_id, _, _ = changed.changes["contacts"]
    assert found == {"lastmodifieddate": [record_id], "hs_lastmodifieddate": []}
