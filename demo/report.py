"""What the demo prints at its end: the numbers, how fresh they are, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.rows import namedtuple_row
from rich.table import Table

from warehouse_connection.connection import connect
from warehouse_connection.location import resolve_url

if TYPE_CHECKING:
    from typing import Any

# The last twelve full months and the running one: long enough that every portal has won something.
_KPIS = """
    SELECT
        portals.portal_id,
        portals.portal_name,
        portals.company_currency,
        sum(kpi.value) FILTER (WHERE kpi.kpi = 'new_contacts') AS new_contacts,
        sum(kpi.value) FILTER (WHERE kpi.kpi = 'mqls') AS mqls,
        sum(kpi.value) FILTER (WHERE kpi.kpi = 'deals_created') AS deals_created,
        sum(kpi.value) FILTER (WHERE kpi.kpi = 'deals_won') AS deals_won,
        sum(kpi.numerator) FILTER (WHERE kpi.kpi = 'win_rate')
            / nullif(sum(kpi.denominator) FILTER (WHERE kpi.kpi = 'win_rate'), 0) AS win_rate,
        sum(kpi.value) FILTER (WHERE kpi.kpi = 'won_value') AS won_value
    FROM hubspot_marts.dim_portals AS portals
    LEFT JOIN hubspot_marts.kpi_daily AS kpi
        ON kpi.portal_id = portals.portal_id AND kpi.date >= date_trunc('month', now()) - interval '12 months'
    GROUP BY portals.portal_id, portals.portal_name, portals.company_currency
    ORDER BY won_value DESC NULLS LAST
"""

_LAST_RUN = """
    WITH last_run AS (SELECT run_id FROM hubspot_raw.portal_syncs ORDER BY started_at DESC LIMIT 1)
    SELECT
        bool_or(mode = 'incremental') AS incremental,
        coalesce(sum(records) FILTER (WHERE stream IN ('contacts', 'companies', 'deals')), 0) AS crm_records,
        sum(records) AS records,
        sum(requests) AS requests,
        extract(epoch FROM max(finished_at) - min(started_at)) AS seconds,
        count(*) FILTER (WHERE status = 'failed') AS failed
    FROM hubspot_raw.portal_syncs
    WHERE run_id = (SELECT run_id FROM last_run)
"""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of the tap, from its own log in the warehouse."""

    incremental: bool
    crm_records: int
    records: int
    requests: int
    seconds: float
    failed: int

    def __str__(self) -> str:
        """Say it in one line."""
        mode = "incremental (only what changed)" if self.incremental else "first, full read"
        failed = f", {self.failed} failed: see hubspot_raw.portal_syncs" if self.failed else ""
        return (
            f"{mode}: {self.crm_records:,} contacts, companies and deals, {self.records:,} records in all, "
            f"{self.requests:,} requests to HubSpot in {self.seconds:.1f} s{failed}"
        )


def is_empty() -> bool:
    """Say whether the warehouse has no raw data yet."""
    return not _query("SELECT 1 FROM information_schema.tables WHERE table_schema = 'hubspot_raw' LIMIT 1")


def last_run() -> LastRun:
    """Read the newest run from `hubspot_raw.portal_syncs`."""
    (row,) = _query(_LAST_RUN)
    return LastRun(
        incremental=row.incremental,
        crm_records=int(row.crm_records),
        records=int(row.records),
        requests=int(row.requests),
        seconds=float(row.seconds),
        failed=row.failed,
    )


def kpi_table() -> Table:
    """Build the table of a few KPIs, one line per portal."""
    table = Table(title="The last 12 months, side by side (value in US dollars)", title_justify="left")
    table.add_column("Portal")
    table.add_column("Id", justify="right")
    table.add_column("Currency")
    for heading in ("New contacts", "MQLs", "Deals created", "Deals won", "Win rate", "Won value"):
        table.add_column(heading, justify="right")
    for row in _query(_KPIS):
        table.add_row(
            row.portal_name,
            str(row.portal_id),
            row.company_currency,
            _count(row.new_contacts),
            _count(row.mqls),
            _count(row.deals_created),
            _count(row.deals_won),
            "–" if row.win_rate is None else f"{row.win_rate:.0%}",
            _count(row.won_value),
        )
    return table


def _count(value: object) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _query(sql: str) -> list[Any]:
    with (
        connect(resolve_url()) as connection,
        connection.cursor(row_factory=namedtuple_row) as cursor,
    ):
        return cursor.execute(sql).fetchall()
