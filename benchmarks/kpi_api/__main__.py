"""Measures the KPI API on the demo's portals: `python -m benchmarks.kpi_api`, `… --database-url postgresql://…`.

Brings the demo's four portals into a throw-away PostgreSQL, or takes the marts of a database that is there; serves the
API as one does, with a key; and asks for all that it has, 50 times a second. Prints one table. Exits with 1 when
something is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.engine.figures import Figure, as_markdown, as_text, note
from benchmarks.kpi_api.load import Load, percentile
from benchmarks.machine import describe
from benchmarks.transform import demo
from embedded_postgres import EmbeddedServer
from kpi_api.keys import KeyFile

if TYPE_CHECKING:
    from collections.abc import Iterator

PER_SECOND = 50
P95_MILLISECONDS = 50
_PATHS = (
    "/portals",
    "/groups",
    "/kpis",
    "/deals/value-by-company",
    "/health/streams",
    "/scorecard",
    "/scorecard?by=group",
    "/kpis/won_value",
    "/kpis/won_value?currency=EUR&by=group",
    "/kpis/won_value?period=week&by=dimension",
    "/kpis/new_contacts?period=day&by=total",
    "/kpis/new_contacts?by=portal&by=dimension",
    "/kpis/win_rate?period=week",
    "/kpis/cac",
    "/kpis/sales_velocity?by=total",
    "/kpis/sales_cycle_days_median?by=group",
    "/kpis/pipeline_value?by=dimension&by=sub_dimension",
    "/kpis/email_open_rate?period=all&by=dimension",
    "/kpis/calls_logged?by=dimension",
    "/kpis/csat_score?period=week&format=csv",
)
_ALIVE = "/health"
_CLIENTS = 8


@contextmanager
def _database(url: str | None, folder: Path) -> Iterator[str]:
    if url:
        yield url
        return
    server = EmbeddedServer(folder / "postgres")
    server.start()
    try:
        note("bringing the demo's portals")
        demo.seconds_to_build(server.url, folder / "demo")
        yield server.url
    finally:
        server.stop()


@contextmanager
def _served(database_url: str, folder: Path, port: int) -> Iterator[str]:
    """Serve the API; a key for all portals."""
    _, key = KeyFile(folder / "keys.toml").create("benchmark", all_portals=True)
    process = subprocess.Popen(  # noqa: S603 - ours
        [
            *(Path(sys.executable).with_name("kpi-api"), "serve", "--port", str(port)),
            *("--keys-file", folder / "keys.toml", "--requests-per-minute", "1000000"),
        ],
        env={**os.environ, "ANALYZE_DATABASE_URL": database_url},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{_ALIVE}", process)
        yield key
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(url).close()  # noqa: S310 - our own address
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the API has ended before it began: kpi-api serve says why")


def figures(port: int, key: str, rows: int, seconds: int) -> Iterator[Figure]:
    """Measure."""
    order = random.Random(7)  # noqa: S311 - the same order each time
    paths = [order.choice(_PATHS) for _ in range(PER_SECOND * seconds)]
    clients = Load(port, key)
    for path in _PATHS:  # plans and connections are made
        clients.at(PER_SECOND, [path] * 4)
    alive = Load(port).at(PER_SECOND, [_ALIVE] * len(paths))
    base = percentile(alive, 0.95)
    note(f"{PER_SECOND} requests a second for {seconds} s")
    answers = clients.at(PER_SECOND, paths)
    p95 = percentile(answers, 0.95)
    size = sum(answer.size for answer in answers) / len(answers) / 1000
    yield Figure(
        "rate",
        f"{len(_PATHS)} questions in turns ({rows:,} rows of kpi_daily), {PER_SECOND} a second for {seconds} s, "
        f"{size:.0f} KB on average: 95 of 100 answers come within",
        f"{p95:.1f} ms",
        f"≤ {P95_MILLISECONDS} ms",
        f"{base:.1f} ms: the same of `{_ALIVE}`, without database and key",
        p95 / base,
        p95 <= P95_MILLISECONDS,
    )
    median = percentile(answers, 0.5)
    yield Figure(
        "rate",
        "the same, half of the answers",
        f"{median:.1f} ms",
        "",
        f"{p95:.1f} ms: 95 of 100",
        median / p95,
    )
    slowest = max(_PATHS, key=lambda path: percentile([each for each in answers if each.path == path], 0.5))
    its = percentile([each for each in answers if each.path == slowest], 0.5)
    yield Figure(
        "rate",
        f"the same, half of those of the slowest question, `{slowest}`",
        f"{its:.1f} ms",
        "",
        f"{median:.1f} ms: of all",
        its / median,
    )
    note("as fast as can be")
    fastest = Load(port).as_fast_as_can_be([_ALIVE] * len(paths), _CLIENTS)
    rate = clients.as_fast_as_can_be(paths, _CLIENTS)
    yield Figure(
        "most",
        f"answers a second, {_CLIENTS} clients that ask as fast as they can, on the same machine",
        f"{rate:.0f}/s",
        "",
        f"{fastest:.0f}/s: `{_ALIVE}`",
        rate / fastest,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database-url", help="a database whose marts are there")
    parser.add_argument("--seconds", type=int, default=30, help="how long to ask (default: 30)")
    parser.add_argument("--port", type=int, default=18_391, help="where the API listens meanwhile")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        with _database(options.database_url, folder) as url:
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                (rows,) = connection.execute("SELECT count(*) FROM hubspot_marts.kpi_daily").fetchone() or (
                    0,
                )
            machine = describe()
            with _served(url, folder, options.port) as key:
                found = list(figures(options.port, key, rows, options.seconds))
    print(as_markdown(found) if options.markdown else as_text(found))
    print(f"\n{machine}")
    sys.exit(not all(figure.passed for figure in found))


if __name__ == "__main__":
    main()
