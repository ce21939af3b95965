"""Compare the warehouse with the simulated HubSpot's own truth, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
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


def _stamp(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"
