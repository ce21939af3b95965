"""Runs the service: all that is checked before it answers, and what is beside it, logs and metrics."""

from __future__ import annotations

import click

from auth_service import canary, schema
from auth_service.commands.shared import settings_with
from auth_service.errors import SettingsError
from auth_service.web.app import create_app
from auth_service.web.metrics import PortalFigures
from auth_service.web.site import NEEDED_SETTINGS, Site
from serving import logs
from serving.errors import CannotServe
from serving.metrics import Metrics, served
from serving.server import listen, run

# Libraries that log addresses, or each step: only what is wrong.
QUIET = ("alembic", "httpcore2", "httpx2", "uvicorn")


def serve_pages(host: str, port: int, metrics_address: str | None) -> None:
    """Serve until told to stop.

    Args:
        host: To listen on.
        port: To listen on.
        metrics_address: Where metrics are served; by default as AUTH_METRICS_ADDRESS says.

    Raises:
        SettingsError: A setting is missing or wrong, or the address is taken.
        SchemaError: The token tables are not of this version.
        KeyringError: TOKEN_KEYS are not what the database was encrypted with.
    """
    settings = settings_with(*NEEDED_SETTINGS)
    metrics = Metrics()
    try:
        logs.configure("auth_service", settings.values.get(logs.VARIABLE, ""), quiet=QUIET)
        site = Site.from_settings(settings)
        schema.require_current(site.engine)
        canary.verify_keys(site.engine, site.keyring)
        metrics.registry.register(PortalFigures(site.engine))
        with (
            listen(host, port) as listener,
            served(metrics, metrics_address or settings.values.get("AUTH_METRICS_ADDRESS")),
        ):
            click.echo(f"hubspot-auth: listening on {host} port {port}; open {settings.public_url}", err=True)
            run(create_app(site, metrics), listener, trust_proxy=False)
    except CannotServe as error:
        raise SettingsError(str(error)) from None
