"""What happens to every request: headers on the answer, one line in the log."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from typing_extensions import override

from kpi_api.problems import Problem
from serving import requests

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from serving.metrics import Metrics

logger = logging.getLogger("kpi_api.requests")

_SECURITY_HEADERS = {
    # The page of /docs has its style inside, and nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class RequestLog(requests.RequestLog):
    """Logs each request by its path's pattern, and turns a bug into a plain problem.

    A line has no query and no key, only the key's id: names of groups and portals are nobody's who reads logs.

    Args:
        app: The application behind.
        metrics: Counts the requests, if they are counted.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics | None = None) -> None:
        super().__init__(app, logger=logger, on_bug=_bug, metrics=metrics)

    @override
    def who(self, scope: Scope) -> str | None:
        client: str = scope["state"].get("client", "-")
        return client


class AnswerHeaders:
    """Puts headers on each answer, whoever made it.

    Args:
        app: The application behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        state = scope.setdefault("state", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_SECURITY_HEADERS)
                if allowance := state.get("allowance"):
                    headers.update(allowance.headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _bug(request: Request) -> Response:
    problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It was logged.")
    return problem.response(request.state.request_id)
