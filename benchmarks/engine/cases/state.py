"""Bookmarks of 500 portals: what is written of them in a run must not grow with their number squared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from benchmarks.engine.figures import Figure, note
from benchmarks.engine.tap import Tap
from benchmarks.replay.server import replaying, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.engine.setting import Setting
    from benchmarks.engine.tap import Run

_CONTACTS = 20
_MOST_BYTES = 20_000_000


def measure(setting: Setting) -> Iterator[Figure]:
    """Read all streams of all portals, and again from the state of that."""
    portals = setting.size(500, 20)
    with replaying({"contacts": _CONTACTS}) as url:
        tap = Tap(setting.folder / "state", url, [token(number + 1) for number in range(portals)])
        first = tap.run()
        _note("backfill", first)
        second = tap.run(state=first.output.state)
        _note("nothing changed", second)
    for what, run in (("backfill", first), ("nothing changed since", second)):
        whole = len(msgspec.json.encode(run.output.state))
        written = run.output.state_bytes
        partitions = sum(len(each.get("partitions", ())) for each in run.output.state["bookmarks"].values())
        yield Figure(
            "state",
            f"{portals} portals × all streams, {what}: STATE written in a run of {run.usage.wall:.0f} s "
            f"({run.output.lines['STATE']} messages, {partitions:,} bookmarks)",
            f"{written / 1e6:.1f} MB",
            f"< {_MOST_BYTES / 1e6:.0f} MB",
            f"{whole / 1e6:.1f} MB: one whole state",
            written / whole,
            passed=written < _MOST_BYTES,
        )


def _note(what: str, run: Run) -> None:
    note(f"{what}: {run.usage.wall:.1f} s, {run.output.lines['STATE']} states, {run.output.records:,} rows")
