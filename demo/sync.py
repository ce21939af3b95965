"""Run `meltano run sync` and show where it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from demo.places import FOLDER, ROOT, DemoError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOG = FOLDER / "sync.log"
MELTANO = str(Path(sys.executable).with_name("meltano"))


def run(environment: Mapping[str, str], show: Callable[[str], None]) -> None:
    """Run the main job to its end; its output goes to the log and, shortened, to `show`.

    Raises:
        DemoError: it failed.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        LOG.open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - the command is ours
            [MELTANO, "run", "sync"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            show(_what_it_says(line))
    if process.returncode:
        msg = f"`meltano run sync` ended with exit code {process.returncode} (log: {LOG})"
        raise DemoError(msg)


def _what_it_says(line: str) -> str:
    """Drop Meltano's time stamp and level: `2026-… [info     ] plugin  message` becomes `plugin message`."""
    return " ".join(line.partition("] ")[2].split() or line.split())


def forget_bookmarks(environment: Mapping[str, str]) -> None:
    """Clear Meltano's state: bookmarks without the rows they speak of would leave those rows out for ever."""
    # First those that killed shards have left, or the next run would find them.
    for command in (
        ["invoke", "runs:recover"],
        ["state", "clear", "--force", "dev:tap-hubspot-multi-to-target-postgres"],
    ):
        subprocess.run(  # noqa: S603 - the command is ours
            [MELTANO, "--log-level=error", *command],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,  # there may be none
        )
