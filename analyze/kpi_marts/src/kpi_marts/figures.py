"""Figures as people read them: rounded, with the unit, and a dash where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from kpi_marts.catalogue import Kpi

UNKNOWN = "–"

_MINUS = "\N{MINUS SIGN}"
# Below this, cents are worth reading.
_SMALL_MONEY = 100

# Of units other than money: by what to multiply, decimal places, what to append.
_WRITTEN = {
    "count": (1, 0, ""),
    "ratio": (100, 1, " %"),
    "hours": (1, 1, " h"),
    "days": (1, 1, " days"),
    "points": (1, 2, ""),
}

_WHY_UNKNOWN = {
    "sum": "nothing is known of this time",
    "ratio": "there was nothing to take a share of",
    "mean": "there was nothing to take a mean of",
    "median": "there was nothing to take a median of",
    "last": "no snapshot was kept in this time",
    "trailing": "too few deals were closed in the 90 days before",
    "monthly": "no month of this time has both spend and new customers",
}


def text(value: Decimal | None, kpi: Kpi, currency: str | None = None) -> str:
    """Write a KPI's value with its unit: `1,234`, `12,345 USD`, `12.3 %`, `3.4 h`, `–`.

    Args:
        value: The value; None if it is not known.
        kpi: From `catalogue.kpis`.
        currency: What money is in; None for the reporting currency.
    """
    if value is None:
        return UNKNOWN
    currency = currency or kpi.reporting_currency
    if kpi.unit in {"money", "money_per_day"}:
        written = f"{_number(value, 2 if 0 < abs(value) < _SMALL_MONEY else 0)} {currency}"
        return f"{written}/day" if kpi.unit == "money_per_day" else written
    factor, places, unit = _WRITTEN[kpi.unit]
    return f"{_number(value * factor, places)}{unit}"


def change_text(change: Decimal | None) -> str:
    """Write a relative change: `+12 %`, `–`."""
    if change is None:
        return UNKNOWN
    percents = _number(change * 100, 0)
    return f"{percents if percents.startswith((_MINUS, '0')) else f'+{percents}'} %"


def judgement(change: Decimal | None, kpi: Kpi) -> Literal["better", "worse", ""]:
    """Say whether a change is for the better; nothing of one that is not known, too small to show or neither."""
    shown = change_text(change)
    if change is None or not kpi.better or shown == "0 %":
        return ""
    return "better" if (change > 0) == (kpi.better == "up") else "worse"


def why_unknown(kpi: Kpi) -> str:
    """Say why a KPI has no value, for those who wonder at the dash."""
    return _WHY_UNKNOWN[kpi.aggregation]


def _number(value: Decimal, places: int) -> str:
    written = f"{abs(value):,.{places}f}"
    return f"{_MINUS}{written}" if value < 0 and written.strip("0.,") else written
