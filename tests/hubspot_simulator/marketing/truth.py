"""What a complete and current copy of each marketing and settings stream holds."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from tests.hubspot_simulator.marketing.analytics import metrics
from tests.hubspot_simulator.marketing.campaigns import item_rows
from tests.hubspot_simulator.marketing.emails_api import email_row
from tests.hubspot_simulator.marketing.lists import membership_row
from tests.hubspot_simulator.marketing.settings import team_rows, user_rows
from tests.hubspot_simulator.schemas_api import schema_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator.portal import Portal

    Rows = Iterator[dict[str, Any]]


def as_json(row: object) -> dict[str, Any]:
    """A row as a client decodes it: the way through text makes tuples lists and keeps half a surrogate pair."""
    decoded: dict[str, Any] = json.loads(json.dumps(msgspec.to_builtins(row)))
    return decoded


def _forms(portal: Portal) -> Rows:
    for form in portal.marketing.forms.forms.values():
        yield as_json(form)


def _form_submissions(portal: Portal) -> Rows:
    for form in portal.marketing.forms.forms.values():
        for submission in portal.marketing.forms.newest_first(form.id):
            yield {**as_json(submission), "formId": form.id}


def _web_analytics_daily(portal: Portal) -> Rows:
    for day, source, counts in portal.marketing.analytics.between(date.min, date.max):
        yield {"date": day.isoformat(), "breakdown": source, **metrics([counts])}


def _lists(portal: Portal) -> Rows:
    for each in portal.marketing.lists.values():
        yield each.row(portal)


def _list_memberships(portal: Portal) -> Rows:
    for each in portal.marketing.lists.values():
        for member in each.members(portal):
            yield {**membership_row(member), "listId": each.id}


def _exchange_rates(portal: Portal) -> Rows:
    for rate in portal.marketing.exchange_rates:
        yield as_json(rate)


def _object_schemas(portal: Portal) -> Rows:
    for schema in portal.schemas.values():
        yield as_json(schema_body(portal, schema))


def _marketing_emails(portal: Portal) -> Rows:
    book = portal.marketing.emails
    for email in book.emails.values():
        yield as_json(email_row(book, email))


def _campaigns(portal: Portal) -> Rows:
    for campaign in portal.marketing.campaigns.values():
        yield campaign.row()


def _campaign_budget_items(portal: Portal) -> Rows:
    for campaign in portal.marketing.campaigns.values():
        for row in item_rows(campaign.budget):
            yield {**row, "campaignId": campaign.id}


def _campaign_spend_items(portal: Portal) -> Rows:
    for campaign in portal.marketing.campaigns.values():
        for row in item_rows(campaign.spend):
            yield {**row, "campaignId": campaign.id}


#: By the name of the stream; each row is the API's own JSON object, with the id of its parent where it has one.
TRUTHS: dict[str, Callable[[Portal], Rows]] = {
    "forms": _forms,
    "form_submissions": _form_submissions,
    "web_analytics_daily": _web_analytics_daily,
    "lists": _lists,
    "list_memberships": _list_memberships,
    "users": user_rows,
    "teams": team_rows,
    "exchange_rates": _exchange_rates,
    "object_schemas": _object_schemas,
    "marketing_emails": _marketing_emails,
    "campaigns": _campaigns,
    "campaign_budget_items": _campaign_budget_items,
    "campaign_spend_items": _campaign_spend_items,
}
