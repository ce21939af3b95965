"""Who comes in, and what a browser may be made to do: every route, without a list that could be forgotten."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text, update
from starlette.routing import Route

from auth_service import audit, invites
from auth_service.attempts import WINDOW
from auth_service.audit import Actor
from auth_service.connections import list_connections
from auth_service.database import transaction
from auth_service.settings import LoginProxy
from auth_service.tables import admin_sessions, attempts, oauth_flows
from auth_service.web.app import create_app
from auth_service.web.cookies import SESSION
from auth_service.web.signing_in import SIGN_INS

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot, OpenBrowser
    from auth_service.web.site import Site

PORTAL = 1458021
PASSWORD = "correct horse battery staple"
# What somebody without a login may reach: to sign in, to use an invite, to come back from HubSpot, and health.
OPEN = {
    "callback",
    "connected_by_invite",
    "healthz",
    "invite",
    "readyz",
    "sign_in",
    "sign_in_by_form",
    "start_invited",
}


def routes(site: Site, method: str) -> list[tuple[str, str]]:
    """Return name and an address of every route for a method."""
    return [
        (route.name, re.sub(r"{\w+:rowid}", str(PORTAL), route.path).replace("{token}", "no-invite"))
        for route in create_app(site).routes
        if isinstance(route, Route) and method in (route.methods or ())
    ]


def everything(engine: Engine) -> str:
    """Return all that the database holds but counted attempts and when a session was last seen."""
    names = ("portal_connections", "invites", "oauth_flows", "audit_log", "admin_sessions")
    with transaction(engine) as connection:
        return "\n".join(
            str(row)
            for name in names
            for row in connection.execute(
                text(f"SELECT to_jsonb(t) - 'last_seen_at' FROM hubspot_auth.{name} t ORDER BY t::text")
            )
        )


# --- 35: no page without a session ------------------------------------------------------------------------------


def test_every_route_but_the_open_ones_leads_strangers_to_the_sign_in(
    site: Site, stranger: Browser, connect: Connect
) -> None:
    connect()
    for method in ("GET", "HEAD"):
        for name, path in routes(site, method):
            if name not in OPEN:
                answer = stranger.request(method, path)
                assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path


def test_every_form_but_the_open_ones_is_refused_without_a_session(
    site: Site, stranger: Browser, connect: Connect, engine: Engine
) -> None:
    connect()
    token = stranger.form_token("/sign-in")
    before = everything(engine)
    for name, path in routes(site, "POST"):
        if name not in OPEN:
            answer = stranger.post(path, data={"form_token": token, "uninstall": "yes", "label": "x"})
            assert answer.status_code == 401, path
    assert everything(engine) == before


def test_the_open_routes_are_the_ones_named_here(site: Site) -> None:
    assert {name for method in ("GET", "POST") for name, _ in routes(site, method)} > OPEN


# --- 36: forms ---------------------------------------------------------------------------------------------------


@pytest.fixture
def forged() -> dict[str, dict[str, str]]:
    """Headers of requests that another site made the browser send."""
    return {
        "foreign origin": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        "foreign origin alone": {"origin": "https://evil.example"},
        "sandboxed frame": {"origin": "null", "sec-fetch-site": "cross-site"},
        "no word of where from": {"origin": "null"},
        "sister domain": {"origin": "https://other.example.com", "sec-fetch-site": "same-site"},
        "plain http": {"origin": "http://connect.example.com"},
        "another port": {"origin": "https://connect.example.com:8443"},
    }


def test_every_state_changing_route_refuses_other_sites_and_forms_without_their_token(
    site: Site, browser: Browser, connect: Connect, engine: Engine, forged: dict[str, dict[str, str]]
) -> None:
    connect()
    token = browser.form_token("/")
    before = everything(engine)
    own = dict(browser.headers)
    for name, path in routes(site, "POST"):
        fields = {"uninstall": "yes", "label": "x", "days": "7", "password": PASSWORD, "token": "t"}
        for wrong in ("", "0" * 64, token[:-1], token.upper()):
            answer = browser.post(path, data={**fields, "form_token": wrong})
            assert answer.status_code == 403, f"{name} with token {wrong!r}"
        assert browser.post(path, data=fields).status_code == 403, name
        assert browser.post(path, json={**fields, "form_token": token}).status_code == 403, name
        for what, headers in forged.items():
            for header in ("origin", "sec-fetch-site"):
                browser.headers.pop(header, None)
            answer = browser.post(path, data={**fields, "form_token": token}, headers=headers)
            browser.headers.update(own)
            assert answer.status_code == 403, f"{name}: {what}"
    assert everything(engine) == before


def test_every_state_changing_route_refuses_get(site: Site) -> None:
    posts = {name for name, _ in routes(site, "POST")}
    assert posts
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        assert posts.isdisjoint(name for name, _ in routes(site, method)), method


def test_looking_at_every_page_changes_nothing(
    site: Site, browser: Browser, connect: Connect, engine: Engine
) -> None:
    connect()
    before = everything(engine)
    for name, path in routes(site, "GET"):
        if name != "start":  # opens an attempt for this browser, which ends by itself
            browser.get(path)
            browser.head(path)
    assert everything(engine) == before


def test_browsers_that_hide_where_a_form_is_from_are_believed_their_fetch_metadata(browser: Browser) -> None:
    """The pages are `no-referrer`: browsers then send `Origin: null` with their own forms."""
    token = browser.form_token("/")
    for origin in ("null", None):
        browser.headers.pop("origin", None)
        headers = {"origin": origin} if origin else {}
        answer = browser.post("/auth/hubspot", data={"form_token": token}, headers=headers)
        assert answer.status_code == 303


def test_the_token_of_one_browser_is_none_in_another(open_browser: OpenBrowser) -> None:
    mine, other = open_browser(signed_in=True), open_browser(signed_in=True)
    assert mine.post("/sign-out", data={"form_token": other.form_token("/")}).status_code == 403


def test_a_link_on_another_site_starts_no_attempt(browser: Browser, engine: Engine) -> None:
    answer = browser.get("/auth/hubspot", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/"
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(oauth_flows)).scalar_one() == 0


# --- 37, 38: sessions --------------------------------------------------------------------------------------------


def test_the_password_opens_a_session_and_signing_out_ends_it(
    site: Site, stranger: Browser, engine: Engine
) -> None:
    answer = stranger.submit("/sign-in", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert stranger.get("/").status_code == 200
    assert stranger.get("/sign-in").headers["location"] == "/"
    cookies = dict(stranger.cookies)
    assert stranger.submit("/", "/sign-out").headers["location"] == "/sign-in"
    assert stranger.get("/").headers["location"] == "/sign-in"
    stranger.cookies.update(cookies)  # a thief's copy of the cookie is worth nothing either
    assert stranger.get("/").headers["location"] == "/sign-in"
    assert [(entry.event, entry.actor_type, entry.outcome) for entry in audit.entries(engine)] == [
        ("admin_logout", "admin", "ok"),
        ("admin_login", "admin", "ok"),
    ]
    assert site.password


def test_signing_in_gives_a_new_session_whatever_the_browser_brought(
    open_browser: OpenBrowser, engine: Engine
) -> None:
    brought = open_browser(signed_in=True)
    name = brought.name_of(SESSION)
    before = brought.cookies[name]
    assert (
        brought.post("/sign-in", data={"form_token": brought.form_token("/"), "password": PASSWORD})
        .headers["set-cookie"]
        .startswith(f"{name}=")
    )
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(admin_sessions)).scalar_one() == 1
    thief = open_browser()
    thief.cookies.set(name, before)
    assert thief.get("/").headers["location"] == "/sign-in"


def test_signing_out_gives_up_the_attempts_that_were_begun(browser: Browser, hubspot: FakeHubSpot) -> None:
    back = hubspot.consent(browser.get("/auth/hubspot").headers["location"])
    browser.submit("/", "/sign-out")
    assert browser.get(back).status_code == 400
    assert hubspot.requests == []


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 60_000, "\x00"])
def test_a_wrong_password_lets_nobody_in_and_is_noted(
    stranger: Browser, engine: Engine, password: str
) -> None:
    answer = stranger.submit("/sign-in", password=password)
    assert answer.status_code == 401
    assert "That is not the password." in answer.text
    assert stranger.name_of(SESSION) not in stranger.cookies
    (entry,) = audit.entries(engine)
    assert (entry.event, entry.outcome, entry.reason) == ("admin_login", "failed", "wrong_password")
    assert entry.request_id


def test_too_many_wrong_passwords_have_to_wait_even_with_the_right_one(
    stranger: Browser, engine: Engine
) -> None:
    token = stranger.form_token("/sign-in")
    for _ in range(SIGN_INS.each):
        assert stranger.post("/sign-in", data={"form_token": token}).status_code == 401
    answer = stranger.post("/sign-in", data={"form_token": token, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    with transaction(engine) as connection:
        connection.execute(update(attempts).values(at=func.now() - WINDOW - timedelta(seconds=1)))
    assert stranger.submit("/sign-in", password=PASSWORD).status_code == 303
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(attempts)).scalar_one() == 0


def test_many_addresses_together_have_to_wait_too(stranger: Browser, engine: Engine) -> None:
    for number in range(SIGN_INS.all):
        SIGN_INS.count(engine, f"192.0.2.{number}")
    assert stranger.submit("/sign-in", password=PASSWORD).status_code == 429


@pytest.mark.parametrize("column", ["expires_at", "last_seen_at"])
def test_a_session_ends_by_age_and_by_idleness(browser: Browser, engine: Engine, column: str) -> None:
    with transaction(engine) as connection:
        connection.execute(update(admin_sessions).values({column: func.now() - timedelta(hours=3)}))
    assert browser.get("/").headers["location"] == "/sign-in"


def test_the_database_holds_no_session_that_could_be_used(browser: Browser, engine: Engine) -> None:
    secret = browser.cookies[browser.name_of(SESSION)]
    with transaction(engine) as connection:
        (row,) = connection.execute(text("SELECT s::text FROM hubspot_auth.admin_sessions s")).scalars()
    assert secret not in row
    assert secret.encode().hex() not in row


def test_the_cookies_are_as_strict_as_the_way_back_from_hubspot_allows(stranger: Browser) -> None:
    visitor = stranger.get("/sign-in").headers["set-cookie"]
    assert re.fullmatch(
        r"__Host-hubspot-auth-visitor=[A-Za-z0-9_-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", visitor
    )
    session, gone = stranger.submit("/sign-in", password=PASSWORD).headers.get_list("set-cookie")
    assert re.fullmatch(
        r"__Host-hubspot-auth-session=[A-Za-z0-9_-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", session
    )
    assert gone.startswith('__Host-hubspot-auth-visitor=""; expires=')
    assert gone.endswith("Max-Age=0; Path=/; SameSite=lax; Secure")


def test_without_a_password_and_a_proxy_nobody_comes_in(site: Site, open_browser: OpenBrowser) -> None:
    object.__setattr__(site, "password", None)
    stranger = open_browser()
    assert stranger.get("/").status_code == 401
    assert stranger.get("/sign-in").status_code == 403


# --- the login proxy ---------------------------------------------------------------------------------------------


@pytest.fixture
def behind_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that trusts the proxy at 10.0.0.7."""
    proxy = LoginProxy((ipaddress.ip_network("10.0.0.7"),), "X-Forwarded-User")
    object.__setattr__(site, "login_proxy", proxy)
    monkeypatch.setattr("auth_service.web.visitors.address_of", lambda _: "10.0.0.7")
    return site


