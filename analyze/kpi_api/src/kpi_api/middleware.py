"""What happens to every request: headers on the answer, one line in the log."""

from __future__ import annotations

import logging
import secrets
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from kpi_api.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("kpi_api.requests")

_SECURITY_HEADERS = {
    # The page of /docs has its style inside, and nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class RequestLog:
    """Puts headers on each answer, logs it by the path's pattern, and turns a bug into a plain problem.

    A line has no query and no key, only the key's id: names of groups and portals are nobody's who reads logs.

    Args:
        app: The application behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = secrets.token_hex(6)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(_SECURITY_HEADERS)
                if allowance := state.get("allowance"):
                    headers.update(allowance.headers)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            logger.exception("%s %s failed (%s)", scope["method"], _pattern(scope), request_id)
            if status:
                raise  # the answer is half sent: only closing the connection tells the client
            response = Problem(
                HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It was logged."
            ).response(request_id)
            await response(scope, receive, send_with_headers)
        logger.info(
            "%s %s %d %.0f ms, key %s (%s)",
            scope["method"],
            _pattern(scope),
            status,
            (time.perf_counter() - began) * 1000,
            state.get("client", "-"),
            request_id,
        )


def _pattern(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", None) or "(no path)"
