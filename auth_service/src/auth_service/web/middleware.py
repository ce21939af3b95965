"""What happens to every request: security headers on the answer, one line in the log."""

from __future__ import annotations

import logging
import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from auth_service import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("auth_service.requests")


class SecurityHeaders:
    """Puts the same headers on every answer, whoever made it.

    Args:
        app: The application behind.
        app_url: HubSpot's address: browsers apply `form-action` to where a form's redirect leads.
        secure: Whether browsers reach this service by https.
    """

    def __init__(self, app: ASGIApp, *, app_url: str, secure: bool) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": (
                "default-src 'none'; style-src 'self'; img-src 'self'; "
                f"form-action 'self' {_consent_hosts(app_url)}; frame-ancestors 'none'; base-uri 'none'"
            ),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
            # The address of the callback holds the code: no other site and no log of one may learn it.
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)


class PathPrefix:
    """Serves everything below a path, whether the proxy in front passes that path on or takes it away.

    Args:
        app: The application behind.
        prefix: The path of PUBLIC_URL, without a slash at its end; may be empty.
    """

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        await self._app({**scope, "root_path": self._prefix} if self._prefix else scope, receive, send)


class RequestLog:
    """Logs each request by the name of its route, and turns a bug into a plain page.

    Addresses are never logged: that of the callback holds the authorization code, that of an invite its token.
    The id at the end of a line is also in the audit log, and on the page that tells of a bug.

    Args:
        app: The application behind.
        on_bug: Makes the answer to a request that ended in an error nobody expected.
    """

    def __init__(self, app: ASGIApp, *, on_bug: Callable[[Request], Response]) -> None:
        self._app = app
        self._on_bug = on_bug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = secrets.token_hex(6)
        scope.setdefault("state", {})["request_id"] = request_id
        audit.request_id.set(request_id)
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            logger.exception("%s %s failed (%s)", scope["method"], _route_name(scope), request_id)
            if status:
                raise  # the answer is half sent: only closing the connection tells the browser
            await self._on_bug(Request(scope))(scope, receive, send_and_note)
        milliseconds = (time.perf_counter() - began) * 1000
        logger.info(
            "%s %s %d %.0f ms (%s)", scope["method"], _route_name(scope), status, milliseconds, request_id
        )


def _consent_hosts(app_url: str) -> str:
    """HubSpot may lead on from its address to that of the region where the account lives."""
    return "https://*.hubspot.com" if app_url.endswith(".hubspot.com") else app_url


def _route_name(scope: Scope) -> str:
    return getattr(scope.get("route"), "name", None) or "(no route)"
