"""Measures this tap beside others against one simulated HubSpot: `python -m benchmarks.peers`.

The others are installed from PyPI below the cache folder, each into an environment of its own with the same Python,
and run as programs with their own settings; a hook of `requests` sends what they ask of HubSpot to the simulator.
CPU is that of the program alone. Exits with 1 when something required of this tap does not hold.

cost         a first read at zero latency: requests, seconds, CPU, memory
links        one company with 1,200 contacts
millisecond  10,500 records in one millisecond
late         changes that the search index shows late
properties   900 properties
idle         50 portals in which nothing has changed
speed        27,000 records at 100 ms with limits, then 1 % of them changed
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.cases import CASES
from benchmarks.peers.installing import InstallationError, install
from benchmarks.peers.outcome import Table
from benchmarks.peers.programs import PEERS, Ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.peers.cases import Case
    from benchmarks.peers.outcome import Check, Outcome
    from benchmarks.peers.programs import Program

_CACHE = Path(__file__).parents[2] / ".data" / "peers"


def install_all(keys: Sequence[str], cache: Path, table: Table) -> list[Program]:
    """The programs that can be run here; the table says why another one cannot."""
    programs: list[Program] = [Ours.here()]
    for peer in PEERS:
        if peer.key in keys:
            try:
                programs.append(peer(install(peer.package, peer.version, peer.executable, cache)))
            except InstallationError as error:
                table.put(peer.key, {"version": f"not installed: {error}"})
    for program in programs:
        table.put(program.key, {"version": program.version})
    return programs


def measure(case: Case, programs: Sequence[Program], table: Table) -> Check:
    """Let every program go through a case; its rows of the table are filled."""
    print(f"{case.key}:", file=sys.stderr, flush=True)
    outcomes: dict[str, Outcome] = {}
    for program in programs:
        outcomes[program.key] = case.measure(program)
        table.put(program.key, outcomes[program.key].cells)
    return case.check(outcomes)


def main() -> int:
    """Install, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    by_key = {case.key: case for case in CASES}
    keys = [peer.key for peer in PEERS]
    parser.add_argument("--case", choices=by_key, action="append", help="only this one; may be repeated")
    parser.add_argument("--peer", choices=keys, action="append", help="only this one; may be repeated")
    parser.add_argument("--quick", action="store_true", help="a sixth to a tenth of the records")
    parser.add_argument(
        "--timeout", type=float, default=200, help="seconds that one run may take (default: %(default)s)"
    )
    parser.add_argument("--cache", type=Path, default=_CACHE, help="default: %(default)s")
    options = parser.parse_args()
    # As an exception it ends the program that is running, which has a process group of its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))

    peers = [peer for peer in PEERS if peer.key in (options.peer or keys)]
    table = Table({Ours.key: Ours.title} | {peer.key: peer.title for peer in peers})
    programs = install_all([peer.key for peer in peers], options.cache, table)
    cases = [by_key[key](options.timeout, options.quick) for key in options.case or by_key]
    load_before = os.getloadavg()[0]
    checks: list[Check] = []
    try:
        checks.extend(measure(case, programs, table) for case in cases)
    finally:  # whoever interrupts it still sees what there is
        python = f"Python {platform.python_version()}"
        print(
            f"{datetime.now(UTC):%Y-%m-%d}, {python}, {os.cpu_count()} cores, load {load_before:.1f} before\n"
        )
        print("\n".join(table.lines()), end="\n\n")
        for check in checks:
            print(f"- {'' if check.holds else 'NOT HELD: '}{check.text}")
    return 0 if all(check.holds for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
