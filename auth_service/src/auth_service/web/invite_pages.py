"""Invites: the admin's list of them, and the page that the link of one leads to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from auth_service import invites
from auth_service.attempts import Limit
from auth_service.audit import Actor
from auth_service.web.doors import to
from auth_service.web.inputs import InputError, portal_id
from auth_service.web.templating import templates
from auth_service.web.visitors import address_of, admin_of, site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.web.forms import Form

LINKS_OPENED = Limit("invite", each=60, all=2000)
DEFAULT_DAYS = invites.LIFETIME // timedelta(days=1)
MOST_DAYS = invites.LONGEST_LIFETIME // timedelta(days=1)


def list_page(request: Request) -> Response:
    """List the invites, and offer to make another one."""
    return _list(request, {"days": str(DEFAULT_DAYS)})


def create(request: Request, form: Form) -> Response:
    """Make an invite, and show its link: this once, for only its hash is kept."""
    typed = {name: form.text(name) for name in ("label", "portal", "days")}
    try:
        label, portal, days = _label(typed["label"]), portal_id(typed["portal"]), _days(typed["days"])
    except InputError as error:
        return _list(request, typed, error)
    invite, token = invites.create(
        site_of(request).engine,
        label,
        Actor.admin(admin_of(request) or ""),
        expected_portal_id=portal,
        lifetime=timedelta(days=days),
    )
    link = site_of(request).origin + request.url_for("invite", token=token).path
    return templates.TemplateResponse(
        request, "invite_created.html", {"invite": invite, "address": link}, status_code=201
    )


def revoke(request: Request, _: Form) -> Response:
    """Make an invite useless; one that is over already stays as it is."""
    invites.revoke(
        site_of(request).engine, request.path_params["invite_id"], Actor.admin(admin_of(request) or "")
    )
    return to(request, "invites")


def landing(request: Request) -> Response:
    """Say what an invite is for. Opening the link changes nothing: mail scanners do it too."""
    LINKS_OPENED.count(site_of(request).engine, address_of(request))
    invite = invites.find(site_of(request).engine, request.path_params["token"])
    return templates.TemplateResponse(
        request, "invite.html", {"invite": invite, "token": request.path_params["token"]}
    )


def _list(request: Request, typed: dict[str, str], error: InputError | None = None) -> Response:
    context = {
        "invites": invites.list_invites(site_of(request).engine),
        "typed": {"label": "", "portal": ""} | typed,
        "error": error,
        "most_days": MOST_DAYS,
    }
    return templates.TemplateResponse(request, "invites.html", context, status_code=422 if error else 200)


def _label(text: str) -> str:
    if not text or len(text) > invites.LONGEST_LABEL or not text.isprintable():
        raise InputError(
            "label", f"Say for whom it is, in one line of up to {invites.LONGEST_LABEL} letters."
        )
    return text


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MOST_DAYS:
        raise InputError("days", f"Write a number of days from 1 to {MOST_DAYS}.")
    return int(text)
