"""The command `kpi-api`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_api.keys import KeyFile, KeysError
from kpi_marts.connection import MartsUnavailable, open_pool
from kpi_marts.loopback import is_loopback
from serving import logs
from serving.errors import CannotServe

if TYPE_CHECKING:
    from kpi_api.keys import ApiKey

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


class _OneLineErrors(click.Group):
    """Shows errors that are raised on purpose as one line, never as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (CannotServe, KeysError, MartsUnavailable) as error:
            click.echo(f"kpi-api: {error}", err=True)
            ctx.exit(1)


keys_file = click.option(
    "--keys-file",
    envvar="KPI_API_KEYS_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(".data/kpi-api-keys.toml"),
    show_default=True,
    help="File of the keys' hashes (KPI_API_KEYS_FILE).",
)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpi-api")
def main() -> None:
    """Answer KPIs over HTTP, to each client those of its own portals."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8091, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@keys_file
@click.option(
    "--no-keys", is_flag=True, help="Answer without a key, and only on this machine: to try it out."
)
@click.option(
    "--requests-per-minute",
    envvar="KPI_API_REQUESTS_PER_MINUTE",
    default=1_200,
    show_default=True,
    type=click.IntRange(1),
    help="How often each key may ask (KPI_API_REQUESTS_PER_MINUTE).",
)
@click.option(
    "--origins",
    envvar="KPI_API_ORIGINS",
    default="",
    help="Sites whose pages may ask from a browser, with commas (KPI_API_ORIGINS).",
)
@click.option(
    "--connections", default=8, show_default=True, type=click.IntRange(1), help="To the database, at most."
)
@click.option(
    "--metrics",
    "metrics_address",
    envvar="KPI_API_METRICS_ADDRESS",
    help="HOST:PORT to serve metrics on, for Prometheus only (KPI_API_METRICS_ADDRESS).",
)
def serve(  # noqa: PLR0913 - an argument an option
    *,
    host: str,
    port: int,
    keys_file: Path,
    no_keys: bool,
    requests_per_minute: int,
    origins: str,
    connections: int,
    metrics_address: str | None,
) -> None:
    """Serve the API; its address followed by /docs shows what one may ask."""
    from kpi_api.app import create_app  # noqa: PLC0415 - only this command needs a web framework
    from kpi_api.metrics import PoolFigures  # noqa: PLC0415
    from serving.metrics import Metrics, served  # noqa: PLC0415
    from serving.server import listen, run  # noqa: PLC0415

    sites = [site for site in re.split(r"[\s,]+", origins) if site]
    for site in sites:
        if not _ORIGIN.fullmatch(site):
            raise click.BadParameter(
                f"'{site}' is not one: write it as in https://app.example.com", param_hint="--origins"
            )
    keys = None if no_keys else KeyFile(keys_file)
    if keys is None and not is_loopback(host):
        raise click.UsageError(
            "--no-keys answers everybody, so it needs a --host that only this machine reaches: 127.0.0.1"
        )
    if keys is not None and not keys.all():
        raise KeysError(
            f"there is no key in {keys_file}: make one with `kpi-api keys create`, or try it out with --no-keys"
        )
    logs.configure("kpi_api", os.environ.get(logs.VARIABLE, ""))
    metrics = Metrics()
    with (
        listen(host, port) as listener,
        open_pool("kpi-api", connections=connections) as pool,
        served(metrics, metrics_address),
    ):
        metrics.registry.register(PoolFigures(pool))
        click.echo(f"kpi-api: listening on {host} port {port}; see /docs", err=True)
        app = create_app(pool, keys, per_minute=requests_per_minute, origins=sites, metrics=metrics)
        # Wrong keys are counted by address.
        run(app, listener, trust_proxy=True)


@main.group()
def keys() -> None:
    """Look after the keys of clients."""


@keys.command("create")
@click.option("--name", required=True, help="Whom it is for.")
@click.option("--all-portals", is_flag=True, help="It sees every portal, also those to come.")
@click.option(
    "--portal", "portals", multiple=True, type=click.IntRange(1), help="Id of a portal that it sees."
)
@click.option(
    "--group", "groups", multiple=True, help="Name of a group whose portals it sees, whichever they are."
)
@keys_file
def create(
    *, name: str, all_portals: bool, portals: tuple[int, ...], groups: tuple[str, ...], keys_file: Path
) -> None:
    """Make a key and print it. Only its hash is kept: it can't be shown again."""
    for text in (name, *groups):
        if not _NAME.fullmatch(text):
            raise click.UsageError("names have 1 to 100 characters, and are of one line")
    if all_portals == bool(portals or groups):
        raise click.UsageError("say which portals it sees: --all-portals, or some --portal and --group")
    made, key = KeyFile(keys_file).create(name, all_portals=all_portals, portals=portals, groups=groups)
    click.echo(f"kpi-api: key {made.id} of '{name}' sees {_scope(made)}; this is shown once:", err=True)
    click.echo(key)


@keys.command("list")
@keys_file
def list_keys(*, keys_file: Path) -> None:
    """Show all keys: id, when they were made, whose they are and what they see."""
    found = KeyFile(keys_file).all()
    if not found:
        click.echo(f"kpi-api: there is no key in {keys_file}", err=True)
    for each in found:
        click.echo(f"{each.id}  {each.created_at:%Y-%m-%d}  {each.name}: {_scope(each)}")


@keys.command("revoke")
@click.argument("name_or_id")
@keys_file
def revoke(*, name_or_id: str, keys_file: Path) -> None:
    """Take a key away; a running API refuses it at once."""
    gone = KeyFile(keys_file).revoke(name_or_id)
    click.echo(f"kpi-api: key {gone.id} of '{gone.name}' is gone", err=True)


def _scope(key: ApiKey) -> str:
    if key.all_portals:
        return "all portals"
    return ", ".join(
        [*(f"portal {each}" for each in key.portals), *(f"group '{each}'" for each in key.groups)]
    )
