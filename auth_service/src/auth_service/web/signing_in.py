"""Signing in with the admin's password, and out again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from auth_service import admin_sessions, audit
from auth_service.attempts import Limit
from auth_service.audit import NOBODY, Actor
from auth_service.errors import SignInRefused
from auth_service.web import cookies
from auth_service.web.doors import to
from auth_service.web.templating import templates
from auth_service.web.visitors import PASSWORD_ADMIN, address_of, admin_of, site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.passwords import PasswordHash
    from auth_service.web.forms import Form

SIGN_INS = Limit("sign_in", each=10, all=100)

# A hash takes 32 MiB while it is made: many sign-ins at once must not take many times that.
_one_at_a_time = threading.Lock()


def sign_in_page(request: Request) -> Response:
    """Ask for the password."""
    if admin_of(request):
        return to(request, "portals")
    _require_password(request)
    return templates.TemplateResponse(request, "sign_in.html", {"problem": None})


def sign_in(request: Request, form: Form) -> Response:
    """Begin a session for whoever knows the password; always a new one, so that none can be foisted on anybody."""
    site, address = site_of(request), address_of(request)
    password = _require_password(request)
    SIGN_INS.count(site.engine, address)
    with _one_at_a_time:
        right = password.matches(form.secret("password"))
    if not right:
        audit.record_alone(site.engine, "admin_login", NOBODY, outcome="failed", reason="wrong_password")
        return templates.TemplateResponse(
            request, "sign_in.html", {"problem": "That is not the password."}, status_code=401
        )
    SIGN_INS.forgive(site.engine, address)
    _end_session(request)
    secret = admin_sessions.begin(site.engine, PASSWORD_ADMIN)
    audit.record_alone(site.engine, "admin_login", Actor.admin(PASSWORD_ADMIN))
    response = to(request, "portals")
    site.cookies.set(response, cookies.SESSION, secret)
    site.cookies.remove(response, cookies.VISITOR)
    return response


def sign_out(request: Request, _: Form) -> Response:
    """End the session, here and in the database, and give up the connect attempts that were begun in it."""
    site = site_of(request)
    _end_session(request)
    audit.record_alone(site.engine, "admin_logout", Actor.admin(admin_of(request) or PASSWORD_ADMIN))
    response = to(request, "sign_in")
    site.cookies.remove(response, cookies.SESSION)
    site.cookies.remove_flows(request, response)
    return response


def _end_session(request: Request) -> None:
    site = site_of(request)
    if secret := site.cookies.find(request, cookies.SESSION):
        admin_sessions.end(site.engine, secret)


def _require_password(request: Request) -> PasswordHash:
    if password := site_of(request).password:
        return password
    raise SignInRefused("No password is taken here: only the login proxy in front of this service leads in.")
