"""The marketing of the demo's portals is that of their business."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.clock import parse_moment
from tests.hubspot_simulator.marketing.truth import TRUTHS

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.portal import Portal

USA, JAPAN = 1458021, 7052094


def portals(demo: Simulator) -> list[Portal]:
    return list(demo.world.portals.values())


def rows(portal: Portal, stream: str) -> list[dict[str, Any]]:
    return list(portal.truth_of(stream))


def test_the_demo_has_the_promised_sizes(demo: Simulator) -> None:
    for portal in portals(demo):
        assert 20 <= len(rows(portal, "marketing_emails")) <= 60
        assert 6 <= len(rows(portal, "forms")) <= 12
        assert 8 <= len(rows(portal, "campaigns")) <= 15
        assert 2 <= len(rows(portal, "teams")) <= 4
        assert len(rows(portal, "form_submissions")) == portal.spec.submissions
        assert len({row["date"] for row in rows(portal, "web_analytics_daily")}) > 500
    assert sum(len(rows(portal, "form_submissions")) for portal in portals(demo)) > 4_000


def test_every_stream_has_unique_keys(demo: Simulator) -> None:
    keys = {
        "forms": ("id",),
        "marketing_emails": ("id",),
        "campaigns": ("id",),
        "campaign_budget_items": ("campaignId", "id"),
        "campaign_spend_items": ("campaignId", "id"),
        "web_analytics_daily": ("date", "breakdown"),
        "lists": ("listId",),
        "list_memberships": ("listId", "recordId"),
        "users": ("id",),
        "teams": ("id",),
        "exchange_rates": ("id",),
    }
    assert TRUTHS.keys() - keys.keys() == {"form_submissions", "object_schemas"}
    for portal in portals(demo):
        for stream, columns in keys.items():
            found = [tuple(row[column] for column in columns) for row in rows(portal, stream)]
            assert len(set(found)) == len(found), stream


def test_people_of_the_crm_fill_in_the_forms(demo: Simulator) -> None:
    for portal in portals(demo):
        known = {record.properties.get("email") for record in portal.objects["contacts"]}
        typed = [
            next(value["value"] for value in row["values"] if value["name"] == "email")
            for row in rows(portal, "form_submissions")
        ]
        assert set(typed) <= known


def test_nothing_lies_in_the_future(demo: Simulator) -> None:
    now = demo.clock.now_ms()
    for portal in portals(demo):
        moments = [row["submittedAt"] for row in rows(portal, "form_submissions")]
        moments += [row["createdAt"] for row in rows(portal, "campaign_spend_items")]
        for stream in ("forms", "marketing_emails", "campaigns", "lists"):
            for row in rows(portal, stream):
                moments += [parse_moment(row["createdAt"]), parse_moment(row["updatedAt"])]
        assert max(moments) < now


def test_an_email_goes_to_the_contacts_of_its_time(demo: Simulator) -> None:
    portal = demo.portal(USA)
    created = [record.created_ms for record in portal.objects["contacts"]]
    for row in rows(portal, "marketing_emails"):
        counters = row["stats"]["counters"]
        if counters:
            assert counters["sent"] >= counters["delivered"] >= counters["open"] >= counters["click"]
            assert counters["bounce"] == counters["hardbounced"] + counters["softbounced"]
        if counters and row["type"] == "BATCH_EMAIL":
            known = sum(moment < (parse_moment(row["publishDate"]) or 0) for moment in created)
            assert counters["sent"] <= known + 3


def test_emails_name_campaigns_that_exist(demo: Simulator) -> None:
    for portal in portals(demo):
        campaigns = {row["id"]: row["properties"]["hs_name"] for row in rows(portal, "campaigns")}
        named = [row for row in rows(portal, "marketing_emails") if "campaign" in row]
        assert named
        assert all(campaigns[row["campaign"]] == row["campaignName"] for row in named)


def test_analytics_count_contacts_by_the_source_that_the_crm_says(demo: Simulator) -> None:
    portal = demo.portal(USA)
    counted = Counter[str]()
    for row in rows(portal, "web_analytics_daily"):
        counted[row["breakdown"]] += row.get("contacts", 0)
    said = Counter(record.properties.get("hs_analytics_source") for record in portal.objects["contacts"])

    assert counted["organic"] == said["ORGANIC_SEARCH"]
    assert counted["paid-social"] == said["PAID_SOCIAL"]
    assert counted.total() == said.total()


def test_visits_are_some_thirty_for_a_contact(demo: Simulator) -> None:
    for portal in portals(demo):
        analytics = rows(portal, "web_analytics_daily")
        visits, contacts = (sum(row.get(metric, 0) for row in analytics) for metric in ("visits", "contacts"))
        assert 15 < visits / contacts < 45


def test_rates_end_where_the_portal_s_deals_are_converted(demo: Simulator) -> None:
    for portal in portals(demo):
        last = {row["fromCurrencyCode"]: row["conversionRate"] for row in rows(portal, "exchange_rates")}
        assert last == {
            currency: portal.spec.business.exchange_rates[currency]
            for currency in portal.spec.additional_currencies
        }
    assert rows(demo.portal(JAPAN), "exchange_rates") == []
