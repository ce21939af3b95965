"""What happens to every request: security headers on the answer, one line in the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from typing_extensions import override

from auth_service import audit
from serving import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from serving.metrics import Metrics

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


class RequestLog(requests.RequestLog):
    """Logs each request by the name of its route, and turns a bug into a plain page.

    Addresses are never logged: that of the callback holds the authorization code, that of an invite its token.
    The id at the end of a line is also in the audit log, and on the page that tells of a bug.

    Args:
        app: The application behind.
        on_bug: Makes the answer to a request that ended in an error nobody expected.
        metrics: Counts the requests, if they are counted.
    """

    def __init__(
        self, app: ASGIApp, *, on_bug: Callable[[Request], Response], metrics: Metrics | None = None
    ) -> None:
        super().__init__(app, logger=logger, on_bug=on_bug, metrics=metrics)

    @override
    def route(self, scope: Scope) -> str:
        return getattr(scope.get("route"), "name", None) or "(no route)"

    @override
    def begin(self, request_id: str) -> None:
        audit.request_id.set(request_id)


def _consent_hosts(app_url: str) -> str:
    """HubSpot may lead on from its address to that of the region where the account lives."""
    return "https://*.hubspot.com" if app_url.endswith(".hubspot.com") else app_url
