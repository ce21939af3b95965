"""Campaigns, and what was spent on them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.digests import digest
from tap_hubspot_multi.exceptions import ItemUnavailable, RequestRejected, StreamSkipped
from tap_hubspot_multi.fields import day, integer, text
from tap_hubspot_multi.schemas import INTEGER, KEY_TEXT, MOMENT, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.whole import WatchedRead, in_one_page
from tap_hubspot_multi.tasks import StreamDefinition
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_CAMPAIGNS_PER_PAGE = "100"
_SCOPE, _TIER = "marketing.campaigns.read", "Marketing Pro"

# HubSpot returns only what is asked for, and refuses the request (400) for one name that it does not know.
_PROPERTIES = (
    "hs_name",
    "hs_start_date",
    "hs_end_date",
    "hs_notes",
    "hs_audience",
    "hs_goal",
    "hs_owner",
    "hs_currency_code",
    "hs_campaign_status",
    "hs_utm",
    "hs_color_hex",
    "hs_object_id",
    "hs_created_by_user_id",
    "hs_budget_items_sum_amount",
    "hs_spend_items_sum_amount",
)


def _pages(task: Task) -> Iterator[tuple[int | None, list[dict[str, Any]]]]:
    """All campaigns, each once, beside HubSpot's count: the list is by creation, and `after` a position in it."""
    params = {"limit": _CAMPAIGNS_PER_PAGE, "properties": ",".join(_PROPERTIES), "sort": "createdAt"}
    seen: set[str] = set()
    for page in task.client.pages(endpoints.CAMPAIGNS, params):
        yield page.get("total"), [each for each in page["results"] if str(each["id"]) not in seen]
        seen |= {str(each["id"]) for each in page["results"]}


def _listed(task: Task) -> Iterator[tuple[str, str]]:
    """The campaigns' ids, each with what tells that the campaign has changed."""

    def ask() -> tuple[tuple[str, str], ...]:
        return tuple((str(each["id"]), digest([each])) for _, campaigns in _pages(task) for each in campaigns)

    listed: tuple[tuple[str, str], ...] = task.catalogue.once("campaigns", ask)
    yield from listed


def _campaigns(task: Task, _: Sequence[tuple[str, str]]) -> Iterator[Record]:
    for total, campaigns in _pages(task):
        task.notes.expected_total = total
        yield from map(_campaign_row, campaigns)


def _campaign_row(campaign: Mapping[str, Any]) -> Record:
    properties: dict[str, Any] = campaign.get("properties") or {}
    held = {name: text(value) for name, value in properties.items() if value is not None and value != ""}
    return {
        "id": str(campaign["id"]),
        "name": held.get("hs_name"),
        "start_date": day(held.get("hs_start_date")),
        "end_date": day(held.get("hs_end_date")),
        "status": held.get("hs_campaign_status"),
        "currency_code": held.get("hs_currency_code"),
        "owner_id": held.get("hs_owner"),
        "utm": held.get("hs_utm"),
        "budget_amount": held.get("hs_budget_items_sum_amount"),
        "spend_amount": held.get("hs_spend_items_sum_amount"),
        "properties": held,
        "created_at": normalize(campaign.get("createdAt")),
        "updated_at": normalize(campaign.get("updatedAt")),
    }


def _spend_items(task: Task, campaigns: Sequence[tuple[str, str]]) -> Iterator[Record]:
    """What was spent, campaign by campaign; items have no date but that of their entry."""
    read, refusals = 0, list[str]()
    for campaign_id, _ in campaigns:
        try:
            totals = task.client.get(endpoints.campaign_budget(campaign_id))
        except ItemUnavailable:
            continue  # deleted since it was listed, and its items with it
        except (RequestRejected, StreamSkipped) as refusal:
            if isinstance(refusal, StreamSkipped) and not read:
                raise
            refusals.append(f"campaign {campaign_id}: {refusal}")
            continue
        read += 1
        for item in totals.get("spendItems") or ():
            yield {
                "campaign_id": campaign_id,
                "id": str(item["id"]),
                "name": item.get("name"),
                "amount": text(item.get("amount")),
                "currency_code": totals.get("currencyCode"),
                "description": item.get("description"),
                "sort_order": integer(item.get("order")),
                "created_at": normalize(item.get("createdAt")),
                "updated_at": normalize(item.get("updatedAt")),
            }
    if refusals:
        if not read:
            raise RequestRejected(refusals[0])
        task.notes.remark = f"{len(refusals)} campaigns left out; the first: {refusals[0]}"


STREAMS = (
    StreamDefinition(
        name="campaigns",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            name=TEXT,
            start_date=TEXT,
            end_date=TEXT,
            status=TEXT,
            currency_code=TEXT,
            owner_id=TEXT,
            utm=TEXT,
            budget_amount=TEXT,
            spend_amount=TEXT,
            properties=OBJECT,
            created_at=MOMENT,
            updated_at=MOMENT,
        ),
        strategy=WatchedRead(_listed, in_one_page(_campaigns)),
        endpoint=endpoints.CAMPAIGNS,
        scope=_SCOPE,
        tier=_TIER,
        reading="whole, each run",
    ),
    StreamDefinition(
        name="campaign_spend_items",
        keys=("portal_id", "campaign_id", "id"),
        schema=stream_schema(
            campaign_id=KEY_TEXT,
            id=KEY_TEXT,
            name=TEXT,
            amount=TEXT,
            currency_code=TEXT,
            description=TEXT,
            sort_order=INTEGER,
            created_at=MOMENT,
            updated_at=MOMENT,
        ),
        # A campaign names the sum of its items: what moves no sum, such as a new name, waits until tomorrow.
        strategy=WatchedRead(_listed, in_one_page(_spend_items), every=timedelta(days=1)),
        endpoint=endpoints.campaign_budget("{campaign}"),
        scope=_SCOPE,
        tier=_TIER,
        reading="whole, once a day and when a campaign or its sums change; one request a campaign",
    ),
)
