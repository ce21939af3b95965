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
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from auth_service.errors import AuthError
from auth_service.settings import CALLBACK_PATH, LOOPBACK_HOSTS
from auth_service.web import pages, problems
from auth_service.web.middleware import RequestLog, SecurityHeaders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from auth_service.web.site import Site

LARGEST_BODY_BYTES = 64_000


def create_app(site: Site) -> Starlette:
    """Build the application around a site, which it closes at its end."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Site]]:
        yield {"site": site}
        site.close()

    public_host = urlsplit(site.public_url).hostname or ""
    return Starlette(
        routes=[
            Route("/", pages.portals, name="portals"),
            _exactly("GET", "/auth/hubspot", pages.start, name="start"),
            _exactly("POST", "/auth/hubspot", pages.start, name="start_post"),
            _exactly("GET", CALLBACK_PATH, pages.callback, name="callback"),
            Route("/portals/{portal_id:int}/connected", pages.connected, name="connected"),
            Route("/healthz", pages.alive, name="healthz"),
            Route("/readyz", pages.ready, name="readyz"),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
        ],
        middleware=[
            Middleware(SecurityHeaders, app_url=site.app_url, secure=site.secure),
            Middleware(RequestLog, on_bug=problems.bug),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY_BYTES),
            Middleware(
                TrustedHostMiddleware,
                allowed_hosts=[public_host, *sorted(LOOPBACK_HOSTS)],
                www_redirect=False,
            ),
        ],
        exception_handlers={AuthError: problems.expected, HTTPException: problems.refused},
        lifespan=lifespan,
    )


def _exactly(method: str, path: str, endpoint: Callable[[Request], Response], *, name: str) -> Route:
    """Make a route for one method: a HEAD, as link checkers send it, must not use up an attempt."""
    route = Route(path, endpoint, name=name)
    route.methods = {method}
    return route
