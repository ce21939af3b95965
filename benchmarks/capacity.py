"""Reckons what a number of portals needs: `python -m benchmarks.capacity --rows 100000 --portals 80 300`.

The figures were measured (benchmarks/README.md says how, docs/scaling.md by whom); here they are multiplied. `--write` puts
the tables of docs/scaling.md anew; a test compares.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
PORTALS = (50, 500, 5_000)
TYPICAL_ROWS, LARGE_ROWS = 25_000, 385_000
_BEGIN, _END = "<!-- figures: python -m benchmarks.capacity --write -->", "<!-- end of figures -->"

# Measured. Requests and rows are counts; the times are those of two cores (AMD EPYC), PostgreSQL beside.
REQUESTS_UNCHANGED = 74  # of a portal in which nothing has changed, all streams
REQUESTS_DAILY = 50  # once a day on top: labels and spend items
ROWS_A_REQUEST = 80  # of a backfill, 100 to a page, links and counts included
WORKERS, LATENCY = 32, 0.15  # requests under way in one tap; seconds of an answer
IDLE_CPU = 0.046  # of the tap, seconds for one unchanged portal
ROW_CPU = 168e-6  # of tap, Meltano, loader and PostgreSQL together, for one row that is written
LOADED_A_SECOND = 5_900  # rows, by one tap and loader
PORTAL_A_SECOND = 1_100  # rows of one portal, as HubSpot's limit lets them go
LOG_ROWS = 36  # of the run log, for one portal and run
START = 3.0  # seconds, of Meltano, tap and loader
DBT_START = 15.0  # seconds of a build without rows; more for each portal (its days and KPIs) and row
DBT_PORTAL, DBT_ROW = 0.2, 5.05e-6  # 1 % of the rows have changed
DBT_FIRST_PORTAL, DBT_FIRST_ROW = 0.59, 11.2e-6
RAW_BYTES, LOG_BYTES = 1_300, 300  # of a row, with its indexes
MART_PORTAL_BYTES, MART_BYTES = 11e6, 400  # KPIs of three years; the other marts, for a raw row
SHARD_MEMORY, PORTAL_MEMORY = 530, 0.1  # MiB
SHARD_CONNECTIONS, DBT_CONNECTIONS = 15, 6

# Assumed.
CHANGED_A_DAY = 0.01  # of the rows
LONGEST_READ = 600  # seconds that tap and loader may take of an hour


@dataclass(frozen=True, slots=True)
class Plan:
    """What so many portals of so many rows need, read every hour.

    Attributes:
        portals: Their number.
        rows: Raw rows of each.
    """

    portals: int
    rows: int

    @property
    def all_rows(self) -> int:
        """Raw rows without the run log."""
        return self.portals * self.rows

    @property
    def changed(self) -> float:
        """Rows that change in an hour."""
        return self.all_rows * CHANGED_A_DAY / 24

    @property
    def requests(self) -> float:
        """An hour, with an hour's share of what is read once a day."""
        return self.portals * (REQUESTS_UNCHANGED + REQUESTS_DAILY / 24) + self.changed / ROWS_A_REQUEST

    @property
    def read_seconds(self) -> float:
        """Of one tap and loader: they wait for answers."""
        return START + self.requests * LATENCY / WORKERS + self.changed / LOADED_A_SECOND

    @property
    def shards(self) -> int:
        """So many that they are done in time."""
        return math.ceil(self.read_seconds / LONGEST_READ)

    @property
    def cpu_seconds(self) -> float:
        """Of an hourly run without dbt."""
        written = self.changed + self.portals * LOG_ROWS
        return self.shards * START + self.portals * IDLE_CPU + written * ROW_CPU

    @property
    def backfill_seconds(self) -> float:
        """The first run, in as many shards; HubSpot's limit on one portal bounds it."""
        return START + max(self.all_rows / LOADED_A_SECOND / self.shards, self.rows / PORTAL_A_SECOND)

    @property
    def dbt_seconds(self) -> float:
        """Of an hourly build on two cores."""
        return DBT_START + self.portals * DBT_PORTAL + self.all_rows * DBT_ROW

    @property
    def first_dbt_seconds(self) -> float:
        """Of the first build on two cores."""
        return DBT_START + self.portals * DBT_FIRST_PORTAL + self.all_rows * DBT_FIRST_ROW

    @property
    def gigabytes(self) -> float:
        """Of raw tables and marts, without the run log."""
        return (self.all_rows * (RAW_BYTES + MART_BYTES) + self.portals * MART_PORTAL_BYTES) / 1e9

    @property
    def log_gigabytes(self) -> float:
        """What the run log grows by in a month."""
        return self.portals * LOG_ROWS * 730 * LOG_BYTES / 1e9

    @property
    def memory(self) -> float:
        """MiB, of all shards together."""
        return self.shards * SHARD_MEMORY + self.portals * PORTAL_MEMORY

    @property
    def connections(self) -> int:
        """To PostgreSQL, while shards are at work or dbt is."""
        return max(self.shards * SHARD_CONNECTIONS, DBT_CONNECTIONS)


