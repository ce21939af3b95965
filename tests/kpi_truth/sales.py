"""The sales KPIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from tests.kpi_truth.samples import Sample, ratio
from tests.kpi_truth.values import duration, flag, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tests.kpi_truth.account import Account, Fact
    from tests.kpi_truth.settings import Settings

UNKNOWN: Final = "UNKNOWN"
TRAILING_DAYS: Final = 90

_ACTIVITIES: Final = ("calls", "meetings", "emails", "notes", "tasks")


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal with what was worked out about it; values are in the reporting currency."""

    pipeline: str
    stage: str
    outcome: Literal["open", "won", "lost"]
    created_on: date
    closed_on: date | None
    created_value: Decimal | None
    closed_value: Decimal | None
    probability: Decimal | None
    cycle_days: Decimal | None

    def is_open_at_end_of(self, day: date) -> bool:
        """Whether it was there, and not closed yet."""
        closed = self.outcome != "open" and self.closed_on is not None and self.closed_on <= day
        return self.created_on <= day and not closed


def samples(account: Account, settings: Settings) -> Iterator[Sample]:
    """All of them."""
    deals = [read_deal(fact, account, settings) for fact in account.facts.get("deals", ())]
    for deal in deals:
        yield from _created(account.portal_id, deal)
        yield from _closed(account.portal_id, deal)
        yield from _in_pipeline(account, deal)
    for pipeline in {deal.pipeline for deal in deals}:
        for day, value in _velocities([deal for deal in deals if deal.pipeline == pipeline], account.today):
            yield Sample(
                portal_id=account.portal_id,
                day=day,
                kpi="sales_velocity",
                numerator=value,
                dimension=pipeline,
            )
    for day, value in _velocities(deals, account.today):
        yield Sample(
            portal_id=account.portal_id,
            day=day,
            kpi="sales_velocity",
            numerator=value,
            is_total=True,
        )
    for activity in _ACTIVITIES:
        yield from _logged(account, activity)


def read_deal(fact: Fact, account: Account, settings: Settings) -> Deal:
    """Work a deal out."""
    stage = account.stages.get(("deals", fact["pipeline"], fact["dealstage"]), {})
    probability = number(stage.get("probability"))
    ended = flag(stage.get("isClosed")) or False
    told_won, told_closed = flag(fact["hs_is_closed_won"]), flag(fact["hs_is_closed"])
    won = (ended and probability == 1) if told_won is None else told_won
    closed = won or (ended if told_closed is None else told_closed)
    created = fact.first_moment("createdate") or fact.created
    closes = fact.first_moment("closedate")
    created_on = account.day(created)
    closed_on = account.day(closes) if closes is not None else None
    value = home_value(fact, account.currency)
    return Deal(
        pipeline=fact["pipeline"] or UNKNOWN,
        stage=fact["dealstage"] or UNKNOWN,
        outcome="won" if won else "lost" if closed else "open",
        created_on=created_on,
        closed_on=closed_on,
        created_value=settings.converted(value, account.currency, created_on),
        closed_value=settings.converted(value, account.currency, closed_on) if closed_on else None,
        probability=number(fact["hs_deal_stage_probability"]) if probability is None else probability,
        cycle_days=duration(closes - created, timedelta(days=1)) if won and closes is not None else None,
    )


def home_value(fact: Fact, home: str) -> Decimal | None:
    """A deal's amount in the portal's currency; None where nothing says what it is there."""
    amount, at_home, rate = (
        number(fact[name]) for name in ("amount", "amount_in_home_currency", "hs_exchange_rate")
    )
    if at_home is not None:
        return at_home
    if amount is not None and rate is not None:
        return amount * rate
    return amount if (fact["deal_currency_code"] or home) == home else None


def _created(portal_id: int, deal: Deal) -> Iterator[Sample]:
    yield Sample(portal_id=portal_id, day=deal.created_on, kpi="deals_created", dimension=deal.pipeline)
    yield Sample(
        portal_id=portal_id,
        day=deal.created_on,
        kpi="deals_created_value",
        numerator=deal.created_value,
        dimension=deal.pipeline,
    )


def _closed(portal_id: int, deal: Deal) -> Iterator[Sample]:
    if deal.outcome == "open" or deal.closed_on is None:
        return
    day, line = deal.closed_on, deal.pipeline
    yield Sample(portal_id=portal_id, day=day, kpi=f"deals_{deal.outcome}", dimension=line)
    yield ratio(portal_id, day, "win_rate", (Decimal(deal.outcome == "won"), Decimal(1)), line)
    if deal.outcome != "won":
        return
    yield Sample(portal_id=portal_id, day=day, kpi="won_value", numerator=deal.closed_value, dimension=line)
    if deal.cycle_days is not None:
        yield ratio(portal_id, day, "sales_cycle_days", (deal.cycle_days, Decimal(1)), line)
        yield Sample(
            portal_id=portal_id,
            day=day,
            kpi="sales_cycle_days_median",
            numerator=deal.cycle_days,
            dimension=line,
        )


def _in_pipeline(account: Account, deal: Deal) -> Iterator[Sample]:
    if deal.outcome != "open":
        return
    value, chance = deal.created_value, deal.probability
    weighted = None if value is None or chance is None else value * chance
    for kpi, numerator in (("pipeline_value", value), ("weighted_pipeline_value", weighted)):
        yield Sample(
            portal_id=account.portal_id,
            day=account.today,
            kpi=kpi,
            numerator=numerator,
            dimension=deal.pipeline,
            sub_dimension=deal.stage,
        )


def _velocities(deals: Sequence[Deal], today: date) -> Iterator[tuple[date, Decimal]]:
    day = min((deal.created_on for deal in deals), default=today + timedelta(days=1))
    while day <= today:
        value = velocity(deals, day)
        if value is not None:
            yield day, value
        day += timedelta(days=1)


def velocity(deals: Sequence[Deal], day: date) -> Decimal | None:
    """Value a day: what is open times how often, how high and how fast deals were won of late.

    Deals that were closed before they were created can make it no or negative time in all: then there is no speed.
    """
    since = day - timedelta(days=TRAILING_DAYS - 1)
    ended = [
        deal
        for deal in deals
        if deal.outcome != "open" and deal.closed_on is not None and since <= deal.closed_on <= day
    ]
    won = [deal for deal in ended if deal.outcome == "won"]
    values = [deal.closed_value for deal in won if deal.closed_value is not None]
    cycles = [deal.cycle_days for deal in won if deal.cycle_days is not None]
    if not values or sum(cycles, Decimal(0)) <= 0:
        return None
    open_deals = sum(deal.is_open_at_end_of(day) for deal in deals)
    win_rate = Decimal(len(won)) / len(ended)
    mean_value = sum(values, Decimal(0)) / len(values)
    mean_cycle = sum(cycles, Decimal(0)) / len(cycles)
    return open_deals * win_rate * mean_value / mean_cycle


def _logged(account: Account, activity: str) -> Iterator[Sample]:
    for fact in account.facts.get(activity, ()):
        happened = fact.first_moment("hs_timestamp")
        if happened is not None:
            yield Sample(
                portal_id=account.portal_id,
                day=account.day(happened),
                kpi=f"{activity}_logged",
                dimension=fact["hubspot_owner_id"] or UNKNOWN,
            )
