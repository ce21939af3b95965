from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.transform import garbage

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def deals(built: Connection) -> dict[object, dict[str, object]]:
    """The garbage portal's deals as staging types them, by id."""
    rows = built.execute(
        "SELECT deal_id, amount, closed_at, created_at FROM hubspot_staging.stg_hubspot__deals WHERE portal_id = %s",
        [garbage.PORTAL_ID],
    )
    return {
        deal_id: {"amount": amount, "closed_at": closed_at, "created_at": created_at}
        for deal_id, amount, closed_at, created_at in rows
    }


@pytest.mark.parametrize(("text", "number"), garbage.NUMBERS.items())
def test_a_number_is_read_exactly_or_null(
    deals: dict[str, dict[str, object]], text: str, number: Decimal | None
) -> None:
    assert deals[f"amount {text}"]["amount"] == number


@pytest.mark.parametrize(("text", "instant"), garbage.MOMENTS.items())
def test_a_moment_is_read_exactly_or_null(
    deals: dict[str, dict[str, object]], text: str, instant: datetime | None
) -> None:
    assert deals[f"closedate {text}"]["closed_at"] == instant


@pytest.mark.parametrize("kind", garbage.NOT_AN_OBJECT)
def test_a_record_without_a_properties_object_keeps_its_core_columns(
    deals: dict[str, dict[str, object]], kind: str
) -> None:
    assert deals[f"properties {kind}"] == {
        "amount": None,
        "closed_at": None,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_sums_survive_the_largest_amounts(built: Connection) -> None:
    won_value = built.execute(
        "SELECT won_value FROM hubspot_marts.portal_value WHERE portal_id = %s", [garbage.PORTAL_ID]
    ).fetchone()
    assert won_value == (Decimal(10) ** 36,)  # 10^18 at a rate of 10^18