_LINES: tuple[tuple[str, Callable[[Plan], str]], ...] = (
    ("raw rows", lambda plan: f"{plan.all_rows / 1e6:,.1f} million"),
    ("requests an hour, of all portals", lambda plan: f"{plan.requests:,.0f}"),
    ("an hourly run without dbt, by one tap and loader", lambda plan: _time(plan.read_seconds)),
    ("shards, so that this takes 10 minutes at most", lambda plan: f"{plan.shards}"),
    ("CPU of an hourly run, without dbt", lambda plan: _time(plan.cpu_seconds)),
    ("memory of all shards", lambda plan: f"{plan.memory / 1024:,.1f} GiB"),
    ("first run, in as many shards", lambda plan: _time(plan.backfill_seconds)),
    ("first dbt build, 2 cores", lambda plan: _time(plan.first_dbt_seconds)),
    ("hourly dbt build, 2 cores", lambda plan: _time(plan.dbt_seconds)),
    ("database: raw tables and marts", lambda plan: f"{plan.gigabytes:,.0f} GB"),
    ("database: the run log, more each month", lambda plan: f"{plan.log_gigabytes:,.1f} GB"),
    ("connections to PostgreSQL", lambda plan: f"{plan.connections}"),
)


def table(rows: int, portals: Iterable[int]) -> str:
    """One column for each number of portals, as Markdown."""
    plans = [Plan(each, rows) for each in portals]
    heading = [f"{rows:,} raw rows a portal", *(f"{plan.portals:,} portals" for plan in plans)]
    lines = [heading, ["---", *("---:" for _ in plans)]]
    lines += [[what, *(figure(plan) for plan in plans)] for what, figure in _LINES]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(text: str) -> str:
    """docs/scaling.md with the tables that these figures make."""
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    tables = "\n\n".join(table(rows, PORTALS) for rows in (TYPICAL_ROWS, LARGE_ROWS))
    return f"{before}{_BEGIN}\n{tables}\n{_END}{after}"


def main() -> None:
    """Print a table, or put those of the page anew."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.capacity",
        description="What a number of portals needs, from measured figures.",
    )
    parser.add_argument("--portals", type=int, nargs="+", default=PORTALS, metavar="N")
    parser.add_argument(
        "--rows", type=int, default=TYPICAL_ROWS, help=f"raw rows a portal (default {TYPICAL_ROWS:,})"
    )
    parser.add_argument("--write", action="store_true", help=f"put the tables of {PAGE.name} anew")
    options = parser.parse_args()
    if options.write:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(table(options.rows, options.portals))


def _time(seconds: float) -> str:
    if seconds < 99:  # noqa: PLR2004 - as people say it
        return f"{seconds:.0f} s"
    if seconds < 99 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


if __name__ == "__main__":
    main()
