"""The KPIs of sample portals, worked out from their facts in plain Python."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

    from tests.transform.sample_portals import Portal, Sample

KPIS = (
    "new_contacts",
    "mqls",
    "new_customers",
    "deals_created",
    "deals_created_value",
    "deals_won",
    "deals_lost",
    "won_value",
    "win_rate",
)
"""Those that are worked out here; the others have modules of their own."""

_RATES = Path(__file__).parents[2] / "transform" / "seeds" / "exchange_rates.csv"


def expected_kpis(sample: Sample, *, currency: str) -> dict[tuple[int, date, str, str], Decimal | None]:
    """Return the value of each KPI by portal id, local day, KPI and dimension.

    Args:
        sample: The portals and their live records.
        currency: ISO code of the reporting currency.
    """
    portals = {portal.portal_id: portal for portal in sample.portals}
    kpis: defaultdict[tuple[int, date, str, str], list[Decimal | None]] = defaultdict(list)
    for contact in sample.contacts:
        for kpi, instant in (
            ("new_contacts", contact.created),
            ("mqls", contact.mql),
            ("new_customers", contact.customer),
        ):
            if instant:
                day = local_day(instant, portals[contact.portal_id])
                kpis[contact.portal_id, day, kpi, contact.source].append(Decimal(1))
    for deal in sample.deals:
        portal = portals[deal.portal_id]
        created = local_day(deal.created, portal)
        kpis[deal.portal_id, created, "deals_created", deal.pipeline].append(Decimal(1))
        kpis[deal.portal_id, created, "deals_created_value", deal.pipeline].append(
            converted(deal.home_value, portal.currency, currency, created)
        )
        if deal.outcome == "open" or deal.closed is None:
            continue
        closed = local_day(deal.closed, portal)
        kpis[deal.portal_id, closed, f"deals_{deal.outcome}", deal.pipeline].append(Decimal(1))
        kpis[deal.portal_id, closed, "win_rate", deal.pipeline].append(Decimal(deal.outcome == "won"))
        if deal.outcome == "won":
            kpis[deal.portal_id, closed, "won_value", deal.pipeline].append(
                converted(deal.home_value, portal.currency, currency, closed)
            )
    return {key: _combined(key[2], values) for key, values in kpis.items()}


def _combined(kpi: str, values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return sum(known, Decimal(0)) / (len(known) if kpi == "win_rate" else 1)


def converted(value: Decimal | None, source: str, target: str, day: date) -> Decimal | None:
    """Convert an amount at the rate of a day; None without one."""
    rate = _rate(source, target, day)
    return None if value is None or rate is None else value * rate


def _rate(source: str, target: str, day: date) -> Decimal | None:
    if source == target:
        return Decimal(1)
    with _RATES.open(encoding="utf-8") as file:
        rates = {
            date.fromisoformat(row["valid_from"]): Decimal(row["rate"])
            for row in csv.DictReader(file)
            if (row["from_currency"], row["to_currency"]) == (source, target)
        }
    return rates[max(valid)] if (valid := [first for first in rates if first <= day]) else None


def local_day(instant: datetime, portal: Portal) -> date:
    """The day of an instant on a portal's wall."""
    return instant.astimezone(ZoneInfo(portal.time_zone)).date()
