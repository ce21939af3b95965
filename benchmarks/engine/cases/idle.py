"""A hundred portals in which nothing has changed since the run before, all streams: `meltano run` of tap and loader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import worlds
from benchmarks.engine.figures import Figure, note
from benchmarks.engine.hubspot import simulated
from benchmarks.engine.pipeline import pipeline
from benchmarks.engine.tap import Tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.engine.setting import Setting

_LATENCY_MS = 150
_MOST_SECONDS, _LEAST_TIMES = 60.0, 15.0


def measure(setting: Setting) -> Iterator[Figure]:
    """Read everything without latency and limits, then run again; and the tap alone with one worker, on a few portals."""
    portals = setting.size(100, 5)
    few = min(portals, setting.size(setting.baseline_portals, 2))
    folder = setting.folder / "idle"
    with simulated(worlds.portals(portals), worlds.anchor()) as hubspot:
        tokens = hubspot.do(worlds.tokens)
        settings = {"api_url": hubspot.url, "static_tokens": tokens, "fail_on_portal_error": True}
        with pipeline(folder / "project", settings) as project:
            hubspot.do(worlds.hold_up, latency_ms=0, limits=False)
            first = project.run()
            note(f"backfill of {portals} portals: {project.rows():,} rows in {first.whole.wall:.1f} s")
            hubspot.do(worlds.hold_up, latency_ms=_LATENCY_MS, limits=True)
            used, state = hubspot.cpu_seconds(), project.state()
            second = project.run()
            used = hubspot.cpu_seconds() - used
            asked = hubspot.do(worlds.requests)
        note(
            f"again: {second.whole.wall:.1f} s; {asked.answered} requests ({asked.refused} refused), simulator "
            f"{used:.1f} s CPU; CPU of tap {second.tap.cpu:.1f} s, target {second.target.cpu:.1f} s, Meltano "
            f"{second.meltano:.1f} s, PostgreSQL {second.database:.1f} s"
        )
        # One worker takes the portals one after the other, so that a few of them tell how long all take.
        elapsed = []
        for count in (1, few):
            tap = Tap(folder / f"of_{count}", hubspot.url, tokens[:count], max_workers=1)
            hubspot.do(worlds.hold_up, latency_ms=_LATENCY_MS, limits=True)
            elapsed.append(tap.run(state=state).usage.wall)
    one_worker = elapsed[0] + (elapsed[1] - elapsed[0]) * (portals - 1) / (few - 1)
    note(f"one worker: {elapsed[0]:.1f} s for 1 portal, {elapsed[1]:.1f} s for {few}")
    yield Figure(
        "idle",
        f"{portals} portals × all streams, nothing changed, {_LATENCY_MS} ms, limits on: whole meltano run "
        f"({asked.answered / portals:.0f} requests a portal; the simulator took {used / second.whole.wall:.1f} of a core)",
        f"{second.whole.wall:.1f} s",
        f"≤ {_MOST_SECONDS:.0f} s",
        f"{first.whole.wall:.1f} s: the first run, without latency and limits",
        second.whole.wall / first.whole.wall,
        passed=second.whole.wall <= _MOST_SECONDS,
    )
    times = one_worker / second.whole.wall
    yield Figure(
        "idle",
        f"the same, how much sooner than the tap alone with one worker (measured for 1 and {few} portals, the others "
        "reckoned from the difference)",
        f"{times:.0f} ×",
        f"≥ {_LEAST_TIMES:.0f} ×",
        f"{one_worker:.0f} s: one worker",
        times,
        passed=times >= _LEAST_TIMES,
    )
