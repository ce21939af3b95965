"""What a copy of everything that is no CRM record must hold: runs of the tap against the simulator's truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.decoding import strip_unstorable
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.hubspot_simulator import Simulator

    Row = dict[str, Any]

Run = Any

_NOT_IN_TRUTH = {"currency_code"}
"""Of a spend item; the currency is its campaign's."""


def copied_rows(runs: Iterable[Run], stream: str, *keys: str) -> list[Row]:
    """The target's table after these runs, without the rows that a complete full read proved gone.

    Args:
        runs: In their order.
        stream: The table.
        keys: Its key columns; the last row of a key stays.
    """
    rows: dict[tuple[Any, ...], Row] = {}
    gone_before: dict[int, str] = {}
    for run in runs:
        for row in run.rows(stream):
            rows[tuple(row[key] for key in keys)] = row
        for sync in run.rows("portal_syncs", stream=stream, status="ok"):
            if sync["mode"] in {"backfill", "full"} and sync["window_from"]:
                gone_before[sync["portal_id"]] = sync["window_from"]
    return [row for row in rows.values() if row["synced_at"] >= gone_before.get(row["portal_id"], "")]


def expected_rows(simulator: Simulator, stream: str, *portal_ids: int) -> list[Row]:
    """The same table, made from the simulator's world; without `synced_at`.

    Args:
        simulator: Whose world.
        stream: The table.
        portal_ids: Of these portals only; all if none is named.
    """
    make = _MAKERS[stream]
    return [
        {"portal_id": portal_id, **make(strip_unstorable(raw))}
        for portal_id, portal in simulator.world.portals.items()
        if not portal_ids or portal_id in portal_ids
        for raw in portal.truth_of(stream)
    ]


