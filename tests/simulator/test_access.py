from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.support import DE, US, Api, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator


def test_a_token_opens_its_own_portal_only(simulator: Simulator) -> None:
    american, german = Api(simulator, US), Api(simulator, DE)

    for object_type in ("contacts", "companies", "deals"):
        assert [int(row["id"]) for row in american.every_row(object_type)] == american.portal.objects[
            object_type
        ].live_ids
        assert [int(row["id"]) for row in german.every_row(object_type)] == german.portal.objects[
            object_type
        ].live_ids


def test_an_id_of_another_portal_is_not_found(simulator: Simulator, api: Api) -> None:
    foreign = simulator.portal(DE).objects["contacts"].live_ids[0]

    assert api.get(f"/crm/objects/2026-09/contacts/{foreign}").status_code == 404
    assert api.batch_read("contacts", [foreign]).json()["results"] == []


@pytest.mark.parametrize("token", ["", "nonsense", "na1-bm9uc2Vuc2U.00"])
def test_an_unknown_token_answers_401(simulator: Simulator, token: str) -> None:
    api = Api(simulator, token=token or "x")
    answer = api.client.get("/crm/objects/2026-09/contacts", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")


def test_a_request_without_a_token_answers_401(api: Api) -> None:
    assert api.client.get("/crm/objects/2026-09/contacts").status_code == 401


def test_a_token_signed_by_another_world_is_unknown(simulator: Simulator) -> None:
    assert Api(simulator, token=Api(tiny(seed=8)).token).page().status_code == 401


def test_an_access_token_expires_after_half_an_hour(simulator: Simulator, api: Api) -> None:
    simulator.clock.advance(1_799)
    assert api.page().status_code == 200

    simulator.clock.advance(1)
    answer = api.page()

    assert (answer.status_code, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")


def test_a_refresh_token_is_no_access_token(simulator: Simulator) -> None:
    assert Api(simulator, token=simulator.issue_refresh_token(US)).page().status_code == 401


def test_issued_access_tokens_can_be_killed_mid_run(simulator: Simulator, api: Api) -> None:
    simulator.expire_access_tokens(US)

    assert api.page().status_code == 401
    assert Api(simulator).page().status_code == 200


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/crm/objects/2026-09/companies", "crm.objects.companies.read"),
        ("/crm/objects/2026-09/companies/1", "crm.objects.companies.read"),
        ("/crm/properties/2026-09/deals", "crm.objects.deals.read"),
        ("/crm/pipelines/2026-09/deals", "crm.objects.deals.read"),
        ("/crm/owners/2026-09", "crm.objects.owners.read"),
        ("/crm/owners/2026-09/1", "crm.objects.owners.read"),
    ],
)
def test_a_missing_scope_answers_403_and_names_it(simulator: Simulator, path: str, scope: str) -> None:
    answer = Api(simulator, scopes=["oauth", "crm.objects.contacts.read"]).get(path)
    body = answer.json()

    assert (answer.status_code, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"]["requiredGranularScopes"] == [scope]


def test_search_batch_and_associations_ask_for_scopes_too(simulator: Simulator) -> None:
    api = Api(simulator, scopes=["oauth"])

    answers = [api.search(), api.batch_read("deals", [1]), api.associations("deals", "companies", [1])]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_the_other_wording_of_a_403_has_no_category(simulator: Simulator) -> None:
    api = Api(simulator, scopes=["oauth"])
    api.portal.options.missing_scope_body = "text"

    body = api.page().json()

    assert "category" not in body
    assert "does not have proper permissions" in body["message"]
    assert "crm.objects.contacts.read" in body["message"]


def test_a_static_token_opens_its_portal_and_does_not_expire(simulator: Simulator) -> None:
    token = simulator.issue_static_token(DE)
    simulator.clock.advance(10 * 86_400)
    details = Api(simulator, token=token).get("/account-info/2026-09/details").json()

    assert token.startswith("pat-eu1-")
    assert details["portalId"] == DE


def test_a_static_token_outlives_a_revocation_of_the_app(simulator: Simulator) -> None:
    token = simulator.issue_static_token(US)
    simulator.revoke(US)

    assert Api(simulator, token=token).page().status_code == 200


def test_a_static_token_has_the_scopes_that_it_was_made_with(simulator: Simulator) -> None:
    api = Api(simulator, token=simulator.issue_static_token(US, ["crm.objects.deals.read"]))

    assert (api.page("deals").status_code, api.page("contacts").status_code) == (200, 403)
