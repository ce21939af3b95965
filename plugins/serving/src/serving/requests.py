"""What happens to every request: one line in the log, one more in the metrics, and no bug that leaves it unanswered."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from serving import logs

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from serving.metrics import Metrics


class RequestLog:
    """Logs and counts each request by its route, and turns a bug into an answer. Services make one of their own of it.

    Addresses are never logged: they may hold a code, a token or somebody's name. The id at the end of a line is
    `request.state.request_id`, for whoever tells the client of a bug.

    Args:
        app: The application behind.
        logger: Gets the lines.
        on_bug: Makes the answer to a request that ended in an error nobody expected.
        metrics: Counts the requests, if they are counted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        logger: Logger,
        on_bug: Callable[[Request], Response],
        metrics: Metrics | None = None,
    ) -> None:
        self._app = app
        self._logger = logger
        self._on_bug = on_bug
        self._metrics = metrics

    def route(self, scope: Scope) -> str:
        """What the request is called: the pattern of its path."""
        return getattr(scope.get("route"), "path", None) or "(no path)"

    def who(self, scope: Scope) -> str | None:  # noqa: ARG002 - for those who know
        """Who asks, as far as a log may say it."""
        return None

    def begin(self, request_id: str) -> None:
        """Hear of the id of a request before it is answered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = secrets.token_hex(6)
        scope.setdefault("state", {})["request_id"] = request_id
        self.begin(request_id)
        logs.trace.set(logs.parse_traceparent(Headers(scope=scope).get("traceparent", "")))
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            self._logger.exception("%s %s failed (%s)", scope["method"], self.route(scope), request_id)
            if status:
                raise  # the answer is half sent: only closing the connection tells the client
            await self._on_bug(Request(scope))(scope, receive, send_and_note)
        self._note(scope, status, time.perf_counter() - began, request_id)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route, who = self.route(scope), self.who(scope)
        if self._metrics is not None:
            self._metrics.observe(scope["method"], route, status, seconds)
        attributes = {
            "http.request.method": scope["method"],
            "http.route": route,
            "http.response.status_code": status,
            "http.server.request.duration": round(seconds, 6),
            "request.id": request_id,
            **({"client.key.id": who} if who else {}),
        }
        self._logger.info(
            "%s %s %d %.0f ms%s (%s)",
            scope["method"],
            route,
            status,
            seconds * 1000,
            f", key {who}" if who else "",
            request_id,
            extra={"attributes": attributes},
        )
