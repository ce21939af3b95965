"""HubSpot's own Python client, written by others against the real HubSpot, finds its way around the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.contacts import BatchReadInputSimplePublicObjectId, PublicObjectSearchRequest
from hubspot.crm.contacts.exceptions import ApiException
from hubspot.oauth.exceptions import ApiException as OAuthApiException
from hubspot.utils.oauth import get_auth_url

from tests.simulator.support import US

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.portal import Portal


@pytest.fixture
def portal(served: Simulator) -> Portal:
    return served.portal(US)


@pytest.mark.parametrize("object_type", ["contacts", "companies", "deals"])
def test_fetch_all_pages_through_every_live_record(older: HubSpot, portal: Portal, object_type: str) -> None:
    records = getattr(older.crm, object_type).get_all()

    assert [int(record.id) for record in records] == portal.objects[object_type].live_ids


def test_fetch_all_with_history_keeps_to_the_smaller_pages(older: HubSpot, portal: Portal) -> None:
    records = older.crm.contacts.get_all(properties_with_history=["lifecyclestage"])

    assert len(records) == len(portal.objects["contacts"])
    assert records[0].properties_with_history["lifecyclestage"][0].value


@pytest.mark.parametrize("object_type", ["contacts", "companies", "deals"])
def test_a_page_has_associations_and_dates(older: HubSpot, object_type: str) -> None:
    other = "contacts" if object_type == "companies" else "companies"
    page = getattr(older.crm, object_type).basic_api.get_page(limit=100, associations=[other])

    linked = [record for record in page.results if record.associations]
    assert linked
    assert linked[0].associations[other].results[0].type
    assert all(record.created_at.tzinfo and record.updated_at for record in page.results)


def test_archived_records_come_with_the_moment_of_archiving(older: HubSpot) -> None:
    page = older.crm.contacts.basic_api.get_page(archived=True)

    assert page.results
    assert all(record.archived and record.archived_at for record in page.results)


def test_one_record_by_id(older: HubSpot, portal: Portal) -> None:
    record = next(iter(portal.objects["deals"]))

    found = older.crm.deals.basic_api.get_by_id(record.id, properties=["dealname"])

    assert found.properties["dealname"] == record.properties["dealname"]


def test_search_with_filters_and_sorts(older: HubSpot, portal: Portal) -> None:
    request = PublicObjectSearchRequest(
        filter_groups=[
            {
                "filters": [
                    {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "2025-01-01T00:00:00Z"}
                ]
            }
        ],
        sorts=[{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}],
        properties=["email"],
        limit=200,
    )

    answer = older.crm.contacts.search_api.do_search(public_object_search_request=request)

    assert answer.total == len(portal.objects["contacts"])
    dates = [record.updated_at for record in answer.results]
    assert dates == sorted(dates, reverse=True)


def test_batch_read_with_missing_ids(older: HubSpot, portal: Portal) -> None:
    known = portal.objects["contacts"].live_ids[0]
    request = BatchReadInputSimplePublicObjectId(
        inputs=[{"id": str(known)}, {"id": "1"}], properties=["email"], properties_with_history=[]
    )

    answer = older.crm.contacts.batch_api.read(batch_read_input_simple_public_object_id=request)

    assert [int(record.id) for record in answer.results] == [known]
    assert answer.errors[0].category == "OBJECT_NOT_FOUND"


def test_associations_of_many_records(older: HubSpot, portal: Portal) -> None:
    deals = portal.objects["deals"].live_ids
    request = BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": str(deal)} for deal in deals])

    answer = older.crm.associations.v4.batch_api.get_page(
        "deals", "contacts", batch_input_public_fetch_associations_batch_request=request
    )

    found = {int(result._from.id): {int(to.to_object_id) for to in result.to} for result in answer.results}
    expected = {deal: {to_id for to_id, _ in portal.live_links("deals", deal, "contacts")} for deal in deals}
    assert found == {deal: links for deal, links in expected.items() if links}


def test_association_labels(older: HubSpot) -> None:
    answer = older.crm.associations.v4.schema.definitions_api.get_all("contacts", "companies")

    assert {(label.type_id, label.label) for label in answer.results} == {
        (1, "Primary"),
        (37, "Billing contact"),
        (279, None),
    }


def test_properties(older: HubSpot, portal: Portal) -> None:
    answer = older.crm.properties.core_api.get_all("deals")

    assert {each.name for each in answer.results} == portal.properties["deals"].active.keys()
    assert all(each.field_type and each.group_name for each in answer.results)


def test_pipelines(older: HubSpot) -> None:
    [line] = older.crm.pipelines.pipelines_api.get_all("deals").results

    assert [stage.metadata["isClosed"] for stage in line.stages] == ["false", "false", "true", "true"]
    assert line.created_at.year == 1970


def test_owners(older: HubSpot, portal: Portal) -> None:
    active = older.crm.owners.get_all()
    archived = older.crm.owners.owners_api.get_page(archived=True).results

    assert len(active) + len(archived) == len(portal.owners)
    assert older.crm.owners.owners_api.get_by_id(int(active[0].id)).email == active[0].email


def test_a_refused_token_is_an_api_exception(served: Simulator) -> None:
    stranger = HubSpot(access_token="nonsense", host=served.url)

    with pytest.raises(ApiException) as refusal:
        stranger.crm.contacts.basic_api.get_page()

    assert refusal.value.status == 401


def test_the_consent_url_of_the_client_leads_to_tokens(served: Simulator) -> None:
    url = get_auth_url(
        client_id=served.client_id,
        redirect_uri=served.redirect_uris[0],
        scope=("oauth", "crm.objects.contacts.read"),
        optional_scope=("crm.objects.deals.read",),
        state="s",
    )
    answer = httpx2.get(url.replace("https://app.hubspot.com", served.url))
    [code] = parse_qs(urlsplit(answer.headers["location"]).query)["code"]

    oauth = HubSpot(host=served.url).oauth
    grant = oauth.tokens_api.create(
        grant_type="authorization_code",
        code=code,
        redirect_uri=served.redirect_uris[0],
        client_id=served.client_id,
        client_secret=served.client_secret,
    )
    refreshed = oauth.tokens_api.create(
        grant_type="refresh_token",
        refresh_token=grant.refresh_token,
        client_id=served.client_id,
        client_secret=served.client_secret,
    )
    described = oauth.access_tokens_api.get(refreshed.access_token)

    assert grant.expires_in == 1_800
    assert described.hub_id == US
    assert set(described.scopes) == {"oauth", "crm.objects.contacts.read", "crm.objects.deals.read"}


def test_v1_refusals_have_the_older_body(served: Simulator) -> None:
    with pytest.raises(OAuthApiException) as refusal:
        HubSpot(host=served.url).oauth.tokens_api.create(
            grant_type="refresh_token",
            refresh_token="nonsense",
            client_id=served.client_id,
            client_secret=served.client_secret,
        )

    assert '"status":"BAD_REFRESH_TOKEN"' in refusal.value.body
    assert "invalid_grant" not in refusal.value.body


def test_v1_does_not_describe_a_dead_token(served: Simulator) -> None:
    with pytest.raises(OAuthApiException):
        HubSpot(host=served.url).oauth.access_tokens_api.get("nonsense")
