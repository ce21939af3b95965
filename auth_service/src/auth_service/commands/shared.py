"""What the commands share: how they read the settings, print, and end."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from auth_service.database import create_engine
from auth_service.errors import SettingsError
from auth_service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Engine

# Something is wrong, or was done in part: with a portal, an invite, a key, or in HubSpot's answer.
NOT_WHOLLY = 1
# Nothing was begun: the command line, the settings or the database are wrong.
CANNOT_START = 2

EXIT_CODES = """Exit codes: 0, done; 1, done in part or refused, and why is on standard error;
2, not begun: command line, settings or database are wrong."""

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def settings_with(*names: str) -> Settings:
    """Read the settings, of which the named ones are needed.

    Raises:
        SettingsError: Some of those cannot be used; one line for each.
    """
    settings = Settings.from_environment()
    if problems := settings.problems(*names):
        raise SettingsError("\n".join(problems))
    return settings


def open_database() -> Engine:
    """Open the database of the settings."""
    return create_engine(settings_with("database_url").database_url)


def read_secret(prompt: str, *, confirm: bool = False) -> str:
    """Ask for a secret without showing it, or read the first line of a pipe.

    Never an argument: those are in the process list and in the shell's history.
    """
    if sys.stdin.isatty():
        answer: str = click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")


def print_json(value: object) -> None:
    """Print what a program wants to read."""
    click.echo(json.dumps(value, indent=2, default=_for_json, ensure_ascii=False))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print what a person wants to read, in columns."""
    table = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def utc(moment: datetime | None) -> str:
    """Write a moment as 2026-11-22T08:00:00Z; none as a dash."""
    return "-" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _for_json(value: object) -> object:
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(type(value).__name__)
