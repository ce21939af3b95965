"""Find the database: DATABASE_URL, else the embedded PostgreSQL of the project.

Apart from `connection`, so that whoever may not need a database does not load its driver.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse_connection import service_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVICE_FILE = Path(".data/postgres/pg_service.conf")

_SCHEMES = {"postgresql+psycopg", "postgresql", "postgres"}


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


def _project_folders(environment: Mapping[str, str], directory: Path) -> Iterator[Path]:
    """Meltano names the project to its plugins; by hand, people stand somewhere inside it."""
    if root := environment.get("MELTANO_PROJECT_ROOT"):
        yield Path(root)
        return
    yield from (directory, *directory.parents)
