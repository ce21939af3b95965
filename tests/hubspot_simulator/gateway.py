"""What happens around every answer: faults, tokens, limits, encoding, and the request log."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.responses import Response, StreamingResponse

from tests.hubspot_simulator.call import Answer, Call, encode
from tests.hubspot_simulator.errors import HubSpotError, OAuthError, error_body, unknown_token
from tests.hubspot_simulator.faults import SPOILERS, Fault, fault_error
from tests.hubspot_simulator.limits import Bucket
from tests.hubspot_simulator.object_types import find_object_type
from tests.hubspot_simulator.request_log import LoggedRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from tests.hubspot_simulator.call import Dialect
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.simulator import Simulator
    from tests.hubspot_simulator.tokens import Credential

    Endpoint = Callable[[Request], Awaitable[Response]]

_BODY_PIECES = 8
# Zero seconds to linger turns the close of a connection into a reset.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A request with what is known of it before it is answered."""

    raw: Request
    route: str
    body: bytes
    portal_id: int | None
    object_type: str | None


class Gateway:
    """Makes Starlette endpoints of handlers."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def bearer(
        self,
        route: str,
        handler: Callable[[Call], Answer],
        *,
        bucket: Bucket | None = Bucket.BURST,
        dialect: Dialect = "dated",
    ) -> Endpoint:
        """An endpoint behind a bearer token."""

        async def endpoint(raw: Request) -> Response:
            body = await raw.body()
            credential, refusal = self._authenticate(raw)
            portal = credential.portal if credential else None
            request = _Request(
                raw=raw,
                route=route,
                body=body,
                portal_id=portal.portal_id if portal else None,
                object_type=raw.path_params.get("object_type") or raw.path_params.get("from_type"),
            )

            def answer() -> Answer:
                # Looked at again: a fault's action may have killed the token a moment ago.
                accepted, refused = self._authenticate(raw)
                if accepted is None:
                    raise refused or unknown_token()
                return self._answer_call(request, accepted, handler, bucket, dialect)

            del refusal
            return await self._serve(request, portal, answer, log_body=True)

        return endpoint

    def form(
        self, route: str, handler: Callable[[dict[str, str]], dict[str, Any]], *, legacy: bool = False
    ) -> Endpoint:
        """An endpoint of the OAuth server, whose parameters count in a form-encoded body only."""

        async def endpoint(raw: Request) -> Response:
            body = await raw.body()
            form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
            portal_id = self._simulator.oauth.portal_of(form)
            request = _Request(raw=raw, route=route, body=body, portal_id=portal_id, object_type=None)

            def answer() -> Answer:
                try:
                    return Answer(handler(form))
                except OAuthError as error:
                    raise error.legacy() if legacy else error from error

            portal = self._simulator.world.portals.get(portal_id or 0)
            return await self._serve(request, portal, answer, log_body=False)

        return endpoint

    def _authenticate(self, raw: Request) -> tuple[Credential | None, HubSpotError | None]:
        scheme, _, token = raw.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None, unknown_token()
        try:
            return self._simulator.tokens.authenticate(token), None
        except HubSpotError as error:
            return None, error

    def _answer_call(
        self,
        request: _Request,
        credential: Credential,
        handler: Callable[[Call], Answer],
        bucket: Bucket | None,
        dialect: Dialect,
    ) -> Answer:
        simulator, raw = self._simulator, request.raw
        headers = (
            {} if bucket is None else simulator.limiter.count(credential, bucket, simulator.clock.now_ms())
        )
        target = len(raw.url.path) + len(raw.url.query) + 1
        if target > credential.portal.options.max_url_length:
            raise HubSpotError(414, error_body("VALIDATION_ERROR", "URI Too Long"))
        call = Call(
            credential=credential,
            now_ms=simulator.clock.now_ms(),
            dialect=dialect,
            params=raw.path_params,
            query=raw.query_params,
            body=request.body,
        )
        try:
            answer = handler(call)
        except HubSpotError as error:
            error.headers = {**headers, **error.headers}
            raise
        answer.headers |= headers
        return answer

    async def _serve(
        self, request: _Request, portal: Portal | None, answer: Callable[[], Answer], *, log_body: bool
    ) -> Response:
        simulator = self._simulator
        with simulator.world.lock:
            struck = simulator.faults.strike(request.route, request.portal_id, request.object_type)
            response = self._respond(request, portal, answer, struck)
        spoilers = {fault.kind: fault for fault in struck if fault.kind in SPOILERS}
        self._log(request, 0 if "reset" in spoilers else response.status_code, log_body=log_body)
        delay = simulator.latency_ms / 1_000 + (spoilers["latency"].seconds if "latency" in spoilers else 0)
        if delay:
            await asyncio.sleep(delay)
        if "reset" in spoilers:
            await _cut_connection(request.raw)
        if "truncated" in spoilers:
            return _with_body(response, bytes(response.body)[: len(response.body) // 2])
        if "slow" in spoilers:
            return _slowly(response, spoilers["slow"].seconds)
        return response

    def _respond(
        self, request: _Request, portal: Portal | None, answer: Callable[[], Answer], struck: list[Fault]
    ) -> Response:
        replacing = next((fault for fault in struck if fault.kind not in SPOILERS), None)
        try:
            if replacing is not None:
                raise fault_error(replacing, portal, _scopes_of(request))
            given = answer()
        except HubSpotError as error:
            return _error_response(error)
        if given.body is None:
            return Response(status_code=given.status, headers=given.headers)
        return _json(encode(given.body), given.status, given.headers)

    def _log(self, request: _Request, status: int, *, log_body: bool) -> None:
        raw = request.raw
        self._simulator.requests.add(
            LoggedRequest(
                at_ms=self._simulator.clock.now_ms(),
                portal_id=request.portal_id,
                method=raw.method,
                path=raw.url.path if log_body else request.route,
                route=request.route,
                object_type=request.object_type,
                status=status,
                query=dict(raw.query_params) if log_body else {},
                body=request.body if log_body else b"",
            )
        )


def _scopes_of(request: _Request) -> set[str]:
    kind = find_object_type(request.object_type or "")
    return {kind.read_scope} if kind else {"oauth"}


def _json(body: bytes, status: int, headers: dict[str, str]) -> Response:
    return Response(body, status_code=status, headers=headers, media_type="application/json;charset=utf-8")


def _error_response(error: HubSpotError) -> Response:
    if "html" in error.body:
        return Response(str(error.body["html"]), status_code=error.status, headers=error.headers)
    return _json(encode(error.body), error.status, error.headers)


def _with_body(response: Response, body: bytes) -> Response:
    """The same answer with less in it: well-formed HTTP, broken JSON."""
    return Response(body, status_code=response.status_code, media_type=response.headers.get("content-type"))


def _slowly(response: Response, seconds: float) -> Response:
    body = bytes(response.body)
    size = max(1, len(body) // _BODY_PIECES)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            await asyncio.sleep(seconds / _BODY_PIECES)
            yield body[start : start + size]

    return StreamingResponse(
        pieces(), status_code=response.status_code, media_type=response.headers.get("content-type")
    )


async def _cut_connection(raw: Request) -> None:
    """Reset the TCP connection under the request, as an overloaded proxy does."""
    transport: asyncio.Transport | None = raw.scope.get("state", {}).get("transport")
    if transport is None:
        raise ConnectionResetError("the simulator cut this connection")
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    # Lets the server notice before the answer is sent into nowhere.
    await asyncio.sleep(0)
