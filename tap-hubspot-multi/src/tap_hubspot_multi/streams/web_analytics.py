"""Visits to a portal's web site, by day and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import integer
from tap_hubspot_multi.schemas import INTEGER, KEY_TEXT, OBJECT, stream_schema
from tap_hubspot_multi.strategies.web_analytics import WebAnalyticsStrategy
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_hubspot_multi.records import Record

_COUNTS = {
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
"""Column by HubSpot's name. Only what can be summed: rates are left in `metrics`, and are computed again from sums."""


def _row(day: str, source: str, metrics: Mapping[str, Any]) -> Record:
    """HubSpot leaves out what is zero."""
    counts = {column: integer(metrics.get(name)) or 0 for column, name in _COUNTS.items()}
    return {"date": day, "source": source, **counts, "metrics": dict(metrics)}


STREAMS = (
    StreamDefinition(
        name="web_analytics_daily",
        keys=("portal_id", "date", "source"),
        schema=stream_schema(
            date=KEY_TEXT, source=KEY_TEXT, **dict.fromkeys(_COUNTS, INTEGER), metrics=OBJECT
        ),
        strategy=WebAnalyticsStrategy(_row),
        endpoint=endpoints.DAILY_VISITS,
        scope="business-intelligence",
        reading="the last 30 days again; everything now and then",
    ),
)
