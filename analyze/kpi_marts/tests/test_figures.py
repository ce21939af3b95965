from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_marts.catalogue import Kpi
from kpi_marts.figures import change_text, judgement, text, why_unknown


def kpi(unit: str = "count", better: str = "up", aggregation: str = "sum") -> Kpi:
    currency = "USD" if unit.startswith("money") else None
    return Kpi("k", "K", "sales", unit, currency, aggregation, "", "", better, True, "")  # type: ignore[arg-type]  # noqa: FBT003


@pytest.mark.parametrize(
    ("unit", "value", "written"),
    [
        ("count", "1234", "1,234"),
        ("count", "0", "0"),
        ("money", "12345.67", "12,346 USD"),
        ("money", "45.3", "45.30 USD"),
        ("money", "0", "0 USD"),
        ("money", "-1200", "−1,200 USD"),  # noqa: RUF001 - a true minus
        ("money_per_day", "1234.5", "1,234 USD/day"),
        ("ratio", "0.1234", "12.3 %"),
        ("ratio", "1", "100.0 %"),
        ("hours", "3.44", "3.4 h"),
        ("days", "1234.56", "1,234.6 days"),
        ("points", "4.367", "4.37"),
    ],
)
def test_a_value_is_written_with_its_unit(unit: str, value: str, written: str) -> None:
    assert text(Decimal(value), kpi(unit)) == written


@pytest.mark.parametrize("unit", ["count", "money", "money_per_day", "ratio", "hours", "days", "points"])
def test_an_unknown_value_is_a_dash_never_zero(unit: str) -> None:
    assert text(None, kpi(unit)) == "–"
    assert change_text(None) == "–"


def test_money_is_in_the_currency_that_was_asked_for() -> None:
    assert text(Decimal(1000), kpi("money"), "EUR") == "1,000 EUR"
    assert text(Decimal(1000), kpi("money_per_day"), "EUR") == "1,000 EUR/day"


@pytest.mark.parametrize(
    ("change", "written"),
    [
        ("0.124", "+12 %"),
        ("-0.05", "−5 %"),  # noqa: RUF001 - a true minus
        ("0", "0 %"),
        ("0.004", "0 %"),
        ("-0.004", "0 %"),
        ("12.5", "+1,250 %"),
    ],
)
def test_a_change_has_its_sign(change: str, written: str) -> None:
    assert change_text(Decimal(change)) == written


@pytest.mark.parametrize(
    ("change", "better", "said"),
    [
        ("0.1", "up", "better"),
        ("-0.1", "up", "worse"),
        ("0.1", "down", "worse"),
        ("-0.1", "down", "better"),
        ("0.1", "", ""),
        ("0.001", "up", ""),
    ],
)
def test_a_change_is_judged_by_what_is_better(change: str, better: str, said: str) -> None:
    assert judgement(Decimal(change), kpi(better=better)) == said


def test_an_unknown_change_is_not_judged() -> None:
    assert judgement(None, kpi()) == ""


@pytest.mark.parametrize("aggregation", ["sum", "ratio", "mean", "median", "last", "trailing", "monthly"])
def test_there_is_a_reason_for_every_dash(aggregation: str) -> None:
    assert why_unknown(kpi(aggregation=aggregation))


@given(
    st.decimals(-(10**12), 10**12, places=6),
    st.sampled_from(["count", "money", "ratio", "hours", "days", "points"]),
)
def test_no_value_is_a_negative_zero_or_has_an_exponent(value: Decimal, unit: str) -> None:
    written = text(value, kpi(unit)).split(" ")[0]
    assert "e" not in written.lower()
    assert not (written.startswith("−") and not written.strip("−0.,"))  # noqa: RUF001 - a true minus
    assert Decimal(written.replace(",", "").replace("−", "-")) == pytest.approx(  # noqa: RUF001
        value * (100 if unit == "ratio" else 1), abs=Decimal("0.51")
    )
