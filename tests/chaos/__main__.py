"""`scripts/chaos`: read the arguments, play, and say what came of it."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos import finale
from tests.chaos.business import Business
from tests.chaos.cast import Cast
from tests.chaos.director import Director
from tests.chaos.plan import make_plan, runs
from tests.chaos.report import Report
from tests.chaos.scenario import scenario_of
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Sequence

_PORTALS_FOR_ONE_LATE = 8
_CONNECT_SECONDS = 300.0


def main(given: Sequence[str] | None = None) -> int:
    """Do what the arguments ask; the exit code is 1 if anything is not as it must be."""
    arguments = _parse(given)
    folder = Path(arguments.folder or tempfile.mkdtemp(prefix="chaos-")).resolve()
    if folder.exists() and any(folder.iterdir()):
        print(f"scripts/chaos: {folder} is not empty: name another --folder.", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    report = play(
        folder,
        seed=arguments.seed,
        portals=arguments.portals,
        minutes=arguments.minutes,
        transform=not arguments.without_dbt,
    )
    print(report.text(), flush=True)
    if arguments.markdown:
        with Path(arguments.markdown).open("a", encoding="utf-8") as file:
            file.write(report.markdown())
    if arguments.folder or report.differences:
        print(f"The logs are in {folder}.")
    else:
        shutil.rmtree(folder)
    return 1 if report.differences else 0


def play(folder: Path, *, seed: int, portals: int, minutes: float, transform: bool) -> Report:
    """Start everything, let the plan come true, compare, and end what was started.

    Args:
        folder: An empty one, for logs and the database.
        seed: Of the plan and of HubSpot's records.
        portals: How many there are, those included that come in late.
        minutes: How long the chaos lasts.
        transform: Whether dbt takes part.
    """
    seconds = minutes * 60
    command = f"scripts/chaos --seed {seed} --portals {portals} --minutes {minutes:g}"
    report = Report(command + ("" if transform else " --without-dbt"), portals, seconds)
    began = time.monotonic()

    def say(what: str) -> None:
        passed = int(time.monotonic() - began)
        print(f"{passed // 60:02}:{passed % 60:02} {what}", flush=True)

    with running_simulator(scenario_of(portals), seed=seed) as hubspot:
        cast, business = Cast(hubspot, folder), Business(hubspot, seed)
        director = Director(cast, report, business, say)
        try:
            cast.start()
            ids = list(hubspot.world.portals)
            late = ids[len(ids) - len(ids) // _PORTALS_FOR_ONE_LATE :]
            early = ids[: len(ids) - len(late)]
            for portal_id in early:
                director.connect(portal_id)
            director.connect_all(_CONNECT_SECONDS)
            say(f"{len(early)} portals are connected; {minutes:g} minutes of chaos begin")
            director.play(make_plan(seed, seconds, early, late), runs(seed, transform=transform), seconds)
            business.stop()
            director.connect_all(_CONNECT_SECONDS)
            report.changes = business.changes
            finale.compare_all(cast, report, director.present, say, transform=transform)
        finally:
            cast.close()
    say("done")
    return report


def _parse(given: Sequence[str] | None) -> argparse.Namespace:
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
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
