"""`hubspot-auth portals`: look at the connected portals, end a connection, connect with a pasted token."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from auth_service.audit import Actor
from auth_service.commands.shared import (
    NOT_WHOLLY,
    as_json_option,
    open_database,
    print_json,
    print_table,
    read_secret,
    settings_with,
    utc,
)
from auth_service.connections import get_connection, list_connections
from auth_service.database import create_engine
from auth_service.disconnecting import disconnect as end_connection
from auth_service.errors import PortalNotConnected
from auth_service.hubspot_oauth import OAuthClient
from auth_service.static_tokens import connect_static

if TYPE_CHECKING:
    from auth_service.connections import PortalConnection

PORTAL_ID = click.IntRange(1, 2**63 - 1)


@click.group()
def portals() -> None:
    """Look at the connected portals, end a connection, connect one with a pasted token."""


@portals.command("list")
@as_json_option
def list_portals(*, as_json: bool) -> None:
    """List the portals and how they are."""
    connections = list_connections(open_database())
    if as_json:
        print_json(connections)
        return
    print_table(
        ("PORTAL", "NAME", "STATUS", "SCOPES", "CONNECTED", "LAST REFRESH", "LAST ERROR"),
        map(_as_row, connections),
    )


@portals.command("show")
@click.argument("portal_id", type=PORTAL_ID)
@as_json_option
def show(portal_id: int, *, as_json: bool) -> None:
    """Show everything that may be shown of one portal."""
    connection = get_connection(open_database(), portal_id)
    if connection is None:
        raise PortalNotConnected(f"portal {portal_id} was never connected", portal_id=portal_id)
    if as_json:
        print_json(connection)
        return
    values = dataclasses.asdict(connection) | {
        "scopes": " ".join(sorted(connection.scopes)) or "not known",
        **{
            name: utc(getattr(connection, name))
            for name in (
                "expires_at",
                "created_at",
                "last_refresh_at",
                "disconnected_at",
                "refresh_retry_after",
            )
        },
    }
    for name, value in values.items():
        click.echo(f"{name.replace('_', ' '):<20}{'-' if value is None else value}")


@portals.command("disconnect")
@click.argument("portal_id", type=PORTAL_ID)
@click.option("--uninstall", is_flag=True, help="Also remove the app from the portal; its admins get a mail.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json_option
def disconnect(portal_id: int, *, uninstall: bool, yes: bool, as_json: bool) -> None:
    """Erase a portal's tokens here, and revoke them at HubSpot.

    What was synced stays. The tokens are erased even if HubSpot does not answer; the exit code is 1 then.
    """
    settings = settings_with("database_url", "keyring", "client_id", "client_secret", "api_url")
    if not yes:
        click.confirm(
            f"Erase the tokens of portal {portal_id}? It is not synced from then on.", abort=True, err=True
        )
    with OAuthClient(
        api_url=settings.api_url, client_id=settings.client_id, client_secret=settings.client_secret
    ) as oauth:
        done = end_connection(
            create_engine(settings.database_url),
            settings.keyring,
            oauth,
            portal_id,
            Actor.command(),
            uninstall=uninstall,
        )
    if as_json:
        print_json(done)
    else:
        at_hubspot = [
            word for word, true in (("revoked", done.revoked), ("uninstalled", done.uninstalled)) if true
        ]
        ending = f", {' and '.join(at_hubspot)} at HubSpot" if at_hubspot else ""
        click.echo(f"portal {portal_id}: tokens erased{ending}")
    for problem in done.problems:
        click.echo(f"hubspot-auth: {problem}", err=True)
    if done.problems:
        click.get_current_context().exit(NOT_WHOLLY)


@portals.command("add-static")
@click.option("--portal", "portal_id", type=PORTAL_ID, help="The one portal the token may be for.")
@as_json_option
def add_static(portal_id: int | None, *, as_json: bool) -> None:
    """Connect a portal with the token of a private app or a service key.

    The token is asked for, or read from the first line of a pipe. HubSpot is asked which portal it is for.
    """
    settings = settings_with("database_url", "keyring", "api_url")
    engine = create_engine(settings.database_url)
    token = read_secret("Token")
    with OAuthClient(api_url=settings.api_url, client_id="", client_secret="") as oauth:
        connected = connect_static(
            engine, settings.keyring, oauth, token, Actor.command(), expected_portal_id=portal_id
        )
    if as_json:
        print_json(get_connection(engine, connected))
    else:
        click.echo(f"portal {connected}: connected with a static token")


def _as_row(connection: PortalConnection) -> tuple[str, ...]:
    return (
        str(connection.portal_id),
        connection.company_name,
        connection.status,
        str(len(connection.scopes)),
        utc(connection.created_at),
        utc(connection.last_refresh_at),
        connection.last_error_code or "-",
    )
