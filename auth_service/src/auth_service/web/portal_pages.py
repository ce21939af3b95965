"""The portals: all of them in a list, each on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from auth_service import audit, disconnecting
from auth_service.audit import Actor
from auth_service.connections import get_connection, list_connections
from auth_service.errors import ConnectError, HubSpotUnavailable
from auth_service.static_tokens import connect_static
from auth_service.web import syncs
from auth_service.web.doors import to
from auth_service.web.templating import templates
from auth_service.web.visitors import admin_of, site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.connections import PortalConnection
    from auth_service.web.forms import Form

RECENT_ENTRIES = 10


def portals(request: Request) -> Response:
    """List the portals and how they are: those that need somebody first, those that ended last, then by name."""
    engine = site_of(request).engine
    order = ("reauth_required", "active", "disconnected")
    connections = sorted(
        list_connections(engine),
        key=lambda each: (order.index(each.status), each.company_name.casefold(), each.portal_id),
    )
    context = {"connections": connections, "syncs": syncs.read(engine)}
    return templates.TemplateResponse(request, "portals.html", context)


def portal(request: Request) -> Response:
    """Show one portal: its connection, its syncs, and what was done to it."""
    engine = site_of(request).engine
    connection = _find(request)
    run_log = syncs.read(engine, connection.portal_id)
    context = {
        "connection": connection,
        "syncs": run_log and run_log.get(connection.portal_id),
        "entries": audit.entries(engine, portal_id=connection.portal_id, limit=RECENT_ENTRIES),
    }
    return templates.TemplateResponse(request, "portal.html", context)


def disconnect_page(request: Request) -> Response:
    """Ask whether a portal is really to be disconnected."""
    connection = _find(request)
    if connection.status == "disconnected":
        return to(request, "portal", portal_id=connection.portal_id)
    return templates.TemplateResponse(request, "disconnect.html", {"connection": connection})


def disconnect(request: Request, form: Form) -> Response:
    """Erase a portal's tokens, revoke them at HubSpot, and say how that went."""
    site = site_of(request)
    connection = _find(request)
    ended = disconnecting.disconnect(
        site.engine,
        site.keyring,
        site.oauth,
        connection.portal_id,
        Actor.admin(admin_of(request) or ""),
        uninstall=form.text("uninstall") == "yes",
    )
    context = {"connection": connection, "ended": ended}
    return templates.TemplateResponse(request, "disconnected.html", context)


def add_static_page(request: Request) -> Response:
    """Ask for a token that was made in HubSpot."""
    return templates.TemplateResponse(request, "add_static.html", {"problem": None})


def add_static(request: Request, form: Form) -> Response:
    """Connect a portal with a pasted token; what was pasted is never shown again, not even when it is wrong."""
    site = site_of(request)
    actor = Actor.admin(admin_of(request) or "")
    try:
        portal_id = connect_static(site.engine, site.keyring, site.oauth, form.text("token"), actor)
    except (ConnectError, HubSpotUnavailable) as error:
        status = 422 if isinstance(error, ConnectError) else 502
        return templates.TemplateResponse(
            request, "add_static.html", {"problem": str(error)}, status_code=status
        )
    return to(request, "connected", portal_id=portal_id)


def _find(request: Request) -> PortalConnection:
    """Return the connection that an address names."""
    connection = get_connection(site_of(request).engine, request.path_params["portal_id"])
    if connection is None:
        raise HTTPException(404)
    return connection
