"""`meltano run` of the tap and the stock loader, with the project's settings, into a throw-away PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from benchmarks.engine import metered
from benchmarks.engine.tap import PROGRAM as TAP
from benchmarks.loader.bench import LOADER, SCHEMA
from benchmarks.loader.cases import CHOSEN
from benchmarks.programs import Command, Usage, cpu_of_server, run
from embedded_postgres import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MELTANO = Path(sys.executable).with_name("meltano")
_EXTRACTOR, _LOADER = "tap-hubspot-multi", "target-postgres"
_STATE_ID = f"dev:{_EXTRACTOR}-to-{_LOADER}"


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """A finished `meltano run`.

    Attributes:
        whole: The command with all that it started.
        tap: The tap; likewise the others. Discovery is part of it.
        meltano: What is left of the whole.
        database: PostgreSQL's CPU seconds.
    """

    whole: Usage
    tap: Usage
    target: Usage
    meltano: float
    database: float


class Pipeline:
    """A Meltano project with this tap, the stock loader and a database, and nothing of the caller's."""

    def __init__(self, folder: Path, tap_settings: Mapping[str, Any], streams: Sequence[str]) -> None:
        """Write the project and start its database.

        Args:
            folder: To be made.
            tap_settings: The tap's.
            streams: Those to read; all that are on by default unless given.
        """
        folder.mkdir(parents=True)
        self._folder = folder
        self._notes = folder / "usage.jsonl"
        self.server = EmbeddedServer(folder / "postgres")
        self.server.start()
        select = [f"{name}.*" for name in streams] or ["*.*", "!list_memberships.*"]
        loader_settings = {
            "sqlalchemy_url": self.server.url,
            "default_target_schema": SCHEMA,
            "activate_version": False,
            **CHOSEN.settings,
        }
        extractor = {**self._plugin(_EXTRACTOR, TAP), "config": dict(tap_settings), "select": select}
        extractor["capabilities"] = ["catalog", "discover", "state"]
        loader = {**self._plugin(_LOADER, LOADER), "config": loader_settings}
        project = {
            "project_id": "engine-benchmark",
            "default_environment": "dev",
            "send_anonymous_usage_stats": False,
            "environments": [{"name": "dev"}],
            "plugins": {"extractors": [extractor], "loaders": [loader]},
        }
        path = folder / "meltano.yml"
        path.touch(mode=0o600)  # tokens and the database's password are in it
        path.write_text(json.dumps(project), encoding="utf-8")  # JSON is YAML
        self._environment = {
            "MELTANO_AUTO_INSTALL": "false",
            "TARGET_POSTGRES_LOGLEVEL": "WARNING",
            "PGOPTIONS": CHOSEN.planner,
            "NO_COLOR": "1",
        }

    def run(self) -> PipelineRun:
        """Run it.

        Raises:
            SystemExit: It failed; with the end of its log.
        """
        self._notes.unlink(missing_ok=True)
        before = cpu_of_server(self.server.cluster)
        command = Command(
            [_MELTANO, "--log-level=info", "run", _EXTRACTOR, _LOADER], self._folder, self._environment
        )
        (whole,) = run([command], self._folder / "log")
        used: defaultdict[str, list[Usage]] = defaultdict(list)
        for line in self._notes.read_text(encoding="utf-8").splitlines():
            note = json.loads(line)
            used[note.pop("name")].append(Usage(**note))
        tap, target = (_together(used[name]) for name in (_EXTRACTOR, _LOADER))
        return PipelineRun(
            whole, tap, target, whole.cpu - tap.cpu - target.cpu, cpu_of_server(self.server.cluster) - before
        )

    def load(self, source: Path, *, as_it_comes: bool = False) -> Usage:
        """Run the loader alone, on a file of Singer messages.

        Args:
            source: The file.
            as_it_comes: Leave the settings that this project chose to the loader's own defaults.
        """
        config = self._folder / "loader.json"
        config.touch(mode=0o600)
        settings = json.loads((self._folder / "meltano.yml").read_text(encoding="utf-8"))
        loader_settings = settings["plugins"]["loaders"][0]["config"]
        if as_it_comes:
            loader_settings = {
                name: value for name, value in loader_settings.items() if name not in CHOSEN.settings
            }
        config.write_text(json.dumps(loader_settings), encoding="utf-8")
        command = Command([LOADER, "--config", config], self._folder, self._environment)
        (usage,) = run([command], self._folder / "log", source)
        return usage

    def state(self) -> dict[str, Any]:
        """Where the last run ended."""
        got = subprocess.run(  # noqa: S603 - our own project
            [_MELTANO, "--log-level=warning", "state", "get", _STATE_ID],
            cwd=self._folder,
            capture_output=True,
            check=True,
        )
        state: dict[str, Any] = json.loads(got.stdout)["singer_state"]
        return state

    def rows(self) -> int:
        """How many rows the tables hold together, those of the run log left out."""
        with self._connect() as connection:
            names = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [SCHEMA]
            ).fetchall()
            counts = [
                connection.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(SCHEMA, str(name)))
                ).fetchone()
                for (name,) in names
                if name != "portal_syncs"
            ]
        return sum(int(count[0]) for count in counts if count)

    def empty(self) -> None:
        """Begin with nothing."""
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.server.url.replace("+psycopg", ""), autocommit=True)

    def _plugin(self, name: str, program: Path) -> dict[str, Any]:
        """A plugin whose program is started by one that notes what it costs."""
        script = self._folder / name
        words = (sys.executable, "-S", metered.__file__, self._notes, name, program)
        script.write_text(f'#!/bin/sh\nexec {" ".join(map(str, words))} "$@"\n', encoding="utf-8")
        script.chmod(0o700)
        return {"name": name, "namespace": name.replace("-", "_"), "executable": str(script)}


@contextmanager
def pipeline(
    folder: Path, tap_settings: Mapping[str, Any], streams: Sequence[str] = ()
) -> Iterator[Pipeline]:
    """A project with a running database, which is stopped in the end."""
    if not LOADER.exists():
        raise SystemExit("the loader is not installed: meltano install loader target-postgres")
    made = Pipeline(folder, tap_settings, streams)
    try:
        yield made
    finally:
        made.server.stop()


def _together(usages: Sequence[Usage]) -> Usage:
    return Usage(
        max((usage.wall for usage in usages), default=0.0),
        sum(usage.cpu for usage in usages),
        max((usage.peak for usage in usages), default=0.0),
    )