def test_whom_the_login_proxy_names_is_an_admin(
    behind_proxy: Site, stranger: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    stranger.headers["x-forwarded-user"] = "jo@example.com"
    page = stranger.get("/")
    assert page.status_code == 200
    assert "jo@example.com" in page.text
    assert "Sign out" not in page.text
    assert stranger.get(hubspot.consent(stranger.get("/auth/hubspot").headers["location"])).status_code == 303
    assert (audit.entries(engine)[0].actor_type, audit.entries(engine)[0].actor) == (
        "admin",
        "jo@example.com",
    )
    assert behind_proxy.login_proxy


def test_forms_behind_the_login_proxy_need_their_token_too(behind_proxy: Site, stranger: Browser) -> None:
    stranger.headers["x-forwarded-user"] = "jo@example.com"
    assert stranger.post("/invites", data={"label": "x", "days": "1"}).status_code == 403
    assert stranger.submit("/invites", label="x", days="1").status_code == 201
    assert behind_proxy.login_proxy


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize("values", [[], [""], ["jo", "root"], ["\x01"]])
def test_a_header_that_is_missing_doubled_or_empty_names_nobody(stranger: Browser, values: list[str]) -> None:
    headers = [("x-forwarded-user", value) for value in values]
    assert stranger.get("/", headers=headers).headers["location"] == "/sign-in"


def test_the_header_from_anywhere_else_is_nothing(
    behind_proxy: Site, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("10.0.0.8", "testclient", "unknown", "::1"):
        monkeypatch.setattr("auth_service.web.visitors.address_of", lambda _, address=address: address)
        answer = stranger.get("/", headers={"x-forwarded-user": "jo", "x-forwarded-for": "10.0.0.7"})
        assert answer.headers["location"] == "/sign-in"
    assert behind_proxy.login_proxy


# --- a path of a proxy -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passed_on", ["/hubspot", ""], ids=["path passed on", "path taken away"])
def test_everything_works_below_a_path(
    site: Site, open_browser: OpenBrowser, hubspot: FakeHubSpot, engine: Engine, passed_on: str
) -> None:
    object.__setattr__(site, "public_url", "https://connect.example.com/hubspot")
    browser = open_browser()
    browser.base_url = "https://connect.example.com"

    def go(address: str) -> str:
        assert address.startswith("/hubspot/"), address
        return address.replace("/hubspot", passed_on, 1)

    page = browser.get(f"{passed_on}/sign-in")
    assert page.status_code == 200
    assert set(re.findall(r'(?:href|src|action)="(/[^/"]*)', page.text)) == {"/hubspot"}
    answer = browser.submit(f"{passed_on}/sign-in", password=PASSWORD)
    assert browser.get(go(answer.headers["location"])).status_code == 200
    back = hubspot.consent(browser.get(f"{passed_on}/auth/hubspot").headers["location"])
    assert back.startswith("https://connect.example.com/hubspot/auth/hubspot/callback?")
    answer = browser.get(go(back.removeprefix("https://connect.example.com")))
    assert "Connection successful" in browser.get(go(answer.headers["location"])).text
    assert len(list_connections(engine)) == 1
    made = browser.submit(f"{passed_on}/invites", label="x", days="1").text
    assert re.search(r'value="https://connect.example.com/hubspot/invite/[A-Za-z0-9_-]{43}"', made)


# --- invites -----------------------------------------------------------------------------------------------------


def invite_for(engine: Engine, portal_id: int | None = None) -> str:
    _, token = invites.create(engine, "Jo of Northwind", Actor.admin("admin"), expected_portal_id=portal_id)
    return f"/invite/{token}"


def test_a_guest_connects_a_portal_and_sees_nothing_else(
    stranger: Browser, hubspot: FakeHubSpot, engine: Engine, connect: Connect
) -> None:
    connect(7)
    link = invite_for(engine)
    page = stranger.get(link)
    assert "Jo of Northwind" in page.text
    consent = stranger.submit(link)
    assert consent.status_code == 303
    back = stranger.get(hubspot.consent(consent.headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/connected")
    done = stranger.get("/connected")
    assert "Connection successful" in done.text
    for text_ in (page.text, done.text):
        assert "Company 7" not in text_
        assert 'href="/"' not in text_
    assert stranger.get(f"/portals/{PORTAL}/connected").headers["location"] == "/sign-in"
    assert stranger.get("/").headers["location"] == "/sign-in"
    assert [each.portal_id for each in list_connections(engine)] == [7, PORTAL]


def test_looking_at_an_invite_does_not_use_it_up(stranger: Browser, engine: Engine) -> None:
    link = invite_for(engine)
    before = everything(engine)
    for _ in range(3):
        assert stranger.get(link).status_code == 200
        assert stranger.head(link).status_code == 200
    assert everything(engine) == before


def test_used_revoked_expired_and_unknown_invites_read_the_same(
    stranger: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    used, revoked, expired = (invite_for(engine) for _ in range(3))
    stranger.get(hubspot.consent(stranger.submit(used).headers["location"]))
    ids = [invite.id for invite in invites.list_invites(engine)]
    assert invites.revoke(engine, ids[1], Actor.admin("admin"))
    token = stranger.form_token("/sign-in")
    with transaction(engine) as connection:
        connection.execute(
            text("UPDATE hubspot_auth.invites SET expires_at = now() WHERE id = :id"), {"id": ids[0]}
        )
    links = (used, revoked, expired, "/invite/unknown", "/invite/" + "x" * 500, "/invite/%00")
    answers = [stranger.get(link) for link in links]
    answers += [stranger.post(link, data={"form_token": token}) for link in links]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len(list_connections(engine)) == 1


def test_an_invite_for_one_portal_takes_no_other(
    stranger: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    link = invite_for(engine, 26110977)
    consent = stranger.submit(link).headers["location"]
    assert consent.startswith("https://app.hubspot.example/oauth/26110977/authorize?")
    answer = stranger.get(hubspot.consent(consent))
    assert answer.status_code == 400
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1
    assert stranger.get(link).status_code == 200  # the right portal can still be chosen


def test_two_portals_cannot_be_connected_with_one_invite(
    stranger: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    link = invite_for(engine)
    first, second = (stranger.submit(link).headers["location"] for _ in range(2))
    assert stranger.get(hubspot.consent(first)).status_code == 303
    hubspot.portal_id = 26110977
    assert stranger.get(hubspot.consent(second)).status_code == 404
    assert [each.portal_id for each in list_connections(engine)] == [PORTAL]
    assert len(hubspot.revoked) == 1
