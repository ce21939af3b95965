"""What Meltano costs between two programs: a project of its own, whose tap reads a file."""

from __future__ import annotations

import functools
import json
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.loader.bench import LOADER
from benchmarks.loader.cases import CHOSEN
from benchmarks.programs import Command, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.loader.bench import Bench

_TIMES = 5
"""How often the rows go to nothing: a few seconds of work beside a start that takes as long."""
_MEBIBYTE = 1 << 20
_MELTANO = Path(sys.executable).with_name("meltano")


def compare_meltano(bench: Bench, rounds: int) -> None:
    """Print what Meltano adds to a pipe."""
    folder = bench.home / "project"
    _make(folder, bench.settings(CHOSEN))
    rows, empty = [bench.source("interleaved")], [bench.source("schemas")]
    many = rows * _TIMES

    def meltano(loader: str, sources: list[Path], *, buffer: int | None = None) -> list[Command]:
        environment = {"SINGER_FILES": " ".join(map(str, sources)), "MELTANO_AUTO_INSTALL": "false"}
        if buffer is not None:
            environment["MELTANO_ELT_BUFFER_SIZE"] = str(buffer)
        environment.update(bench.loader(CHOSEN).environment)
        arguments: list[str | Path] = [
            _MELTANO,
            "--log-level=warning",
            "run",
            "--full-refresh",
            "tap-file",
            loader,
        ]
        return [Command(arguments, folder, environment)]

    ways = {
        "pipe to nothing": [
            Command(["cat", *many], folder, {}),
            Command([folder / "target-nothing"], folder, {}),
        ],
        "Meltano to nothing, no rows": meltano("target-nothing", empty),
        "Meltano to nothing, buffer of 100 MiB": meltano("target-nothing", many),
        "Meltano to nothing, buffer of 16 MiB": meltano("target-nothing", many, buffer=16 * _MEBIBYTE),
        "Meltano to nothing, buffer of 1 MiB": meltano("target-nothing", many, buffer=_MEBIBYTE),
        "pipe to the loader, no rows": [Command(["cat", *empty], folder, {}), bench.loader(CHOSEN)],
        "pipe to the loader": [Command(["cat", *rows], folder, {}), bench.loader(CHOSEN)],
        "Meltano to the loader, no rows": meltano("target-postgres", empty),
        "Meltano to the loader, buffer of 100 MiB": meltano("target-postgres", rows),
        "Meltano to the loader, buffer of 16 MiB": meltano("target-postgres", rows, buffer=16 * _MEBIBYTE),
    }
    measured: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, commands in ways.items():
            bench.drop_tables()
            usages, server = bench.measured(functools.partial(run, commands, bench.home / "log"))
            used = (
                max(usage.wall for usage in usages),
                sum(usage.cpu for usage in usages),
                server,
                max(usage.peak for usage in usages),
            )
            measured[name].append(used)
            print(name, used, file=sys.stderr, flush=True)
    print(f"\n{bench.records:,} rows to the loader, {_TIMES} times as many to nothing\n")
    print("| | elapsed s | CPU s | PostgreSQL CPU s | peak MiB |")
    print("|---|" + "---:|" * 4)
    for name, figures in measured.items():
        wall, cpu, server, peak = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"| {name} | {wall:.1f} | {cpu:.2f} | {server:.2f} | {peak:.0f} |")


def _make(folder: Path, loader_settings: Mapping[str, Any]) -> None:
    """Write a project with one extractor and two loaders: the real one, and one that swallows its input."""
    folder.mkdir()
    programs = {"tap-file": "exec cat $SINGER_FILES", "target-nothing": "exec cat >/dev/null"}
    for name, body in programs.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o700)
    project = {
        "project_id": "loader-benchmark",
        "default_environment": "dev",
        "send_anonymous_usage_stats": False,
        "environments": [{"name": "dev"}],
        "plugins": {
            "extractors": [_plugin("tap-file", folder / "tap-file")],
            "loaders": [
                _plugin("target-nothing", folder / "target-nothing"),
                {**_plugin("target-postgres", LOADER), "config": dict(loader_settings)},
            ],
        },
    }
    path = folder / "meltano.yml"
    path.touch(mode=0o600)  # the database's password is in it
    path.write_text(json.dumps(project), encoding="utf-8")  # JSON is YAML


def _plugin(name: str, executable: Path) -> dict[str, Any]:
    return {"name": name, "namespace": name.replace("-", "_"), "executable": str(executable)}
