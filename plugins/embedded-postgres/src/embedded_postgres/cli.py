"""`embedded-postgres start|stop|status|psql`, called by Meltano as the utility `postgres`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from embedded_postgres import programs
from embedded_postgres.errors import EmbeddedPostgresError
from embedded_postgres.server import EmbeddedServer, Status
from warehouse_connection.connection import as_libpq_environment
from warehouse_connection.location import WarehouseError

# With a database of the user's own, no command touches the embedded one.
_FOREIGN = "DATABASE_URL is set: the embedded PostgreSQL is not used."


class _OneLineErrors(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (EmbeddedPostgresError, WarehouseError) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    envvar="EMBEDDED_POSTGRES_HOME",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".data/postgres"),
    show_default=True,
    help="Folder of the cluster and its pg_service.conf.",
)
@click.pass_context
def main(ctx: click.Context, home: Path) -> None:
    """Run a real PostgreSQL 18 in the project's .data folder.

    It stays up between commands. When DATABASE_URL is set, the embedded server is left alone.
    """
    ctx.obj = EmbeddedServer(home)


@main.command()
@click.option("--port", envvar="EMBEDDED_POSTGRES_PORT", type=click.IntRange(1, 65535), help="Loopback port.")
@click.pass_obj
def start(server: EmbeddedServer, port: int | None) -> None:
    """Start it (no harm if it runs), creating the cluster the first time."""
    if os.environ.get("DATABASE_URL"):
        click.echo(_FOREIGN)
        return
    started = server.start(port)
    click.echo(f"PostgreSQL {'started' if started else 'is running'}: {server.describe()}")


@main.command()
@click.pass_obj
def stop(server: EmbeddedServer) -> None:
    """Stop it; the data stay."""
    if os.environ.get("DATABASE_URL"):
        click.echo(_FOREIGN)
        return
    click.echo("PostgreSQL stopped." if server.stop() else "PostgreSQL was not running.")


@main.command()
@click.pass_obj
def status(server: EmbeddedServer) -> None:
    """Say how it is; exit code 0 if it runs (or DATABASE_URL is set), 3 if not."""
    if os.environ.get("DATABASE_URL"):
        click.echo(_FOREIGN)
        return
    found = server.status()
    click.echo(
        f"PostgreSQL is {found.value}" + (f": {server.describe()}" if found is Status.RUNNING else ".")
    )
    sys.exit(0 if found is Status.RUNNING else 3)


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(server: EmbeddedServer, arguments: tuple[str, ...]) -> None:
    """Open psql on the database in use (DATABASE_URL, else the embedded one); ARGUMENTS go to psql."""
    environment = dict(os.environ)
    if url := os.environ.get("DATABASE_URL"):
        environment |= as_libpq_environment(url)
    elif server.status() is Status.RUNNING:
        environment |= as_libpq_environment(server.url)
    else:
        msg = "the embedded PostgreSQL does not run: meltano invoke postgres:start"
        raise EmbeddedPostgresError(msg)
    executable = str(programs.folder() / "psql")
    os.execve(executable, [executable, *arguments], environment)  # noqa: S606 - the program is ours
