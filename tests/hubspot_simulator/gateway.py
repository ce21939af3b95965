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
from tests.hubspot_simulator.errors import HubSpotError, OAuthError, ProxyError, error_body
from tests.hubspot_simulator.faults import SPOILERS, fault_error
from tests.hubspot_simulator.limits import Bucket
from tests.hubspot_simulator.request_log import LoggedRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from starlette.requests import Request

    from tests.hubspot_simulator.call import Dialect
    from tests.hubspot_simulator.faults import Fault, FaultKind
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.simulator import Simulator
    from tests.hubspot_simulator.tokens import Credential

    Endpoint = Callable[[Request], Awaitable[Response]]

_BODY_PIECES = 8
# Zero seconds to linger turns the close of a connection into a reset.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A request with what is known of it before it is answered.

    Attributes:
        secret: Its query and body may hold credentials and stay out of the log.
        scopes: What its route needs any of; the routes of CRM records ask their object type instead.
    """

    raw: Request
    route: str
    body: bytes
    portal: Portal | None
    secret: bool = False
    scopes: tuple[str, ...] = ()

    @property
    def portal_id(self) -> int | None:
        return self.portal.portal_id if self.portal else None

    @property
    def object_type(self) -> str | None:
        params = self.raw.path_params
        name = params.get("object_type") or params.get("from_type")
        kind = self.portal.find_type(name) if name and self.portal else None
        return kind.name if kind else name


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
        scopes: tuple[str, ...] = (),
    ) -> Endpoint:
        """An endpoint behind a bearer token, which must have any of `scopes`."""

        async def endpoint(raw: Request) -> Response:
            token = _bearer_token(raw)
            portal = self._simulator.tokens.claimed_portal(token)
            request = _Request(raw=raw, route=route, body=await raw.body(), portal=portal, scopes=scopes)

            def answer() -> Answer:
                credential = self._simulator.tokens.authenticate(token)
                rate_headers = self._count(credential, bucket)
                try:
                    call = self._call(request, credential, dialect)
                    if scopes:
                        call.require_any_scope(*scopes)
                    answered = handler(call)
                except HubSpotError as error:
                    error.headers = {**rate_headers, **error.headers}
                    raise
                answered.headers |= rate_headers
                return answered

            return await self._serve(request, answer)

        return endpoint

    def form(
        self, route: str, handler: Callable[[dict[str, str]], dict[str, Any]], *, legacy: bool = False
    ) -> Endpoint:
        """An endpoint of the OAuth server, whose parameters count in a form-encoded body only."""

        async def endpoint(raw: Request) -> Response:
            body = await raw.body()
            form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
            portal = self._simulator.oauth.claimed_portal(form)
            request = _Request(raw=raw, route=route, body=body, portal=portal, secret=True)

            def answer() -> Answer:
                try:
                    return Answer(handler(form))
                except OAuthError as error:
                    raise error.legacy() if legacy else error from error

            return await self._serve(request, answer)

        return endpoint

    def _count(self, credential: Credential, bucket: Bucket | None) -> dict[str, str]:
        if bucket is None:
            return {}
        return self._simulator.limiter.count(credential, bucket, self._simulator.clock.now_ms())

    def _call(self, request: _Request, credential: Credential, dialect: Dialect) -> Call:
        url = request.raw.url
        if len(url.path) + len(url.query) + 1 > credential.portal.options.max_url_length:
            raise HubSpotError(414, error_body("VALIDATION_ERROR", "URI Too Long"))
        return Call(
            credential=credential,
            now_ms=self._simulator.clock.now_ms(),
            dialect=dialect,
            params=request.raw.path_params,
            query=request.raw.query_params,
            body=request.body,
        )

    async def _serve(self, request: _Request, answer: Callable[[], Answer]) -> Response:
        simulator = self._simulator
        with simulator.world.lock:
            if request.portal_id is not None:
                simulator.world.expire(request.portal_id)
            struck = simulator.faults.strike(request.route, request.portal_id, request.object_type)
            response = _respond(request, answer, struck)
        spoilers = {fault.kind: fault for fault in struck if fault.kind in SPOILERS}
        lost = bool(spoilers.keys() & {"reset", "cut"})
        self._log(request, 0 if lost else response.status_code)
        delay = simulator.latency_ms / 1_000 + (spoilers["latency"].seconds if "latency" in spoilers else 0)
        if delay:
            await asyncio.sleep(delay)
        return await _spoil(response, request.raw, spoilers)

    def _log(self, request: _Request, status: int) -> None:
        raw = request.raw
        self._simulator.requests.add(
            LoggedRequest(
                at_ms=self._simulator.clock.now_ms(),
                portal_id=request.portal_id,
                method=raw.method,
                path=raw.url.path,
                route=request.route,
                object_type=request.object_type,
                status=status,
                query={} if request.secret else dict(raw.query_params),
                body=b"" if request.secret else request.body,
            )
        )


def _bearer_token(raw: Request) -> str:
    scheme, _, token = raw.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _respond(request: _Request, answer: Callable[[], Answer], struck: list[Fault]) -> Response:
    replacing = next((fault for fault in struck if fault.kind not in SPOILERS), None)
    try:
        if replacing is not None:
            raise fault_error(replacing, request.portal, _scopes_of(request))
        given = answer()
    except ProxyError as error:
        return Response(error.text, error.status, error.headers, media_type=error.media_type)
    except HubSpotError as error:
        return _json(error.body, error.status, error.headers)
    if given.body is None:
        return Response(status_code=given.status, headers=given.headers)
    return _json(given.body, given.status, given.headers)


def _scopes_of(request: _Request) -> set[str]:
    if request.scopes:
        return set(request.scopes)
    kind = request.portal.types.get(request.object_type or "") if request.portal else None
    return set(kind.any_scopes) if kind else {"oauth"}


def _json(body: object, status: int, headers: dict[str, str]) -> Response:
    return Response(encode(body), status, headers, media_type="application/json;charset=utf-8")


async def _spoil(response: Response, raw: Request, spoilers: Mapping[FaultKind, Fault]) -> Response:
    """What becomes of an answer on its way."""
    body = bytes(response.body)
    if "reset" in spoilers:
        await _reset_connection(raw)
    if "truncated" in spoilers:
        # Well-formed HTTP around half of the JSON.
        response.body = body[: len(body) // 2]
        response.headers["content-length"] = str(len(response.body))
    if "cut" in spoilers:
        return _streamed(response, _cut(body, raw))
    if "slow" in spoilers:
        return _streamed(response, _trickle(body, spoilers["slow"].seconds))
    return response


def _streamed(response: Response, pieces: AsyncIterator[bytes]) -> Response:
    kept = {name: value for name, value in response.headers.items() if name != "content-length"}
    return StreamingResponse(pieces, response.status_code, kept)


async def _trickle(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = max(1, -(-len(body) // _BODY_PIECES))
    for start in range(0, len(body), size):
        await asyncio.sleep(seconds / _BODY_PIECES)
        yield body[start : start + size]


async def _cut(body: bytes, raw: Request) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    await _reset_connection(raw)


async def _reset_connection(raw: Request) -> None:
    """Reset the TCP connection under the request, as an overloaded proxy does."""
    transport: asyncio.Transport | None = raw.scope.get("state", {}).get("transport")
    if transport is None:
        raise ConnectionResetError("the simulator cut this connection")
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    # Lets the server notice before the answer is sent into nowhere.
    await asyncio.sleep(0)
