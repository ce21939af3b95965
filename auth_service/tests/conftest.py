"""What the tests of auth_service share: a migrated database, a keyring, and a HubSpot that fits in one screen."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Callable
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import psycopg
import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from auth_service import admin_sessions, schema, scopes
from auth_service.connections import ConnectedPortal, save_connected_portal
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, database_clock, transaction
from auth_service.hubspot_answers import TokenGrant
from auth_service.hubspot_oauth import OAuthClient
from auth_service.hubspot_requests import ACCOUNT_PATH, INTROSPECT_PATH, REVOKE_PATH, TOKEN_PATH
from auth_service.passwords import COSTS, PasswordHash
from auth_service.tables import metadata, portal_connections
from auth_service.tokens import TokenStore
from auth_service.web.app import create_app
from auth_service.web.cookies import SESSION
from auth_service.web.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

Connect = Callable[..., TokenGrant]
Row = Callable[..., dict[str, Any]]

PORTAL = 1458021
KEYS = f"k1:{new_key()}"
PASSWORD = "correct horse battery staple"
PUBLIC_URL = "https://connect.example.com"


@pytest.fixture(scope="session")
def token_database_url(postgres_url: str) -> str:
    """SQLAlchemy URL of a database with the token tables, made once: `engine` empties them after each test."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE auth_service_tests")
    url = postgres_url.rpartition("/")[0] + "/auth_service_tests"
    engine = create_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def engine(token_database_url: str) -> Iterator[Engine]:
    engine = create_engine(token_database_url)
    yield engine
    with engine.begin() as connection:
        # As replication does: the trigger that lets the audit log only grow does not fire.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.parse(KEYS)


