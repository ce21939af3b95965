"""The pages, and what surrounds every answer."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from auth_service import canary, connections
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, transaction
from auth_service.tables import portal_connections
from auth_service.web import portal_pages, problems
from auth_service.web.app import LARGEST_BODY_BYTES, create_app
from auth_service.web.cookies import SESSION
from auth_service.web.middleware import RequestLog
from auth_service.web.templating import moment

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.types import Receive, Scope, Send

    from auth_service.tests.conftest import Browser, Connect, OpenBrowser
    from auth_service.web.site import Site

PORTAL = 1458021
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https://app.hubspot.example; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}


# --- headers ----------------------------------------------------------------------------------------------------


def test_every_route_answers_with_the_security_headers(
    site: Site, browser: Browser, stranger: Browser, connect: Connect
) -> None:
    connect()
    seen = set()
    for route in create_app(site).routes:
        assert isinstance(route, Route | Mount)
        path = re.sub(r"{\w+:rowid}", str(PORTAL), route.path).replace("{token}", "no-invite")
        path += "/style.css" if isinstance(route, Mount) else ""
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "NONSENSE"):
            for visitor in (browser, stranger):
                answer = visitor.request(method, path)
                assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, f"{method} {path}"
                assert answer.status_code < 500, f"{method} {path}"
                seen.add(answer.status_code)
    assert seen == {200, 303, 400, 403, 404, 405}


@pytest.mark.parametrize(
    "path", ["/nowhere", "/static/nothing.css", "/static/../app.py", "/portals/9/connected"]
)
def test_what_is_not_there_is_a_page_with_the_security_headers(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert HEADERS.items() <= answer.headers.items()


def test_a_wrong_method_says_which_are_right(browser: Browser) -> None:
    answer = browser.delete("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert HEADERS.items() <= answer.headers.items()


def test_a_bug_is_a_plain_page_with_the_security_headers(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("MARKER")

    monkeypatch.setattr(portal_pages, "list_connections", fail)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "MARKER" not in answer.text
    assert HEADERS.items() <= answer.headers.items()
    assert "GET portals failed" in caplog.text


def test_too_large_a_body_is_refused_with_the_security_headers(browser: Browser) -> None:
    answer = browser.post("/auth/hubspot", content=b"x" * (LARGEST_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert HEADERS.items() <= answer.headers.items()


def test_plain_http_is_not_told_to_become_https(site: Site, open_browser: OpenBrowser) -> None:
    object.__setattr__(site, "public_url", "http://localhost:8090")
    assert "strict-transport-security" not in open_browser().get("/sign-in").headers


# --- pages ------------------------------------------------------------------------------------------------------


def test_without_portals_the_page_says_how_to_begin(browser: Browser) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "No portal is connected yet" in answer.text
    assert 'href="/auth/hubspot"' in answer.text


def test_portals_are_listed_with_their_state(browser: Browser, connect: Connect, engine: Engine) -> None:
    connect(1)
    connect(2)
    connect(3)
    with transaction(engine) as connection:
        connections.mark_reauth_required(connection, 2, "invalid_grant")
        connections.mark_disconnected(connection, 3)
        connection.execute(
            update(portal_connections)
            .where(portal_connections.c.portal_id == 3)
            .values(last_refresh_at=None, scopes=["oauth"])
        )
    page = browser.get("/").text
    assert page.index("Company 2") < page.index("Company 1") < page.index("Company 3")
    assert "3 in all, 1 to reconnect" in page
    assert "the app was uninstalled, or its access was revoked" in page
    assert 'href="/auth/hubspot?portal=2"' in page
    assert 'href="/auth/hubspot?portal=3"' in page
    assert 'href="/auth/hubspot?portal=1"' not in page
    assert "never" in page
    assert "Not granted, so left out" in page


def test_an_unknown_reason_is_shown_by_its_code(browser: Browser, connect: Connect, engine: Engine) -> None:
    connect(1)
    with transaction(engine) as connection:
        connections.mark_reauth_required(connection, 1, "something_new")
    assert "HubSpot answered: something_new." in browser.get("/").text


def test_names_are_escaped(browser: Browser, connect: Connect, engine: Engine) -> None:
    connect(PORTAL)
    with transaction(engine) as connection:
        connection.execute(update(portal_connections).values(company_name="<img src=x>&Co", hub_domain="<b>"))
    for path in ("/", f"/portals/{PORTAL}/connected"):
        text = browser.get(path).text
        assert "&lt;img src=x&gt;&amp;Co" in text
        assert "<img src=x" not in text


def test_a_broken_portal_is_not_called_connected(browser: Browser, connect: Connect, engine: Engine) -> None:
    connect(PORTAL)
    with transaction(engine) as connection:
        connections.mark_reauth_required(connection, PORTAL, "invalid_grant")
    assert browser.get(f"/portals/{PORTAL}/connected").status_code == 404


def test_pages_need_no_script_and_nothing_from_elsewhere(browser: Browser, connect: Connect) -> None:
    connect(PORTAL)
    for path in ("/", f"/portals/{PORTAL}/connected", "/nowhere"):
        text = browser.get(path).text
        assert "<script" not in text
        assert "style=" not in text
        assert "http:" not in text
        assert "https:" not in text


def test_times_are_shown_in_utc() -> None:
    assert moment(datetime.fromisoformat("2026-11-02T01:05:00+02:00")) == "1 Nov 2026, 23:05 UTC"


# --- health -----------------------------------------------------------------------------------------------------


def test_a_running_process_is_alive_and_ready(browser: Browser) -> None:
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").status_code == 200


def test_a_wrong_key_is_not_ready(
    site: Site,
    open_browser: OpenBrowser,
    keyring: Keyring,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    canary.verify_keys(engine, keyring)
    object.__setattr__(site, "keyring", Keyring.parse(f"k1:{new_key()}"))
    stranger = open_browser()
    assert stranger.get("/readyz").status_code == 503
    assert stranger.get("/healthz").status_code == 200
    assert "'k1' is not the key that this database knows" in caplog.text


def test_a_database_without_tables_is_not_ready_and_says_so(
    site: Site, open_browser: OpenBrowser, database_url: str
) -> None:
    object.__setattr__(site, "engine", create_engine(database_url))
    browser = open_browser()
    browser.cookies.set(browser.name_of(SESSION), "some-session")
    assert browser.get("/readyz").status_code == 503
    page = browser.get("/")
    assert page.status_code == 503
    assert "hubspot-auth migrate" in page.text


def test_a_database_that_is_down_is_a_page_not_a_traceback(site: Site, open_browser: OpenBrowser) -> None:
    object.__setattr__(site, "engine", create_engine("postgresql://nobody:MARKER@127.0.0.1:1/none"))
    browser = open_browser()
    browser.cookies.set(browser.name_of(SESSION), "some-session")
    assert browser.get("/readyz").status_code == 503
    page = browser.get("/")
    assert page.status_code == 503
    assert "The database is not answering" in page.text
    assert "MARKER" not in page.text


# --- the log ----------------------------------------------------------------------------------------------------


def test_requests_are_logged_by_route_and_never_by_address(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "auth_service")
    browser.get("/auth/hubspot/callback?code=MARKER&state=MARKER")
    browser.get("/nowhere?x=MARKER")
    lines = [record.getMessage() for record in caplog.records if record.name == "auth_service.requests"]
    assert [line.rsplit(" ", 3)[0] for line in lines] == ["GET callback 400", "GET (no route) 404"]
    assert "MARKER" not in "".join(
        r.getMessage() for r in caplog.records if r.name.startswith("auth_service")
    )


def test_an_answer_that_fails_half_way_breaks_off_instead_of_looking_whole() -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    app = RequestLog(half, on_bug=problems.bug)
    with pytest.raises(RuntimeError):
        TestClient(app).get("/")
