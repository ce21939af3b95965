"""What an agency would fill in for the four portals: groups, targets, spend, scales and common names.

In a folder of the demo's own, as users have one (SEEDS_FOLDER), so that the clone stays as it is.
"""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING, Final

from demo.places import ROOT, SEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    Row = Sequence[object]

BRIGHTWATER, HARTWIG, LARKSPUR, AOBA = 1458021, 26110977, 145802233, 7052094

_MONTHS: Final = 12

_GROUPS: Final = {
    "region": {"Americas": [BRIGHTWATER], "Europe": [HARTWIG, LARKSPUR], "Asia": [AOBA]},
    "sector": {"Trade": [BRIGHTWATER, AOBA], "Industry": [HARTWIG], "Technology": [LARKSPUR]},
}

# Of each month. Some are reached, some are missed.
_PORTAL_TARGETS: Final[Mapping[int, Mapping[str, float]]] = {
    BRIGHTWATER: {"new_contacts": 400, "deals_won": 40, "won_value": 550_000, "win_rate": 0.35},
    HARTWIG: {"new_contacts": 180, "deals_won": 18, "won_value": 1_500_000, "win_rate": 0.4},
    LARKSPUR: {"new_contacts": 75, "deals_won": 10, "won_value": 250_000, "win_rate": 0.4},
    AOBA: {"new_contacts": 22, "deals_won": 4, "won_value": 60_000, "win_rate": 0.45},
}
_SERVICE_TARGETS: Final = {"first_response_hours_median": 4, "csat_satisfied_rate": 0.75}
_GROUP_TARGETS: Final[Mapping[str, Mapping[str, float]]] = {
    "All portals": {"new_contacts": 680, "won_value": 2_400_000},
    "Europe": {"won_value": 1_750_000},
}

# HubSpot tells what its campaigns cost, and this portal's subscription has none.
_SPEND: Final = {"Google Ads": 180_000, "Instagram": 90_000}

_PIPELINES: Final = [
    ("", "deals", "default", "New business"),
    (HARTWIG, "deals", "74115029", "New business"),
    (HARTWIG, "deals", "74115030", "Existing business"),
    (BRIGHTWATER, "deals", "61550230", "Existing business"),
]


def write(today: date) -> None:
    """Write the folder anew, with targets for the twelve months up to this one."""
    shutil.rmtree(SEEDS, ignore_errors=True)
    SEEDS.mkdir(parents=True)
    months = list(_last_months(today))
    _fill(
        "portal_groups",
        [
            (portal_id, kind, name)
            for kind, groups in _GROUPS.items()
            for name, portals in groups.items()
            for portal_id in portals
        ],
    )
    _fill("kpi_targets", [row for month in months for row in _targets(month)])
    _fill(
        "marketing_spend",
        [(AOBA, month, channel, amount, "JPY") for month in months for channel, amount in _SPEND.items()],
    )
    _fill("csat_scales", [(portal_id, "1000102", 7) for portal_id in (BRIGHTWATER, HARTWIG, LARKSPUR)])
    _fill("pipeline_mapping", _PIPELINES)


def _last_months(today: date) -> Iterator[str]:
    last = today.year * 12 + today.month - 1
    for number in range(last - _MONTHS + 1, last + 1):
        yield f"{number // 12}-{number % 12 + 1:02}"


def _targets(month: str) -> Iterator[Row]:
    for portal_id, targets in _PORTAL_TARGETS.items():
        for kpi, target in {**targets, **_SERVICE_TARGETS}.items():
            yield portal_id, "", kpi, month, target
    for group, targets in _GROUP_TARGETS.items():
        for kpi, target in targets.items():
            yield "", group, kpi, month, target


def _fill(seed: str, rows: Sequence[Row]) -> None:
    path = SEEDS / f"{seed}.csv"
    shutil.copy(ROOT / "transform" / "seeds" / path.name, path)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
