"""HubSpot's own two Python clients read marketing and settings from the simulator as they would from HubSpot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hubspot.crm.lists import ListSearchRequest

from tests.simulator.support import US

if TYPE_CHECKING:
    import hubspot_sdk
    from hubspot import HubSpot

    from tests.hubspot_simulator import Simulator

START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


def truth(served: Simulator, stream: str) -> list[dict[str, Any]]:
    return list(served.portal(US).truth_of(stream))


def test_forms(served: Simulator, older: HubSpot) -> None:
    page = older.marketing.forms.forms_api.get_page(limit=100, form_types=["hubspot", "captured"])

    expected = [
        form
        for form in truth(served, "forms")
        if form["formType"] in {"hubspot", "captured"} and not form["archived"]
    ]
    assert sorted(form.id for form in page.results) == sorted(form["id"] for form in expected)


def test_emails_and_their_statistics_by_the_older_client(served: Simulator, older: HubSpot) -> None:
    emails, statistics = older.marketing.emails.marketing_emails_api, older.marketing.emails.statistics_api
    live = [row for row in truth(served, "marketing_emails") if not row["archived"]]

    page = emails.get_page(limit=100)
    sent = next(row for row in live if row["stats"]["counters"])
    span = {"start_timestamp": START, "end_timestamp": END, "email_ids": [int(sent["id"])]}
    listed = statistics.get_emails_list(**span)
    histogram = statistics.get_histogram(interval="MONTH", **span)

    assert page.total == len(live)
    assert [email.id for email in page.results] == [row["id"] for row in live]
    assert emails.get_by_id(sent["id"], include_stats=True).stats.counters == sent["stats"]["counters"]
    assert listed.emails == [int(sent["id"])]
    assert listed.aggregate.counters == sent["stats"]["counters"]
    assert histogram.results[0].aggregations.counters == sent["stats"]["counters"]
    assert histogram.results[0].interval.start < histogram.results[0].interval.end


def test_emails_and_their_statistics_by_the_newer_client(
    served: Simulator, newer: hubspot_sdk.HubSpot
) -> None:
    live = [row for row in truth(served, "marketing_emails") if not row["archived"]]
    sent = next(row for row in live if row["stats"]["counters"])

    found = list(newer.marketing.emails.list(limit=5))
    histogram = newer.marketing.emails.get_histogram(
        interval="MONTH", start_timestamp=START, end_timestamp=END, email_ids=[int(sent["id"])]
    )

    assert [email.id for email in found] == [row["id"] for row in live]
    assert histogram.total == len(histogram.results) == 1


def test_campaigns_and_what_they_cost(served: Simulator, newer: hubspot_sdk.HubSpot) -> None:
    campaigns = list(newer.marketing.campaigns.list(limit=2, properties=["hs_name", "hs_goal"]))
    spent = [
        item.id
        for campaign in campaigns
        for item in newer.marketing.campaigns.budget.get_totals(campaign.id).spend_items
    ]

    assert [campaign.id for campaign in campaigns] == [row["id"] for row in truth(served, "campaigns")]
    assert all(campaign.properties.keys() == {"hs_name", "hs_goal"} for campaign in campaigns)
    assert spent == [row["id"] for row in truth(served, "campaign_spend_items")]


def test_lists_by_the_older_client(served: Simulator, older: HubSpot) -> None:
    answer = older.crm.lists.lists_api.do_search(list_search_request=ListSearchRequest(count=500, offset=0))
    members = older.crm.lists.memberships_api.get_page("1", limit=250)

    expected = truth(served, "lists")
    assert [each.list_id for each in answer.lists] == [row["listId"] for row in expected]
    assert (answer.total, answer.has_more) == (len(expected), False)
    joined = [row for row in truth(served, "list_memberships") if row["listId"] == "1"]
    assert [member.record_id for member in members.results] == [row["recordId"] for row in joined]


def test_lists_by_the_newer_client(served: Simulator, newer: hubspot_sdk.HubSpot) -> None:
    answer = newer.crm.lists.list_by_search(list_ids=[], processing_types=[], offset=0, count=2)
    members = list(newer.crm.lists.list_memberships("1", limit=7))

    assert (len(answer.lists), answer.offset, answer.has_more) == (2, 2, True)
    joined = [row for row in truth(served, "list_memberships") if row["listId"] == "1"]
    assert [member.record_id for member in members] == [row["recordId"] for row in joined]


def test_users_and_teams(served: Simulator, older: HubSpot, newer: hubspot_sdk.HubSpot) -> None:
    users, teams = truth(served, "users"), truth(served, "teams")

    assert [each.id for each in older.settings.users.users_api.get_page(limit=100).results] == [
        row["id"] for row in users
    ]
    assert [each.email for each in newer.settings.users.list(limit=2)] == [row["email"] for row in users]
    assert [each.user_ids for each in older.settings.users.teams_api.get_all().results] == [
        row["userIds"] for row in teams
    ]
    assert [each.name for each in newer.settings.users.list_teams().results] == [row["name"] for row in teams]


def test_currencies(served: Simulator, newer: hubspot_sdk.HubSpot) -> None:
    currencies = newer.settings.currencies

    rates = list(currencies.exchange_rates.list_exchange_rates(limit=50))
    [current] = currencies.exchange_rates.list_current_exchange_rates().results

    assert [rate.id for rate in rates] == [row["id"] for row in truth(served, "exchange_rates")]
    assert current.conversion_rate == 1.08
    assert currencies.get_company_currency().id == "USD"
