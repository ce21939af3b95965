"""A portal whose values no import should have let through, and how each has to be read."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

PORTAL_ID: Final = 404

NUMBERS: Final = {
    "1234.50": Decimal("1234.50"),
    "-7": Decimal(-7),
    "1.0E+15": Decimal(10**15),
    "2.5e-3": Decimal("0.0025"),
    ".5": Decimal("0.5"),
    "1,234.50": None,
    "12 €": None,
    "NaN": None,
    "Infinity": None,
    "0x1F": None,
    "1_000": None,
    "1e99": None,
    "9" * 400: None,
    "": None,
    "true": None,
}

MOMENTS: Final = {
    "2026-02-28T23:59:59.999Z": datetime(2026, 2, 28, 23, 59, 59, 999000, tzinfo=UTC),
    "2026-02-28T23:59:59Z": datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC),
    "2024-02-29": datetime(2024, 2, 29, tzinfo=UTC),
    "1767225600678": datetime(2026, 1, 1, 0, 0, 0, 678000, tzinfo=UTC),
    "-86400000000": datetime(1967, 4, 7, tzinfo=UTC),
    "2026-02-29": None,
    "1900-02-29": None,
    "2026-04-31T00:00:00Z": None,
    "2026-13-01": None,
    "2026-01-01T24:00:00Z": None,
    "99999-01-01T00:00:00Z": None,
    "0000-00-00": None,
    "2026": None,
    "20260101": None,
    "1767225600": None,
    "01/02/2026": None,
    "now": None,
    "infinity": None,
    "": None,
}

NOT_AN_OBJECT: Final = {"null": None, "list": ["amount"], "text": "amount"}


def rows() -> dict[str, list[dict[str, object]]]:
    """Return the portal's raw rows by stream; a deal's id names the value it is there for."""
    deals: dict[str, object] = {f"amount {text}": {"amount": text} for text in NUMBERS}
    deals |= {f"closedate {text}": {"closedate": text} for text in MOMENTS}
    deals |= {f"properties {kind}": properties for kind, properties in NOT_AN_OBJECT.items()}
    deals["largest"] = {
        "amount": "1E18",
        "hs_exchange_rate": "1E18",
        "hs_is_closed_won": "true",
        "closedate": "2026-01-01",
    }
    synced: dict[str, object] = {"portal_id": PORTAL_ID, "synced_at": "2026-11-01T00:00:00.000Z"}
    return {
        "portals": [
            {**synced, "company_currency": "USD", "time_zone": "UTC", "connection_status": "active"},
        ],
        "deals": [
            {
                **synced,
                "id": deal_id,
                "created_at": "2026-01-01T00:00:00.000Z",
                "properties": properties,
                "associations": {"companies": {"id": ["not", "a", "list"]}},
            }
            for deal_id, properties in deals.items()
        ],
    }
