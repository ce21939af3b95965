"""Golden dumps: written by pg_dump, read by psql."""

from __future__ import annotations

import os
import subprocess

from embedded_postgres.programs import folder
from warehouse_connection.connection import as_libpq_environment


def dump(database_url: str) -> str:
    """Dump the token tables and the raw tables, whoever owns them."""
    options = ("--no-owner", "--no-privileges", "--schema=hubspot_auth", "--schema=hubspot_raw")
    return _run(database_url, "pg_dump", *options)


def restore(database_url: str, dumped: str) -> None:
    """Read a dump into an empty database."""
    _run(database_url, "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", said=dumped)


def _run(database_url: str, program: str, *options: str, said: str = "") -> str:
    done = subprocess.run(
        [folder() / program, *options],
        env=os.environ | as_libpq_environment(database_url),
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
