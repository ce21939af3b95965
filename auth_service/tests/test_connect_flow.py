"""The way of a browser: our page, HubSpot's consent page, our callback, our page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from sqlalchemy import func, select, text, update

from auth_service import scopes
from auth_service.connections import get_connection, list_connections
from auth_service.crypto import Keyring, new_key
from auth_service.database import transaction
from auth_service.hubspot_requests import ACCOUNT_PATH, INTROSPECT_PATH, REVOKE_PATH, TOKEN_PATH
from auth_service.tables import oauth_flows, portal_connections
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot, OpenBrowser
    from auth_service.web.site import Site

PORTAL = 1458021
OTHER = 26110977
CALLBACK = "/auth/hubspot/callback"


@pytest.fixture
def other_browser(open_browser: OpenBrowser) -> Browser:
    return open_browser(signed_in=True)


def start(browser: Browser, portal: int | None = None) -> str:
    """Click on "Connect"; return the address of the consent page."""
    answer = browser.get("/auth/hubspot" if portal is None else f"/auth/hubspot?portal={portal}")
    assert answer.status_code == 303
    return answer.headers["location"]


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def assert_refused(answer: httpx2.Response, status: int = 400) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text


# --- the happy path ---------------------------------------------------------------------------------------------


def test_connecting_a_portal_stores_its_connection(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, keyring: Keyring
) -> None:
    answer = browser.get(hubspot.consent(start(browser)))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/portals/{PORTAL}/connected"
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert "Connection successful" in page.text
    assert "northwind.example" in page.text
    assert str(PORTAL) in page.text

    connection = get_connection(engine, PORTAL)
    assert connection.status == "active"
    assert connection.auth_type == "oauth"
    assert connection.company_name == connection.hub_domain == "northwind.example"
    assert connection.scopes == frozenset(hubspot.granted)
    assert connection.account_details["timeZone"] == "America/New_York"
    assert connection.last_error_code is None
    token = TokenStore(engine, keyring, None).access_token(PORTAL)
    assert hubspot.access_tokens[token] == PORTAL


def test_nothing_secret_is_readable_in_the_database(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    consent_url = start(browser)
    browser.get(hubspot.consent(consent_url))
    with transaction(engine) as connection:
        dump = "\n".join(
            str(row)
            for table in (portal_connections, oauth_flows)
            for row in connection.execute(
                text(f"SELECT t::text, encode(t::text::bytea, 'escape') FROM {table} t")
            )
        )
    assert str(PORTAL) in dump
    state = query_of(consent_url)["state"]
    assert state not in dump
    for secret in (*hubspot.access_tokens, *hubspot.refresh_tokens, hubspot.client_secret, state):
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_the_company_name_is_the_portals_own_where_hubspot_tells_it(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.account_details["portalName"] = "Northwind Growth Partners"
    browser.get(hubspot.consent(start(browser)))
    assert get_connection(engine, PORTAL).company_name == "Northwind Growth Partners"


def test_a_portal_without_name_and_domain_is_named_by_its_id(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.hub_domain = None
    browser.get(hubspot.consent(start(browser)))
    assert get_connection(engine, PORTAL).company_name == f"Portal {PORTAL}"


def test_the_consent_page_is_asked_for_what_the_syncs_need(browser: Browser) -> None:
    url = start(browser)
    query = query_of(url)
    assert url.startswith("https://app.hubspot.example/oauth/authorize?")
    assert query["client_id"] == "client-id"
    assert query["scope"].split() == list(scopes.REQUIRED)
    assert query["optional_scope"].split() == list(scopes.OPTIONAL)
    assert query["code_challenge_method"] == "S256"
    assert len(query["state"]) >= 43
    assert "+" not in url, "HubSpot's page reads %20, not every page reads +"


def test_a_form_starts_an_attempt_too(browser: Browser) -> None:
    answer = browser.submit("/", "/auth/hubspot", portal=str(PORTAL))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"https://app.hubspot.example/oauth/{PORTAL}/authorize?")


# --- reconnecting -----------------------------------------------------------------------------------------------


def test_a_reconnect_replaces_the_connection_and_keeps_its_beginning(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, keyring: Keyring, connect: Connect
) -> None:
    old = connect(PORTAL)
    with transaction(engine) as connection:
        connection.execute(
            update(portal_connections).values(
                status="reauth_required",
                last_error_code="invalid_grant",
                created_at=func.now() - timedelta(days=90),
            )
        )
    before = get_connection(engine, PORTAL)
    url = start(browser, PORTAL)
    assert url.startswith(f"https://app.hubspot.example/oauth/{PORTAL}/authorize?")
    assert browser.get(hubspot.consent(url)).status_code == 303
    after = get_connection(engine, PORTAL)
    assert (after.status, after.last_error_code) == ("active", None)
    assert after.created_at == before.created_at
    assert TokenStore(engine, keyring, None).access_token(PORTAL) != old.access_token
    assert len(list_connections(engine)) == 1


def test_another_portal_than_the_expected_one_is_refused_and_its_token_revoked(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.portal_id = OTHER
    answer = browser.get(hubspot.consent(start(browser, PORTAL)))
    assert_refused(answer)
    assert str(PORTAL) in answer.text
    assert str(OTHER) in answer.text
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1
    assert hubspot.refresh_tokens == {}


# --- state ------------------------------------------------------------------------------------------------------


def test_a_missing_unknown_or_malformed_state_never_reaches_hubspot(
    browser: Browser, hubspot: FakeHubSpot
) -> None:
    start(browser)
    for query in (
        "",
        "?code=c",
        "?state=s",
        "?code=c&state=unknown",
        "?code=c&state=",
        "?code=c&state=a&state=b",
        "?code=c&code=d&state=a",
        f"?code=c&state={'x' * 3000}",
        "?code=c&state=%00%ff",
    ):
        assert_refused(browser.get(CALLBACK + query))
    assert hubspot.requests == []


def test_a_state_works_once(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(start(browser))
    cookies = dict(browser.cookies)
    assert browser.get(url).status_code == 303
    browser.cookies.update(cookies)  # even to a browser that kept its cookie
    assert_refused(browser.get(url))
    assert hubspot.calls() == 1


def test_a_state_expires(browser: Browser, hubspot: FakeHubSpot, engine: Engine) -> None:
    url = hubspot.consent(start(browser))
    with transaction(engine) as connection:
        lifetime = connection.execute(
            select(oauth_flows.c.expires_at - oauth_flows.c.created_at)
        ).scalar_one()
        connection.execute(update(oauth_flows).values(expires_at=func.now()))
    assert lifetime == timedelta(minutes=10)
    assert_refused(browser.get(url))
    assert hubspot.requests == []


def test_a_state_of_one_browser_does_not_work_in_another(
    browser: Browser, other_browser: Browser, hubspot: FakeHubSpot
) -> None:
    """Login CSRF (RFC 6749 §10.12): a victim who opens the attacker's link connects nothing."""
    start(other_browser)
    url = hubspot.consent(start(browser))
    assert_refused(other_browser.get(url))
    assert hubspot.requests == []
    assert_refused(browser.get(url))  # and the state is used up


