from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator import ALL_SCOPES, Clock
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.hubspot_simulator.standard_properties.makers import number, text
from tests.simulator.support import ANCHOR, DE, US, Api, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

SENSITIVE = "crm.objects.contacts.sensitive.read"
HIGHLY_SENSITIVE = "crm.objects.contacts.highly_sensitive.read.v2"


def properties(api: Api, object_type: str = "contacts", **params: str) -> dict[str, dict[str, object]]:
    rows = api.get(f"/crm/properties/2026-09/{object_type}", **params).json()["results"]
    return {row["name"]: row for row in rows}


# Properties


def test_properties_have_hubspot_s_fields_in_hubspot_s_spelling(api: Api) -> None:
    amount = properties(api, "deals")["amount"]

    assert {
        "name",
        "label",
        "type",
        "fieldType",
        "groupName",
        "options",
        "calculated",
        "hasUniqueValue",
    } <= amount.keys()
    assert (amount["type"], amount["currencyPropertyName"]) == ("number", "deal_currency_code")


def test_properties_say_what_may_be_changed_of_them(api: Api) -> None:
    found = {name: row["modificationMetadata"] for name, row in properties(api).items()}

    assert (found["email"]["archivable"], found["customer_score"]["archivable"]) == (False, True)
    assert (found["email"]["readOnlyValue"], found["total_revenue"]["readOnlyValue"]) == (False, True)


def test_ids_are_declared_numbers_and_owners_an_enumeration_without_options(api: Api) -> None:
    found = properties(api)

    assert found["hs_object_id"]["type"] == found["associatedcompanyid"]["type"] == "number"
    owner = found["hubspot_owner_id"]
    assert (owner["type"], owner["options"], owner["externalOptions"]) == ("enumeration", [], True)
    assert owner["referencedObjectType"] == "OWNER"


def test_a_property_of_one_name_can_have_another_type_in_another_portal(simulator: Simulator) -> None:
    types = [properties(Api(simulator, portal))["customer_score"]["type"] for portal in (US, DE)]

    assert types == ["number", "enumeration"]


def test_archived_properties_are_listed_apart(api: Api) -> None:
    assert "old_crm_code" not in properties(api)
    assert properties(api, archived="true")["old_crm_code"]["archived"] is True


def test_an_archived_property_is_no_longer_returned_by_records(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {"interests": "events"})
    simulator.world.archive_property(US, "contacts", "interests")

    row = api.get(f"/crm/objects/2026-09/contacts/{contact.id}", properties="interests").json()

    assert "interests" not in row["properties"]


def test_a_property_can_be_created_again_with_another_type(simulator: Simulator, api: Api) -> None:
    simulator.world.archive_property(US, "contacts", "customer_score")
    simulator.world.put_property(US, "contacts", text("customer_score", "Customer score"))

    assert properties(api)["customer_score"]["type"] == "string"
    assert properties(api, archived="true")["customer_score"]["type"] == "number"


def test_a_property_can_change_its_type_between_two_runs(simulator: Simulator, api: Api) -> None:
    simulator.world.retype_property(US, "contacts", "customer_score", new_type="string", field_type="text")

    assert properties(api)["customer_score"]["type"] == "string"


def test_a_new_property_appears_at_once(simulator: Simulator, api: Api) -> None:
    simulator.world.put_property(US, "deals", number("margin", "Margin"))
    deal = simulator.world.create(US, "deals", {"margin": "0.3"})

    row = api.get(f"/crm/objects/2026-09/deals/{deal.id}", properties="margin").json()

    assert row["properties"]["margin"] == "0.3"


def test_sensitive_properties_are_listed_only_by_their_own_kind(simulator: Simulator) -> None:
    api = Api(simulator, scopes=[*ALL_SCOPES, SENSITIVE, HIGHLY_SENSITIVE])

    assert not {"passport_number", "diagnosis"} & properties(api).keys()
    assert properties(api, dataSensitivity="sensitive").keys() == {"passport_number"}
    assert properties(api, dataSensitivity="highly_sensitive").keys() == {"diagnosis"}


