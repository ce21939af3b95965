"""Find the database: DATABASE_URL, else the embedded PostgreSQL of the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import pq

from warehouse_connection import service_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVICE_FILE = Path(".data/postgres/pg_service.conf")

_SCHEMES = {"postgresql+psycopg", "postgresql", "postgres"}
_CONNECT_TIMEOUT_SECONDS = 10


class WarehouseError(Exception):
    """The database can't be found or reached; the message is one line that names the setting and the cure."""


def resolve_url(environment: Mapping[str, str] = os.environ, directory: Path | None = None) -> str:
    """Return the SQLAlchemy URL (`postgresql+psycopg://…`) of the database in use.

    An empty DATABASE_URL counts as unset: that is what Meltano makes of an unset variable.

    Args:
        environment: where DATABASE_URL is looked up, and MELTANO_PROJECT_ROOT, which Meltano sets for its plugins.
        directory: without MELTANO_PROJECT_ROOT, the project is looked for from here upwards; by default from the
            working directory.

    Raises:
        WarehouseError: DATABASE_URL is not a PostgreSQL URL, or it is unset and there is no embedded server.
    """
    if url := environment.get("DATABASE_URL"):
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in _SCHEMES:
            msg = "DATABASE_URL is not a PostgreSQL URL: write it as postgresql://user:password@host:5432/database"
            raise WarehouseError(msg)
        return f"postgresql+psycopg://{rest}"
    looked_in = list(_project_folders(environment, directory or Path.cwd()))
    for folder in looked_in:
        if service := service_file.read(folder / SERVICE_FILE):
            return (
                f"postgresql+psycopg://{quote(service.user)}:{quote(service.password, safe='')}"
                f"@{service.host}:{service.port}/{quote(service.dbname)}"
            )
    msg = (
        f"DATABASE_URL is not set and there is no embedded PostgreSQL at {looked_in[0] / SERVICE_FILE}: "
        "set DATABASE_URL, or run: meltano invoke postgres:start"
    )
    raise WarehouseError(msg)


def as_libpq_environment(url: str) -> dict[str, str]:
    """Turn a database URL into libpq's variables (PGHOST, PGPASSWORD, …).

    As a program's argument, the URL would show its password in the process list.

    Raises:
        WarehouseError: libpq can't read the URL.
    """
    return {
        option.envvar.decode(): option.val.decode()
        for option in _parse(url)
        if option.envvar is not None and option.val is not None
    }


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect to the database.

    Raises:
        WarehouseError: it does not answer, or refuses us; the message has no password.
    """
    _parse(url)
    try:
        return psycopg.connect(_without_driver(url), connect_timeout=_CONNECT_TIMEOUT_SECONDS)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        msg = f"can't connect to the database: {reason} (check DATABASE_URL, or run `meltano invoke postgres:start`)"
        raise WarehouseError(msg) from None


def _project_folders(environment: Mapping[str, str], directory: Path) -> Iterator[Path]:
    """Meltano names the project to its plugins; by hand, people stand somewhere inside it."""
    if root := environment.get("MELTANO_PROJECT_ROOT"):
        yield Path(root)
        return
    yield from (directory, *directory.parents)


def _parse(url: str) -> list[pq.ConninfoOption]:
    # libpq's own words would repeat the URL, or (after an "@" in the password) the rest of the password as a host.
    try:
        options = pq.Conninfo.parse(_without_driver(url).encode())
        readable = not any(option.keyword == b"host" and b"@" in (option.val or b"") for option in options)
    except psycopg.OperationalError:
        readable = False
    if not readable:
        msg = "DATABASE_URL can't be read: percent-encode special characters in its user and password."
        raise WarehouseError(msg)
    return options


def _without_driver(url: str) -> str:
    """SQLAlchemy's `+driver` is unknown to libpq."""
    scheme, separator, rest = url.partition("://")
    return scheme.partition("+")[0] + separator + rest
