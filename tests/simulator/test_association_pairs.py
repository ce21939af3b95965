"""Which types can be associated, by which numbers, and the directions in which HubSpot keeps silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hubspot.crm.association_type import AssociationType

from tests.hubspot_simulator.association_types import PRIMARY, SILENT_DIRECTIONS, STANDARD_TYPES, UNLABELLED
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.simulator.support import US, Api, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

MACHINES = "2-3451907"


@pytest.fixture(scope="module")
def roomy() -> Api:
    """A portal without rate limits, shared because these tests only add to it."""
    api = Api(tiny())
    api.portal.options.enforce_rate_limits = False
    return api


def type_ids(answer: dict[str, Any]) -> dict[str, list[int]]:
    return {
        to["toObjectId"]: [each["typeId"] for each in to["associationTypes"]]
        for result in answer["results"]
        for to in result["to"]
    }


def test_the_numbers_are_those_of_hubspot_s_own_client() -> None:
    theirs = {name: number for name, number in vars(AssociationType).items() if name.isupper()}
    ours = {
        f"{'PRIMARY_' if label == PRIMARY else ''}{OBJECT_TYPES[here].singular}_TO_{OBJECT_TYPES[there].singular}".upper(): number
        for (here, there), labels in STANDARD_TYPES.items()
        for label, number in labels.items()
    }

    known = ours.keys() & theirs.keys()
    assert len(known) > 60
    assert {name: ours[name] for name in known} == {name: theirs[name] for name in known}


def test_no_number_stands_for_two_kinds_of_link() -> None:
    numbers = [number for labels in STANDARD_TYPES.values() for number in labels.values()]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("pair", [pair for pair in STANDARD_TYPES if pair not in SILENT_DIRECTIONS])
def test_every_pair_reads_as_it_was_linked(roomy: Api, pair: tuple[str, str]) -> None:
    from_type, to_type = pair
    world = roomy.simulator.world
    here, there = world.create(US, from_type, {}), world.create(US, to_type, {})
    label = [PRIMARY] if PRIMARY in STANDARD_TYPES[pair] else []
    world.associate(US, from_type, here.id, to_type, there.id, *label)

    answer = roomy.associations(from_type, to_type, [here.id])
    row = roomy.get(f"/crm/objects/2026-09/{from_type}/{here.id}", associations=to_type).json()
    labels = roomy.get(f"/crm/associations/2026-09/{from_type}/{to_type}/labels").json()["results"]

    expected = [STANDARD_TYPES[pair][name] for name in (UNLABELLED, *label)]
    assert answer.status_code == 200
    assert type_ids(answer.json()) == {str(there.id): expected}
    assert {each["id"] for each in row["associations"][to_type]["results"]} == {str(there.id)}
    assert set(expected) <= {each["typeId"] for each in labels}


@pytest.mark.parametrize("pair", sorted(SILENT_DIRECTIONS))
def test_a_silent_direction_answers_that_there_are_none(roomy: Api, pair: tuple[str, str]) -> None:
    from_type, to_type = pair
    world = roomy.simulator.world
    here, there = world.create(US, from_type, {}), world.create(US, to_type, {})
    world.associate(US, from_type, here.id, to_type, there.id)

    answer = roomy.associations(from_type, to_type, [here.id])

    assert answer.status_code == 207
    assert answer.json()["results"] == []
    assert answer.json()["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert roomy.get(f"/crm/associations/2026-09/{from_type}/{to_type}/labels").json()["results"]
    truth = {row["id"]: row for row in roomy.portal.truth(from_type)}
    assert to_type not in truth[str(here.id)]["associations"]


def test_what_deals_do_not_say_of_their_leads_the_leads_say(roomy: Api) -> None:
    world = roomy.simulator.world
    lead, deal = world.create(US, "leads", {}), world.create(US, "deals", {})
    world.associate(US, "deals", deal.id, "leads", lead.id)

    assert type_ids(roomy.associations("leads", "deals", [lead.id]).json()) == {str(deal.id): [583]}


@pytest.mark.parametrize("pair", [("contacts", "contacts"), ("notes", "calls"), ("products", "contacts")])
def test_pairs_that_hubspot_does_not_know_answer_400(roomy: Api, pair: tuple[str, str]) -> None:
    assert roomy.associations(*pair, [1]).status_code == 400
    assert roomy.get("/crm/associations/2026-09/{}/{}/labels".format(*pair)).status_code == 400
    assert roomy.page(pair[0], associations=pair[1]).status_code == 400


@pytest.mark.parametrize(("from_type", "to_type"), [("tickets", "contacts"), (MACHINES, "contacts")])
def test_v4_gives_numbers_and_pages_each_input(
    simulator: Simulator, api: Api, from_type: str, to_type: str
) -> None:
    api.portal.options.association_page_size = 2
    record = simulator.world.create(US, from_type, {})
    others = [other.id for other in simulator.world.bulk_create(US, to_type, 3)]
    for other in others:
        simulator.world.associate(US, from_type, record.id, to_type, other)
    path = f"/crm/v4/associations/{from_type}/{to_type}/batch/read"

    [first] = api.post(path, {"inputs": [{"id": str(record.id)}]}).json()["results"]
    after = first["paging"]["next"]["after"]
    [second] = api.post(path, {"inputs": [{"id": str(record.id), "after": after}]}).json()["results"]

    assert [to["toObjectId"] for to in (*first["to"], *second["to"])] == others
    assert "paging" not in second


@pytest.mark.parametrize("object_type", [*OBJECT_TYPES, MACHINES])
def test_the_id_of_a_merged_record_answers_the_winner_of_any_type(
    simulator: Simulator, api: Api, object_type: str
) -> None:
    first, second = simulator.world.bulk_create(US, object_type, 2)
    winner = simulator.world.merge(US, object_type, first.id, second.id)

    found = api.get(f"/crm/objects/2026-09/{object_type}/{second.id}", properties="hs_merged_object_ids")
    read = api.batch_read(object_type, [second.id]).json()["results"]

    renewed = object_type in {"contacts", "companies"}
    assert (winner.id == first.id) is not renewed
    assert found.json()["id"] == read[0]["id"] == str(winner.id)
    assert str(second.id) in found.json()["properties"]["hs_merged_object_ids"].split(";")


def test_a_merged_ticket_keeps_its_id_and_takes_over_the_links(simulator: Simulator, api: Api) -> None:
    world = simulator.world
    first, second = world.bulk_create(US, "tickets", 2)
    company, call = world.create(US, "companies", {}), world.create(US, "calls", {})
    world.associate(US, "tickets", second.id, "companies", company.id, PRIMARY)
    world.associate(US, "calls", call.id, "tickets", second.id)

    world.merge(US, "tickets", first.id, second.id)

    assert type_ids(api.associations("tickets", "companies", [first.id]).json()) == {
        str(company.id): [339, 26]
    }
    assert type_ids(api.associations("calls", "tickets", [call.id]).json()) == {str(first.id): [220]}
