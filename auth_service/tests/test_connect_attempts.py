"""What ties an attempt to connect to its browser: a state that works once, and a cookie."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from auth_service.connections import list_connections
from auth_service.crypto import Keyring, new_key
from auth_service.database import transaction
from auth_service.tables import oauth_flows

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Browser, FakeHubSpot, OpenBrowser
    from auth_service.web.site import Site

PORTAL = 1458021
OTHER = 26110977
CALLBACK = "/auth/hubspot/callback"


@pytest.fixture
def other_browser(open_browser: OpenBrowser) -> Browser:
    return open_browser(signed_in=True)


# --- state ------------------------------------------------------------------------------------------------------


def test_a_missing_unknown_or_malformed_state_never_reaches_hubspot(
    browser: Browser, hubspot: FakeHubSpot
) -> None:
    browser.begin()
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
        browser.assert_refused(browser.get(CALLBACK + query))
    assert hubspot.requests == []


def test_a_state_works_once(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(browser.begin())
    cookies = dict(browser.cookies)
    assert browser.get(url).status_code == 303
    browser.cookies.update(cookies)  # even to a browser that kept its cookie
    browser.assert_refused(browser.get(url))
    assert hubspot.calls() == 1


def test_a_state_expires(browser: Browser, hubspot: FakeHubSpot, engine: Engine) -> None:
    url = hubspot.consent(browser.begin())
    with transaction(engine) as connection:
        lifetime = connection.execute(
            select(oauth_flows.c.expires_at - oauth_flows.c.created_at)
        ).scalar_one()
        connection.execute(update(oauth_flows).values(expires_at=func.now()))
    assert lifetime == timedelta(minutes=10)
    browser.assert_refused(browser.get(url))
    assert hubspot.requests == []


def test_a_state_of_one_browser_does_not_work_in_another(
    browser: Browser, other_browser: Browser, hubspot: FakeHubSpot
) -> None:
    """Login CSRF (RFC 6749 §10.12): a victim who opens the attacker's link connects nothing."""
    other_browser.begin()
    url = hubspot.consent(browser.begin())
    browser.assert_refused(other_browser.get(url))
    assert hubspot.requests == []
    browser.assert_refused(browser.get(url))  # and the state is used up


def test_a_stolen_state_needs_the_right_secret_not_just_any_cookie(
    browser: Browser, other_browser: Browser, hubspot: FakeHubSpot
) -> None:
    url = hubspot.consent(browser.begin())
    other_browser.cookies.set(next(name for name in browser.cookies if "flow" in name), "guessed")
    browser.assert_refused(other_browser.get(url))
    assert hubspot.requests == []


def test_every_reason_to_refuse_a_state_reads_the_same(
    browser: Browser, other_browser: Browser, hubspot: FakeHubSpot
) -> None:
    used = hubspot.consent(browser.begin())
    browser.get(used)
    foreign = hubspot.consent(other_browser.begin())
    texts = {browser.get(url).text for url in (used, foreign, f"{CALLBACK}?code=c&state=unknown")}
    assert len(texts) == 1


def test_two_tabs_both_succeed(browser: Browser, hubspot: FakeHubSpot, engine: Engine) -> None:
    first, second = browser.begin(), browser.begin()
    hubspot.portal_id = OTHER
    assert browser.get(hubspot.consent(second)).status_code == 303
    hubspot.portal_id = PORTAL
    assert browser.get(hubspot.consent(first)).status_code == 303
    assert [connection.portal_id for connection in list_connections(engine)] == [PORTAL, OTHER]


def test_two_callbacks_at_once_make_one_exchange(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(browser.begin())
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: browser.get(url, headers={"cookie": cookies}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 7
    assert hubspot.calls() == 1


def test_old_attempts_are_swept_away(browser: Browser, engine: Engine) -> None:
    browser.begin()
    with transaction(engine) as connection:
        connection.execute(update(oauth_flows).values(expires_at=func.now() - timedelta(days=2)))
    browser.begin()
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(oauth_flows)).scalar_one() == 1


def test_an_attempt_whose_key_is_gone_is_refused(browser: Browser, hubspot: FakeHubSpot, site: Site) -> None:
    url = hubspot.consent(browser.begin())
    object.__setattr__(site, "keyring", Keyring.parse(f"k2:{new_key()}"))
    browser.assert_refused(browser.get(url))
    assert hubspot.requests == []


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
    browser.get(hubspot.consent(browser.begin()))
    assert [name for name in browser.cookies if "flow" in name] == []


def test_a_browser_keeps_a_bounded_number_of_attempts_the_newest_ones(
    browser: Browser, hubspot: FakeHubSpot
) -> None:
    first = hubspot.consent(browser.begin())
    for _ in range(20):
        last = hubspot.consent(browser.begin())
    assert len([name for name in browser.cookies if "flow" in name]) == 8
    browser.assert_refused(browser.get(first))
    assert browser.get(last).status_code == 303
