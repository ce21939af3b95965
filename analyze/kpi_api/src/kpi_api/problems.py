"""What a client is told when something is wrong: RFC 9457 problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MEDIA_TYPE = "application/problem+json"

# Longer lists help nobody who reads a message.
_MOST_ALLOWED = 100


class ProblemDocument(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What is wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    parameter: str | None = None
    allowed: list[str | int] | None = None
    request_id: str | None = None


class Problem(Exception):  # noqa: N818 - named as in the RFC
    """A request can't be answered as it was asked.

    Args:
        status: HTTP status.
        detail: What is wrong and what to do, in one or two sentences, without anything of the inside.
        parameter: Name of the parameter that is to blame.
        allowed: What it may be.
        headers: More headers of the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        parameter: str | None = None,
        allowed: Iterable[str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.detail = detail
        self.parameter = parameter
        self.allowed = None if allowed is None else list(allowed)
        self.headers = dict(headers or {})

    def response(self, request_id: str | None = None) -> Response:
        """The answer that says so."""
        document = ProblemDocument(
            title=self.status.phrase,
            status=self.status,
            detail=self.detail,
            parameter=self.parameter,
            allowed=self.allowed if self.allowed and len(self.allowed) <= _MOST_ALLOWED else None,
            request_id=request_id,
        )
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(msgspec.json.encode(document), self.status, headers=headers, media_type=MEDIA_TYPE)


def unavailable() -> Problem:
    """The figures can't be read; why, is in the log."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The figures can't be read right now. Try again in a moment; if you asked for very much, ask for less.",
        headers={"Retry-After": "10"},
    )
