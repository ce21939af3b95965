"""Compare the warehouse with the simulated HubSpot's own truth, row by row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.streams import STREAMS
from tests.copied_tables import assert_equals_truth
from tests.kpi_truth import Key
from tests.marketing_tables import assert_copied, expected_rows

if TYPE_CHECKING:
    from decimal import Decimal

    from tests.e2e.stack import Stack


@dataclass(frozen=True, slots=True)
class Warehouse:
    """What the loader made of all runs of the tap so far, in the form of the tap's own rows."""

    stack: Stack

    def rows(self, table: str, **columns: object) -> list[dict[str, Any]]:
        """The rows of a raw table; only those with these values."""
        rows = [
            {
                name: _stamp(value) if isinstance(value, datetime) else value
                for name, value in row.items()
                if not name.startswith("_sdc_")
            }
            for row in self.stack.query(f"SELECT * FROM hubspot_raw.{table}")
        ]
        return [row for row in rows if columns.items() <= row.items()]


def assert_warehouse_equals_hubspot(stack: Stack, *portal_ids: int, links_since: str = "") -> None:
    """Compare every row of every CRM object of the portals: ids, stamps, each value, each association.

    Args:
        stack: Where to look.
        portal_ids: Which portals.
        links_since: After an incremental run, the time since when: a link that changes while its record does not is
            found by the next full read, so associations are compared on records that were modified later.

    Raises:
        AssertionError: A row is missing, too many, or differs.
    """
    assert_equals_truth(stack.hubspot, [Warehouse(stack)], portals=portal_ids, links_since=links_since)


def assert_other_tables_equal_hubspot(stack: Stack, *tables: str) -> None:
    """Compare tables of what is no CRM record, of every portal that may have it: each row, each column.

    Raises:
        AssertionError: A row is missing, too many, or differs.
    """
    warehouse, keys = Warehouse(stack), {stream.name: stream.keys[1:] for stream in STREAMS}
    for table in tables:
        allowed = {row["portal_id"] for row in warehouse.rows("portal_syncs", stream=table, status="ok")}
        assert allowed, table
        if table == "form_submissions":  # where HubSpot gives no id, the tap makes one
            expected = expected_rows(stack.hubspot, table, *allowed)
            assert _without_ids(warehouse.rows(table)) == _without_ids(expected)
        else:
            assert_copied(stack.hubspot, [warehouse], table, *keys[table], portal_ids=allowed)


def kpi_values(stack: Stack, mart: str, period: str) -> dict[Key, Decimal]:
    """The values of a mart that has a row for each KPI."""
    rows = stack.query(f"SELECT * FROM hubspot_marts.{mart} WHERE value IS NOT NULL")
    return {
        Key(row["portal_id"], row[period], row["kpi"], row["dimension_id"], row["sub_dimension_id"]): row[
            "value"
        ]
        for row in rows
    }


def _without_ids(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(
        json.dumps(
            {name: value for name, value in row.items() if name not in {"id", "synced_at"}}, sort_keys=True
        )
        for row in rows
    )


def _stamp(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"
