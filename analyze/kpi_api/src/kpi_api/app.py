"""The application: its routes, and what happens around them."""

from __future__ import annotations

import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kpi_api import docs_page, health, openapi, parameters
from kpi_api.asking import Asker
from kpi_api.clients import Clients
from kpi_api.directory import Directories
from kpi_api.endpoints import ENDPOINTS
from kpi_api.middleware import AnswerHeaders, RequestLog
from kpi_api.problems import Problem, unavailable
from kpi_api.representation import JSON, cacheable, page, wanted_format
from kpi_marts.connection import MartsUnavailable
from kpi_marts.reader import Marts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import psycopg
    from psycopg_pool import ConnectionPool
    from starlette.requests import Request

    from kpi_api.endpoints import Endpoint
    from kpi_api.keys import KeyFile
    from serving.metrics import Metrics

logger = logging.getLogger(__name__)

_PUBLIC = "public, max-age=300"
_EXPOSED = ("ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After")


class _Api:
    """Answers requests out of the marts."""

    def __init__(self, marts: Marts, keys: KeyFile | None, per_minute: int) -> None:
        self._marts = marts
        self._directories = Directories(marts)
        self._clients = Clients(keys, self._directories, per_minute=per_minute)

    def list(self, endpoint: Endpoint, request: Request) -> Response:
        """Answer with a list."""
        asker = self._asker(request)
        query = parameters.read(endpoint.query, request.path_params, request.query_params)
        wanted_format(request, query)  # refused before the database has worked for it
        return page(request, query, endpoint.find(asker, query), endpoint.answer, endpoint.row)

    def health(self, request: Request) -> Response:
        """Say that the process is alive, to everybody; more to who has a key."""
        wanted_format(request)
        if "authorization" not in request.headers:
            return Response(
                msgspec.json.encode(health.ALIVE), headers={"Cache-Control": "no-store"}, media_type=JSON
            )
        return cacheable(request, msgspec.json.encode(health.health(self._asker(request))), JSON, "no-store")

    def _asker(self, request: Request) -> Asker:
        visible = self._clients.admit(request).visible
        marts = self._marts if visible is None else self._marts.only(visible)
        return Asker(marts, self._directories.of(visible))


def create_app(
    pool: ConnectionPool[psycopg.Connection[tuple[object, ...]]],
    keys: KeyFile | None,
    *,
    per_minute: int,
    origins: Sequence[str] = (),
    metrics: Metrics | None = None,
) -> Starlette:
    """Build the application around a pool, which whoever opened it closes.

    Args:
        pool: From `kpi_marts.connection.open_pool`.
        keys: The keys of clients; None to answer whoever is on this machine.
        per_minute: How often each key may ask.
        origins: Sites whose pages may ask from a browser.
        metrics: Counts the requests, if they are counted.
    """
    api = _Api(Marts(pool), keys, per_minute)
    document = msgspec.json.encode(openapi.document())
    docs = docs_page.page(openapi.document())

    def show_document(request: Request) -> Response:
        return cacheable(request, document, JSON, _PUBLIC)

    def show_docs(_: Request) -> Response:
        return HTMLResponse(docs, headers={"Cache-Control": _PUBLIC})

    app = Starlette(
        routes=[
            *(_route(endpoint.path, partial(api.list, endpoint)) for endpoint in ENDPOINTS),
            _route("/health", api.health),
            _route("/openapi.json", show_document),
            _route("/docs", show_docs),
        ],
        middleware=[
            Middleware(AnswerHeaders),
            Middleware(RequestLog, metrics=metrics),
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "HEAD"],
                allow_headers=["Authorization", "If-None-Match"],
                expose_headers=_EXPOSED,
            ),
        ],
        exception_handlers={HTTPException: _refused},
    )
    app.router.redirect_slashes = False
    return app


def _route(path: str, answer: Callable[[Request], Response]) -> Route:
    def answer_or_explain(request: Request) -> Response:
        try:
            return answer(request)
        except Problem as problem:
            return problem.response()
        except MartsUnavailable as error:
            logger.error("%s", error)  # noqa: TRY400 - the line says it all
            return unavailable().response(request.state.request_id)

    return Route(path, answer_or_explain, methods=["GET"], name=path)


def _refused(_: Request, error: Exception) -> Response:
    """There is no such path, or no such method."""
    error = cast("HTTPException", error)
    details = {
        HTTPStatus.NOT_FOUND: "There is no such path: /docs shows all.",
        HTTPStatus.METHOD_NOT_ALLOWED: "One can only read here: use GET.",
    }
    detail = details.get(HTTPStatus(error.status_code), error.detail)
    return Problem(error.status_code, detail, headers=error.headers).response()
