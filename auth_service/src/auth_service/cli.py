"""The command `hubspot-auth`."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from auth_service import canary, passwords, schema
from auth_service.connections import list_connections
from auth_service.crypto import new_key
from auth_service.database import create_engine
from auth_service.errors import AuthError, SettingsError
from auth_service.settings import Settings

if TYPE_CHECKING:
    from auth_service.connections import PortalConnection

CANNOT_START = 2


class _OneLineErrors(click.Group):
    """Shows errors that this package raises on purpose as lines, never as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AuthError as error:
            for line in str(error).splitlines():
                click.echo(f"hubspot-auth: {line}", err=True)
            ctx.exit(CANNOT_START)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="auth-service")
def main() -> None:
    """Connect HubSpot portals and keep their tokens."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
def serve(host: str, port: int) -> None:
    """Serve the pages on which portals are connected."""
    from auth_service.web.app import create_app  # noqa: PLC0415 - only this command needs a web framework
    from auth_service.web.server import configure_logging, listen, run  # noqa: PLC0415
    from auth_service.web.site import NEEDED_SETTINGS, Site  # noqa: PLC0415

    settings = Settings.from_environment()
    if problems := settings.problems(*NEEDED_SETTINGS):
        raise SettingsError("\n".join(problems))
    configure_logging()
    site = Site.from_settings(settings)
    schema.require_current(site.engine)
    canary.verify_keys(site.engine, site.keyring)
    listener = listen(host, port)
    click.echo(f"hubspot-auth: listening on {host} port {port}; open {settings.public_url}", err=True)
    run(create_app(site), listener)


@main.command()
def migrate() -> None:
    """Create the token tables, or bring them up to date."""
    engine = create_engine(Settings.from_environment().database_url)
    before = schema.current_version(engine)
    schema.upgrade(engine)
    after = schema.current_version(engine)
    click.echo(f"token tables: version {after}" + (" (nothing to do)" if before == after else ""))


@main.group()
def portals() -> None:
    """Look at the connected portals."""


@portals.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_portals(*, as_json: bool) -> None:
    """List the portals and how they are."""
    connections = list_connections(create_engine(Settings.from_environment().database_url))
    if as_json:
        click.echo(
            json.dumps([dataclasses.asdict(each) for each in connections], indent=2, default=_for_json)
        )
        return
    header = ("PORTAL", "NAME", "STATUS", "SCOPES", "CONNECTED", "LAST REFRESH", "LAST ERROR")
    rows = [header, *map(_as_row, connections)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@main.group()
def admin() -> None:
    """Look after the login of the pages."""


@admin.command("hash-password")
def hash_password() -> None:
    """Print the ADMIN_PASSWORD_HASH of a password, which is asked for, or read from the first line of a pipe.

    Neither is stored: keep the password in a password manager.
    """
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if problem := passwords.weakness(password):
        raise click.UsageError(f"the password is too easy to guess: {problem}")
    click.echo(passwords.PasswordHash.of(password))


@main.group()
def keys() -> None:
    """Look after the keys that encrypt the tokens."""


@keys.command("generate")
@click.option("--id", "key_id", help="Name of the key; without it a random one.")
def generate_key(key_id: str | None) -> None:
    """Print a new entry for TOKEN_KEYS. It is stored nowhere: keep it as you keep passwords."""
    key_id = key_id or f"k{secrets.token_hex(3)}"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", key_id):
        raise click.BadParameter("use 1 to 32 letters, digits, '-' or '_'", param_hint="--id")
    click.echo(f"{key_id}:{new_key()}")


def _as_row(connection: PortalConnection) -> tuple[str, ...]:
    return (
        str(connection.portal_id),
        connection.company_name,
        connection.status,
        str(len(connection.scopes)),
        _utc(connection.created_at),
        _utc(connection.last_refresh_at) if connection.last_refresh_at else "-",
        connection.last_error_code or "-",
    )


def _for_json(value: object) -> str | list[str]:
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _utc(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
