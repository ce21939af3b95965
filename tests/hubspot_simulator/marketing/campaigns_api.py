"""Campaigns, and the only place where what they cost can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.errors import not_found, validation_error
from tests.hubspot_simulator.marketing.campaigns import CAMPAIGN_PROPERTIES, item_rows, total
from tests.hubspot_simulator.marketing.pages import page_by_position

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.marketing.campaigns import Campaign

_DEFAULT_PAGE = 50
_LARGEST_PAGE = 100
_SORTS: dict[str, Callable[[Campaign], Any]] = {
    "hs_name": lambda campaign: campaign.values.get("hs_name", ""),
    "createdAt": lambda campaign: campaign.created_ms,
    "updatedAt": lambda campaign: campaign.updated_ms,
}


def list_campaigns(call: Call) -> Answer:
    """A page of campaigns, without properties unless they are named."""
    limit = call.limit(_DEFAULT_PAGE, _LARGEST_PAGE)
    names = call.names("properties")
    if unknown := sorted(set(names) - set(CAMPAIGN_PROPERTIES)):
        raise validation_error(f"Unknown campaign properties: {', '.join(unknown)}")
    sort = call.query.get("sort", "createdAt")
    if sort.removeprefix("-") not in _SORTS:
        raise validation_error(f"Cannot sort by {sort}: one of {', '.join(_SORTS)}, with or without -")
    part_of_name = call.query.get("name", "").lower()
    campaigns = sorted(
        (
            each
            for each in call.portal.marketing.campaigns.values()
            if part_of_name in each.values.get("hs_name", "").lower()
        ),
        key=_SORTS[sort.removeprefix("-")],
        reverse=sort.startswith("-"),
    )
    page = page_by_position(call, [campaign.row(names) for campaign in campaigns], limit)
    return Answer({"total": len(campaigns), **page})


def budget_totals(call: Call) -> Answer:
    """All that one campaign may cost and did cost; totals are left out where there is nothing to add up."""
    campaign = call.portal.marketing.campaigns.get(call.params["campaign_id"])
    if campaign is None:
        raise not_found(f"No campaign {call.params['campaign_id']}")
    body: dict[str, Any] = {
        "currencyCode": campaign.values.get("hs_currency_code", call.portal.spec.currency),
        "budgetItems": item_rows(campaign.budget),
        "spendItems": item_rows(campaign.spend),
    }
    if campaign.budget:
        body["budgetTotal"] = total(campaign.budget)
        body["remainingBudget"] = round(total(campaign.budget) - total(campaign.spend), 2)
    if campaign.spend:
        body["spendTotal"] = total(campaign.spend)
    return Answer(body)
