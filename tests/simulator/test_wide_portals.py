"""Portals with more properties than one request can name, and properties that only some tokens may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator import ALL_SCOPES, Scenario, Simulator
from tests.hubspot_simulator.catalogue import PropertyDefinition
from tests.hubspot_simulator.standard_properties.makers import number
from tests.simulator.support import ANCHOR, US, Api, ids_of, where
from tests.simulator.test_scenario import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterable

MACHINES = "2-3451907"
SENSITIVE_SCOPES = {
    "contacts": "crm.objects.contacts.sensitive.read",
    "tickets": "tickets.sensitive",
    "leads": "crm.objects.leads.sensitive.read.v2",
    MACHINES: "crm.objects.custom.sensitive.read",
}


def names(api: Api, object_type: str, **params: str) -> list[str]:
    return [
        row["name"] for row in api.get(f"/crm/properties/2026-09/{object_type}", **params).json()["results"]
    ]


def secret(level: str) -> PropertyDefinition:
    return PropertyDefinition(
        name=f"{level}_note",
        label="Note",
        type="string",
        field_type="text",
        group_name="information",
        data_sensitivity=level,
    )


def scoped(simulator: Simulator, *more: str) -> Api:
    return Api(simulator, scopes=[*ALL_SCOPES, *more])


# Many properties


def test_a_scenario_can_have_1200_properties_with_names_of_80_characters() -> None:
    wide = SMALLEST.replace("contacts = 0", "contacts = 1\nfiller_properties = 1200\nfiller_name_length = 80")
    api = Api(Simulator(Scenario.parse(wide), anchor=ANCHOR), 1)

    fillers = [name for name in names(api, "tickets") if name.startswith("hs_reserved")]

    assert len(fillers) == 1_200
    assert {len(name) for name in fillers} == {80}


@pytest.mark.parametrize("object_type", ["contacts", "tickets", MACHINES])
def test_a_get_that_names_hundreds_of_properties_answers_414(
    simulator: Simulator, api: Api, object_type: str
) -> None:
    wanted = ",".join(simulator.world.add_fillers(US, object_type, 700, name_length=80))

    assert api.page(object_type, properties=wanted).status_code == 414
    assert api.page(object_type, propertiesWithHistory=wanted).status_code == 414


@pytest.mark.parametrize(("number_of_names", "status"), [(1_000, 200), (1_001, 500)])
@pytest.mark.parametrize("object_type", ["contacts", "tickets", MACHINES])
def test_a_post_may_name_1000_properties(
    simulator: Simulator, api: Api, object_type: str, number_of_names: int, status: int
) -> None:
    wanted = simulator.world.add_fillers(US, object_type, number_of_names, name_length=80)
    record = simulator.world.create(US, object_type, {wanted[-1]: "the last one"})

    read = api.batch_read(object_type, [record.id], properties=wanted)
    found = api.search(object_type, where("hs_object_id", "EQ", record.id), properties=wanted)

    assert (read.status_code, found.status_code) == (status, status)
    if status == 200:
        for answer in (read, found):
            assert answer.json()["results"][0]["properties"][wanted[-1]] == "the last one"


# Sensitive properties


@pytest.mark.parametrize("object_type", SENSITIVE_SCOPES)
def test_every_type_has_its_own_scope_for_sensitive_properties(
    simulator: Simulator, object_type: str
) -> None:
    simulator.world.put_property(US, object_type, secret("sensitive"))
    record = simulator.world.create(US, object_type, {"sensitive_note": "hush"})

    def shown(api: Api) -> Iterable[object]:
        [row] = api.batch_read(object_type, [record.id], properties=["sensitive_note"]).json()["results"]
        return row["properties"].get("sensitive_note")

    assert "sensitive_note" not in names(Api(simulator), object_type, dataSensitivity="sensitive")
    assert shown(Api(simulator)) is None
    api = scoped(simulator, SENSITIVE_SCOPES[object_type])
    assert "sensitive_note" in names(api, object_type, dataSensitivity="sensitive")
    assert shown(api) == "hush"


def test_sensitive_values_come_only_when_asked_for_by_name(simulator: Simulator) -> None:
    api = scoped(simulator, SENSITIVE_SCOPES["contacts"])

    [row] = api.page(limit=1).json()["results"]

    assert "passport_number" not in row["properties"]


def test_sensitive_properties_can_be_searched_with_the_scope_only(simulator: Simulator) -> None:
    simulator.world.create(US, "contacts", {"passport_number": "C01X"})
    with_value = where("passport_number", "EQ", "C01X")

    assert Api(simulator).search("contacts", with_value).status_code == 400
    found = scoped(simulator, SENSITIVE_SCOPES["contacts"]).search("contacts", with_value).json()
    assert found["total"] == 1


def test_without_the_scope_a_sensitive_property_does_not_sort(simulator: Simulator) -> None:
    ids = [simulator.world.create(US, "contacts", {"passport_number": held}).id for held in ("B", "A")]
    rule = [{"propertyName": "passport_number", "direction": "ASCENDING"}]
    recent = where("hs_object_id", "GTE", ids[0])

    blind = Api(simulator).search("contacts", recent, sorts=rule).json()
    seeing = scoped(simulator, SENSITIVE_SCOPES["contacts"]).search("contacts", recent, sorts=rule).json()

    assert ids_of(blind["results"]) == ids
    assert ids_of(seeing["results"]) == ids[::-1]


def test_highly_sensitive_properties_cannot_be_searched_at_all(simulator: Simulator) -> None:
    api = scoped(simulator, "crm.objects.contacts.highly_sensitive.read")

    [row] = api.page(limit=1, properties="diagnosis").json()["results"]

    assert row["properties"]["diagnosis"]
    assert api.search("contacts", where("diagnosis", "HAS_PROPERTY")).status_code == 400


@pytest.mark.parametrize("object_type", ["tickets", MACHINES])
def test_properties_of_every_type_can_be_archived_and_made_again(
    simulator: Simulator, api: Api, object_type: str
) -> None:
    world = simulator.world
    world.put_property(US, object_type, number("margin", "Margin"))
    world.archive_property(US, object_type, "margin")
    assert "margin" not in names(api, object_type)
    assert names(api, object_type, archived="true") == ["margin"]

    world.put_property(US, object_type, secret("non_sensitive"))
    world.retype_property(US, object_type, "non_sensitive_note", new_type="number", field_type="number")

    rows = api.get(f"/crm/properties/2026-09/{object_type}").json()["results"]
    assert next(row["type"] for row in rows if row["name"] == "non_sensitive_note") == "number"


# Unique properties


def test_records_can_be_read_by_any_unique_property(simulator: Simulator, api: Api) -> None:
    unique = PropertyDefinition(
        name="ticket_no",
        label="Number",
        type="string",
        field_type="text",
        group_name="information",
        has_unique_value=True,
    )
    simulator.world.put_property(US, "tickets", unique)
    ticket = simulator.world.create(US, "tickets", {"ticket_no": "T-1"})

    [row] = api.batch_read("tickets", ["T-1"], idProperty="ticket_no").json()["results"]

    assert row["id"] == str(ticket.id)
