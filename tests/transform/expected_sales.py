"""The sales KPIs of sample portals, worked out from their facts in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from tests.transform.expected_kpis import converted, local_day
from tests.transform.sales_sample import ACTIVITIES, pipeline_id
from tests.transform.sample_portals import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.sales_sample import SalesFacts
    from tests.transform.sample_portals import Deal, Portal, Sample

#: Portal id, local day, KPI, dimension id, sub-dimension id.
Key: TypeAlias = tuple[int, date, str, str, str]
#: Numerator and denominator.
Parts: TypeAlias = tuple[Decimal | None, Decimal | None]

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Deal:
    fact: Deal
    pipeline: str
    created: date
    closed: date | None
    created_value: Decimal | None
    closed_value: Decimal | None

    @property
    def is_closed(self) -> bool:
        return self.fact.outcome != "open"

    @property
    def is_won(self) -> bool:
        return self.fact.outcome == "won"

    @property
    def cycle(self) -> Decimal | None:
        if not self.is_won or self.fact.closed is None:
            return None
        return Decimal((self.fact.closed - self.fact.created) // timedelta(microseconds=1)) / (86_400 * 10**6)

    def is_open_at_end_of(self, day: date) -> bool:
        if self.is_closed and self.closed is None:
            return False  # nobody knows until when
        return self.created <= day and not (self.is_closed and self.closed is not None and self.closed <= day)


def expected_sales_kpis(sample: Sample, facts: SalesFacts, *, currency: str, today: date) -> dict[Key, Parts]:
    """Return what `int_kpis__sales` has to hold.

    Args:
        sample: The portals and their live records.
        facts: What the portals' people did.
        currency: ISO code of the reporting currency.
        today: The day of the snapshot, in all portals.
    """
    portals = {portal.portal_id: portal for portal in sample.portals}
    found: defaultdict[Key, list[Parts]] = defaultdict(list)
    deals = [_deal(deal, portals[deal.portal_id], currency) for deal in sample.deals]
    for deal in deals:
        for day, kpi, parts in _of_deal(deal):
            found[deal.fact.portal_id, day, kpi, deal.pipeline, ""].append(parts)
        if not deal.is_closed and portals[deal.fact.portal_id].status != "disconnected":
            value, chance = deal.created_value, Decimal(STAGES[deal.fact.stage]["probability"])
            key = (deal.pipeline, deal.fact.stage)
            found[deal.fact.portal_id, today, "pipeline_value", *key].append((value, None))
            found[deal.fact.portal_id, today, "weighted_pipeline_value", *key].append(
                (None if value is None else value * chance, None)
            )
    for activity in facts.activities:
        kpi = ACTIVITIES[activity.stream]
        if kpi and activity.happened:
            day = local_day(activity.happened, portals[activity.portal_id])
            found[activity.portal_id, day, kpi, activity.owner or "UNKNOWN", ""].append((Decimal(1), None))
    for (portal_id, pipeline, day), velocity in expected_velocities(
        sample, currency=currency, today=today
    ).items():
        if pipeline:
            found[portal_id, day, "sales_velocity", pipeline, ""].append((velocity, None))
    return {key: _summed(parts) for key, parts in found.items()}


def expected_velocities(
    sample: Sample, *, currency: str, today: date
) -> dict[tuple[int, str, date], Decimal]:
    """By portal id, pipeline id and day, where it is known; of a portal as a whole, with an empty pipeline id."""
    portals = {portal.portal_id: portal for portal in sample.portals}
    scopes: defaultdict[tuple[int, str], list[_Deal]] = defaultdict(list)
    for fact in sample.deals:
        deal = _deal(fact, portals[fact.portal_id], currency)
        for pipeline in (deal.pipeline, ""):
            scopes[fact.portal_id, pipeline].append(deal)
    return {
        (*scope, day): velocity
        for scope, deals in scopes.items()
        for day, velocity in _velocities(deals, today)
    }


def expected_cycles(sample: Sample) -> list[tuple[int, date, str, Decimal]]:
    """Portal id, local day of closing, pipeline id and days of each won deal."""
    portals = {portal.portal_id: portal for portal in sample.portals}
    deals = [_deal(deal, portals[deal.portal_id], "USD") for deal in sample.deals]
    return [
        (deal.fact.portal_id, deal.closed, deal.pipeline, deal.cycle)
        for deal in deals
        if deal.closed is not None and deal.cycle is not None
    ]


def _deal(deal: Deal, portal: Portal, currency: str) -> _Deal:
    created = local_day(deal.created, portal)
    closed = local_day(deal.closed, portal) if deal.closed else None
    return _Deal(
        fact=deal,
        pipeline=pipeline_id(deal.pipeline),
        created=created,
        closed=closed,
        created_value=converted(deal.home_value, portal.currency, currency, created),
        closed_value=converted(deal.home_value, portal.currency, currency, closed) if closed else None,
    )


def _of_deal(deal: _Deal) -> Iterator[tuple[date, str, Parts]]:
    one = Decimal(1)
    yield deal.created, "deals_created", (one, None)
    yield deal.created, "deals_created_value", (deal.created_value, None)
    if not deal.is_closed or deal.closed is None:
        return
    yield deal.closed, f"deals_{deal.fact.outcome}", (one, None)
    yield deal.closed, "win_rate", (Decimal(deal.is_won), one)
    if deal.is_won:
        yield deal.closed, "won_value", (deal.closed_value, None)
        yield deal.closed, "sales_cycle_days", (deal.cycle, one)


def _velocities(deals: list[_Deal], today: date) -> Iterator[tuple[date, Decimal]]:
    day = min(deal.created for deal in deals)
    while day <= today:
        ended = [
            deal
            for deal in deals
            if deal.is_closed and deal.closed is not None and day - 89 * _DAY <= deal.closed <= day
        ]
        won = [deal for deal in ended if deal.is_won]
        values = [deal.closed_value for deal in won if deal.closed_value is not None]
        cycles = [deal.cycle for deal in won if deal.cycle is not None]
        if values and sum(cycles) > 0:
            open_deals = sum(deal.is_open_at_end_of(day) for deal in deals)
            win_rate = Decimal(len(won)) / len(ended)
            mean_value = sum(values, Decimal(0)) / len(values)
            mean_cycle = sum(cycles, Decimal(0)) / len(cycles)
            yield day, open_deals * win_rate * mean_value / mean_cycle
        day += _DAY


def _summed(parts: list[Parts]) -> Parts:
    numerators = [numerator for numerator, _ in parts if numerator is not None]
    denominators = [denominator for _, denominator in parts if denominator is not None]
    return sum(numerators, Decimal(0)) if numerators else None, sum(denominators) if denominators else None
