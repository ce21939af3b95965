"""The way of a browser through HubSpot's consent: away from here, back to here, and on to a clean address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from auth_service.attempts import Limit
from auth_service.audit import Actor
from auth_service.connections import get_connection
from auth_service.errors import ConsentRefused, FlowRefused
from auth_service.web.doors import to
from auth_service.web.inputs import number
from auth_service.web.templating import templates
from auth_service.web.visitors import address_of, admin_of, site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.flows import StartedFlow
    from auth_service.web.forms import Form

CALLBACKS = Limit("callback", each=120, all=4000)
INVITED_STARTS = Limit("invited_start", each=60, all=2000)
LONGEST_PARAMETER = 2048
LONGEST_DESCRIPTION = 300


def start(request: Request) -> Response:
    """Send an admin to HubSpot's consent page; `?portal=` names the one portal to connect.

    A link here, unlike a form, may stand on any site: from there it leads to the list of portals and no further.
    """
    if request.headers.get("sec-fetch-site") == "cross-site":
        return to(request, "portals")
    return _start_for_admin(request, _parameter(request, "portal"))


def start_by_form(request: Request, form: Form) -> Response:
    """Send an admin to HubSpot's consent page, asked by a form."""
    return _start_for_admin(request, form.text("portal"))


def start_invited(request: Request, _: Form) -> Response:
    """Send the holder of an invite link to HubSpot's consent page."""
    INVITED_STARTS.count(site_of(request).engine, address_of(request))
    return _away(request, *site_of(request).connector.start_invited(request.path_params["token"]))


def callback(request: Request) -> Response:
    """Take the browser back from HubSpot, and on to a page whose address holds nothing secret."""
    site = site_of(request)
    CALLBACKS.count(site.engine, address_of(request))
    state, code, error = (_parameter(request, name) for name in ("state", "code", "error"))
    secret = site.cookies.find_flow(request, state) if state else None
    if error:
        raise _consent_refused(request, error, state, secret)
    if not state or not code:
        raise FlowRefused("HubSpot's answer is incomplete. Nothing was stored: start again.")
    finished = site.connector.finish(state, secret, code)
    if finished.invited:
        response = to(request, "connected_by_invite")
    else:
        response = to(request, "connected", portal_id=finished.portal_id)
    site.cookies.remove_flow(response, state)
    return response


def connected(request: Request) -> Response:
    """Say to an admin that a portal is connected."""
    connection = get_connection(site_of(request).engine, request.path_params["portal_id"])
    if connection is None or connection.status != "active":
        raise HTTPException(404)
    return templates.TemplateResponse(request, "connected.html", {"connection": connection})


def connected_by_invite(request: Request) -> Response:
    """Say to the holder of an invite that it worked; what else there is here is not theirs to see."""
    return templates.TemplateResponse(request, "connected.html", {"connection": None})


def _start_for_admin(request: Request, portal: str | None) -> Response:
    portal_id = number(portal) if portal else None
    if portal and portal_id is None:
        raise HTTPException(400, "A portal id is a number. Open the list of portals and start from there.")
    actor = Actor.admin(admin_of(request) or "")
    return _away(request, *site_of(request).connector.start(actor, portal_id))


def _away(request: Request, url: str, flow: StartedFlow) -> Response:
    response = RedirectResponse(url, status_code=303)
    site_of(request).cookies.set_flow(request, response, flow)
    return response


def _parameter(request: Request, name: str) -> str | None:
    """Return a query parameter; one that comes twice, or is longer than any real one, is nobody's."""
    values = request.query_params.getlist(name)
    if len(values) > 1 or any(len(value) > LONGEST_PARAMETER for value in values):
        raise FlowRefused("The address is not one that HubSpot sends. Nothing was stored: start again.")
    return values[0] if values else None


def _consent_refused(request: Request, code: str, state: str | None, secret: str | None) -> ConsentRefused:
    """Put HubSpot's error into words, HubSpot's own only where HubSpot was asked.

    Anybody can make a link to the callback: without an open attempt of this browser its text is not shown,
    lest a stranger speak in this service's name.
    """
    known = code if re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", code) else "unknown error"
    if code == "access_denied":
        message = "The connection was declined in HubSpot. Nothing was stored."
    else:
        message = f"HubSpot did not let the app be connected ({known}). Nothing was stored."
    if state:
        try:
            site_of(request).connector.cancel(state, secret, known.replace(" ", "_"))
        except FlowRefused:
            return ConsentRefused(message)
        description = _one_line(_parameter(request, "error_description") or "")
        if description:
            message += f" HubSpot says: “{description[:LONGEST_DESCRIPTION]}”"
    return ConsentRefused(message)


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
