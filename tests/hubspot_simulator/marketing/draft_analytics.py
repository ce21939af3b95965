"""The web traffic of a generated portal: it brought the portal's contacts, in the portal's seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import parse_moment
from tests.hubspot_simulator.marketing.analytics import WebAnalytics

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tests.hubspot_simulator.business.scene import Scene

_SOURCE_KEYS = {
    "DIRECT_TRAFFIC": "direct",
    "ORGANIC_SEARCH": "organic",
    "REFERRALS": "referrals",
    "SOCIAL_MEDIA": "social",
    "EMAIL_MARKETING": "email",
    "PAID_SEARCH": "paid",
    "PAID_SOCIAL": "paid-social",
    "OFFLINE": "offline",
}
_OTHER = "other"
_STAGES = {
    "subscriber": "subscribers",
    "lead": "leads",
    "marketingqualifiedlead": "marketingQualifiedLeads",
    "salesqualifiedlead": "salesQualifiedLeads",
    "opportunity": "opportunities",
    "customer": "customers",
}
_VISITS_FOR_A_CONTACT = 28
# Weights for a portal whose contacts say nothing of where they came from.
_EVERYWHERE = {"ORGANIC_SEARCH": 4.0, "DIRECT_TRAFFIC": 3.0, "REFERRALS": 1.0, "SOCIAL_MEDIA": 1.0}
# Seconds of a visit, and how many pages it sees beyond the first.
_SECONDS, _FURTHER_PAGES = 95, 1.4


def source_key(properties: Mapping[str, str]) -> str:
    """What analytics call the source that a contact property names."""
    return _SOURCE_KEYS.get(properties.get("hs_analytics_source", ""), _OTHER)


def draft_analytics(scene: Scene) -> WebAnalytics:
    """Every day of the history: visits as busy as the business, contacts and stages as the CRM knows them."""
    analytics = WebAnalytics(scene.spec.time_zone)
    _count_contacts(scene, analytics)
    weights = scene.business.sources or _EVERYWHERE
    days = scene.calendar.weighted_days
    usual = scene.spec.contacts * _VISITS_FOR_A_CONTACT / len(days)
    for day, busy in days:
        for source, weight in weights.items():
            if source != "OFFLINE":
                expected = usual * busy * weight / sum(weights.values())
                _visit(scene, analytics, day, _SOURCE_KEYS.get(source, _OTHER), expected)
    return analytics


def _count_contacts(scene: Scene, analytics: WebAnalytics) -> None:
    for contact in scene.portal.objects["contacts"]:
        source = source_key(contact.properties)
        came = analytics.day_of(contact.created_ms)
        online = {} if source == "offline" else {"visits": 1, "visitors": 1, "rawViews": 2, "time": _SECONDS}
        analytics.add(came, source, {"contacts": 1, **online})
        for stage, metric in _STAGES.items():
            reached = parse_moment(contact.properties.get(f"hs_lifecyclestage_{stage}_date", ""))
            if reached is not None:
                analytics.add(analytics.day_of(reached), source, {metric: 1})


def _visit(scene: Scene, analytics: WebAnalytics, day: date, source: str, expected: float) -> None:
    rng = scene.rng
    visits = max(0, round(rng.gauss(expected, expected**0.5)))
    if visits:
        returning = round(visits * rng.uniform(0.15, 0.4))
        bounces = round(visits * rng.uniform(0.3, 0.6))
        views = visits + round((visits - bounces) * _FURTHER_PAGES * rng.uniform(0.8, 1.6))
        counts = {
            "visits": visits,
            "visitors": max(1, visits - returning // 2),
            "returningVisits": returning,
            "bounces": bounces,
            "rawViews": views,
            "pageviewsMinusExits": views - visits,
            "time": round(visits * _SECONDS * rng.uniform(0.7, 1.4)),
        }
        analytics.add(day, source, counts)
