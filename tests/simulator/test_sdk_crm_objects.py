"""HubSpot's two Python clients read every CRM object type: the one for v3 and v4, and the one for dated paths."""

from __future__ import annotations

import importlib
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest

from tests.hubspot_simulator.association_types import SILENT_DIRECTIONS, STANDARD_TYPES
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.simulator.support import US

if TYPE_CHECKING:
    from collections.abc import Callable

    import hubspot_sdk
    from hubspot import HubSpot

    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.portal import Portal

MACHINES = "2-3451907"
#: Where the older client keeps each type; custom ones are named in the call.
OLDER = {
    **{name: f"crm.{name}" for name in ("contacts", "companies", "deals", "tickets")},
    **{name: f"crm.{name}" for name in ("products", "line_items", "quotes")},
    **{name: f"crm.objects.{name}" for name in ("calls", "meetings", "emails", "notes", "tasks")},
    **{name: f"crm.objects.{name}" for name in ("communications", "feedback_submissions", "leads")},
    MACHINES: "crm.objects",
}
every_type = pytest.mark.parametrize("object_type", OLDER)
#: A pair of each family, both read from the side that has them.
PAIRS = [
    pair
    for pair in STANDARD_TYPES
    if pair[0] not in {"contacts", "companies"} and pair not in SILENT_DIRECTIONS
]


@pytest.fixture
def portal(served: Simulator) -> Portal:
    return served.portal(US)


class Reader(Protocol):
    """What a client offers for one object type; each type has classes of its own."""

    def __getattr__(self, name: str) -> Callable[..., Any]: ...


def older_api(older: HubSpot, object_type: str) -> Reader:
    return attrgetter(OLDER[object_type])(older)


def named(object_type: str) -> tuple[str, ...]:
    """What calls for custom objects have to say in addition."""
    return (object_type,) if object_type == MACHINES else ()


def older_model(object_type: str, name: str) -> Callable[..., object]:
    return getattr(importlib.import_module(f"hubspot.{OLDER[object_type]}"), name)


def newer_api(newer: hubspot_sdk.HubSpot, object_type: str) -> Reader:
    return newer.crm.objects.custom if object_type == MACHINES else getattr(newer.crm.objects, object_type)


# The older client


def test_every_type_is_covered() -> None:
    assert OLDER.keys() == {*OBJECT_TYPES, MACHINES}


@every_type
def test_the_older_client_lists_every_type(older: HubSpot, portal: Portal, object_type: str) -> None:
    api = older_api(older, object_type).basic_api
    records, after = [], "0"
    while after:
        page = api.get_page(*named(object_type), limit=100, after=after)
        records += page.results
        after = page.paging.next.after if page.paging else None

    assert [int(record.id) for record in records] == portal.objects[object_type].live_ids
    assert all(record.created_at.tzinfo and record.properties for record in records)


@every_type
def test_the_older_client_searches_every_type(older: HubSpot, portal: Portal, object_type: str) -> None:
    kind = portal.types[object_type]
    request = older_model(object_type, "PublicObjectSearchRequest")(
        filter_groups=[
            {
                "filters": [
                    {"propertyName": kind.modified_property, "operator": "GTE", "value": "1262304000000"}
                ]
            }
        ],
        sorts=[{"propertyName": kind.modified_property, "direction": "ASCENDING"}],
        properties=["hs_object_id"],
        limit=200,
    )

    answer = older_api(older, object_type).search_api.do_search(
        *named(object_type), public_object_search_request=request
    )

    assert answer.total == len(portal.objects[object_type])
    assert sorted(int(row.id) for row in answer.results) == portal.objects[object_type].live_ids[:200]


@every_type
def test_the_older_client_reads_every_type_by_ids_with_history(
    older: HubSpot, portal: Portal, object_type: str
) -> None:
    known = portal.objects[object_type].live_ids[0]
    request = older_model(object_type, "BatchReadInputSimplePublicObjectId")(
        inputs=[{"id": str(known)}, {"id": "1"}],
        properties=["hubspot_owner_id"],
        properties_with_history=["hs_object_id"],
    )

    answer = older_api(older, object_type).batch_api.read(
        *named(object_type), batch_read_input_simple_public_object_id=request
    )

    [row] = answer.results
    assert row.properties_with_history["hs_object_id"][0].value == str(known)
    assert answer.errors[0].category == "OBJECT_NOT_FOUND"


@every_type
def test_the_older_client_reads_catalogues_of_every_type(
    older: HubSpot, portal: Portal, object_type: str
) -> None:
    properties = older.crm.properties.core_api.get_all(object_type).results
    pipelines = older.crm.pipelines.pipelines_api.get_all(object_type).results

    assert {each.name for each in properties} == {
        each.name for each in portal.properties[object_type] if each.data_sensitivity == "non_sensitive"
    }
    assert [each.id for each in pipelines] == [each.id for each in portal.pipelines[object_type]]
    assert all(stage.metadata["isClosed"] for each in pipelines for stage in each.stages)


