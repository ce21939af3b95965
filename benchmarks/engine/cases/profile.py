"""Where the time of a row goes on its way from HubSpot's answer into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import worlds
from benchmarks.engine.cases.many import STREAMS
from benchmarks.engine.figures import Figure, note
from benchmarks.engine.hubspot import simulated
from benchmarks.engine.pipeline import pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.engine.setting import Setting


def measure(setting: Setting) -> Iterator[Figure]:
    """Run the whole pipeline over many records and over next to none; tell the difference by program."""
    portals, contacts = setting.size(10, 3), setting.size(5_000, 500)
    folder = setting.folder / "profile"
    runs, rows = [], []
    for name, size in (("start", 0), ("rows", contacts)):
        scenario = worlds.crm_only(portals, contacts=size, deals=size * 2 // 5)
        with simulated(scenario, worlds.anchor()) as hubspot:
            hubspot.do(worlds.hold_up, latency_ms=0, limits=False)
            settings = {
                "api_url": hubspot.url,
                "static_tokens": hubspot.do(worlds.tokens),
                "fail_on_portal_error": True,
            }
            with pipeline(folder / name, settings, STREAMS) as project:
                runs.append(project.run())
                rows.append(project.rows())
        note(f"{name}: {rows[-1]:,} rows in {runs[-1].whole.wall:.1f} s")
    start, full = runs
    micro = 1e6 / rows[-1]
    shares = {
        "tap": full.tap.cpu - start.tap.cpu,
        "Meltano": full.meltano - start.meltano,
        "target": full.target.cpu - start.target.cpu,
        "PostgreSQL": full.database - start.database,
    }
    whole = sum(shares.values())
    for program, seconds in shares.items():
        yield Figure(
            "profile",
            f"{program}: CPU a row of a meltano run, its start taken off ({rows[-1]:,} rows)",
            f"{seconds * micro:.0f} µs",
            baseline=f"{whole * micro:.0f} µs: all together",
            ratio=seconds / whole,
        )
