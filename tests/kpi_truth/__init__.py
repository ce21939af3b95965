"""The KPIs of a simulated HubSpot, worked out from their definitions in plain Python: what the marts are held against.

Nothing here knows how the warehouse does it. Amounts are decimals, days are those of the portal's own time zone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.kpi_truth.account import Account
from tests.kpi_truth.definitions import KPIS
from tests.kpi_truth.periods import Key, by_day, by_month, differences, totals_by_month
from tests.kpi_truth.samples import Sample
from tests.kpi_truth.settings import Settings
from tests.kpi_truth.teams import samples_of, samples_of_all

#: A scenario of the simulator that is small and has something of every KPI.
FOUR_PORTALS: Final = Path(__file__).with_name("four_portals.toml")

__all__ = [
    "FOUR_PORTALS",
    "KPIS",
    "Account",
    "Key",
    "Sample",
    "Settings",
    "by_day",
    "by_month",
    "differences",
    "samples_of",
    "samples_of_all",
    "totals_by_month",
]
