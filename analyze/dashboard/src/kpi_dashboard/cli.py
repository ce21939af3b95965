"""The command `kpi-dashboard`."""

from __future__ import annotations

import sys
from getpass import getpass

import click

from kpi_dashboard import passwords
from kpi_dashboard.settings import Settings, SettingsError

CANNOT_START = 2


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.version_option(package_name="kpi-dashboard")
@click.pass_context
def main(context: click.Context, host: str, port: int) -> None:
    """Show every portal's KPIs side by side, in the browser.

    Reads the database of ANALYZE_DATABASE_URL, else of DATABASE_URL, else the embedded one. Without a login it listens
    on this machine only; DASHBOARD_PASSWORD_HASH or DASHBOARD_OIDC_* set one (see the README).
    """
    if context.invoked_subcommand is not None:
        return
    # Streamlit takes its time to import, which --help and hash-password need not wait for.
    from kpi_dashboard.server import check_address, serve  # noqa: PLC0415

    try:
        settings = Settings.read()
        check_address(host, port, settings)
    except SettingsError as error:
        click.echo(f"kpi-dashboard: {error}", err=True)
        context.exit(CANNOT_START)
    serve(host, port, settings)


@main.command("hash-password")
def hash_password() -> None:
    """Print the DASHBOARD_PASSWORD_HASH of a password, which is asked for, or read from the first line of a pipe.

    Neither is stored: keep the password in a password manager.
    """
    if sys.stdin.isatty():
        password = getpass("Password: ")
        if getpass("The same again: ") != password:
            raise click.UsageError("the two are not the same")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if problem := passwords.weakness(password):
        raise click.UsageError(f"the password is too easy to guess: {problem}")
    click.echo(passwords.hash_of(password))