class FakeHubSpot:
    """HubSpot's OAuth endpoints for one user who may connect one portal at a time.

    `scripted` holds answers to give instead of the right ones, in turn, by path.
    """

    def __init__(self) -> None:
        self.client_id = "client-id"
        self.client_secret = "MARKER-client-secret"
        self.portal_id = PORTAL
        self.hub_domain: str | None = "northwind.example"
        self.granted = [*scopes.REQUIRED, *scopes.OPTIONAL]
        self.account_details: dict[str, object] = {
            "timeZone": "America/New_York",
            "companyCurrency": "USD",
            "uiDomain": "app.hubspot.com",
        }
        self.rotates_refresh_tokens = False
        self.scripted: dict[str, list[httpx2.Response | Exception]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.refresh_tokens: dict[str, int] = {}
        self.access_tokens: dict[str, int] = {}
        self.revoked: list[str] = []
        self._codes: dict[str, tuple[dict[str, str], int]] = {}
        self._made = 0
        self._lock = threading.Lock()

    def consent(self, consent_url: str) -> str:
        """Say yes on the consent page; return the address that the browser is sent to."""
        query = dict(parse_qsl(urlsplit(consent_url).query))
        code = self._secret("code")
        self._codes[code] = (query, self.portal_id)
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def issue(self, portal_id: int) -> TokenGrant:
        """Hand out tokens as if the portal had been connected long ago."""
        refresh, access = self._secret("refresh"), self._secret("access")
        self.refresh_tokens[refresh] = portal_id
        self.access_tokens[access] = portal_id
        return TokenGrant(access, refresh, 1800, portal_id, frozenset(self.granted))

    def calls(self, path: str = TOKEN_PATH) -> int:
        return sum(1 for requested, _ in self.requests if requested == path)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        with self._lock:
            form = dict(parse_qsl(request.content.decode()))
            self.requests.append((request.url.path, form))
            assert not request.url.query, "secrets must not travel in a URL"
            if scripted := self.scripted.get(request.url.path):
                answer = scripted.pop(0)
                if isinstance(answer, Exception):
                    raise answer
                return answer
            if request.url.path == ACCOUNT_PATH:
                token = request.headers["authorization"].removeprefix("Bearer ")
                if token not in self.access_tokens:
                    return httpx2.Response(401, json={"message": "MARKER-message"})
                details = {"portalId": self.access_tokens[token], **self.account_details}
                return httpx2.Response(200, json=details)
            if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
                return refusal("invalid_client", "BAD_CLIENT_SECRET")
            return {
                TOKEN_PATH: self._token,
                INTROSPECT_PATH: self._introspect,
                REVOKE_PATH: self._revoke,
            }[request.url.path](form)

    def _token(self, form: dict[str, str]) -> httpx2.Response:
        if form["grant_type"] == "refresh_token":
            refresh = form["refresh_token"]
            if refresh not in self.refresh_tokens:
                return refusal("invalid_grant", "BAD_REFRESH_TOKEN")
            portal_id = self.refresh_tokens[refresh]
            if self.rotates_refresh_tokens:
                del self.refresh_tokens[refresh]
                refresh = self._secret("refresh")
        else:
            asked, portal_id = self._codes.pop(form["code"], ({}, 0))
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
            if not asked or form["redirect_uri"] != asked["redirect_uri"]:
                return refusal("invalid_grant", "BAD_AUTH_CODE")
            if challenge.rstrip(b"=").decode() != asked["code_challenge"]:
                return refusal("invalid_grant", "BAD_CODE_VERIFIER")
            refresh = self._secret("refresh")
        access = self._secret("access")
        self.refresh_tokens[refresh] = portal_id
        self.access_tokens[access] = portal_id
        return httpx2.Response(
            200,
            json={
                "access_token": access,
                "refresh_token": refresh,
                "expires_in": 1800,
                "token_type": "bearer",
                "hub_id": portal_id,
                "scopes": self.granted,
            },
        )

    def _introspect(self, form: dict[str, str]) -> httpx2.Response:
        if form["token"] not in self.access_tokens:
            return httpx2.Response(200, json={"active": False})
        return httpx2.Response(
            200,
            json={
                "active": True,
                "token": form["token"],
                "hub_id": self.access_tokens[form["token"]],
                "hub_domain": self.hub_domain,
                "scopes": self.granted,
            },
        )

    def _revoke(self, form: dict[str, str]) -> httpx2.Response:
        self.revoked.append(form["token"])
        self.refresh_tokens.pop(form["token"], None)
        return httpx2.Response(200)

    def _secret(self, kind: str) -> str:
        self._made += 1
        return f"MARKER-{kind}-{self._made}"


def refusal(error: str, status: str, http_status: int = 400) -> httpx2.Response:
    return httpx2.Response(http_status, json={"error": error, "status": status, "message": "MARKER-message"})


@pytest.fixture
def keys() -> str:
    """The keyring's keys, as TOKEN_KEYS holds them."""
    return KEYS


@pytest.fixture
def hubspot() -> FakeHubSpot:
    return FakeHubSpot()


@pytest.fixture
def oauth(hubspot: FakeHubSpot) -> Iterator[OAuthClient]:
    with OAuthClient(
        api_url="https://api.hubapi.example",
        client_id=hubspot.client_id,
        client_secret=hubspot.client_secret,
        transport=httpx2.MockTransport(hubspot),
    ) as oauth:
        yield oauth


@pytest.fixture
def store(engine: Engine, keyring: Keyring, oauth: OAuthClient) -> TokenStore:
    return TokenStore(engine, keyring, oauth)


@pytest.fixture
def connect(engine: Engine, keyring: Keyring, hubspot: FakeHubSpot) -> Connect:
    """Store a connection whose access token is good for so many seconds more."""

    def connect(portal_id: int = PORTAL, *, expires_in: int = 1800) -> TokenGrant:
        grant = hubspot.issue(portal_id)
        grant = TokenGrant(grant.access_token, grant.refresh_token, expires_in, portal_id, grant.scopes)
        portal = ConnectedPortal(
            portal_id, f"Company {portal_id}", None, frozenset(hubspot.granted), {"portalId": portal_id}
        )
        with transaction(engine) as connection:
            now = database_clock(connection)
            save_connected_portal(connection, keyring, portal, grant, now)
        return grant

    return connect


@pytest.fixture
def row(engine: Engine) -> Row:
    """A portal's row, as it is stored."""

    def row(portal_id: int = PORTAL) -> dict[str, Any]:
        with transaction(engine) as connection:
            return dict(
                connection.execute(
                    select(portal_connections).where(portal_connections.c.portal_id == portal_id)
                )
                .mappings()
                .one()
            )

    return row


@pytest.fixture
def served_hubspot(hubspot: FakeHubSpot) -> Iterator[str]:
    """Serve the fake HubSpot on a port, for tests with real processes; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.answer(hubspot(httpx2.Request("POST", f"http://localhost{self.path}", content=body)))

        def do_GET(self) -> None:
            if self.path.startswith("/oauth/authorize?"):
                self.answer(httpx2.Response(200, text="Choose an account"))
                return
            headers = {"authorization": self.headers["authorization"]}
            self.answer(hubspot(httpx2.Request("GET", f"http://localhost{self.path}", headers=headers)))

        def answer(self, answer: httpx2.Response) -> None:
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def password_hash() -> PasswordHash:
    """The hash of PASSWORD, as cheap as one may be."""
    return PasswordHash.of(PASSWORD, log2_cost=min(COSTS))


@pytest.fixture
def site(engine: Engine, keyring: Keyring, oauth: OAuthClient, password_hash: PasswordHash) -> Site:
    return Site(
        engine=engine,
        keyring=keyring,
        oauth=oauth,
        app_url="https://app.hubspot.example",
        public_url=PUBLIC_URL,
        password=password_hash,
        optional_scopes=scopes.OPTIONAL,
    )


class Browser(TestClient):
    """A browser at the service's public address: it says where forms come from, and follows no redirect by itself."""

    def __init__(self, site: Site) -> None:
        headers = {"origin": site.origin, "sec-fetch-site": "same-origin"}
        super().__init__(create_app(site), base_url=site.public_url, follow_redirects=False, headers=headers)
        self.site = site

    def sign_in(self) -> None:
        """Come in without the detour of the password, which takes its time."""
        self.cookies.set(self.name_of(SESSION), admin_sessions.begin(self.site.engine, "admin"))

    def name_of(self, cookie: str) -> str:
        return f"__Host-{cookie}" if self.site.secure else cookie

    def begin(self, portal: int | None = None) -> str:
        """Click on "Connect"; return the address of the consent page."""
        answer = self.get("/auth/hubspot" if portal is None else f"/auth/hubspot?portal={portal}")
        assert answer.status_code == 303
        return answer.headers["location"]

    @staticmethod
    def assert_refused(answer: httpx2.Response, status: int = 400) -> None:
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>" in answer.text

    def submit(self, page: str, path: str | None = None, **fields: str) -> httpx2.Response:
        """Fill in a form of a page and send it, to the same address unless it goes elsewhere."""
        return self.post(path or page, data={"form_token": self.form_token(page), **fields})

    def form_token(self, page: str) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]


OpenBrowser = Callable[..., Browser]


@pytest.fixture
def open_browser(site: Site) -> Iterator[OpenBrowser]:
    """Open browsers, of somebody without a login or of an admin, and close them at the end."""
    with ExitStack() as opened:

        def open_browser(*, signed_in: bool = False) -> Browser:
            browser = opened.enter_context(Browser(site))
            if signed_in:
                browser.sign_in()
            return browser

        yield open_browser


@pytest.fixture
def stranger(open_browser: OpenBrowser) -> Browser:
    """The browser of somebody without a login."""
    return open_browser()


@pytest.fixture
def browser(open_browser: OpenBrowser) -> Browser:
    """The browser of an admin who is signed in."""
    return open_browser(signed_in=True)
