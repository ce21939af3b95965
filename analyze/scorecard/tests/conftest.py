"""Portals, KPIs and figures to write messages and reports of, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from kpi_marts.catalogue import Kpi
from kpi_marts.portals import Portal

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def portal() -> Callable[..., Portal]:
    """Make a portal: `portal(1, "Acme", synced=date(2026, 11, 2))`."""

    def make(
        portal_id: int, name: str, synced: date | None = date(2026, 11, 2), *, left: bool = False
    ) -> Portal:
        at = datetime.combine(synced, datetime.min.time(), UTC).replace(hour=9) if synced else None
        return Portal(
            portal_id=portal_id,
            portal_name=name,
            hub_domain=None,
            time_zone="Europe/Berlin",
            company_currency="EUR",
            connection_status="disconnected" if left else "active",
            is_active=not left,
            has_left=left,
            left_at=at if left else None,
            connected_at=datetime(2026, 1, 1, tzinfo=UTC),
            last_error_code=None,
            last_synced_at=at,
            last_synced_date=synced,
            group_names=[],
        )

    return make


@pytest.fixture
def catalogue() -> dict[str, Kpi]:
    """A few KPIs, of units that differ."""
    rows = [
        ("new_contacts", "New contacts", "count", None, "sum", "up", True),
        ("won_value", "Value of deals won", "money", "USD", "sum", "up", True),
        ("win_rate", "Win rate", "ratio", None, "ratio", "up", False),
        ("first_response_hours", "First response, mean", "hours", None, "mean", "down", False),
        ("cac", "Customer acquisition cost", "money", "USD", "monthly", "down", False),
    ]
    return {
        kpi: Kpi(kpi, label, "sales", unit, currency, aggregation, "", "", better, empty_is_zero, "")  # type: ignore[arg-type]
        for kpi, label, unit, currency, aggregation, better, empty_is_zero in rows
    }
