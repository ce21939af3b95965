from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.kpi_truth import Account, Key, Sample, Settings, by_day, by_month, samples_of, totals_by_month
from tests.kpi_truth.account import Fact

PORTAL = 7
NOW = datetime(2026, 3, 31, 20, tzinfo=UTC)  # of 1 April in Berlin
RATES = {("EUR", "USD"): {date(2026, 1, 1): Decimal("1.10"), date(2026, 2, 1): Decimal("1.20")}}
SETTINGS = Settings("USD", RATES)
STAGES = {
    ("deals", "new", "talk"): {"isClosed": "false", "probability": "0.25"},
    ("deals", "new", "won"): {"isClosed": "true", "probability": "1.0"},
    ("deals", "new", "lost"): {"isClosed": "true", "probability": "0.0"},
}


def berlin(*deals: dict[str, str], **other: list[dict[str, str]]) -> Account:
    kinds = {"deals": deals, **other}
    facts = {
        kind: [Fact(str(number), NOW, each) for number, each in enumerate(records)]
        for kind, records in kinds.items()
    }
    return Account(PORTAL, "Europe/Berlin", "EUR", NOW, facts, STAGES)


def deal(stage: str, created: str, closes: str, **more: str) -> dict[str, str]:
    return {"pipeline": "new", "dealstage": stage, "createdate": created, "closedate": closes, **more}


def test_a_won_deal_counts_at_the_rate_of_its_day_and_its_stage_says_that_it_is_won() -> None:
    account = berlin(
        # Summer time begins in between: 23 hours of 29 March, which the instants do not notice.
        deal("won", "2026-01-31T23:30:00Z", "2026-03-29T23:30:00Z", amount="100"),
        deal("lost", "2026-01-31T22:30:00Z", "2026-03-29T21:30:00Z", amount="50", hs_exchange_rate="0.9"),
    )
    values = by_day(samples_of(account, SETTINGS))
    del values[Key(PORTAL, date(2026, 3, 30), "sales_velocity", "new")]
    del values[Key(PORTAL, date(2026, 3, 31), "sales_velocity", "new")]
    assert values == {
        Key(PORTAL, date(2026, 2, 1), "deals_created", "new"): 1,
        Key(PORTAL, date(2026, 2, 1), "deals_created_value", "new"): 120,
        Key(PORTAL, date(2026, 1, 31), "deals_created", "new"): 1,
        Key(PORTAL, date(2026, 1, 31), "deals_created_value", "new"): Decimal("49.5"),
        Key(PORTAL, date(2026, 3, 30), "deals_won", "new"): 1,
        Key(PORTAL, date(2026, 3, 30), "won_value", "new"): 120,
        Key(PORTAL, date(2026, 3, 30), "win_rate", "new"): 1,
        Key(PORTAL, date(2026, 3, 30), "sales_cycle_days", "new"): 57,
        Key(PORTAL, date(2026, 3, 30), "sales_cycle_days_median", "new"): 57,
        Key(PORTAL, date(2026, 3, 29), "deals_lost", "new"): 1,
        Key(PORTAL, date(2026, 3, 29), "win_rate", "new"): 0,
    }


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"amount": "10", "amount_in_home_currency": "12", "hs_exchange_rate": "3"}, "12"),
        ({"amount": "10", "hs_exchange_rate": "3", "deal_currency_code": "USD"}, "30"),
        ({"amount": "10", "deal_currency_code": "EUR"}, "10"),
        ({"amount": "10"}, "10"),
        ({"amount": "10", "deal_currency_code": "USD"}, None),
        ({"deal_currency_code": "EUR"}, None),
    ],
)
def test_the_value_at_home(properties: dict[str, str], expected: str | None) -> None:
    account = berlin(deal("talk", "2026-01-05T12:00:00Z", "", **properties))
    value = by_day(samples_of(account, SETTINGS)).get(
        Key(PORTAL, date(2026, 1, 5), "deals_created_value", "new")
    )
    assert value == (None if expected is None else Decimal(expected) * Decimal("1.10"))


def test_the_pipeline_is_what_is_open_today_and_a_month_has_its_last_day() -> None:
    account = berlin(
        deal("talk", "2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z", amount="100"),
        deal("talk", "2026-02-05T12:00:00Z", "2026-05-06T12:00:00Z", amount="100"),
        deal("talk", "2026-02-05T12:00:00Z", "2026-05-06T12:00:00Z"),
        deal("won", "2026-02-05T12:00:00Z", "2026-05-06T12:00:00Z", amount="1000"),
    )
    values = by_month(samples_of(account, SETTINGS))
    assert values[Key(PORTAL, date(2026, 3, 1), "pipeline_value", "new", "talk")] == 230
    assert values[Key(PORTAL, date(2026, 3, 1), "weighted_pipeline_value", "new", "talk")] == Decimal("57.5")


