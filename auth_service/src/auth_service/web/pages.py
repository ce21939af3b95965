"""The pages. They are sync functions, run in threads, because the database driver is sync."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse

from auth_service import audit, canary, schema
from auth_service.connections import get_connection, list_connections
from auth_service.errors import AuthError, ConsentRefused, FlowRefused
from auth_service.web.templating import templates

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.web.site import Site

logger = logging.getLogger(__name__)

BIGINT_DIGITS = 18
LONGEST_PARAMETER = 2048
LONGEST_DESCRIPTION = 300


def portals(request: Request) -> Response:
    """List the portals and how they are: those that need somebody first, then by name."""
    connections = sorted(
        list_connections(_site(request).engine),
        key=lambda connection: (connection.status != "reauth_required", connection.company_name.casefold()),
    )
    return templates.TemplateResponse(request, "portals.html", {"connections": connections})


def start(request: Request) -> Response:
    """Send the browser to HubSpot's consent page; `?portal=` names the one portal to connect."""
    site = _site(request)
    url, flow = site.connector.start(audit.Actor.admin("-"), _portal_parameter(request))
    response = RedirectResponse(url, status_code=303)
    site.cookies.set(request, response, flow)
    return response


def callback(request: Request) -> Response:
    """Take the browser back from HubSpot, and on to a page whose address holds nothing secret."""
    site = _site(request)
    state, code, error = (_parameter(request, name) for name in ("state", "code", "error"))
    secret = site.cookies.find(request, state) if state else None
    if error:
        raise _consent_refused(request, error, state, secret)
    if not state or not code:
        raise FlowRefused("HubSpot's answer is incomplete. Nothing was stored: start again.")
    portal_id = site.connector.finish(state, secret, code).portal_id
    response = RedirectResponse(request.url_for("connected", portal_id=portal_id).path, status_code=303)
    site.cookies.remove(response, state)
    return response


def connected(request: Request) -> Response:
    """Say that a portal is connected."""
    connection = get_connection(_site(request).engine, request.path_params["portal_id"])
    if connection is None or connection.status != "active":
        raise HTTPException(404)
    return templates.TemplateResponse(request, "connected.html", {"connection": connection})


def alive(_: Request) -> Response:
    """Say that the process runs."""
    return PlainTextResponse("alive\n")


def ready(request: Request) -> Response:
    """Say whether database, tables and keys are as they must be; why not, is in the log."""
    site = _site(request)
    try:
        schema.require_current(site.engine)
        canary.verify_keys(site.engine, site.keyring)
    except AuthError as error:
        logger.error("not ready: %s", error)  # noqa: TRY400 - the line says it all
        return PlainTextResponse("not ready\n", status_code=503)
    return PlainTextResponse("ready\n")


def _site(request: Request) -> Site:
    site: Site = request.state.site
    return site


def _portal_parameter(request: Request) -> int | None:
    text = _parameter(request, "portal")
    if not text:
        return None
    if not re.fullmatch(rf"[0-9]{{1,{BIGINT_DIGITS}}}", text):
        raise HTTPException(400, "A portal id is a number. Open the list of portals and start from there.")
    return int(text)


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
            _site(request).connector.cancel(state, secret, known)
        except FlowRefused:
            return ConsentRefused(message)
        description = _one_line(_parameter(request, "error_description") or "")
        if description:
            message += f" HubSpot says: “{description[:LONGEST_DESCRIPTION]}”"
    return ConsentRefused(message)


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
