"""Twenty portals with 5,000 contacts and 2,000 deals each, into PostgreSQL: the loader must be the slow part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import worlds
from benchmarks.engine.figures import Figure, note
from benchmarks.engine.hubspot import simulated
from benchmarks.engine.pipeline import pipeline
from benchmarks.engine.tap import Tap, seconds_to_start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.engine.setting import Setting

STREAMS = ("contacts", "deals", "portal_syncs")
_LATENCY_MS = 100
_LEAST_TIMES = 4.0
_STARTS = 3


def measure(setting: Setting) -> Iterator[Figure]:
    """Run the tap alone, the loader alone on what the tap has written, and both under Meltano."""
    portals, contacts = setting.size(20, 4), setting.size(5_000, 500)
    deals = contacts * 2 // 5
    scenario = worlds.crm_only(portals, contacts=contacts, deals=deals)
    folder = setting.folder / "many"
    with simulated(scenario, worlds.anchor()) as hubspot:
        tokens = hubspot.do(worlds.tokens)
        tap = Tap(folder / "alone", hubspot.url, tokens)
        settings = {"api_url": hubspot.url, "static_tokens": tokens, "fail_on_portal_error": True}
        with pipeline(folder / "project", settings, STREAMS) as project:
            hubspot.do(worlds.hold_up, latency_ms=_LATENCY_MS, limits=True)
            used, written = hubspot.cpu_seconds(), folder / "written.singer"
            alone = tap.run(STREAMS, copy=written)
            used = hubspot.cpu_seconds() - used
            asked = hubspot.do(worlds.requests)
            note(
                f"tap alone: {alone.output.records:,} rows in {alone.usage.wall:.1f} s, {alone.usage.cpu:.1f} s CPU; "
                f"{asked.answered} requests ({asked.refused} refused), simulator {used:.1f} s CPU"
            )
            schemas = _without_rows(written)
            start, loader_start = seconds_to_start(), min(project.load(schemas).wall for _ in range(_STARTS))
            loaded = project.load(written)
            rows = project.rows()
            note(
                f"loader alone: {rows:,} rows in {loaded.wall:.1f} s; starts {start:.1f} s, {loader_start:.1f} s"
            )
            project.empty()
            hubspot.do(worlds.hold_up, latency_ms=_LATENCY_MS, limits=True)
            both = project.run()
            note(f"meltano run: {project.rows():,} rows in {both.whole.wall:.1f} s")
            project.empty()
            stock = project.load(written, as_it_comes=True)
    tap_rate, loader_rate = rows / (alone.usage.wall - start), rows / (loaded.wall - loader_start)
    stock_rate = rows / (stock.wall - loader_start)
    yield Figure(
        "many",
        f"{portals} portals × ({contacts:,} contacts + {deals:,} deals), {_LATENCY_MS} ms, limits on: tap to a null "
        f"target ({1e6 * alone.usage.cpu / rows:.0f} µs CPU a row), its start of {start:.1f} s taken off; the "
        f"simulator took {used / alone.usage.wall:.1f} of a core",
        f"{tap_rate:,.0f} rows/s",
        f"≥ {_LEAST_TIMES:.0f} × the loader",
        f"{loader_rate:,.0f} rows/s: the loader alone, from a file ({1e6 * loaded.cpu / rows:.0f} µs CPU a row), its "
        f"start of {loader_start:.1f} s taken off",
        tap_rate / loader_rate,
        passed=tap_rate >= _LEAST_TIMES * loader_rate,
    )
    yield Figure(
        "many",
        "the same beside a loader that was left to its own settings (ADR 10)",
        f"{tap_rate:,.0f} rows/s",
        baseline=f"{stock_rate:,.0f} rows/s: such a loader alone",
        ratio=tap_rate / stock_rate,
    )
    yield Figure(
        "many",
        "the same, meltano run of both",
        f"{both.whole.wall:.1f} s",
        baseline=f"{loaded.wall:.1f} s: the loader alone",
        ratio=both.whole.wall / loaded.wall,
    )


def _without_rows(written: Path) -> Path:
    """The same input with schemas only."""
    path = written.with_suffix(".schemas")
    with written.open("rb") as lines, path.open("wb") as schemas:
        schemas.writelines(line for line in lines if line.startswith(b'{"type":"SCHEMA"'))
    return path
