"""What a dashboard asks the marts."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.transform.warehouse import Warehouse

_ROUNDS = 7

QUERIES: Final[Mapping[str, str]] = {
    "one KPI, all portals, 12 months by day": """
        SELECT date, portal_id, sum(numerator) FROM hubspot_marts.kpi_daily
        WHERE kpi = 'new_contacts' AND date >= current_date - 365 GROUP BY date, portal_id
    """,
    "one rate, all portals, 12 months by day": """
        SELECT date, sum(numerator) / nullif(sum(denominator), 0) FROM hubspot_marts.kpi_daily
        WHERE kpi = 'win_rate' AND date >= current_date - 365 GROUP BY date
    """,
    "one KPI by dimension, all portals, 12 months": """
        SELECT common_dimension, sum(numerator) FROM hubspot_marts.kpi_daily
        WHERE kpi = 'won_value' AND date >= current_date - 365 GROUP BY common_dimension
    """,
    "the busiest KPI by owner, all portals, 12 months": """
        SELECT portal_id, dimension, sum(numerator) FROM hubspot_marts.kpi_daily
        WHERE kpi = 'emails_logged' AND date >= current_date - 365 GROUP BY portal_id, dimension
    """,
    "one KPI, all portals, 36 months by week": """
        SELECT date_trunc('week', date), portal_id, sum(numerator) FROM hubspot_marts.kpi_daily
        WHERE kpi = 'deals_created' AND date >= current_date - 1095 GROUP BY 1, 2
    """,
    "one KPI, all portals, 12 months by month": """
        SELECT month, portal_id, sum(numerator) FROM hubspot_marts.kpi_monthly
        WHERE kpi = 'won_value' AND month >= current_date - 365 GROUP BY month, portal_id
    """,
    "every KPI of a portal, 90 days": """
        SELECT date, kpi, sum(numerator), sum(denominator) FROM hubspot_marts.kpi_daily
        WHERE portal_id = 40000003 AND date >= current_date - 90 GROUP BY date, kpi
    """,
    "every KPI of a portal, 12 months by dimension": """
        SELECT * FROM hubspot_marts.kpi_monthly WHERE portal_id = 40000003 AND month >= current_date - 365
    """,
    "the scorecard of all portals, this month": """
        SELECT * FROM hubspot_marts.portal_scorecard WHERE month = date_trunc('month', current_date)
    """,
    "the scorecard of one portal, all months": """
        SELECT * FROM hubspot_marts.portal_scorecard WHERE portal_id = 40000003 ORDER BY month
    """,
    "the value of all portals": "SELECT * FROM hubspot_marts.portal_value",
    "the health of all portals": "SELECT * FROM hubspot_marts.portal_health",
}


def measure(warehouse: Warehouse) -> Iterator[tuple[str, float | None]]:
    """Ask each several times; yields the median seconds, None where the marts do not have it."""
    with warehouse.connect() as connection:
        for what, query in QUERIES.items():
            try:
                yield what, statistics.median(_seconds(connection, query) for _ in range(_ROUNDS))
            except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
                yield what, None


def seconds_to_count(warehouse: Warehouse) -> float:
    """How long it takes to count the tall mart's rows."""
    with warehouse.connect() as connection:
        return statistics.median(
            _seconds(connection, "SELECT count(*) FROM hubspot_marts.kpi_daily") for _ in range(_ROUNDS)
        )


def _seconds(connection: psycopg.Connection[tuple[object, ...]], query: str) -> float:
    began = time.monotonic()
    connection.execute(query.encode()).fetchall()
    return time.monotonic() - began
