"""`scripts/schedules`: write the schedules for who runs them, or run one, and say in one line what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from meltano.core.db import project_engine
from meltano.core.error import MeltanoError, ProjectNotFound
from meltano.core.logging import setup_logging
from meltano.core.migration_service import MigrationError, MigrationService
from meltano.core.project import Project
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from orchestrate.schedules.crontab import crontab
from orchestrate.schedules.github import workflow
from orchestrate.schedules.heartbeat import Heartbeat
from orchestrate.schedules.keeping import keep
from orchestrate.schedules.parts import BEGIN, END, run_part
from orchestrate.schedules.running import REFUSED, Refused, run, wait_for_others
from orchestrate.schedules.schedule import ScheduleError, find_schedules
from orchestrate.schedules.systemd import units
from orchestrate.sync.pipeline import SyncError, find_pipeline
from orchestrate.sync.sharded import Stopped
from serving.errors import CannotServe
from warehouse_connection.shards import Shard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrate.schedules.schedule import Schedule


class _Parser(argparse.ArgumentParser):
    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main() -> None:
    """Do what the arguments ask."""
    parser = _arguments()
    arguments = parser.parse_args()
    try:
        setup_logging(log_level="critical")  # what goes wrong is said in one line, below
        parser.exit(_do(arguments, Project.find()))
    except CannotServe as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    except ProjectNotFound:
        parser.exit(1, f"{parser.prog}: there is no meltano.yml in this folder.\n")
    except Refused as refused:
        parser.exit(REFUSED, f"{parser.prog}: {refused}\n")
    except (ScheduleError, SyncError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    except Stopped as stopped:
        parser.exit(128 + stopped.number, f"{parser.prog}: {stopped}\n")
    except (MeltanoError, MigrationError) as error:
        parser.exit(1, f"{parser.prog}: {' '.join(str(error).split())}\n")
    except SQLAlchemyError as error:
        problem = f"Meltano's database can't be read ({type(error).__name__}): see MELTANO_DATABASE_URI."
        parser.exit(1, f"{parser.prog}: {problem}\n")
    except OSError as error:
        parser.exit(1, f"{parser.prog}: {error.filename}: {error.strerror}\n")


def _do(arguments: argparse.Namespace, project: Project) -> int:
    schedules = find_schedules(project)
    environment = arguments.environment
    command = [sys.executable, "-m", "orchestrate.schedules", f"--environment={environment}", "run"]
    match arguments.what:
        case "run":
            return _run(project, _named(arguments.name, schedules), environment, arguments.part)
        case "keep":
            return keep(schedules, lambda schedule: _run(project, schedule, environment))
        case "crontab":
            print(crontab(schedules, str(project.root), command), end="")
        case "github":
            print(workflow(schedules), end="")
        case _:
            user = None if arguments.user else arguments.account
            if arguments.user:  # systemd looks there, but does not make it
                arguments.folder.mkdir(parents=True, exist_ok=True)
            _save(units(schedules, str(project.root), command, user), arguments.folder)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="scripts/schedules",
        description="The schedules of meltano.yml (orchestrate/orchestrate.meltano.yml) for who runs them.",
        epilog="docs/operating.md says what to do with each.",
    )
    parser.add_argument(
        "--environment",
        metavar="NAME",
        default=os.environ.get("MELTANO_ENVIRONMENT") or "prod",
        help="Meltano's environment of the runs (default: prod)",
    )
    whats = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    whats.add_parser("crontab", help="print lines for a crontab", description="Print lines for a crontab.")
    systemd = whats.add_parser(
        "systemd",
        help="write services and timers",
        description="Write systemd services and timers into a folder.",
    )
    systemd.add_argument("folder", type=Path, metavar="FOLDER", help="where to, as in /etc/systemd/system")
    whose = systemd.add_mutually_exclusive_group(required=True)
    whose.add_argument("--as", dest="account", metavar="USER", help="units of the system, who runs them")
    whose.add_argument("--user", action="store_true", help="units for ~/.config/systemd/user")
    whats.add_parser(
        "github",
        help="print the workflow for GitHub Actions",
        description="Print orchestrate/github/sync.yml with the schedules of meltano.yml in it.",
    )
    running = whats.add_parser(
        "run",
        help="run a schedule now, alone and with signs of life",
        description="Run a schedule now. HEARTBEAT_URL, if set, is called when it begins (/start) and when it has ended "
        f"(as it is, or /fail). Exit code {REFUSED}: another run is at work.",
    )
    running.add_argument("name", metavar="NAME", help="of the schedule, as in meltano.yml")
    running.add_argument(
        "--part",
        type=_part,
        metavar="PART",
        help=f"only what comes first ({BEGIN}), one shard of the portals (2/4), or what comes last ({END}), for an "
        "engine that starts each of them; without signs of life",
    )
    whats.add_parser(
        "keep",
        help="run every schedule when it is due, until stopped",
        description="Run every schedule when it is due, one after the other, until stopped: where there is no scheduler.",
    )
    return parser


def _named(name: str, schedules: Sequence[Schedule]) -> Schedule:
    for schedule in schedules:
        if schedule.name == name:
            return schedule
    names = ", ".join(schedule.name for schedule in schedules)
    raise ScheduleError(f"meltano.yml has no schedule {name} with a time; it has {names}.")


def _part(text: str) -> Shard | str:
    if text in {BEGIN, END}:
        return text
    if shard := Shard.parse(text):
        return shard
    raise argparse.ArgumentTypeError(f"must be {BEGIN}, {END}, or a shard like 2/4")


def _run(project: Project, schedule: Schedule, environment: str, part: Shard | str | None = None) -> int:
    project.activate_environment(environment)
    engine, sessions = project_engine(project, default=True)
    MigrationService(engine).upgrade(silent=True)  # as every command of Meltano begins
    if part is not None:
        return run_part(schedule, find_pipeline(environment), part)
    wait_for_others(schedule, environment, engine)
    engine.dispose()
    heartbeat = Heartbeat({**project.dotenv_env, **os.environ}.get("HEARTBEAT_URL") or "")
    return asyncio.run(run(schedule, environment, sessions, heartbeat))


def _save(files: dict[str, str], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
        print(folder / name)


if __name__ == "__main__":
    main()
