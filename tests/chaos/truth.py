"""The simulated HubSpot's own truth of every table, and what the database has of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.streams import STREAMS
from tests.chaos.comparison import Difference, Expectation, compare
from tests.chaos.scenario import owner
from tests.copied_tables import ASSOCIATED, MIRRORS, comparable, truth
from tests.e2e.truth import Warehouse, kpi_values
from tests.kpi_truth import Settings, by_day, differences, samples_of_all
from tests.marketing_tables import COMPARED_TABLES, copied_rows, expected_rows

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from tests.chaos.cast import Cast
    from tests.chaos.comparison import Key, Row

_MARTS = {
    "dim_contacts": ("contacts", "contact_id"),
    "dim_companies": ("companies", "company_id"),
    "fct_deals": ("deals", "deal_id"),
    "fct_tickets": ("tickets", "ticket_id"),
}
# The loader's, or not HubSpot's.
_NOT_COMPARED = {"synced_at", "currency_code"}


def records(
    cast: Cast, present: Collection[int], compared: Counter[str], *, links: bool
) -> Iterator[Difference]:
    """Compare every CRM record: each value, and with `links` its associations, which move no modified date."""
    copy = Warehouse(cast.stack)
    for table in ASSOCIATED:
        gone = _erased(cast, table)
        # Nothing tells of ids that were merged into a record that was erased later, neither that they were merged.
        expected: dict[Key, Row] = {}
        for key, row in truth(cast.hubspot, table).items():
            if (key[0], row["merged_into"]) in gone:
                gone.add(key)
            else:
                expected[key] = row
        if not links:
            for row in expected.values():
                row.pop("associations", None)
                for mirror in MIRRORS:
                    row.get("properties", {}).pop(mirror, None)
        compared["records"] += _of(expected, present)

        def values(row: Row) -> Row:
            made = comparable(row)
            if not links:
                made["properties"] = {
                    name: value for name, value in made["properties"].items() if name not in MIRRORS
                }
            return made

        yield from compare(
            table,
            (((row["portal_id"], row["id"]), row) for row in copy.rows(table)),
            Expectation(
                expected,
                present,
                owner=_owners,
                gone=gone,
                values=values,
            ),
        )


def other_tables(cast: Cast, present: Collection[int], compared: Counter[str]) -> Iterator[Difference]:
    """Compare every row of what is no CRM record."""
    copy = Warehouse(cast.stack)
    keys = {stream.name: stream.keys for stream in STREAMS}
    for table in sorted(COMPARED_TABLES - {"list_memberships"}):
        columns = keys[table]
        expected = {
            tuple(row[column] for column in columns): _comparable(row)
            for row in expected_rows(cast.hubspot, table)
        }
        compared["other rows"] += _of(expected, present)
        actual = copied_rows([copy], table, *columns)
        yield from compare(
            table,
            ((tuple(row[column] for column in columns), row) for row in actual),
            Expectation(expected, present, values=_comparable),
        )


def marts(cast: Cast, present: Collection[int], compared: Counter[str]) -> Iterator[Difference]:
    """Compare who is in the marts: every live record once, and none that was archived, merged away or erased."""
    for mart, (stream, column) in _MARTS.items():
        live: dict[Key, Row] = {
            key: {} for key, row in truth(cast.hubspot, stream).items() if not row["archived"]
        }
        compared["rows of marts"] += _of(live, present)
        rows = cast.stack.query(f"SELECT portal_id, {column}::text AS id FROM hubspot_marts.{mart}")
        yield from compare(
            mart,
            (((row["portal_id"], row["id"]), row) for row in rows),
            Expectation(live, present, owner=_owners),
        )


def kpis(
    cast: Cast, present: Collection[int], compared: Counter[str], began: datetime
) -> Iterator[Difference]:
    """Compare every KPI of every day with what plain Python makes of HubSpot's records."""
    settings = Settings.read(cast.stack.project / "transform" / "seeds")
    expected = {
        key: value
        for key, value in by_day(samples_of_all(cast.hubspot.world, settings, began)).items()
        if key.portal_id in present
    }
    actual = {
        key: value
        for key, value in kpi_values(cast.stack, "kpi_daily", "date").items()
        if key.portal_id in present
    }
    compared["KPI values"] += len(expected)
    for each in differences(actual, expected):
        yield Difference("kpi", "kpi_daily", each)


def _erased(cast: Cast, table: str) -> set[Key]:
    return {
        (portal_id, str(record_id))
        for portal_id, portal in cast.hubspot.world.portals.items()
        for record_id in portal.objects[table].purged
    }


def _owners(key: Key, row: Row) -> Iterator[int | None]:
    """By its id, and by the id that is among its properties."""
    yield owner(key[-1])
    if inner := (row.get("properties") or {}).get("hs_object_id"):
        yield owner(inner)


def _comparable(row: Row) -> Row:
    return {name: json.loads(json.dumps(value)) for name, value in row.items() if name not in _NOT_COMPARED}


def _of(rows: dict[Key, Any], present: Collection[int]) -> int:
    return sum(key[0] in present for key in rows)