def test_velocity_looks_back_over_ninety_days() -> None:
    account = berlin(
        deal("won", "2026-01-01T12:00:00Z", "2026-01-01T18:00:00Z", amount="1000"),
        deal("won", "2026-01-01T12:00:00Z", "2026-01-11T12:00:00Z", amount="100"),
        deal("won", "2026-01-01T12:00:00Z", "2026-01-21T12:00:00Z", amount="300"),
        deal("won", "2026-01-01T12:00:00Z", "2026-01-31T12:00:00Z"),
        deal("lost", "2026-01-01T12:00:00Z", "2026-01-21T12:00:00Z"),
        deal("talk", "2026-01-02T12:00:00Z", ""),
        deal("talk", "2026-02-02T12:00:00Z", ""),
    )
    values = by_day(samples_of(account, SETTINGS))
    # From 2 January to 1 April are 90 days: at the end of March the first deal just counts, then no more.
    first = values[Key(PORTAL, date(2026, 3, 31), "sales_velocity", "new")]
    mean_value = (Decimal(1000) + 100 + 300) * Decimal("1.10") / 3
    mean_cycle = (Decimal("0.25") + 10 + 20 + 30) / 4
    assert first == pytest.approx(2 * Decimal("0.8") * mean_value / mean_cycle)
    month = totals_by_month(samples_of(account, SETTINGS))[Key(PORTAL, date(2026, 3, 1), "sales_velocity")]
    assert month == first
    later = Account(PORTAL, "Europe/Berlin", "EUR", NOW.replace(month=4, day=1), account.facts, STAGES)
    second = by_day(samples_of(later, SETTINGS))[Key(PORTAL, date(2026, 4, 1), "sales_velocity", "new")]
    assert second == pytest.approx(2 * Decimal("0.75") * Decimal(200) * Decimal("1.10") / 20)


def test_a_portals_velocity_is_that_of_all_its_deals_and_not_the_sum_of_its_pipelines() -> None:
    won = {"hs_is_closed": "true", "hs_is_closed_won": "true"}
    lost = {"hs_is_closed": "true", "hs_is_closed_won": "false"}
    account = berlin(
        deal("won", "2026-03-01T12:00:00Z", "2026-03-11T12:00:00Z", amount="100"),
        deal("talk", "2026-03-01T12:00:00Z", ""),
        deal("", "2026-03-01T12:00:00Z", "2026-03-31T12:00:00Z", amount="500", **won) | {"pipeline": "old"},
        deal("", "2026-03-01T12:00:00Z", "2026-03-31T12:00:00Z", **lost) | {"pipeline": "old"},
        deal("", "2026-03-01T12:00:00Z", "") | {"pipeline": "old"},
        deal("", "2026-03-01T12:00:00Z", "") | {"pipeline": "old"},
        # Closed before it was created, alone in its pipeline: a speed of negative time is none.
        deal("", "2026-03-02T12:00:00Z", "2026-03-01T12:00:00Z", amount="600", **won) | {"pipeline": "odd"},
    )
    samples = list(samples_of(account, SETTINGS))
    today = date(2026, 3, 31)
    pipelines = {
        key: value for key, value in by_day(samples).items() if key[1:3] == (today, "sales_velocity")
    }
    assert pipelines == {
        Key(PORTAL, today, "sales_velocity", "new"): 1 * Decimal(120) / 10,
        Key(PORTAL, today, "sales_velocity", "old"): 2 * Decimal("0.5") * Decimal(600) / 30,
    }
    total = totals_by_month(samples)[Key(PORTAL, date(2026, 3, 1), "sales_velocity")]
    assert total == 3 * Decimal("0.75") * (Decimal(120 + 600 + 720) / 3) / (Decimal(10 + 30 - 1) / 3)


def test_a_month_has_the_velocity_of_each_pipelines_own_last_day() -> None:
    def sample(day: int, value: int, pipeline: str = "", *, is_total: bool = False) -> Sample:
        return Sample(
            portal_id=PORTAL,
            day=date(2026, 3, day),
            kpi="sales_velocity",
            numerator=Decimal(value),
            dimension=pipeline,
            is_total=is_total,
        )

    samples = [sample(10, 7, "p"), sample(20, 8, "p"), sample(5, 3, "q"), sample(21, 12, is_total=True)]
    month = Key(PORTAL, date(2026, 3, 1), "sales_velocity")
    assert by_month(samples) == {month._replace(dimension="p"): 8, month._replace(dimension="q"): 3}
    assert totals_by_month(samples) == {month: 12}


def test_activities_count_when_they_happened_by_owner() -> None:
    account = berlin(
        calls=[
            {"hs_timestamp": "2026-03-28T23:30:00Z", "hubspot_owner_id": "1"},
            {"hs_timestamp": "2026-03-29T21:59:00Z", "hubspot_owner_id": "1"},
            {"hs_timestamp": "1774821540000"},  # the same minute
            {"hubspot_owner_id": "1"},
        ],
        tasks=[{"hs_timestamp": "2026-03-29T22:00:00Z", "hubspot_owner_id": "2"}],
    )
    assert by_day(samples_of(account, SETTINGS)) == {
        Key(PORTAL, date(2026, 3, 29), "calls_logged", "1"): 2,
        Key(PORTAL, date(2026, 3, 29), "calls_logged", "UNKNOWN"): 1,
        Key(PORTAL, date(2026, 3, 30), "tasks_logged", "2"): 1,
    }