def assert_copied(
    simulator: Simulator, runs: Iterable[Run], stream: str, *keys: str, portal_ids: Iterable[int] = ()
) -> None:
    """Hold the copy of a stream against the truth, row by row and column by column."""
    actual = copied_rows(runs, stream, "portal_id", *keys)
    expected = expected_rows(simulator, stream, *portal_ids)
    assert expected, stream

    def by_key(rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
        return {
            tuple(row[key] for key in ("portal_id", *keys)): {
                name: value for name, value in row.items() if name not in {"synced_at", *_NOT_IN_TRUTH}
            }
            for row in rows
        }

    assert by_key(actual) == by_key(expected)
    assert len(actual) == len(expected)


def _life(raw: Row) -> Row:
    return {
        "archived": raw.get("archived", False),
        "created_at": normalize(raw["createdAt"]),
        "updated_at": normalize(raw["updatedAt"]),
    }


def _form(raw: Row) -> Row:
    known = {"id", "name", "formType", "archived", "archivedAt", "createdAt", "updatedAt"}
    return {
        "id": raw["id"],
        "name": raw["name"],
        "form_type": raw["formType"],
        "archived_at": raw.get("archivedAt"),
        "definition": {name: value for name, value in raw.items() if name not in known},
        **_life(raw),
    }


def _form_submission(raw: Row) -> Row:
    return {
        "form_id": raw["formId"],
        "id": raw.get("conversionId"),
        "submitted_at": normalize(raw["submittedAt"]),
        "page_url": raw["pageUrl"],
        "values": {
            "values": [
                {"name": each["name"], "value": each["value"], "object_type_id": each["objectTypeId"]}
                for each in raw["values"]
            ]
        },
    }


def _marketing_email(raw: Row) -> Row:
    known = {
        "id",
        "name",
        "subject",
        "type",
        "state",
        "isPublished",
        "publishedAt",
        "campaign",
        "campaignName",
    }
    known |= {
        "campaignUtm",
        "primaryEmailCampaignId",
        "language",
        "archived",
        "deletedAt",
        "createdAt",
        "updatedAt",
    }
    return {
        "id": raw["id"],
        "name": raw["name"],
        "subject": raw["subject"],
        "type": raw["type"],
        "state": raw["state"],
        "is_published": raw["isPublished"],
        "published_at": raw.get("publishedAt"),
        "campaign_id": raw.get("campaign"),
        "campaign_name": raw.get("campaignName"),
        "campaign_utm": raw.get("campaignUtm"),
        "primary_email_campaign_id": raw.get("primaryEmailCampaignId"),
        "from_name": raw["from"].get("fromName"),
        "reply_to": raw["from"].get("replyTo"),
        "language": raw["language"],
        "statistics": raw["stats"],
        "details": {name: value for name, value in raw.items() if name not in {*known, "stats", "content"}},
        "archived_at": raw.get("deletedAt"),
        **_life(raw),
    }


def _campaign(raw: Row) -> Row:
    held = {name: value for name, value in raw["properties"].items() if value}
    return {
        "id": raw["id"],
        "name": held.get("hs_name"),
        "start_date": held.get("hs_start_date"),
        "end_date": held.get("hs_end_date"),
        "status": held.get("hs_campaign_status"),
        "currency_code": held.get("hs_currency_code"),
        "owner_id": held.get("hs_owner"),
        "utm": held.get("hs_utm"),
        "budget_amount": held.get("hs_budget_items_sum_amount"),
        "spend_amount": held.get("hs_spend_items_sum_amount"),
        "properties": held,
        "created_at": raw["createdAt"],
        "updated_at": raw["updatedAt"],
    }


def _campaign_spend_item(raw: Row) -> Row:
    return {
        "campaign_id": raw["campaignId"],
        "id": raw["id"],
        "name": raw["name"],
        "amount": str(raw["amount"]),
        "description": raw.get("description"),
        "sort_order": raw["order"],
        "created_at": normalize(raw["createdAt"]),
        "updated_at": normalize(raw["updatedAt"]),
    }


def _visits(raw: Row) -> Row:
    counts = {
        "visits": "visits",
        "visitors": "visitors",
        "returning_visits": "returningVisits",
        "raw_views": "rawViews",
        "bounces": "bounces",
        "contacts": "contacts",
        "subscribers": "subscribers",
        "leads": "leads",
        "marketing_qualified_leads": "marketingQualifiedLeads",
        "sales_qualified_leads": "salesQualifiedLeads",
        "opportunities": "opportunities",
        "customers": "customers",
    }
    return {
        "date": raw["date"],
        "source": raw["breakdown"],
        **{column: raw.get(name, 0) for column, name in counts.items()},
        "metrics": {name: value for name, value in raw.items() if name not in {"date", "breakdown"}},
    }


def _list(raw: Row) -> Row:
    known = {"listId", "name", "objectTypeId", "processingType", "createdAt", "updatedAt", "filtersUpdatedAt"}
    return {
        "id": raw["listId"],
        "name": raw["name"],
        "object_type_id": raw["objectTypeId"],
        "processing_type": raw["processingType"],
        "size": int(raw["additionalProperties"]["hs_list_size"]),
        "created_at": raw["createdAt"],
        "updated_at": raw["updatedAt"],
        "filters_updated_at": raw["filtersUpdatedAt"],
        "details": {name: value for name, value in raw.items() if name not in known},
    }


def _list_membership(raw: Row) -> Row:
    return {
        "list_id": raw["listId"],
        "record_id": raw["recordId"],
        "joined_at": raw["membershipTimestamp"],
    }


def _user(raw: Row) -> Row:
    return {
        "id": raw["id"],
        "email": raw["email"],
        "first_name": raw["firstName"],
        "last_name": raw["lastName"],
        "super_admin": raw["superAdmin"],
        "primary_team_id": raw.get("primaryTeamId"),
        "secondary_teams": {"team_ids": raw["secondaryTeamIds"]},
        "roles": {"role_ids": raw["roleIds"]},
    }


def _team(raw: Row) -> Row:
    return {
        "id": raw["id"],
        "name": raw["name"],
        "users": {"user_ids": raw["userIds"]},
        "secondary_users": {"user_ids": raw["secondaryUserIds"]},
    }


def _exchange_rate(raw: Row) -> Row:
    return {
        "id": raw["id"],
        "from_currency_code": raw["fromCurrencyCode"],
        "to_currency_code": raw["toCurrencyCode"],
        "conversion_rate": str(raw["conversionRate"]),
        "effective_at": raw["effectiveAt"],
        "created_at": raw["createdAt"],
        "updated_at": raw["updatedAt"],
    }


_MAKERS: dict[str, Callable[[Row], Row]] = {
    "campaign_spend_items": _campaign_spend_item,
    "campaigns": _campaign,
    "exchange_rates": _exchange_rate,
    "form_submissions": _form_submission,
    "forms": _form,
    "list_memberships": _list_membership,
    "lists": _list,
    "marketing_emails": _marketing_email,
    "teams": _team,
    "users": _user,
    "web_analytics_daily": _visits,
}

COMPARED_TABLES = frozenset(_MAKERS)
