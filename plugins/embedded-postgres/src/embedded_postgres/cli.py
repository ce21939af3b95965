"""`embedded-postgres start|stop|status|psql|dump|restore`, called by Meltano as the utility `postgres`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

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


_OPTIONS_GO_ON = {"ignore_unknown_options": True, "allow_extra_args": True}


@main.command(context_settings=_OPTIONS_GO_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(server: EmbeddedServer, arguments: tuple[str, ...]) -> None:
    """Open psql on the database in use (DATABASE_URL, else the embedded one); ARGUMENTS go to psql."""
    _become(server, "psql", *arguments)


@main.command(context_settings=_OPTIONS_GO_ON)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def dump(server: EmbeddedServer, file: Path, arguments: tuple[str, ...]) -> None:
    """Write all that the database in use holds, as of one moment, to FILE; ARGUMENTS go to pg_dump."""
    if file.exists():
        msg = f"{file} exists: give the dump a name of its own."
        raise EmbeddedPostgresError(msg)
    os.umask(0o077)  # it holds personal data
    _become(server, "pg_dump", "--format=custom", f"--file={file}", *arguments)


@main.command(context_settings=_OPTIONS_GO_ON)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def restore(server: EmbeddedServer, file: Path, arguments: tuple[str, ...]) -> None:
    """Read a FILE of `dump` into the database in use, which must be empty; ARGUMENTS go to pg_restore."""
    # Without --dbname it would print what it restores; all of the address is in the environment.
    options = ("--single-transaction", "--exit-on-error", "--dbname=postgresql://")
    _become(server, "pg_restore", *options, *arguments, str(file))


def _become(server: EmbeddedServer, program: str, *arguments: str) -> NoReturn:
    executable = str(programs.folder() / program)
    os.execve(executable, [executable, *arguments], os.environ | _connection(server))  # noqa: S606 - the program is ours


def _connection(server: EmbeddedServer) -> dict[str, str]:
    if url := os.environ.get("DATABASE_URL"):
        return as_libpq_environment(url)
    if server.status() is Status.RUNNING:
        return as_libpq_environment(server.url)
    msg = "the embedded PostgreSQL does not run: meltano invoke postgres:start"
    raise EmbeddedPostgresError(msg)
