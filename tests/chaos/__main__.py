"""`scripts/chaos`: read the arguments, play, and say what came of it."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos.play import Setting, played


def main() -> int:
    """Do what the arguments ask; the exit code is 1 if anything is not as it must be."""
    arguments = _parse()
    # Asked to stop, it ends what it has started.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    folder = Path(arguments.folder or tempfile.mkdtemp(prefix="chaos-")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        print(f"scripts/chaos: {folder} is not empty: name another --folder.", file=sys.stderr)
        return 2
    setting = Setting(
        seed=arguments.seed,
        portals=arguments.portals,
        minutes=arguments.minutes,
        transform=not arguments.without_dbt,
    )
    with played(folder, setting) as (_, report, _):
        print(report.text(), flush=True)
    if arguments.markdown:
        with Path(arguments.markdown).open("a", encoding="utf-8") as file:
            file.write(report.markdown())
    if arguments.folder or report.differences:
        print(f"The logs are in {folder}.")
    else:
        shutil.rmtree(folder)
    return 1 if report.differences else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/chaos",
        description="Runs of the whole pipeline on simulated portals, while its programs are killed, HubSpot answers with "
        "faults, portals come and go, and records change; then the database is held against the truth: "
        "0 lost, 0 doubled, 0 leaked. Needs nothing of yours, and touches nothing of yours.",
        epilog="The same seed makes the same plan. What it hits depends on the machine: no two runs are the same.",
    )
    parser.add_argument("--minutes", type=float, default=15, help="how long the chaos lasts (default 15)")
    parser.add_argument("--portals", type=int, default=30, help="how many portals (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="of the plan (default 1)")
    parser.add_argument("--folder", help="an empty folder for all logs and the database; it is kept")
    parser.add_argument(
        "--markdown", metavar="FILE", help="add the report to this file ($GITHUB_STEP_SUMMARY)"
    )
    parser.add_argument(
        "--without-dbt", action="store_true", help="leave out dbt: compare what is loaded only"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