def test_without_the_scope_sensitive_properties_are_silently_absent(api: Api) -> None:
    assert properties(api, dataSensitivity="sensitive") == {}
    [row] = api.page(limit=1, properties="passport_number,email").json()["results"]
    assert "passport_number" not in row["properties"]


def test_with_the_scope_their_values_come(simulator: Simulator) -> None:
    api = Api(simulator, scopes=[*ALL_SCOPES, SENSITIVE])
    [row] = api.page(limit=1, properties="passport_number,diagnosis").json()["results"]

    assert row["properties"]["passport_number"]
    assert "diagnosis" not in row["properties"]


def test_an_unknown_sensitivity_answers_400(api: Api) -> None:
    assert api.get("/crm/properties/2026-09/contacts", dataSensitivity="secret").status_code == 400


# Owners


def test_owners_are_paged(api: Api) -> None:
    first = api.get("/crm/owners/2026-09", limit=3).json()
    second = api.get("/crm/owners/2026-09", limit=3, after=first["paging"]["next"]["after"]).json()

    ids = [owner["id"] for owner in first["results"] + second["results"]]
    assert ids == [owner.id for owner in api.portal.owners if not owner.archived]
    assert "paging" not in second


def test_deactivated_owners_come_in_a_pass_of_their_own_without_a_user_id(api: Api) -> None:
    [owner] = api.get("/crm/owners/2026-09", archived="true").json()["results"]

    assert owner["userId"] is None
    assert owner["userIdIncludingInactive"]
    assert owner["teams"][0]["primary"] is True


def test_one_owner_can_be_asked_for_by_id_or_email(api: Api) -> None:
    owner = api.portal.owners[0]

    assert api.get(f"/crm/owners/2026-09/{owner.id}").json()["email"] == owner.email
    [found] = api.get("/crm/owners/2026-09", email=owner.email).json()["results"]
    assert found["id"] == owner.id
    assert api.get("/crm/owners/2026-09/1").status_code == 404


@pytest.mark.parametrize("params", [{"after": "x"}, {"limit": 501}])
def test_owner_paging_checks_its_parameters(api: Api, params: dict[str, str | int]) -> None:
    assert api.get("/crm/owners/2026-09", **params).status_code == 400


# The account


def test_account_details_give_time_zone_and_currency(simulator: Simulator) -> None:
    details = Api(simulator, DE).get("/account-info/2026-09/details").json()

    assert details == {
        "portalId": DE,
        "portalName": "Kessler Pumpen",
        "accountType": "STANDARD",
        "timeZone": "Europe/Berlin",
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": "+01:00",
        "utcOffsetMilliseconds": 3_600_000,
        "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
    }


def test_the_utc_offset_is_that_of_the_day() -> None:
    summer = tiny(anchor=ANCHOR, clock=Clock(datetime(2027, 7, 1, tzinfo=UTC), frozen=True))

    assert Api(summer, US).get("/account-info/2026-09/details").json()["utcOffset"] == "-04:00"


def test_the_account_may_not_say_its_name(api: Api) -> None:
    api.portal.options.details_have_name = False

    assert "portalName" not in api.get("/account-info/2026-09/details").json()


def test_record_limits_count_live_records(api: Api) -> None:
    rows = api.get("/crm/limits/2026-09/records").json()["hubspotDefinedObjectTypes"]

    assert {row["objectTypeId"]: row["usage"] for row in rows} == {
        kind.type_id: len(api.portal.objects[name]) for name, kind in OBJECT_TYPES.items()
    }
    assert {row["objectTypeId"] for row in rows if row["usage"]} >= {"0-1", "0-2", "0-3"}


def test_an_unknown_path_answers_404(api: Api) -> None:
    assert api.get("/crm/objects/2020-01/contacts").status_code == 404
