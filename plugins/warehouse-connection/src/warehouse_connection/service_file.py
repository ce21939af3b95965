"""The libpq service file: how every other program finds the server, whatever port it got.

Connecting by service name keeps the password out of settings, environments and process lists, and lets the
port change between two starts. A client finds the file when PGSYSCONFDIR names its folder; a service file of the
user's own (PGSERVICEFILE) stays in force beside it. <https://www.postgresql.org/docs/current/libpq-pgservice.html>
"""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = "hubspot_embedded"


@dataclass(frozen=True, slots=True)
class Service:
    """What a client must know to connect over the loopback address."""

    port: int
    user: str
    password: str
    dbname: str
    host: str = "127.0.0.1"


def write(path: Path, service: Service) -> None:
    """Replace the file in one step, readable by its owner only."""
    parser = configparser.RawConfigParser()
    parser[SERVICE] = {
        "host": service.host,
        "port": str(service.port),
        "user": service.user,
        "password": service.password,
        "dbname": service.dbname,
    }
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as file:
        parser.write(file, space_around_delimiters=False)  # libpq takes a space as part of the value
    draft.replace(path)


def read(path: Path) -> Service | None:
    """Return the service of the file, or None when there is no (whole) file."""
    parser = configparser.RawConfigParser()
    parser.read(path, encoding="utf-8")
    if SERVICE not in parser:
        return None
    section = parser[SERVICE]
    return Service(
        host=section["host"],
        port=int(section["port"]),
        user=section["user"],
        password=section["password"],
        dbname=section["dbname"],
    )
