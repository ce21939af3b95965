"""The application: its routes, what happens around them, and its life."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from auth_service.errors import AuthError
from auth_service.settings import CALLBACK_PATH, LOOPBACK_HOSTS
from auth_service.web import (
    audit_pages,
    connect_pages,
    doors,
    health,
    invite_pages,
    portal_pages,
    problems,
    signing_in,
)
from auth_service.web.middleware import PathPrefix, RequestLog, SecurityHeaders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from auth_service.web.site import Site
    from serving.metrics import Metrics

LARGEST_BODY_BYTES = 64_000


def create_app(site: Site, metrics: Metrics | None = None) -> Starlette:
    """Build the application around a site, which it closes at its end; its requests are counted if you want."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Site]]:
        yield {"site": site}
        site.close()

    public = urlsplit(site.public_url)
    return Starlette(
        routes=[
            doors.page("/", portal_pages.portals, name="portals"),
            doors.page("/portals/{portal_id:rowid}", portal_pages.portal, name="portal"),
            doors.page(
                "/portals/{portal_id:rowid}/disconnect", portal_pages.disconnect_page, name="disconnect"
            ),
            doors.action(
                "/portals/{portal_id:rowid}/disconnect", portal_pages.disconnect, name="disconnect_by_form"
            ),
            doors.page("/portals/add-static", portal_pages.add_static_page, name="add_static"),
            doors.action("/portals/add-static", portal_pages.add_static, name="add_static_by_form"),
            doors.page("/auth/hubspot", connect_pages.start, name="start", head=False),
            doors.action("/auth/hubspot", connect_pages.start_by_form, name="start_by_form"),
            doors.page(CALLBACK_PATH, connect_pages.callback, name="callback", open_to_all=True, head=False),
            doors.page("/portals/{portal_id:rowid}/connected", connect_pages.connected, name="connected"),
            doors.page("/invites", invite_pages.list_page, name="invites"),
            doors.action("/invites", invite_pages.create, name="create_invite"),
            doors.action("/invites/{invite_id:rowid}/revoke", invite_pages.revoke, name="revoke_invite"),
            doors.page("/invite/{token}", invite_pages.landing, name="invite", open_to_all=True),
            doors.action(
                "/invite/{token}", connect_pages.start_invited, name="start_invited", open_to_all=True
            ),
            doors.page(
                "/connected", connect_pages.connected_by_invite, name="connected_by_invite", open_to_all=True
            ),
            doors.page("/audit-log", audit_pages.audit_log, name="audit_log"),
            doors.page("/sign-in", signing_in.sign_in_page, name="sign_in", open_to_all=True),
            doors.action("/sign-in", signing_in.sign_in, name="sign_in_by_form", open_to_all=True),
            doors.action("/sign-out", signing_in.sign_out, name="sign_out"),
            doors.probe("/healthz", health.alive, name="healthz"),
            doors.probe("/readyz", health.ready, name="readyz"),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
        ],
        middleware=[
            Middleware(PathPrefix, prefix=public.path),
            Middleware(SecurityHeaders, app_url=site.app_url, secure=site.secure),
            Middleware(RequestLog, on_bug=problems.bug, metrics=metrics),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY_BYTES),
            Middleware(
                TrustedHostMiddleware,
                allowed_hosts=[public.hostname or "", *sorted(LOOPBACK_HOSTS)],
                www_redirect=False,
            ),
        ],
        exception_handlers={AuthError: problems.expected, HTTPException: problems.refused},
        lifespan=lifespan,
    )
