"""`scripts/sync`: run the job, or fold the states of workers, and say in one line what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import NoReturn

from typing_extensions import override

from orchestrate.sync.pipeline import JOB, SyncError, find_pipeline
from orchestrate.sync.processes import MELTANO
from orchestrate.sync.sharded import Stopped, sync
from run_recovery.shard_states import Busy, fold_workers
from warehouse_connection.shards import SLOTS


class _Parser(argparse.ArgumentParser):
    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main() -> None:
    """Do what the arguments ask."""
    parser = _Parser(
        prog="scripts/sync",
        description="Sync all portals: tap, loader, dbt. In shards, several taps and loaders share the portals.",
        epilog="The number of shards may change from run to run, and `meltano run sync` goes on where shards ended.",
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--shards",
        type=_count,
        default=1,
        metavar="N",
        help=f"taps and loaders to run side by side, 1 to {SLOTS} (default 1: the same as `meltano run {JOB}`)",
    )
    choice.add_argument(
        "--fold",
        metavar="PATTERN",
        help="run nothing: fold the states of workers that have such a --state-id-suffix ('worker-*') into the job's",
    )
    parser.add_argument(
        "--environment", metavar="NAME", help="Meltano's environment (default: Meltano's own)"
    )
    arguments = parser.parse_args()
    environment = arguments.environment or os.environ.get("MELTANO_ENVIRONMENT")
    if arguments.fold is None and arguments.shards == 1:
        chosen = [f"--environment={environment}"] if environment else []
        os.execv(MELTANO, ["meltano", *chosen, "run", "--no-install", JOB])  # noqa: S606 - the command is ours
    try:
        pipeline = find_pipeline(environment)
        if arguments.fold is not None:
            folded = fold_workers(pipeline.engine, pipeline.state_id, arguments.fold)
            print("\n".join([f"Folded into {pipeline.state_id}:", *folded] if folded else ["No such state."]))
        else:
            asyncio.run(sync(pipeline, arguments.shards))
    except (SyncError, Busy) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    except Stopped as stopped:
        parser.exit(128 + stopped.number, f"{parser.prog}: {stopped}\n")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= SLOTS:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {SLOTS}")
    return int(text)


if __name__ == "__main__":
    main()