@pytest.mark.parametrize("pair", [*PAIRS, (MACHINES, "contacts")])
def test_the_older_client_reads_every_association(
    older: HubSpot, portal: Portal, pair: tuple[str, str]
) -> None:
    ids = portal.objects[pair[0]].live_ids
    request = BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": str(each)} for each in ids])

    answer = older.crm.associations.v4.batch_api.get_page(
        *pair, batch_input_public_fetch_associations_batch_request=request
    )
    labels = older.crm.associations.v4.schema.definitions_api.get_all(*pair).results

    found = {int(result._from.id): {int(to.to_object_id) for to in result.to} for result in answer.results}
    expected = {each: {to_id for to_id, _ in portal.live_links(pair[0], each, pair[1])} for each in ids}
    assert found == {each: links for each, links in expected.items() if links}
    assert any(label.label is None for label in labels)


def test_the_older_client_reads_schemas(older: HubSpot, portal: Portal) -> None:
    [schema] = older.crm.schemas.core_api.get_all().results

    assert (schema.object_type_id, schema.fully_qualified_name) == (MACHINES, "p11111111_machines")
    assert schema.labels.plural == "Machines"
    assert {each.name for each in schema.properties} < portal.properties[MACHINES].active.keys()
    assert older.crm.schemas.core_api.get_by_id(MACHINES).id == schema.id
    assert older.crm.schemas.core_api.get_all(archived=True).results == []


# The newer client


@every_type
def test_the_newer_client_lists_every_type(
    newer: hubspot_sdk.HubSpot, portal: Portal, object_type: str
) -> None:
    # Its models know no null, which HubSpot itself sends for properties without a value.
    page = newer_api(newer, object_type).list(*named(object_type), limit=100, properties=["hs_object_id"])

    assert [int(record.id) for record in page.results] == portal.objects[object_type].live_ids[:100]


@every_type
def test_the_newer_client_searches_every_type(
    newer: hubspot_sdk.HubSpot, portal: Portal, object_type: str
) -> None:
    answer = newer_api(newer, object_type).search(
        *named(object_type),
        after="0",
        filter_groups=[{"filters": [{"property_name": "hs_object_id", "operator": "HAS_PROPERTY"}]}],
        limit=200,
        properties=["hs_object_id"],
        sorts=[],
    )

    assert answer.total == len(portal.objects[object_type])


@every_type
def test_the_newer_client_reads_every_type_by_ids(
    newer: hubspot_sdk.HubSpot, portal: Portal, object_type: str
) -> None:
    known = portal.objects[object_type].live_ids[0]

    answer = newer_api(newer, object_type).batch.get(
        *named(object_type),
        inputs=[{"id": str(known)}],
        properties=["hs_object_id"],
        properties_with_history=["hs_object_id"],
    )

    [row] = answer.results
    assert row.properties_with_history["hs_object_id"][0].source_type == "CRM_UI"


@every_type
def test_the_newer_client_reads_catalogues_of_every_type(
    newer: hubspot_sdk.HubSpot, portal: Portal, object_type: str
) -> None:
    properties = newer.crm.properties.list(object_type).results
    pipelines = newer.crm.pipelines.list(object_type).results

    assert "hs_object_id" in {each.name for each in properties}
    assert [each.id for each in pipelines] == [each.id for each in portal.pipelines[object_type]]


@pytest.mark.parametrize("pair", [*PAIRS, (MACHINES, "contacts")])
def test_the_newer_client_reads_every_association(
    newer: hubspot_sdk.HubSpot, portal: Portal, pair: tuple[str, str]
) -> None:
    ids = portal.objects[pair[0]].live_ids
    from_type, to_type = pair

    answer = newer.crm.associations.batch.get(
        to_type, from_object_type=from_type, inputs=[{"id": str(each)} for each in ids]
    )
    labels = newer.crm.associations_schema.labels.list_labels(to_type, from_object_type=from_type)

    found = {int(result.from_.id): {int(to.to_object_id) for to in result.to} for result in answer.results}
    expected = {each: {to_id for to_id, _ in portal.live_links(from_type, each, to_type)} for each in ids}
    assert found == {each: links for each, links in expected.items() if links}
    assert any(label.label is None for label in labels.results)


def test_the_newer_client_reads_schemas_and_limits(newer: hubspot_sdk.HubSpot, portal: Portal) -> None:
    [schema] = newer.crm.object_schemas.list().results
    limits = newer.crm.limits.get_record_limits()

    assert schema.object_type_id == MACHINES
    assert newer.crm.object_schemas.get(MACHINES).name == schema.name
    [custom] = limits.custom_object_types.by_object_type
    assert (custom.object_type_id, custom.usage) == (MACHINES, len(portal.objects[MACHINES]))
    assert len(limits.hubspot_defined_object_types) == len(OBJECT_TYPES)
