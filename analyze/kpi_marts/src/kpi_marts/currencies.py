"""Which currencies money can be shown in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class _Currency:
    currency: str


def currencies(marts: Marts) -> list[str]:
    """ISO codes of every currency that has a rate, the reporting currency among them."""
    rows = marts.ask(
        """
        SELECT currency FROM {dim_exchange_rates} AS rates
        UNION
        SELECT reporting_currency FROM {dim_kpis} AS definitions WHERE reporting_currency IS NOT NULL
        ORDER BY currency
        """,
        _Currency,
    )
    return [row.currency for row in rows]
