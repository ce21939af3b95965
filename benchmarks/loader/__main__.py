"""Measures ways to load rows into PostgreSQL: `python -m benchmarks.loader`.

Rows like the tap's go through target-postgres, as `meltano install loader target-postgres` installs it, into a
throw-away PostgreSQL. All cases take turns; the tables show medians per row without the start of the program, and the
ratio to the first case. "same" says whether the rows are those of the first case.

small    into no tables, then changed rows over them
grown    changed rows over tables that hold many others
meltano  Meltano between programs that do nothing, and between a file and the loader
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.loader.bench import LOADER, Bench, Figures
from benchmarks.loader.cases import CHOSEN, INTO_GROWN_TABLES, INTO_SMALL_TABLES, START
from benchmarks.loader.meltano_project import compare_meltano

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.loader.cases import Case

_PARTS = ("small", "grown", "meltano")


def into_small_tables(bench: Bench, cases: Sequence[Case], rounds: int) -> None:
    """Print what first loads and changed rows cost."""
    phases: list[dict[str, list[Figures]]] = [{case.name: [] for case in (START, *cases)} for _ in range(2)]
    prints: dict[str, str] = {}
    for _ in range(rounds):
        for case in (START, *cases):
            bench.drop_tables()
            for phase, version in zip(phases, (1, 2), strict=True):
                phase[case.name].append(bench.load(case, version))
                _log(case, phase[case.name][-1])
            prints[case.name] = bench.fingerprint()
    # A start with the tables there; what creating them costs belongs to the first load.
    start = Figures.least(phases[1][START.name])
    _print_table(bench, ("no tables", "changed rows"), phases, start, prints)


def into_grown_tables(bench: Bench, cases: Sequence[Case], rounds: int, existing: int) -> None:
    """Print what changed rows cost where there are many others."""
    print(f"\n{existing:,} more rows in each table")
    bench.drop_tables()
    bench.load(CHOSEN, 1)
    bench.grow_tables(existing)
    phase: dict[str, list[Figures]] = {case.name: [] for case in (START, *cases)}
    prints: dict[str, str] = {}
    for number in range(rounds):
        for case in (START, *cases):
            phase[case.name].append(bench.load(case, 2 - number % 2))
            _log(case, phase[case.name][-1])
            prints[case.name] = bench.fingerprint()
    _print_table(bench, ("changed rows",), [phase], Figures.least(phase[START.name]), prints)


def _log(case: Case, figures: Figures) -> None:
    print(f"{case.name}: {figures}", file=sys.stderr, flush=True)


def _print_table(
    bench: Bench,
    titles: Sequence[str],
    phases: Sequence[dict[str, list[Figures]]],
    start: Figures,
    prints: dict[str, str],
) -> None:
    seconds = bench.records / 1e6
    print(f"\n{bench.records:,} rows of {len(bench.streams)} streams, µs a row; besides")
    print(f"{start.loader * seconds:.1f} s CPU ({start.wall * seconds:.1f} s elapsed) of a start\n")
    columns = [f"{title}: elapsed | × | loader CPU | PostgreSQL CPU" for title in titles]
    print(f"| | {' | '.join(columns)} | peak MiB | same |")
    print("|---|" + "---:|" * (4 * len(titles) + 1) + "---|")
    medians = [
        {name: Figures.median(measured).without(start) for name, measured in phase.items()}
        for phase in phases
    ]
    base, *_ = names = [name for name in medians[0] if name != START.name]
    for name in names:
        cells = [
            f"{phase[name].wall:.0f} | {phase[name].wall / phase[base].wall:.2f}"
            f" | {phase[name].loader:.0f} | {phase[name].server:.0f}"
            for phase in medians
        ]
        peak = max(phase[name].peak for phase in medians)
        same = "yes" if prints[name] == prints[base] else "NO"
        print(f"| {name} | {' | '.join(cells)} | {peak:.0f} | {same} |", flush=True)


def main() -> int:
    """Set everything up, measure, and take it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--streams", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--existing", type=int, default=50_000, help="rows that a grown table has (default 50,000)"
    )
    parser.add_argument("--part", choices=_PARTS, action="append", help="only this one; may be repeated")
    options = parser.parse_args()
    if not LOADER.exists():
        parser.error("the loader is not installed: meltano install loader target-postgres")
    home = Path(tempfile.mkdtemp(prefix="loader-benchmark-"))
    bench = Bench(home, options.records, options.streams)
    parts = options.part or _PARTS
    try:
        if "small" in parts:
            into_small_tables(bench, INTO_SMALL_TABLES, options.rounds)
        if "grown" in parts:
            into_grown_tables(bench, INTO_GROWN_TABLES, options.rounds, options.existing)
        if "meltano" in parts:
            compare_meltano(bench, options.rounds)
    finally:
        bench.close()
        shutil.rmtree(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