def test_a_stolen_state_needs_the_right_secret_not_just_any_cookie(
    browser: Browser, other_browser: Browser, hubspot: FakeHubSpot
) -> None:
    url = hubspot.consent(start(browser))
    other_browser.cookies.set(next(name for name in browser.cookies if "flow" in name), "guessed")
    assert_refused(other_browser.get(url))
    assert hubspot.requests == []


def test_every_reason_to_refuse_a_state_reads_the_same(
    browser: Browser, other_browser: Browser, hubspot: FakeHubSpot
) -> None:
    used = hubspot.consent(start(browser))
    browser.get(used)
    foreign = hubspot.consent(start(other_browser))
    texts = {browser.get(url).text for url in (used, foreign, f"{CALLBACK}?code=c&state=unknown")}
    assert len(texts) == 1


def test_two_tabs_both_succeed(browser: Browser, hubspot: FakeHubSpot, engine: Engine) -> None:
    first, second = start(browser), start(browser)
    hubspot.portal_id = OTHER
    assert browser.get(hubspot.consent(second)).status_code == 303
    hubspot.portal_id = PORTAL
    assert browser.get(hubspot.consent(first)).status_code == 303
    assert [connection.portal_id for connection in list_connections(engine)] == [PORTAL, OTHER]


def test_two_callbacks_at_once_make_one_exchange(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(start(browser))
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: browser.get(url, headers={"cookie": cookies}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 7
    assert hubspot.calls() == 1


def test_old_attempts_are_swept_away(browser: Browser, engine: Engine) -> None:
    start(browser)
    with transaction(engine) as connection:
        connection.execute(update(oauth_flows).values(expires_at=func.now() - timedelta(days=2)))
    start(browser)
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(oauth_flows)).scalar_one() == 1


def test_an_attempt_whose_key_is_gone_is_refused(browser: Browser, hubspot: FakeHubSpot, site: Site) -> None:
    url = hubspot.consent(start(browser))
    object.__setattr__(site, "keyring", Keyring.parse(f"k2:{new_key()}"))
    assert_refused(browser.get(url))
    assert hubspot.requests == []


# --- PKCE and the redirect address ------------------------------------------------------------------------------


def test_a_code_of_another_attempt_does_not_fit_the_verifier(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    """Code injection (RFC 9700 §4.5): the code was made for another challenge."""
    stolen = query_of(hubspot.consent(start(browser)))["code"]
    mine = query_of(hubspot.consent(start(browser)))["state"]
    assert_refused(browser.get(f"{CALLBACK}?{urlencode({'code': stolen, 'state': mine})}"), 500)
    assert list_connections(engine) == []


def test_the_exchange_carries_a_verifier_of_full_strength(browser: Browser, hubspot: FakeHubSpot) -> None:
    browser.get(hubspot.consent(start(browser)))
    form = next(form for path, form in hubspot.requests if path == TOKEN_PATH)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,128}", form["code_verifier"])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "connect.example.com"])
def test_the_redirect_address_is_the_configured_one_whatever_the_host_says(
    browser: Browser, host: str
) -> None:
    headers = {
        "host": host,
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "forwarded": "host=e",
    }
    answer = browser.get("/auth/hubspot", headers=headers)
    redirect_uri = query_of(answer.headers["location"])["redirect_uri"]
    assert redirect_uri == "https://connect.example.com/auth/hubspot/callback"


def test_a_foreign_host_is_turned_away(browser: Browser) -> None:
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


# --- what HubSpot says no to ------------------------------------------------------------------------------------


def test_a_declined_consent_is_shown_and_stores_nothing(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    state = query_of(start(browser))["state"]
    query = {"error": "access_denied", "error_description": "<b>no</b>", "state": state}
    answer = browser.get(f"{CALLBACK}?{urlencode(query)}")
    assert_refused(answer)
    assert "declined in HubSpot" in answer.text
    assert "&lt;b&gt;no&lt;/b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert hubspot.requests == []
    assert list_connections(engine) == []


def test_a_declined_attempt_is_over(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(start(browser))
    browser.get(f"{CALLBACK}?{urlencode({'error': 'access_denied', 'state': query_of(url)['state']})}")
    assert_refused(browser.get(url))
    assert hubspot.requests == []


def test_a_strangers_words_are_not_shown(browser: Browser) -> None:
    """Anybody can link to the callback; only HubSpot, asked by this browser, may speak on our page."""
    query = {"error": "call_0900", "error_description": "Call 0900-12345 now", "state": "unknown"}
    answer = browser.get(f"{CALLBACK}?{urlencode(query)}")
    assert_refused(answer)
    assert "Call 0900" not in answer.text


@pytest.mark.parametrize("error", ["<script>alert(1)</script>", "two\nlines", "x" * 500])
def test_an_error_code_that_is_none_is_not_shown(browser: Browser, error: str) -> None:
    answer = browser.get(f"{CALLBACK}?{urlencode({'error': error})}")
    assert_refused(answer)
    assert "unknown error" in answer.text
    assert "<script" not in answer.text


def test_missing_scopes_are_named_and_the_token_revoked(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.granted = [
        s for s in hubspot.granted if s not in {"crm.objects.deals.read", "crm.objects.owners.read"}
    ]
    answer = browser.get(hubspot.consent(start(browser)))
    assert_refused(answer)
    assert "crm.objects.deals.read, crm.objects.owners.read" in answer.text
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1


def test_missing_optional_scopes_do_not_matter(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.granted = list(scopes.REQUIRED)
    assert browser.get(hubspot.consent(start(browser))).status_code == 303
    assert get_connection(engine, PORTAL).scopes == frozenset(scopes.REQUIRED)


def test_a_used_code_is_told_apart_from_a_wrong_app(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(start(browser))
    hubspot._codes.clear()
    answer = browser.get(url)
    assert_refused(answer)
    assert "start again" in answer.text


@pytest.mark.parametrize("path", [INTROSPECT_PATH, ACCOUNT_PATH])
def test_a_failure_after_the_exchange_revokes_the_fresh_token(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, path: str
) -> None:
    hubspot.scripted[path] = [httpx2.Response(503)]
    assert_refused(browser.get(hubspot.consent(start(browser))), 502)
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1


def test_a_failed_revocation_does_not_hide_why_the_attempt_failed(
    browser: Browser, hubspot: FakeHubSpot
) -> None:
    hubspot.granted = ["oauth"]
    hubspot.scripted[REVOKE_PATH] = [httpx2.Response(500)]
    answer = browser.get(hubspot.consent(start(browser)))
    assert_refused(answer)
    assert "did not grant" in answer.text


def test_a_refresh_token_that_a_working_connection_uses_is_not_revoked(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, connect: Connect
) -> None:
    grant = connect(PORTAL)
    hubspot.scripted[TOKEN_PATH] = [
        httpx2.Response(
            200,
            json={
                "access_token": "new",
                "refresh_token": grant.refresh_token,
                "expires_in": 1800,
                "hub_id": PORTAL,
            },
        )
    ]
    hubspot.scripted[INTROSPECT_PATH] = [httpx2.Response(503)]
    assert_refused(browser.get(hubspot.consent(start(browser))), 502)
    assert hubspot.revoked == []
    assert get_connection(engine, PORTAL).status == "active"


@pytest.mark.parametrize(
    "contradiction",
    [
        {INTROSPECT_PATH: {"active": True, "hub_id": OTHER, "scopes": list(scopes.REQUIRED)}},
        {ACCOUNT_PATH: {"portalId": OTHER}},
    ],
    ids=["introspection", "account-info"],
)
def test_answers_about_different_portals_are_refused(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, contradiction: dict[str, dict[str, object]]
) -> None:
    hubspot.scripted = {path: [httpx2.Response(200, json=json)] for path, json in contradiction.items()}
    assert_refused(browser.get(hubspot.consent(start(browser))))
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {TOKEN_PATH: {"access_token": "a", "expires_in": 1800}},
        {INTROSPECT_PATH: {"active": False}},
    ],
    ids=["no refresh token", "inactive token"],
)
def test_tokens_that_do_not_work_are_not_stored(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, answer: dict[str, dict[str, object]]
) -> None:
    hubspot.scripted = {path: [httpx2.Response(200, json=json)] for path, json in answer.items()}
    hubspot.access_tokens["a"] = PORTAL
    assert_refused(browser.get(hubspot.consent(start(browser))), 502)
    assert list_connections(engine) == []


def test_a_wrong_client_secret_is_shown_as_ours_to_fix(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(start(browser))
    hubspot.client_secret = "another"
    answer = browser.get(url)
    assert_refused(answer, 500)
    assert "HUBSPOT_CLIENT_SECRET" in answer.text


# --- cookies ----------------------------------------------------------------------------------------------------


def test_the_cookie_of_an_attempt_is_as_strict_as_the_way_back_allows(browser: Browser) -> None:
    cookie = browser.get("/auth/hubspot").headers["set-cookie"]
    assert re.fullmatch(
        r"__Host-hubspot-flow-[0-9a-f]{16}=[A-Za-z0-9_-]{43}; "
        r"HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure",
        cookie,
    )


def test_on_plain_http_the_cookie_drops_what_needs_https(site: Site, open_browser: OpenBrowser) -> None:
    object.__setattr__(site, "public_url", "http://localhost:8090")
    cookie = open_browser(signed_in=True).get("/auth/hubspot").headers["set-cookie"]
    assert re.fullmatch(
        r"hubspot-flow-[0-9a-f]{16}=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax", cookie
    )


def test_a_finished_attempt_takes_its_cookie_along(browser: Browser, hubspot: FakeHubSpot) -> None:
    browser.get(hubspot.consent(start(browser)))
    assert [name for name in browser.cookies if "flow" in name] == []


def test_a_browser_keeps_a_bounded_number_of_attempts_the_newest_ones(
    browser: Browser, hubspot: FakeHubSpot
) -> None:
    first = hubspot.consent(start(browser))
    for _ in range(20):
        last = hubspot.consent(start(browser))
    assert len([name for name in browser.cookies if "flow" in name]) == 8
    assert_refused(browser.get(first))
    assert browser.get(last).status_code == 303


# --- what is not ours to change ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/auth/hubspot", CALLBACK])
def test_a_link_checkers_head_changes_nothing(browser: Browser, engine: Engine, path: str) -> None:
    assert browser.head(path).status_code == 405
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(oauth_flows)).scalar_one() == 0


def test_a_head_of_the_callback_does_not_use_the_attempt_up(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(start(browser))
    assert browser.head(url).status_code == 405
    assert browser.get(url).status_code == 303


@pytest.mark.parametrize("portal", ["abc", "-1", "1.5", "9" * 30, "1; DROP TABLE"])
def test_a_portal_parameter_that_is_no_id_is_refused(browser: Browser, portal: str) -> None:
    assert_refused(browser.get("/auth/hubspot", params={"portal": portal}))
