"""The shared password in front of Streamlit; a stand-in tells what got through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from kpi_dashboard import login, passwords
from kpi_dashboard.login import PasswordLogin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.websockets import WebSocket

PASSWORD = "correct horse battery staple"
HASH = passwords.hash_of(PASSWORD)
NAVIGATING = {"sec-fetch-mode": "navigate"}


def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"figures of {request.url.path}")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("figures")
    await socket.close()


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [WebSocketRoute("/_stcore/stream", stream), Route("/{path:path}", page)]
    app = Starlette(routes=routes, middleware=[Middleware(PasswordLogin, HASH, secure=False)])
    with TestClient(app, follow_redirects=False) as client:
        yield client


def sign_in(client: TestClient, password: str = PASSWORD, wanted: str = "/") -> int:
    return client.post(login.SIGN_IN, params={"next": wanted}, data={"password": password}).status_code


@pytest.mark.parametrize("path", ["/", "/sales", "/media/abc.csv", "/_stcore/host-config", "/static/../"])
def test_nothing_is_reached_without_the_password(client: TestClient, path: str) -> None:
    for headers in (NAVIGATING, {"sec-fetch-mode": "cors"}):
        assert "figures" not in client.get(path, headers=headers).text
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_load_balancers_may_ask_whether_it_runs(client: TestClient) -> None:
    assert client.get("/_stcore/health").status_code == 200


def test_whoever_knows_the_password_comes_to_the_page_that_was_wanted(client: TestClient) -> None:
    sent = client.get("/sales?portal=A%26B&time=30+days", headers=NAVIGATING)
    assert sent.status_code == 303
    form = client.get(sent.headers["location"])
    action = form.text.partition('action="')[2].partition('"')[0]
    answer = client.post(action, data={"password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sales?portal=A%26B&time=30+days")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert client.get("/sales").text == "figures of /sales"
    with client.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "figures"


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "", "evil"])
def test_signing_in_leads_to_no_other_site(client: TestClient, wanted: str) -> None:
    answer = client.post(login.SIGN_IN, params={"next": wanted}, data={"password": PASSWORD})
    assert answer.headers["location"] == "/"


def test_a_wrong_password_is_told_and_gets_no_cookie(client: TestClient) -> None:
    answer = client.post(login.SIGN_IN, data={"password": "correct horse battery stable"})
    assert answer.status_code == 401
    assert "That is not the password" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_made_up_cookie_opens_nothing(client: TestClient) -> None:
    client.cookies.set("kpi_dashboard", "made-up")
    assert client.get("/", headers=NAVIGATING).status_code == 303


def test_guessing_is_slowed_down_even_for_the_right_guess(client: TestClient) -> None:
    assert [sign_in(client, f"guess number {number}") for number in range(10)] == [401] * 10
    assert sign_in(client) == 429


def test_another_site_can_neither_sign_in_nor_out(client: TestClient) -> None:
    foreign = {"sec-fetch-site": "cross-site"}
    assert client.post(login.SIGN_IN, data={"password": PASSWORD}, headers=foreign).status_code == 403
    assert sign_in(client) == 303
    client.get(login.SIGN_OUT, headers=foreign)
    assert client.get("/").status_code == 200
    client.get(login.SIGN_OUT)
    assert client.get("/", headers=NAVIGATING).status_code == 303


def test_over_https_the_cookie_is_of_this_host_alone() -> None:
    app = Starlette(
        routes=[Route("/{path:path}", page)], middleware=[Middleware(PasswordLogin, HASH, secure=True)]
    )
    with TestClient(app, base_url="https://kpis.example.com", follow_redirects=False) as client:
        answer = client.post(login.SIGN_IN, data={"password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-kpi_dashboard=")
        assert "secure" in answer.headers["set-cookie"].lower()
        assert client.get("/").status_code == 200


def test_a_form_that_is_too_long_is_not_read(client: TestClient) -> None:
    assert sign_in(client, "x" * 100_000) == 413
