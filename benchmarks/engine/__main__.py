"""Measures the engine: `scripts/bench`, `scripts/bench cpu memory`, `scripts/bench --quick`.

Each case prints lines of one table: what was measured, what it must reach, and how it compares with a baseline that is
measured in the same run. Exits with 1 when something is missed. Progress goes to standard error; the slow cases take
minutes. A machine with two idle cores is assumed: one for the simulated HubSpot, one for the tap.

"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engine.cases import backfill, cpu, idle, many, memory, portal, profile, state
from benchmarks.engine.figures import as_markdown, as_text, note
from benchmarks.engine.setting import Setting
from benchmarks.machine import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.engine.figures import Figure

_FEWEST_BASELINE_PORTALS = 2
_MODULES = (idle, backfill, portal, many, profile, cpu, memory, state)
CASES: dict[str, Callable[[Setting], Iterator[Figure]]] = {
    module.__name__.rpartition(".")[2]: module.measure for module in _MODULES
}


def main() -> int:
    """Run the cases that are asked for, and print one table."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=__doc__,
        epilog="\n".join(f"{name:10}{module.__doc__}" for name, module in zip(CASES, _MODULES, strict=True)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="all unless given")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes: shows that it runs, measures nothing"
    )
    parser.add_argument("--markdown", action="store_true", help="print the table for a README")
    parser.add_argument(
        "--baseline-portals",
        type=int,
        default=4,
        help="of how many portals idle's baseline is measured, some ten seconds each (default 4)",
    )
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"no case {', '.join(sorted(unknown))}: there are {', '.join(CASES)}")
    if options.baseline_portals < _FEWEST_BASELINE_PORTALS:
        parser.error("--baseline-portals must be 2 at least: it is told from 1 and from so many")
    measured_on = describe()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="engine-benchmark-") as home:
        setting = Setting(Path(home), quick=options.quick, baseline_portals=options.baseline_portals)
        for name in options.cases or CASES:
            note(name)
            for figure in CASES[name](setting):
                note(" | ".join(figure.cells))
                figures.append(figure)
    print(as_markdown(figures) if options.markdown else as_text(figures))
    print(f"\n{measured_on}")
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
