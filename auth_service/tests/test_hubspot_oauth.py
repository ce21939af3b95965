from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import httpx2
import pytest

from auth_service import hubspot_oauth
from auth_service.errors import HubSpotUnavailable
from auth_service.hubspot_oauth import OAuthClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auth_service.tests.conftest import FakeHubSpot

GRANT = httpx2.Response(200, json={"access_token": "A", "refresh_token": "R", "expires_in": 1800})


def client(handler: Callable[[httpx2.Request], httpx2.Response]) -> OAuthClient:
    return OAuthClient(
        api_url="https://api.hubapi.example",
        client_id="id",
        client_secret="MARKER-secret",
        transport=httpx2.MockTransport(handler),
    )


def test_every_secret_travels_in_the_body_or_a_header_never_in_the_address() -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if request.method == "GET":
            return httpx2.Response(200, json={"portalId": 7})
        return GRANT

    with client(handler) as oauth:
        oauth.exchange_code("MARKER-code", redirect_uri="https://c.example/cb", verifier="MARKER-verifier")
        oauth.refresh("MARKER-refresh")
        oauth.introspect("MARKER-access")
        oauth.revoke("MARKER-refresh")
        oauth.account_details("MARKER-access")
    assert [f"{request.method} {request.url}" for request in seen] == [
        "POST https://api.hubapi.example/oauth/2026-09/token",
        "POST https://api.hubapi.example/oauth/2026-09/token",
        "POST https://api.hubapi.example/oauth/2026-09/token/introspect",
        "POST https://api.hubapi.example/oauth/2026-09/token/revoke",
        "GET https://api.hubapi.example/account-info/2026-09/details",
    ]
    forms = [
        {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        for request in seen[:4]
    ]
    app = {"client_id": "id", "client_secret": "MARKER-secret"}
    assert forms == [
        app
        | {
            "grant_type": "authorization_code",
            "code": "MARKER-code",
            "redirect_uri": "https://c.example/cb",
            "code_verifier": "MARKER-verifier",
        },
        app | {"grant_type": "refresh_token", "refresh_token": "MARKER-refresh"},
        app | {"token": "MARKER-access", "token_type_hint": "access_token"},
        app | {"token": "MARKER-refresh", "token_type_hint": "refresh_token"},
    ]
    assert seen[4].headers["authorization"] == "Bearer MARKER-access"


def test_an_answer_that_does_not_end_is_cut_off() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 65536

    with (
        client(lambda _: httpx2.Response(200, content=endless())) as oauth,
        pytest.raises(HubSpotUnavailable, match="does not end"),
    ):
        oauth.refresh("R")


def test_an_answer_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 10_000, 3))
    monkeypatch.setattr(hubspot_oauth.time, "monotonic", lambda: next(now))

    def dripping() -> Iterator[bytes]:
        for byte in b'{"access_token": "A", "refresh_token": "R", "expires_in": 1800}':
            yield bytes([byte])

    with (
        client(lambda _: httpx2.Response(200, content=dripping())) as oauth,
        pytest.raises(HubSpotUnavailable, match="does not end"),
    ):
        oauth.refresh("R")


def test_a_redirect_is_not_followed() -> None:
    seen: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(307, headers={"location": "https://evil.example/"})

    with client(handler) as oauth, pytest.raises(HubSpotUnavailable, match="status 307"):
        oauth.refresh("R")
    assert len(seen) == 1


def test_a_compressed_answer_that_is_broken_is_no_traceback() -> None:
    broken = httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=httpx2.ByteStream(b"not gzip"))
    with client(lambda _: broken) as oauth, pytest.raises(HubSpotUnavailable, match="could not be reached"):
        oauth.refresh("R")


def test_the_real_network_is_spoken_too(served_hubspot: str, hubspot: FakeHubSpot) -> None:
    grant = hubspot.issue(7)
    with OAuthClient(
        api_url=served_hubspot, client_id=hubspot.client_id, client_secret=hubspot.client_secret
    ) as oauth:
        assert oauth.refresh(grant.refresh_token or "").portal_id == 7


def test_nobody_listening_is_transient() -> None:
    with (
        OAuthClient(api_url="http://127.0.0.1:1", client_id="id", client_secret="s") as oauth,
        pytest.raises(HubSpotUnavailable, match="could not be reached") as raised,
    ):
        oauth.refresh("R")
    assert raised.value.code == "network"


def test_a_client_shows_no_secret() -> None:
    assert "MARKER" not in repr(client(lambda _: GRANT))
