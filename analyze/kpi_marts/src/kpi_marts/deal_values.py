"""Total deal value per company, which is a portal here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi_marts.reader import Marts


@dataclass(frozen=True, slots=True)
class DealValue:
    """A row of `portal_value`, where each column is described; money is in the reporting currency."""

    portal_id: int
    portal_name: str
    company_currency: str | None
    reporting_currency: str
    deals_created: int
    deals_created_value: Decimal | None
    deals_won: int
    won_value: Decimal | None
    deals_lost: int
    open_deals: int
    pipeline_value: Decimal | None
    weighted_pipeline_value: Decimal | None
    unvalued_deals: int


def deal_values(marts: Marts) -> list[DealValue]:
    """Every portal, the one that has won most first."""
    return marts.ask(
        """
        SELECT
            portal_id, portal_name, company_currency, reporting_currency, deals_created, deals_created_value,
            deals_won, won_value, deals_lost, open_deals, pipeline_value, weighted_pipeline_value, unvalued_deals
        FROM {portal_value} AS deal_values
        ORDER BY won_value DESC NULLS LAST, portal_name, portal_id
        """,
        DealValue,
    )
