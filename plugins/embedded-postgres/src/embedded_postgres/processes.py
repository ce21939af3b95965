"""The server's processes as the operating system sees them, whatever lock files say."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import psutil

from embedded_postgres.errors import EmbeddedPostgresError

# After a kill, orphaned backends need a moment to notice that their postmaster is gone.
_ORPHAN_PATIENCE_SECONDS = 15


def postmaster(cluster: Path) -> psutil.Process | None:
    """Return the live server of the cluster; a pid that now belongs to another program does not count."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres"
        return process if alive and Path(process.cwd()) == cluster.resolve() else None
    except (FileNotFoundError, IndexError, ValueError, psutil.Error):
        return None


def wait_for_orphans(cluster: Path) -> None:
    """Wait until no backend of a killed server is left in the cluster.

    Raises:
        EmbeddedPostgresError: some are still at work; starting now could damage the data.
    """
    deadline = time.monotonic() + _ORPHAN_PATIENCE_SECONDS
    while orphans := _processes_in(cluster):
        if time.monotonic() > deadline:
            msg = f"processes {orphans} of a killed server still work in {cluster}: end them first."
            raise EmbeddedPostgresError(msg)
        time.sleep(0.2)


def _processes_in(cluster: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and Path(process.cwd()) == cluster:
                found.append(process.pid)
    return found
