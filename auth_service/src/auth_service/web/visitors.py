"""Who is asking: an admin with a session, an admin whom the login proxy names, or somebody unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auth_service import admin_sessions
from auth_service.web import cookies

if TYPE_CHECKING:
    from starlette.requests import Request

    from auth_service.web.site import Site

# There is one password, so there is one name for who knows it.
PASSWORD_ADMIN = "admin"  # noqa: S105 - a name, no secret
LONGEST_NAME = 200


def site_of(request: Request) -> Site:
    """Return the site that a request is for."""
    site: Site = request.state.site
    return site


def address_of(request: Request) -> str:
    """Return where a request comes from: the other end of the connection, whatever headers claim."""
    return request.client.host if request.client else "unknown"


def request_id_of(request: Request) -> str | None:
    """Return the id by which a request is found in the log."""
    found: str | None = getattr(request.state, "request_id", None)
    return found


def identify(request: Request) -> str | None:
    """Find out which admin asks, if any, and remember it with the request."""
    request.state.admin = _proxy_user(request) or _session_user(request)
    return admin_of(request)


def admin_of(request: Request) -> str | None:
    """Return which admin asks, as far as it has been found out."""
    admin: str | None = getattr(request.state, "admin", None)
    return admin


def signed_in_by_password(request: Request) -> bool:
    """Tell whether it is a session of ours that lets this admin in: only that can be ended here."""
    return admin_of(request) is not None and _proxy_user(request) is None


def _session_user(request: Request) -> str | None:
    site = site_of(request)
    secret = site.cookies.find(request, cookies.SESSION)
    return admin_sessions.find(site.engine, secret) if secret else None


def _proxy_user(request: Request) -> str | None:
    proxy = site_of(request).login_proxy
    if proxy is None or not proxy.trusts(address_of(request)):
        return None
    values = request.headers.getlist(proxy.header)
    # Twice: the proxy added its own to one that a visitor sent, and which is whose cannot be told.
    if len(values) != 1:
        return None
    name = "".join(letter for letter in values[0].strip() if letter.isprintable())
    return name[:LONGEST_NAME] or None
