"""The most memory that the tap holds: it must not grow with records, with portals, or behind a slow target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.engine.figures import Figure, note
from benchmarks.engine.tap import Tap
from benchmarks.replay.server import replaying, token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.engine.setting import Setting

_MOST_MEBIBYTES, _MOST_TIMES = 250.0, 1.3
_ONE_STREAM = ("contacts", "portal_syncs")


@dataclass(frozen=True, slots=True)
class _Load:
    """What the tap reads.

    Attributes:
        contacts: Of each portal.
        streams: All unless given.
        rows_a_second: How fast the target reads; as fast as it can unless given.
    """

    portals: int
    contacts: int
    streams: tuple[str, ...] = ()
    rows_a_second: float | None = None

    def peak(self, folder: Path) -> float:
        """Read it; return the peak of the tap's memory in MiB."""
        with replaying({"contacts": self.contacts}) as url:
            tap = Tap(folder, url, [token(number + 1) for number in range(self.portals)])
            run = tap.run(self.streams, rows_a_second=self.rows_a_second)
        usage = run.usage
        note(
            f"{self.portals} portals of {self.contacts:,}: {run.output.records:,} rows, {usage.peak:.0f} MiB, {usage.wall:.0f} s"
        )
        return usage.peak


def measure(setting: Setting) -> Iterator[Figure]:
    """Compare a small load with a large one, in three ways."""
    few, many = 20_000, setting.size(400_000, 40_000)
    small, large = _Load(1, few, _ONE_STREAM), _Load(1, many, _ONE_STREAM)
    slow = _Load(1, setting.size(40_000, 20_000), _ONE_STREAM, rows_a_second=5_000)
    few_portals, many_portals = _Load(5, 100), _Load(setting.size(300, 20), 100)
    folder = setting.folder / "memory"
    base, base_of_portals = small.peak(folder), few_portals.peak(folder)
    comparisons = (
        (f"{many:,} records of one portal", large, f"{few:,} records", base),
        (
            f"{slow.contacts:,} records into a target that reads {slow.rows_a_second:,.0f} a second",
            slow,
            f"{few:,}, into a fast one",
            base,
        ),
        (
            f"{many_portals.portals} portals, all streams",
            many_portals,
            f"{few_portals.portals} portals",
            base_of_portals,
        ),
    )
    for what, load, baseline, least in comparisons:
        peak = load.peak(folder)
        yield Figure(
            "memory",
            f"the tap's peak memory, {what}",
            f"{peak:.0f} MiB",
            f"< {_MOST_MEBIBYTES:.0f} MiB, < {_MOST_TIMES} ×",
            f"{least:.0f} MiB: {baseline}",
            peak / least,
            passed=peak < _MOST_MEBIBYTES and peak < _MOST_TIMES * least,
        )
