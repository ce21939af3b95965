from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import pytest

from tests.hubspot_simulator.marketing.campaigns import CAMPAIGN_PROPERTIES
from tests.simulator.support import DE, NOON, US, Api

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Param

CAMPAIGNS = "/marketing/campaigns/2026-09"


def every_campaign(api: Api, **params: Param) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: str | None = "0"
    while after is not None:
        page = api.get(CAMPAIGNS, **{"limit": 2, "after": after, **params}).json()
        rows += page["results"]
        after = page.get("paging", {}).get("next", {}).get("after")
    return rows


def budget(api: Api, campaign_id: str) -> dict[str, Any]:
    return api.get(f"{CAMPAIGNS}/{campaign_id}/budget/totals").json()


def test_campaigns_come_without_properties_unless_they_are_named(api: Api) -> None:
    bare = api.get(CAMPAIGNS).json()
    named = api.get(CAMPAIGNS, properties="hs_name,hs_start_date").json()["results"]

    assert all(row["properties"] == {} for row in bare["results"])
    assert bare["total"] == len(bare["results"]) == 6
    assert all(UUID(row["id"]) and row["businessUnits"] == [{"id": 0}] for row in bare["results"])
    assert all(row["properties"].keys() == {"hs_name", "hs_start_date"} for row in named)


def test_an_unknown_property_is_refused(api: Api) -> None:
    answer = api.get(CAMPAIGNS, properties="hs_name,hs_colour")

    assert answer.status_code == 400
    assert "hs_colour" in answer.json()["message"]


def test_campaigns_are_paged_a_hundred_at_most(api: Api) -> None:
    assert api.get(CAMPAIGNS, limit=101).status_code == 400
    assert api.get(CAMPAIGNS, after="x").status_code == 400


def test_the_truth_is_what_the_api_answers(unlimited: Api) -> None:
    rows = every_campaign(unlimited, properties=",".join(CAMPAIGN_PROPERTIES))
    spent, granted = [], []
    for row in rows:
        totals = budget(unlimited, row["id"])
        spent += [{**item, "campaignId": row["id"]} for item in totals["spendItems"]]
        granted += [{**item, "campaignId": row["id"]} for item in totals["budgetItems"]]

    assert rows == list(unlimited.portal.truth_of("campaigns"))
    assert spent == list(unlimited.portal.truth_of("campaign_spend_items"))
    assert granted == list(unlimited.portal.truth_of("campaign_budget_items"))


def test_campaigns_can_be_sorted_and_found_by_name(api: Api) -> None:
    newest = [row["updatedAt"] for row in every_campaign(api, sort="-updatedAt")]
    [found] = api.get(CAMPAIGNS, name="trade", properties="hs_name").json()["results"]

    assert newest == sorted(newest, reverse=True)
    assert found["properties"]["hs_name"].startswith("Trade fair")
    assert api.get(CAMPAIGNS, sort="hs_goal").status_code == 400


def test_totals_are_the_sum_of_the_items(api: Api) -> None:
    for row in every_campaign(api, properties="hs_spend_items_sum_amount"):
        totals = budget(api, row["id"])
        assert totals["currencyCode"] == "USD"
        assert totals.get("spendTotal", 0) == pytest.approx(
            sum(item["amount"] for item in totals["spendItems"])
        )
        assert float(row["properties"].get("hs_spend_items_sum_amount", 0)) == totals.get("spendTotal", 0)
        if "budgetTotal" in totals:
            left = totals["budgetTotal"] - totals.get("spendTotal", 0)
            assert totals["remainingBudget"] == pytest.approx(left)


def test_some_campaigns_have_no_spend_and_no_totals(api: Api) -> None:
    totals = [budget(api, row["id"]) for row in every_campaign(api)]

    assert any(each["budgetItems"] and not each["spendItems"] for each in totals)
    assert {"currencyCode": "USD", "budgetItems": [], "spendItems": []} in totals


def test_a_spend_item_only_says_when_it_was_typed_in(simulator: Simulator, api: Api) -> None:
    campaign = simulator.world.add_campaign(US, {"hs_name": "New"}, at=NOON - timedelta(days=9))
    item = simulator.world.add_spend_item(US, campaign.id, "Google Ads", 120.5)

    assert budget(api, campaign.id)["spendItems"] == [
        {
            "id": item.id,
            "name": "Google Ads",
            "amount": 120.5,
            "createdAt": 1795348800000,
            "updatedAt": 1795348800000,
            "order": 0,
        }
    ]
    [row] = every_campaign(api, name="New")
    assert row["updatedAt"] == "2026-11-13T12:00:00.000Z"


def test_spend_items_change_and_vanish(simulator: Simulator, api: Api) -> None:
    world = simulator.world
    campaign = world.add_campaign(US, {"hs_name": "New"})
    first, second = (world.add_spend_item(US, campaign.id, name, 10) for name in ("a", "b"))
    world.add_budget_item(US, campaign.id, "Budget", 100)
    world.change_spend_item(US, campaign.id, second.id, 25, at=NOON + timedelta(hours=1))
    world.remove_spend_item(US, campaign.id, first.id)

    totals = budget(api, campaign.id)

    [left] = totals["spendItems"]
    assert (left["id"], left["amount"], left["order"]) == (second.id, 25, 0)
    assert left["updatedAt"] - left["createdAt"] == 3_600_000
    assert (totals["budgetTotal"], totals["spendTotal"], totals["remainingBudget"]) == (100, 25, 75)


def test_a_changed_campaign_moves_and_a_deleted_one_answers_404(simulator: Simulator, api: Api) -> None:
    campaign = simulator.world.add_campaign(US, {"hs_name": "New"})
    simulator.world.update_campaign(US, campaign.id, {"hs_goal": "None 🏔️"}, at=NOON + timedelta(hours=1))
    [row] = every_campaign(api, name="New", properties="hs_goal")
    assert (row["properties"], row["updatedAt"]) == (
        {"hs_goal": "None 🏔️"},
        "2026-11-22T13:00:00.000Z",
    )

    simulator.world.delete_campaign(US, campaign.id)

    assert every_campaign(api, name="New") == []
    assert api.get(f"{CAMPAIGNS}/{campaign.id}/budget/totals").status_code == 404


@pytest.mark.parametrize("wording", ["category", "text"])
def test_a_subscription_without_campaigns_refuses_them(
    simulator: Simulator, wording: Literal["category", "text"]
) -> None:
    german = Api(simulator, DE)
    german.portal.options.missing_scope_body = wording
    for path in ("", "/x/budget/totals"):
        refusal = german.get(f"{CAMPAIGNS}{path}")
        assert refusal.status_code == 403
        assert "marketing.campaigns.read" in refusal.text


def test_a_tick_spends_money(simulator: Simulator) -> None:
    before = list(simulator.portal(US).truth_of("campaign_spend_items"))
    for _ in range(3):
        simulator.tick()

    assert list(simulator.portal(US).truth_of("campaign_spend_items")) != before
