"""Against a HubSpot that nobody here wrote: real HTTP, real consent page, real faults."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from auth_service import admin_sessions
from auth_service.connections import get_connection, list_connections
from auth_service.database import transaction
from auth_service.errors import AppCredentialsRejected, ReauthRequired, TokenTransient
from auth_service.hubspot_oauth import OAuthClient
from auth_service.tables import portal_connections
from auth_service.tokens import TokenStore
from auth_service.web.app import create_app
from auth_service.web.cookies import SESSION
from auth_service.web.site import Site
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from tests.hubspot_simulator import Simulator

PUBLIC_URL = "http://localhost:8090"


@pytest.fixture(scope="module")
def served() -> Iterator[Simulator]:
    with running_simulator("tiny") as simulator:
        yield simulator


@pytest.fixture
def simulator(served: Simulator) -> Iterator[Simulator]:
    yield served
    served.faults.clear()


@pytest.fixture
def oauth(simulator: Simulator) -> Iterator[OAuthClient]:
    with OAuthClient(
        api_url=simulator.url, client_id=simulator.client_id, client_secret=simulator.client_secret
    ) as oauth:
        yield oauth


@pytest.fixture
def browser(
    engine: Engine, keyring: Keyring, oauth: OAuthClient, simulator: Simulator
) -> Iterator[TestClient]:
    site = Site(engine, keyring, oauth, app_url=simulator.url, public_url=PUBLIC_URL)
    with TestClient(create_app(site), base_url=PUBLIC_URL, follow_redirects=False) as browser:
        browser.cookies.set(SESSION, admin_sessions.begin(engine, "admin"))
        yield browser


def consent(browser: TestClient, portal_id: int, **simulated: str) -> httpx2.Response:
    """Walk from our page through HubSpot's and back; return our last answer."""
    url = browser.get(f"/auth/hubspot?portal={portal_id}").headers["location"]
    answer = httpx2.get(f"{url}&{urlencode(simulated)}" if simulated else url, trust_env=False)
    assert answer.status_code == 302, answer.text
    callback = browser.get(answer.headers["location"])
    return browser.get(callback.headers["location"]) if callback.status_code == 303 else callback


@pytest.fixture
def portals(browser: TestClient, simulator: Simulator) -> list[int]:
    """All portals of the simulator, connected."""
    portal_ids = sorted(simulator.world.portals)
    for portal_id in portal_ids:
        assert "Connection successful" in consent(browser, portal_id).text
    return portal_ids


def asked(simulator: Simulator) -> int:
    return sum(1 for request in simulator.requests if request.route == "oauth.token")


def test_every_portal_can_be_connected(portals: list[int], engine: Engine, simulator: Simulator) -> None:
    connections = list_connections(engine)
    assert [connection.portal_id for connection in connections] == portals
    for connection in connections:
        spec = simulator.portal(connection.portal_id).spec
        assert connection.hub_domain == spec.domain
        assert connection.account_details["companyCurrency"] == spec.currency


def test_a_declined_consent_connects_nothing(
    browser: TestClient, simulator: Simulator, engine: Engine
) -> None:
    page = consent(browser, min(simulator.world.portals), simulator_consent="deny")
    assert page.status_code == 400
    assert "declined in HubSpot" in page.text
    assert list_connections(engine) == []


def test_tokens_never_cross_portals_whatever_order_they_are_asked_in(
    portals: list[int], store: TokenStore, oauth: OAuthClient
) -> None:
    def ask(portal_id: int) -> bool:
        token = store.access_token(portal_id)
        refreshed = store.access_token(portal_id, rejected=token)
        return all(oauth.account_details(each)["portalId"] == portal_id for each in (token, refreshed))

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, portals * 10))


def test_an_uninstalled_portal_stops_alone_and_comes_back_by_reconnecting(
    portals: list[int], browser: TestClient, simulator: Simulator, store: TokenStore, engine: Engine
) -> None:
    gone, stays = portals
    before = {portal_id: store.access_token(portal_id) for portal_id in portals}
    simulator.revoke(gone)
    with pytest.raises(ReauthRequired, match=str(gone)):
        store.access_token(gone, rejected=before[gone])
    assert store.access_token(stays, rejected=before[stays])
    assert "Connection successful" in consent(browser, gone).text
    assert store.access_token(gone)
    assert get_connection(engine, gone).status == "active"


@pytest.mark.parametrize("fault", ["429", "477", "500", "502", "503", "html", "truncated", "cut", "reset"])
def test_a_fault_of_hubspot_is_transient_and_passes(
    portals: list[int], simulator: Simulator, store: TokenStore, engine: Engine, fault: str
) -> None:
    token = store.access_token(portals[0])
    before = asked(simulator)
    simulator.faults.add(fault, route="oauth.token", count=1)
    with pytest.raises(TokenTransient):
        store.access_token(portals[0], rejected=token)
    assert asked(simulator) == before + 1
    assert store.access_token(portals[0]) == token
    with transaction(engine) as connection:
        connection.execute(update(portal_connections).values(refresh_retry_after=None))
    assert store.access_token(portals[0], rejected=token) != token


def test_a_wrong_secret_marks_no_portal(
    portals: list[int], simulator: Simulator, engine: Engine, keyring: Keyring
) -> None:
    with OAuthClient(api_url=simulator.url, client_id=simulator.client_id, client_secret="wrong") as oauth:
        store = TokenStore(engine, keyring, oauth)
        with pytest.raises(AppCredentialsRejected):
            store.access_token(portals[0], rejected=store.access_token(portals[0]))
    assert {connection.status for connection in list_connections(engine)} == {"active"}
