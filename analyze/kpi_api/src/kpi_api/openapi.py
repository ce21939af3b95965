"""The OpenAPI document, made of the same declarations that read requests and write answers."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from kpi_api import parameters
from kpi_api.answers import Health
from kpi_api.endpoints import ENDPOINTS
from kpi_api.problems import MEDIA_TYPE, ProblemDocument
from kpi_api.representation import CSV, JSON

if TYPE_CHECKING:
    from kpi_api.endpoints import Endpoint

_REF = "#/components/schemas/{name}"
_KEY = "apiKey"

_PROBLEMS = {
    HTTPStatus.UNAUTHORIZED: "The key is missing or wrong.",
    HTTPStatus.FORBIDDEN: "Without keys: asked under another name than this machine's own.",
    HTTPStatus.NOT_FOUND: "A portal, group or KPI that the key does not see.",
    HTTPStatus.NOT_ACCEPTABLE: "Neither JSON nor CSV is accepted.",
    HTTPStatus.CONFLICT: "The cursor is of figures that have changed since: begin again.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter is wrong; `parameter` names it, `allowed` says what it may be.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; `Retry-After` says how long to wait.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The figures can't be read right now.",
}
_OF_HEALTH = frozenset(_PROBLEMS) - {
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}

_DESCRIPTION = """\
Figures of HubSpot portals side by side. Each key sees its own portals only; others are as if they did not exist.

- Days, weeks and months are those of each portal's own time zone; money is in one reporting currency, or the one asked for.
- Null is not known; it is never zero.
- Lists are JSON, or CSV by `Accept: text/csv` or `format=csv`, and come in pages: follow `next`.
- `ETag` and `If-None-Match` save what has not changed.
- Errors are problem documents (RFC 9457).
"""


@cache
def document() -> dict[str, Any]:
    """The document."""
    types = [*(endpoint.answer for endpoint in ENDPOINTS), Health, ProblemDocument]
    _, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "KPI API", "version": version("kpi-api"), "description": _DESCRIPTION},
        # Wherever a proxy has put it: relative to this document.
        "servers": [{"url": "."}],
        "paths": {
            **{endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
            "/health": {"get": _health()},
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                _KEY: {"type": "http", "scheme": "bearer", "description": "Made by `kpi-api keys create`."}
            },
            "responses": {
                status.name: {
                    "description": description,
                    "headers": _problem_headers(status),
                    "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name=ProblemDocument.__name__)}}},
                }
                for status, description in _PROBLEMS.items()
            },
        },
        "security": [{_KEY: []}],
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    in_path = re.findall(r"{(\w+)}", endpoint.path)
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [
            _parameter(name, schema, in_path=name in in_path)
            for name, schema in parameters.schemas(endpoint.query).items()
        ],
        "responses": {
            "200": {
                "description": (endpoint.answer.__doc__ or "").strip(),
                "headers": {
                    "ETag": _header("Tag of exactly this answer."),
                    "Last-Modified": _header("When the latest of the portals was read."),
                    "Link": _header('The next page, `rel="next"`.'),
                },
                "content": {
                    JSON: {"schema": {"$ref": _REF.format(name=endpoint.answer.__name__)}},
                    CSV: {
                        "schema": {"type": "string", "description": "The rows of `data`, under their names."}
                    },
                },
            },
            "304": {"description": "The client has it already."},
            **_problems(_PROBLEMS),
        },
    }


def _health() -> dict[str, Any]:
    return {
        "operationId": "health",
        "summary": "Whether the API is alive; with a key, also how fresh and whole the figures are",
        "security": [{}, {_KEY: []}],
        "responses": {
            "200": {
                "description": (Health.__doc__ or "").strip(),
                "content": {JSON: {"schema": {"$ref": _REF.format(name=Health.__name__)}}},
            },
            "304": {"description": "The client has it already."},
            **_problems(_OF_HEALTH),
        },
    }


def _parameter(name: str, schema: dict[str, Any], *, in_path: bool) -> dict[str, Any]:
    described = dict(schema)
    parameter: dict[str, Any] = {
        "name": name,
        "in": "path" if in_path else "query",
        "description": described.pop("description", ""),
        "schema": described,
    }
    if in_path:
        parameter["required"] = True
    return parameter


def _problems(statuses: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        str(status.value): {"$ref": f"#/components/responses/{status.name}"} for status in sorted(statuses)
    }


def _problem_headers(status: HTTPStatus) -> dict[str, Any]:
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return {"Retry-After": _header("Seconds to wait.")}
    return {}


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}
