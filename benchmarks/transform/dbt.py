"""Runs dbt as `meltano invoke dbt:build` does, and reads what it says of each model."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".meltano" / "utilities" / "dbt" / "venv" / "bin" / "dbt-on-warehouse"


@dataclass(frozen=True, slots=True)
class Node:
    """A model, seed or test, and how long it took."""

    name: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Build:
    """A finished `dbt build`."""

    seconds: float
    nodes: tuple[Node, ...]
    version: str

    def slowest(self, number: int) -> list[Node]:
        """The nodes that took longest."""
        return sorted(self.nodes, key=lambda node: -node.seconds)[:number]

    def seconds_of(self, kind: str) -> float:
        """What all nodes of a kind took, one after another."""
        return sum(node.seconds for node in self.nodes if node.kind == kind)


def build(database_url: str, folder: Path) -> Build:
    """Build everything, and test the data.

    Raises:
        SystemExit: It failed; with the end of what it said.
    """
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "build", "--exclude-resource-type", "unit_test"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "DATABASE_URL": database_url,
            "DBT_PROJECT_DIR": str(ROOT / "transform"),
            "DBT_PROFILES_DIR": str(ROOT / "transform"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "NO_COLOR": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode:
        raise SystemExit(f"dbt build failed:\n{done.stdout[-6000:]}")
    told = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    return Build(seconds, tuple(_nodes(told["results"])), told["metadata"]["dbt_version"])


def _nodes(results: Iterable[dict[str, object]]) -> Iterable[Node]:
    for result in results:
        kind, _, name = str(result["unique_id"]).partition(".")
        yield Node(name.removeprefix("hubspot_portals."), kind, float(str(result["execution_time"])))
