"""Which KPIs there are, and how each adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kpi_marts.periods import Period

if TYPE_CHECKING:
    from kpi_marts.reader import Marts

Aggregation = Literal["sum", "ratio", "mean", "median", "last", "trailing", "monthly"]

# What is called the same in every portal once it is mapped; owners, e-mails, forms and surveys belong to one portal.
_COMPARABLE = ("source", "pipeline", "channel")


@dataclass(frozen=True, slots=True)
class Kpi:
    """A row of `dim_kpis`, where each column is described."""

    kpi: str
    label: str
    team: str
    unit: str
    reporting_currency: str | None
    aggregation: Aggregation
    dimension: str
    sub_dimension: str
    better: str
    empty_is_zero: bool
    definition: str
    smallest_period: str = "day"

    def is_known_by(self, period: Period) -> bool:
        """Whether there is a figure of it for such a time: money is spent by the month."""
        return self.smallest_period != Period.MONTH or period in {Period.MONTH, Period.ALL}

    @property
    def is_money(self) -> bool:
        """Whether the value is in a currency."""
        return self.reporting_currency is not None

    @property
    def has_comparable_dimension(self) -> bool:
        """Whether its dimension has names that all portals share."""
        return self.dimension in _COMPARABLE


def kpis(marts: Marts) -> dict[str, Kpi]:
    """Every KPI by its name, in the order of the scorecard: by team, then as defined."""
    # The scorecard's columns are in the order of the definitions; a table has none.
    rows = marts.ask(
        """
        SELECT
            definitions.kpi, label, team, unit, reporting_currency, aggregation, dimension, sub_dimension, better,
            empty_is_zero, definition, smallest_period
        FROM {dim_kpis} AS definitions
        LEFT JOIN pg_catalog.pg_attribute AS places
            ON places.attrelid = 'hubspot_marts.portal_scorecard'::regclass AND places.attname = definitions.kpi
        ORDER BY places.attnum
        """,
        Kpi,
    )
    return {row.kpi: row for row in rows}
