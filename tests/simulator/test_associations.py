from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.association_types import PRIMARY
from tests.simulator.support import US

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Api


@pytest.mark.parametrize(("number", "status"), [(1_000, 207), (1_001, 400)])
def test_at_most_1000_inputs(api: Api, number: int, status: int) -> None:
    assert api.associations("contacts", "deals", range(1, number + 1)).status_code == status


def test_records_without_associations_are_left_out_and_make_it_a_207(simulator: Simulator, api: Api) -> None:
    linked, lonely = simulator.world.bulk_create(US, "contacts", 2)
    company = simulator.world.create(US, "companies", {})
    simulator.world.associate(US, "contacts", linked.id, "companies", company.id)

    answer = api.associations("contacts", "companies", [linked.id, lonely.id])
    body = answer.json()

    assert answer.status_code == 207
    assert [result["from"]["id"] for result in body["results"]] == [str(linked.id)]
    assert body["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert body["errors"][0]["context"]["fromObjectId"] == [str(lonely.id)]


def test_if_every_record_has_associations_it_is_a_plain_200(simulator: Simulator, api: Api) -> None:
    contact, company = simulator.world.create(US, "contacts", {}), simulator.world.create(US, "companies", {})
    simulator.world.associate(US, "contacts", contact.id, "companies", company.id)

    assert api.associations("contacts", "companies", [contact.id]).status_code == 200


def test_a_pair_can_be_associated_in_several_ways(simulator: Simulator, api: Api) -> None:
    contact, company = simulator.world.create(US, "contacts", {}), simulator.world.create(US, "companies", {})
    simulator.world.associate(US, "contacts", contact.id, "companies", company.id, PRIMARY, "Billing contact")

    [forward] = api.associations("contacts", "companies", [contact.id]).json()["results"]
    [backward] = api.associations("companies", "contacts", [company.id]).json()["results"]

    assert forward["to"] == [
        {
            "toObjectId": str(company.id),
            "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
                {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
                {"category": "USER_DEFINED", "typeId": 37, "label": "Billing contact"},
            ],
        }
    ]
    assert [each["typeId"] for each in backward["to"][0]["associationTypes"]] == [280, 2, 38]


def test_ids_are_text_on_dated_paths_and_numbers_on_v4(simulator: Simulator, api: Api) -> None:
    deal, contact = simulator.world.create(US, "deals", {}), simulator.world.create(US, "contacts", {})
    simulator.world.associate(US, "deals", deal.id, "contacts", contact.id)
    body = {"inputs": [{"id": str(deal.id)}]}

    dated = api.post("/crm/associations/2026-09/deals/contacts/batch/read", body).json()["results"][0]
    legacy = api.post("/crm/v4/associations/deals/contacts/batch/read", body).json()["results"][0]

    assert (dated["from"]["id"], dated["to"][0]["toObjectId"]) == (str(deal.id), str(contact.id))
    assert (legacy["from"]["id"], legacy["to"][0]["toObjectId"]) == (str(deal.id), contact.id)


def test_each_input_is_paged_by_itself(simulator: Simulator, api: Api) -> None:
    api.portal.options.association_page_size = 3
    company = simulator.world.create(US, "companies", {})
    contacts = [contact.id for contact in simulator.world.bulk_create(US, "contacts", 5)]
    for contact in contacts:
        simulator.world.associate(US, "contacts", contact, "companies", company.id)
    path = "/crm/associations/2026-09/companies/contacts/batch/read"

    [first] = api.post(path, {"inputs": [{"id": str(company.id)}]}).json()["results"]
    after = first["paging"]["next"]["after"]
    [second] = api.post(path, {"inputs": [{"id": str(company.id), "after": after}]}).json()["results"]

    assert [int(each["toObjectId"]) for each in first["to"] + second["to"]] == contacts
    assert "paging" not in second


def test_labels_name_every_way_in_which_a_pair_can_be_associated(api: Api) -> None:
    answer = api.get("/crm/associations/2026-09/contacts/companies/labels").json()["results"]

    assert answer == [
        {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
        {"category": "USER_DEFINED", "typeId": 37, "label": "Billing contact"},
        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
    ]


def test_a_new_primary_company_takes_the_place_of_the_old_one(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {})
    first, second = simulator.world.bulk_create(US, "companies", 2)
    for company in (first, second):
        simulator.world.associate(US, "contacts", contact.id, "companies", company.id, PRIMARY)

    [result] = api.associations("contacts", "companies", [contact.id]).json()["results"]

    types = {
        int(to["toObjectId"]): [each["typeId"] for each in to["associationTypes"]] for to in result["to"]
    }
    assert types == {first.id: [279], second.id: [279, 1]}


def test_an_association_change_moves_no_modified_date(simulator: Simulator, api: Api) -> None:
    contact, company = next(iter(api.portal.objects["contacts"])), simulator.world.create(US, "companies", {})
    simulator.clock.advance(60)

    simulator.world.associate(US, "contacts", contact.id, "companies", company.id, PRIMARY)
    simulator.world.disassociate(US, "contacts", contact.id, "companies", company.id, PRIMARY)
    simulator.world.disassociate(US, "contacts", contact.id, "companies", company.id)

    assert api.portal.objects["contacts"][contact.id].modified_ms == contact.modified_ms
    assert api.portal.objects["companies"][company.id].modified_ms == company.modified_ms


def test_an_archived_record_has_no_associations_until_it_is_restored(simulator: Simulator, api: Api) -> None:
    contact, company = simulator.world.create(US, "contacts", {}), simulator.world.create(US, "companies", {})
    simulator.world.associate(US, "contacts", contact.id, "companies", company.id)
    simulator.world.archive(US, "contacts", contact.id)

    assert api.associations("contacts", "companies", [contact.id]).json()["results"] == []
    assert api.associations("companies", "contacts", [company.id]).json()["results"] == []
    archived = [
        row
        for row in api.every_row(archived="true", associations="companies")
        if int(row["id"]) == contact.id
    ]
    assert "associations" not in archived[0]

    simulator.world.restore(US, "contacts", contact.id)
    assert api.associations("contacts", "companies", [contact.id]).status_code == 200


def test_types_that_cannot_be_associated_answer_400(api: Api) -> None:
    assert api.get("/crm/associations/2026-09/contacts/contacts/labels").status_code == 400


def test_an_unknown_label_is_a_mistake_of_the_test(simulator: Simulator, api: Api) -> None:
    first, second = api.portal.objects["deals"].live_ids[0], api.portal.objects["contacts"].live_ids[0]

    with pytest.raises(KeyError, match="no association label"):
        simulator.world.associate(US, "deals", first, "contacts", second, "Primary")
