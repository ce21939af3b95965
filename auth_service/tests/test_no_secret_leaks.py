"""The sweep: a whole life of a portal with marked secrets, then a search for the marks wherever text goes."""

from __future__ import annotations

import logging
import re
import traceback
from typing import TYPE_CHECKING

import httpx2
import pytest

from auth_service.connections import list_connections
from auth_service.errors import AuthError
from auth_service.hubspot_requests import ACCOUNT_PATH, INTROSPECT_PATH, REVOKE_PATH, TOKEN_PATH
from auth_service.web.serving import QUIET
from serving import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot
    from auth_service.tokens import TokenStore
    from auth_service.web.site import Site

PORTAL = 1458021
LEAKY_ANSWERS = [
    httpx2.Response(400, json={"error": "invalid_grant", "message": "MARKER-body"}),
    httpx2.Response(400, json={"error": "MARKER-error", "status": "MARKER-status"}),
    httpx2.Response(500, text="MARKER-body"),
    httpx2.Response(200, text="MARKER-body"),
    httpx2.Response(200, json={"access_token": "MARKER-access\nx", "refresh_token": "MARKER-refresh"}),
    httpx2.ConnectError("MARKER-exception"),
]


@pytest.fixture
def log_levels() -> Iterator[None]:
    """Log as the service does, and afterwards as before."""
    names = (None, *QUIET)
    before = {name: logging.getLogger(name).level for name in names}
    logs.configure("auth_service", quiet=QUIET)
    logging.getLogger().setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("log_levels")
def test_no_secret_reaches_logs_output_pages_or_errors(
    browser: Browser,
    hubspot: FakeHubSpot,
    store: TokenStore,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    told: list[str] = []

    def visit(url: str) -> httpx2.Response:
        answer = browser.get(url)
        told.append(answer.text)
        told.append(answer.headers.get("location", "").replace("https://app.hubspot.example", ""))
        return answer

    def ask(**options: str) -> None:
        try:
            store.access_token(PORTAL, **options)
        except AuthError as error:
            told.append("".join(traceback.format_exception(error)))

    def attempt() -> None:
        consent_url = browser.get("/auth/hubspot").headers["location"]
        callback = visit(hubspot.consent(consent_url))
        if callback.status_code == 303:
            visit(callback.headers["location"])

    attempt()
    for path in (TOKEN_PATH, INTROSPECT_PATH, ACCOUNT_PATH, REVOKE_PATH):
        for answer in LEAKY_ANSWERS:
            hubspot.scripted = {path: [answer], INTROSPECT_PATH: [httpx2.Response(500)]} | (
                {} if path != INTROSPECT_PATH else {path: [answer]}
            )
            attempt()
    hubspot.scripted = {}
    attempt()
    for answer in LEAKY_ANSWERS:
        hubspot.scripted = {TOKEN_PATH: [answer]}
        ask(rejected=next(reversed(hubspot.access_tokens)))
    for path, fields in {
        "/sign-in": {"password": "MARKER-password"},
        "/portals/add-static": {"token": "MARKER-static-token"},
        "/invites": {"label": "Jo", "days": "MARKER-days", "portal": "MARKER"},
        "/invite/MARKER-invite": {},
        "/sign-out": {},
    }.items():
        token = browser.form_token("/audit-log")
        answer = browser.post(path, data={"form_token": token, **fields})
        told.append(
            re.sub(r'value="MARKER[^"]*"', "", answer.text)
        )  # what was typed wrongly may be corrected
    browser.sign_in()
    visit("/")
    visit("/audit-log")
    visit("/invites")
    visit("/auth/hubspot/callback?code=MARKER-code&state=MARKER-state")
    visit("/auth/hubspot/callback?error=server_error&error_description=MARKER&state=MARKER-state")

    output, errors = capfd.readouterr()
    everything = "\n".join([*told, *map(caplog.handler.format, caplog.records), output, errors])
    # What the test's own client logs of the browser's side is the browser's business; it is not this service.
    everything = "\n".join(
        line for line in everything.splitlines() if "https://connect.example.com" not in line
    )
    assert "portal" in everything
    assert not [line for line in everything.splitlines() if "MARKER" in line]


def test_no_object_shows_its_secrets(site: Site, connect: Connect, engine: Engine) -> None:
    grant = connect()
    shown = repr([grant, site, site.oauth, site.connector, list_connections(engine)])
    assert "MARKER" not in shown
    assert grant.access_token not in shown
