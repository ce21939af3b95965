from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.association_types import PRIMARY
from tests.simulator.support import US, ids_of

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Api


def test_a_page_holds_ten_records_unless_more_are_asked_for(api: Api) -> None:
    assert len(api.page().json()["results"]) == 10


@pytest.mark.parametrize(("limit", "status"), [(100, 200), (101, 400), (0, 400), ("many", 400)])
def test_a_page_holds_at_most_100_records(api: Api, limit: int | str, status: int) -> None:
    assert api.page(limit=limit).status_code == status


@pytest.mark.parametrize(("limit", "status"), [(50, 200), (51, 400)])
def test_a_page_with_history_holds_at_most_50_records(api: Api, limit: int, status: int) -> None:
    assert api.page(limit=limit, propertiesWithHistory="email").status_code == status


def test_paging_visits_every_live_record_once_in_order_of_id(api: Api) -> None:
    visited = ids_of(api.every_row("contacts", limit=7))

    assert visited == api.portal.objects["contacts"].live_ids


def test_the_next_link_names_an_old_version_and_is_not_to_be_followed(api: Api) -> None:
    assert "/crm/v3/" in api.page(limit=1).json()["paging"]["next"]["link"]


def test_a_record_inserted_behind_the_cursor_does_not_shift_the_pages(simulator: Simulator, api: Api) -> None:
    first = api.page(limit=5).json()
    simulator.world.archive(US, "contacts", int(first["results"][0]["id"]))

    second = api.page(limit=5, after=first["paging"]["next"]["after"]).json()

    assert ids_of(second["results"]) == api.portal.objects["contacts"].live_ids[4:9]


def test_unknown_property_names_are_dropped_silently(api: Api) -> None:
    [row] = api.page(limit=1, properties="email,emial").json()["results"]

    assert "email" in row["properties"]
    assert "emial" not in row["properties"]


def test_id_and_dates_are_returned_whatever_is_asked_for(api: Api) -> None:
    [row] = api.page(limit=1, properties="city").json()["results"]

    assert row["properties"].keys() == {"city", "createdate", "hs_object_id", "lastmodifieddate"}


def test_without_properties_only_a_small_default_set_comes(api: Api) -> None:
    [row] = api.page("deals", limit=1).json()["results"]

    assert row["properties"].keys() == {
        *("amount", "closedate", "dealname", "dealstage", "pipeline"),
        *("createdate", "hs_object_id", "hs_lastmodifieddate"),
    }


def test_properties_may_be_repeated_instead_of_joined(api: Api) -> None:
    [row] = api.page(limit=1, properties=["city", "state,zip"]).json()["results"]

    assert {"city", "state", "zip"} <= row["properties"].keys()


def test_archived_records_come_only_in_a_pass_of_their_own(simulator: Simulator, api: Api) -> None:
    record = next(iter(api.portal.objects["contacts"]))
    simulator.world.archive(US, "contacts", record.id)

    live = ids_of(api.every_row("contacts"))
    archived = list(api.every_row("contacts", archived="true"))

    assert record.id not in live
    assert record.id in ids_of(archived)
    assert all(row["archived"] and row["archivedAt"] for row in archived)


def test_associations_are_cut_at_100_and_then_paged(simulator: Simulator, api: Api) -> None:
    company = next(iter(api.portal.objects["companies"]))
    for contact in simulator.world.bulk_create(US, "contacts", 120):
        simulator.world.associate(US, "companies", company.id, "contacts", contact.id)

    block = api.page("companies", limit=1, associations="contacts").json()["results"][0]["associations"][
        "contacts"
    ]

    assert len(block["results"]) == 100
    assert block["paging"]["next"]["after"]


def test_the_same_association_repeats_once_for_each_of_its_types(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {})
    company = next(iter(api.portal.objects["companies"]))
    simulator.world.associate(US, "contacts", contact.id, "companies", company.id, PRIMARY)

    row = api.get(f"/crm/objects/2026-09/contacts/{contact.id}", associations="companies").json()

    assert row["associations"]["companies"]["results"] == [
        {"id": str(company.id), "type": "contact_to_company"},
        {"id": str(company.id), "type": "contact_to_company_unlabeled"},
    ]


def test_a_type_without_associations_has_no_block(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {})

    assert (
        "associations"
        not in api.get(f"/crm/objects/2026-09/contacts/{contact.id}", associations="deals").json()
    )


def test_links_to_archived_records_are_not_shown(simulator: Simulator, api: Api) -> None:
    contact, company = simulator.world.create(US, "contacts", {}), simulator.world.create(US, "companies", {})
    simulator.world.associate(US, "contacts", contact.id, "companies", company.id)
    simulator.world.archive(US, "companies", company.id)

    assert (
        "associations"
        not in api.get(f"/crm/objects/2026-09/contacts/{contact.id}", associations="companies").json()
    )


def test_a_url_that_is_too_long_answers_414(api: Api) -> None:
    names = ",".join(f"a_rather_long_property_name_{number}" for number in range(300))

    assert api.page(properties=names).status_code == 414


def test_the_length_of_an_acceptable_url_can_be_set(api: Api) -> None:
    api.portal.options.max_url_length = 50

    assert api.page(properties="email,firstname,lastname").status_code == 414


@pytest.mark.parametrize("name", ["contacts", "contact", "0-1", "CONTACT"])
def test_an_object_type_has_several_names(api: Api, name: str) -> None:
    assert api.page(name).json() == api.page("contacts").json()


def test_an_unknown_object_type_answers_400(api: Api) -> None:
    assert api.page("p_unicorns").status_code == 400


def test_the_older_path_gives_the_same_answer(api: Api) -> None:
    assert api.get("/crm/v3/objects/deals").json() == api.page("deals").json()


def test_history_is_newest_first(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {})
    for stage in ("lead", "marketingqualifiedlead"):
        simulator.world.update(US, "contacts", contact.id, {"lifecyclestage": stage})

    row = api.get(
        f"/crm/objects/2026-09/contacts/{contact.id}", propertiesWithHistory="lifecyclestage"
    ).json()

    kept = [entry["value"] for entry in row["propertiesWithHistory"]["lifecyclestage"]]
    assert kept == ["marketingqualifiedlead", "lead"]


def test_a_single_record_that_never_was_answers_404(api: Api) -> None:
    assert api.get("/crm/objects/2026-09/contacts/5").status_code == 404
