"""A database with raw tables as large as those of many portals."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

import psycopg

from benchmarks.engine.figures import note
from tests.transform.raw_tables import COLUMNS, create_raw_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent
#: How often each type is among the activities.
ACTIVITIES: Final[Mapping[str, float]] = {
    "emails": 0.4,
    "calls": 0.2,
    "tasks": 0.15,
    "notes": 0.15,
    "meetings": 0.08,
    "communications": 0.02,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; numbers are a portal's.

    Attributes:
        runs: Of the tap, an hour apart.
        days: Of web analytics.
    """

    portals: int
    contacts: int
    companies: int
    deals: int
    tickets: int
    activities: int
    feedback: int
    submissions: int
    marketing_emails: int
    runs: int
    days: int = 1095

    @classmethod
    def of(cls, portals: int, scale: float) -> Size:
        """The size that the promises are about, times `scale`."""
        return cls(
            portals=portals,
            contacts=round(50_000 * scale),
            companies=round(5_000 * scale),
            deals=round(20_000 * scale),
            tickets=round(5_000 * scale),
            activities=round(100_000 * scale),
            feedback=round(2_000 * scale),
            submissions=round(10_000 * scale),
            marketing_emails=max(10, round(200 * scale)),
            runs=max(2, round(24 * 30 * scale)),
        )

    def __str__(self) -> str:
        return (
            f"{self.portals} portals × ({self.contacts:,} contacts, {self.deals:,} deals, "
            f"{self.activities:,} activities)"
        )


class Warehouse:
    """The database under measurement."""

    def __init__(self, url: str) -> None:
        self.url = url

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of one's own."""
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)

    def fill(self, size: Size) -> None:
        """Make all raw tables with their rows, and let PostgreSQL look at them as its autovacuum would."""
        values = {name: getattr(size, name) for name in size.__slots__}
        with self.connect() as connection:
            create_raw_tables(connection)
            self._run(connection, "raw_rows.sql", values)
            for object_type, share in ACTIVITIES.items():
                self._run(
                    connection, "activities.sql", {**values, "object_type": object_type, "share": share}
                )
            self._run(connection, "syncs.sql", {**values, "streams": ",".join(COLUMNS)})
            connection.execute("VACUUM ANALYZE")

    def forget_marts(self) -> None:
        """Leave the raw tables only: what an earlier run has built is not to be built upon."""
        with self.connect() as connection:
            connection.execute("DROP SCHEMA IF EXISTS hubspot_staging, hubspot_marts CASCADE")

    def change(self) -> None:
        """Let 1 % of the records change, and the tap have run once more."""
        with self.connect() as connection:
            for object_type in ACTIVITIES:
                self._run(connection, "changed_activities.sql", {"object_type": object_type})
            self._run(connection, "changes.sql", {})

    def rows(self) -> int:
        """How many rows the raw tables have together."""
        with self.connect() as connection:
            counts = (f"SELECT count(*) FROM hubspot_raw.{table}" for table in COLUMNS)  # noqa: S608 - our names
            return sum(_number(connection, count) for count in counts)

    def megabytes(self) -> float:
        """How large the raw tables are, indexes aside."""
        with self.connect() as connection:
            sizes = (f"SELECT pg_table_size('hubspot_raw.{table}')" for table in COLUMNS)
            return sum(_number(connection, size) for size in sizes) / 2**20

    def seconds_to_read(self) -> float:
        """How long it takes to read every record once and one property of each: nothing can be built faster."""
        with self.connect() as connection:
            began = time.monotonic()
            for table, columns in COLUMNS.items():
                read = "count(properties ->> 'createdate')" if "properties" in columns else "count(*)"
                connection.execute(f"SELECT {read} FROM hubspot_raw.{table}".encode())  # noqa: S608 - our names
            return time.monotonic() - began

    @staticmethod
    def _run(
        connection: psycopg.Connection[tuple[object, ...]], name: str, values: Mapping[str, object]
    ) -> None:
        began = time.monotonic()
        for statement in (
            Template((_FOLDER / name).read_text(encoding="utf-8")).substitute(values).split(";\n")
        ):
            connection.execute(statement.encode())
        what = values.get("object_type", "")
        note(f"{name} {what} {time.monotonic() - began:.0f} s")


def _number(connection: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(str(row[0])) if row else 0
