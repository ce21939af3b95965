"""The command `hubspot-auth`."""

from __future__ import annotations

from typing import Any

import click

from auth_service import passwords, schema
from auth_service.commands.invite import invite
from auth_service.commands.keys import keys
from auth_service.commands.operations import doctor, grant_roles
from auth_service.commands.portals import portals
from auth_service.commands.shared import (
    CANNOT_START,
    EXIT_CODES,
    NOT_WHOLLY,
    open_database,
    read_secret,
)
from auth_service.errors import AuthError, OperatorError


class _OneLineErrors(click.Group):
    """Shows errors that this package raises on purpose as lines, never as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AuthError as error:
            for line in str(error).splitlines():
                click.echo(f"hubspot-auth: {line}", err=True)
            ctx.exit(CANNOT_START if isinstance(error, OperatorError) else NOT_WHOLLY)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(package_name="auth-service")
def main() -> None:
    """Connect HubSpot portals and keep their tokens."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option("--metrics", help="HOST:PORT to serve metrics on, for Prometheus only (AUTH_METRICS_ADDRESS).")
def serve(host: str, port: int, metrics: str | None) -> None:
    """Serve the pages on which portals are connected."""
    from auth_service.web.serving import serve_pages  # noqa: PLC0415 - only this command needs a web framework

    serve_pages(host, port, metrics)


@main.command()
def migrate() -> None:
    """Create the token tables, or bring them up to date."""
    engine = open_database()
    before = schema.current_version(engine)
    schema.upgrade(engine)
    after = schema.current_version(engine)
    click.echo(f"token tables: version {after}" + (" (nothing to do)" if before == after else ""))


@main.group()
def admin() -> None:
    """Look after the login of the pages."""


@admin.command("hash-password")
def hash_password() -> None:
    """Print the ADMIN_PASSWORD_HASH of a password, which is asked for, or read from the first line of a pipe.

    Neither is stored: keep the password in a password manager.
    """
    password = read_secret("Password", confirm=True)
    if problem := passwords.weakness(password):
        raise click.UsageError(f"the password is too easy to guess: {problem}")
    click.echo(passwords.PasswordHash.of(password))


for command in (portals, invite, keys, doctor, grant_roles):
    main.add_command(command)
