"""Measures dbt and the marts: `python -m benchmarks.transform`, `… --scale 0.1`, `… build queries`.

Fills a throw-away PostgreSQL (or one that stays, `--folder`) with raw rows of many portals, builds the marts as an
operator does, lets 1 % of the records change, builds again, and asks what a dashboard asks. Prints one table and the
slowest models. Exits with 1 when something is missed; a smaller scale is told for information only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.engine.figures import Figure, as_markdown, as_text, note
from benchmarks.machine import describe
from benchmarks.transform import dbt, demo, queries
from benchmarks.transform.warehouse import Size, Warehouse
from embedded_postgres import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.transform.dbt import Build

FIRST_BUILD_SECONDS = 300
INCREMENTAL_SECONDS = 60
QUERY_SECONDS = 0.2
DEMO_SECONDS = 30
_SLOWEST = 15


class Session:
    """One run of the benchmark."""

    def __init__(self, server: EmbeddedServer, folder: Path, size: Size, *, is_full: bool) -> None:
        self._server = server
        self._folder = folder
        self._size = size
        self._is_full = is_full
        self.builds: dict[str, Build] = {}
        self.warehouse = Warehouse(self._database("benchmark"))

    def build(self) -> Iterator[Figure]:
        """The first build, and one after 1 % have changed."""
        empty = dbt.build(self._database("empty"), self._folder)
        size, warehouse = self._size, self.warehouse
        warehouse.forget_marts()
        reading = warehouse.seconds_to_read()
        rows, megabytes = warehouse.rows(), warehouse.megabytes()
        note(f"{rows:,} raw rows, {megabytes:,.0f} MB, read in {reading:.1f} s")
        first = self.builds["first build"] = dbt.build(warehouse.url, self._folder)
        yield self._timed(
            "build",
            f"first `dbt build`: {size}, {rows:,} raw rows, {megabytes:,.0f} MB",
            (first.seconds, FIRST_BUILD_SECONDS),
            f"{reading:.1f} s: reading each raw row once",
            reading,
        )
        yield self._timed(
            "build",
            "`dbt build` without any raw table",
            (empty.seconds, None),
            f"{first.seconds:.1f} s: the first build",
            first.seconds,
        )
        warehouse.change()
        again = self.builds["build after 1 % has changed"] = dbt.build(warehouse.url, self._folder)
        yield self._timed(
            "build",
            "`dbt build` after 1 % of the records has changed",
            (again.seconds, INCREMENTAL_SECONDS),
            f"{first.seconds:.1f} s: the first build",
            first.seconds,
        )

    def queries(self) -> Iterator[Figure]:
        """What a dashboard asks."""
        counting = queries.seconds_to_count(self.warehouse)
        for what, seconds in queries.measure(self.warehouse):
            if seconds is None:
                yield Figure("queries", what, "not there")
                continue
            yield Figure(
                "queries",
                what,
                f"{seconds * 1000:.0f} ms",
                f"≤ {QUERY_SECONDS * 1000:.0f} ms",
                f"{counting * 1000:.0f} ms: counting the rows of kpi_daily",
                seconds / counting,
                seconds <= QUERY_SECONDS,
            )

    def demo(self) -> Iterator[Figure]:
        """The demo's portals."""
        folder = self._folder / "demo"
        folder.mkdir()
        first, again = demo.seconds_to_build(self._database("demo"), folder)
        yield Figure(
            "demo",
            "`meltano run dbt:build` of the demo's four portals",
            f"{first:.1f} s",
            f"≤ {DEMO_SECONDS} s",
            f"{again:.1f} s: once more",
            first / again,
            first <= DEMO_SECONDS,
        )

    def _timed(
        self,
        case: str,
        what: str,
        measured: tuple[float, float | None],
        baseline: str,
        baseline_seconds: float,
    ) -> Figure:
        seconds, limit = measured
        is_held = limit is not None and self._is_full
        return Figure(
            case,
            what,
            f"{seconds:.1f} s",
            f"≤ {limit} s" if is_held else "",
            baseline,
            seconds / baseline_seconds,
            not is_held or seconds <= limit,
        )

    def _database(self, name: str) -> str:
        """The URL of a database, made if it is not there; all but the large one begin empty."""
        with psycopg.connect(self._server.url.replace("+psycopg", ""), autocommit=True) as connection:
            if name != "benchmark":
                connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{self._server.url.rpartition('/')[0]}/{name}"


def main() -> int:
    """Fill, build, ask, and print one table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.transform",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="build, queries, demo; all unless given")
    parser.add_argument("--scale", type=float, default=1.0, help="of the records of a portal (default 1)")
    parser.add_argument("--portals", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where the database stays; filled if it is not yet")
    parser.add_argument("--markdown", action="store_true", help="print the table for a README")
    options = parser.parse_args()
    if not dbt.PROGRAM.exists():
        parser.error("dbt is not installed: meltano install utility dbt")
    measured_on = describe()
    with tempfile.TemporaryDirectory(prefix="transform-benchmark-") as throw_away:
        home = options.folder or Path(throw_away)
        home.mkdir(parents=True, exist_ok=True)
        server = EmbeddedServer(home / "postgres")
        server.start()
        try:
            size = Size.of(options.portals, options.scale)
            is_full = options.scale >= 1 and options.portals >= 20  # noqa: PLR2004 - what was promised
            session = Session(server, Path(throw_away), size, is_full=is_full)
            cases: dict[str, Callable[[], Iterator[Figure]]] = {
                "build": session.build,
                "queries": session.queries,
                "demo": session.demo,
            }
            if unknown := set(options.cases) - set(cases):
                parser.error(f"no case {', '.join(sorted(unknown))}: there are {', '.join(cases)}")
            figures = _measure(session, size, [cases[name] for name in options.cases or cases])
        finally:
            server.stop()
    print(as_markdown(figures) if options.markdown else as_text(figures))
    _tell_slowest(session.builds)
    versions = {build.version for build in session.builds.values()}
    print(f"\n{measured_on.rstrip('.')}{''.join(f', dbt-core {version}' for version in versions)}.")
    return 0 if all(figure.passed for figure in figures) else 1


def _measure(session: Session, size: Size, cases: list[Callable[[], Iterator[Figure]]]) -> list[Figure]:
    with session.warehouse.connect() as connection:
        is_filled = connection.execute("SELECT to_regclass('hubspot_raw.portal_syncs')").fetchone() != (None,)
    if not is_filled and cases != [session.demo]:
        note(f"filling the raw tables: {size}")
        session.warehouse.fill(size)
    figures = []
    for case in cases:
        for figure in case():
            note(" | ".join(figure.cells))
            figures.append(figure)
    return figures


def _tell_slowest(builds: dict[str, Build]) -> None:
    for what, build in builds.items():
        sums = ", ".join(f"{kind}s {build.seconds_of(kind):.0f} s" for kind in ("model", "test", "seed"))
        print(f"\nThe slowest of the {what} (4 at a time; together {sums}):")
        for node in build.slowest(_SLOWEST):
            print(f"{node.seconds:7.1f} s  {node.kind} {node.name}")


if __name__ == "__main__":
    sys.exit(main())
