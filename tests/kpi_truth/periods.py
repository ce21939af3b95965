"""Puts samples together: by day and dimension, by month and dimension, by month alone."""

from __future__ import annotations

import statistics
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tests.kpi_truth.definitions import KPIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tests.kpi_truth.samples import Sample


class Key(NamedTuple):
    """What a value is of; `period` is a day, or the first of a month."""

    portal_id: int
    period: date
    kpi: str
    dimension: str = ""
    sub_dimension: str = ""


Values = dict[Key, Decimal]

#: How far a mart's value may be off, relatively: it keeps six decimals of what it is made of, and a velocity is divided
#: by some.
_TOLERATED = dict.fromkeys(KPIS, Decimal("1e-9")) | {"sales_velocity": Decimal("1e-6")}


def by_day(samples: Iterable[Sample]) -> Values:
    """The value of every KPI by portal, day and dimension; what has no value is not there."""
    return _combined(
        (Key(each.portal_id, each.day, each.kpi, each.dimension, each.sub_dimension), each)
        for each in samples
        if not each.is_total
    )


def by_month(samples: Iterable[Sample]) -> Values:
    """The same by month; with what a month's new customers cost."""
    every = [each for each in samples if not each.is_total]
    values = _combined(
        (Key(each.portal_id, _month(each.day), each.kpi, each.dimension, each.sub_dimension), each)
        for each in _without_earlier_stocks(every)
    )
    return values | _acquisition_costs(every)


def totals_by_month(samples: Iterable[Sample]) -> Values:
    """The same without dimensions: the KPIs of a portal as a whole."""
    every = [each for each in samples if each.is_total or KPIS[each.kpi] != "trailing"]
    values = _combined(
        (Key(each.portal_id, _month(each.day), each.kpi), each) for each in _without_earlier_stocks(every)
    )
    return values | _acquisition_costs(every)


def combine(kpi: str, samples: Iterable[Sample]) -> Decimal | None:
    """One value of several samples; None if nothing is known, or nothing is to be divided by."""
    known = [each for each in samples if each.numerator is not None]
    numerators = [each.numerator for each in known if each.numerator is not None]
    if not numerators:
        return None
    if KPIS[kpi] == "median":
        return statistics.median(numerators)
    total = sum(numerators, Decimal(0))
    if KPIS[kpi] != "ratio":
        return total
    parts = sum((each.denominator for each in known if each.denominator is not None), Decimal(0))
    return total / parts if parts else None


def _combined(keyed: Iterable[tuple[Key, Sample]]) -> Values:
    groups: defaultdict[Key, list[Sample]] = defaultdict(list)
    for key, each in keyed:
        groups[key].append(each)
    values = {key: combine(key.kpi, group) for key, group in groups.items()}
    return {key: value for key, value in values.items() if value is not None}


def _without_earlier_stocks(samples: Iterable[Sample]) -> list[Sample]:
    """Of what stands at the end of a day, a month has what stood at the end of its last day.

    That is the last one on which anything of a stock stood; what is trailing has a last day in each dimension.
    """
    every = list(samples)
    last: dict[Key, date] = {}
    for each in every:
        if (month := _stock(each)) is not None:
            last[month] = max(each.day, last.get(month, each.day))
    return [each for each in every if (month := _stock(each)) is None or each.day == last[month]]


def _stock(sample: Sample) -> Key | None:
    """What has one last day in a month; None for what counts on all days."""
    if KPIS[sample.kpi] not in {"last", "trailing"}:
        return None
    dimension = sample.dimension if KPIS[sample.kpi] == "trailing" else ""
    return Key(sample.portal_id, _month(sample.day), sample.kpi, dimension)


def _acquisition_costs(samples: Iterable[Sample]) -> Values:
    spent: defaultdict[tuple[int, date], list[Decimal]] = defaultdict(list)
    customers: defaultdict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for each in samples:
        month = (each.portal_id, _month(each.day))
        if each.kpi == "marketing_spend" and each.numerator is not None:
            spent[month].append(each.numerator)
        elif each.kpi == "new_customers":
            customers[month] += 1
    return {
        Key(*month, "cac"): sum(amounts, Decimal(0)) / customers[month]
        for month, amounts in spent.items()
        if customers.get(month)
    }


def _month(day: date) -> date:
    return day.replace(day=1)


def differences(actual: Mapping[Key, Decimal], expected: Mapping[Key, Decimal]) -> list[str]:
    """What is missing, too much or not equal, in words; numerics of a database end somewhere, so nearly is equal."""
    told = []
    for key in sorted(actual.keys() | expected.keys()):
        if key not in actual:
            told.append(f"{_named(key)} is missing: expected {expected[key]}")
        elif key not in expected:
            told.append(f"{_named(key)} is too much: {actual[key]}")
        elif abs(actual[key] - expected[key]) > max(
            Decimal("1e-5"), abs(expected[key]) * _TOLERATED[key.kpi]
        ):
            told.append(f"{_named(key)} is {actual[key]}, expected {expected[key]}")
    return told


def _named(key: Key) -> str:
    dimensions = " / ".join(each for each in (key.dimension, key.sub_dimension) if each)
    return f"{key.kpi} of portal {key.portal_id}, {key.period}{f', {dimensions}' if dimensions else ''}"
