"""The pages in a real Chromium, its scripts switched off, against a real HubSpot page of another origin.

Only a browser enforces what the headers ask for, and sends what forms here are judged by.
"""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest
import uvicorn
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from auth_service import audit, invites
from auth_service.audit import Actor
from auth_service.connections import get_connection, list_connections
from auth_service.hubspot_oauth import OAuthClient
from auth_service.web.app import create_app
from auth_service.web.site import Site
from tests.chromium import is_too_wide, running_chromium, show_on
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver
    from selenium.webdriver.remote.webelement import WebElement
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.passwords import PasswordHash
    from auth_service.tests.conftest import Connect
    from tests.hubspot_simulator import Simulator

PASSWORD = "correct horse battery staple"
PHONE, DESK = (390, 844), (1280, 800)


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    with running_chromium() as driver:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        yield driver


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running_simulator("tiny", consent="clicked") as simulator:
        yield simulator


class Visitor:
    """Somebody at a screen, who reads, clicks and types."""

    def __init__(self, driver: webdriver.Chrome, address: str) -> None:
        self._driver = driver
        self.address = address

    def open(self, path: str) -> None:
        self._driver.get(self.address + path)

    def look_at(self, screen: tuple[int, int]) -> None:
        show_on(self._driver, screen)

    def click(self, words: str) -> None:
        """Click on the link or button that says this, and wait for the page behind it."""
        before = self._driver.find_element(By.TAG_NAME, "html")
        found = f"//*[self::a or self::button][contains(., '{words}')]"
        self._driver.find_element(By.XPATH, found).click()
        WebDriverWait(self._driver, 10).until(staleness_of(before))

    def field(self, words: str) -> WebElement:
        """Find the field whose label begins so."""
        label = self._driver.find_element(By.XPATH, f"//label[starts-with(normalize-space(), '{words}')]")
        return self._driver.find_element(By.ID, label.get_attribute("for") or "")

    @property
    def heading(self) -> str:
        return self._driver.find_element(By.TAG_NAME, "h1").text

    @property
    def text(self) -> str:
        return self._driver.find_element(By.TAG_NAME, "body").text

    @property
    def here(self) -> str:
        return self._driver.current_url

    @property
    def too_wide(self) -> bool:
        return is_too_wide(self._driver)

    def complaints(self) -> list[str]:
        """Return what Chromium complained about: refused styles, forms, frames."""
        return [
            entry["message"]
            for entry in self._driver.get_log("browser")
            if "Failed to load resource" not in entry["message"]
        ]


@pytest.fixture
def visitor(
    chromium: webdriver.Chrome,
    simulator: Simulator,
    engine: Engine,
    keyring: Keyring,
    password_hash: PasswordHash,
) -> Iterator[Visitor]:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        OAuthClient(
            api_url=simulator.url, client_id=simulator.client_id, client_secret=simulator.client_secret
        ) as oauth,
    ):
        public_url = f"http://localhost:{listener.getsockname()[1]}"
        simulator.redirect_uris.append(f"{public_url}/auth/hubspot/callback")
        site = Site(engine, keyring, oauth, simulator.url, public_url, password=password_hash)
        config = uvicorn.Config(create_app(site), log_config=None, access_log=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        chromium.delete_all_cookies()
        visitor = Visitor(chromium, public_url)
        visitor.look_at(DESK)
        yield visitor
        chromium.get("about:blank")
        server.should_exit = True
        thread.join(20)


def sign_in(visitor: Visitor) -> None:
    visitor.open("/")
    assert visitor.heading == "Sign in"
    visitor.field("Password").send_keys(PASSWORD)
    visitor.click("Sign in")


def test_an_admin_connects_looks_and_disconnects(
    visitor: Visitor, simulator: Simulator, engine: Engine
) -> None:
    sign_in(visitor)
    assert visitor.heading == "No portal is connected yet"
    visitor.click("Connect a portal")
    assert visitor.here.startswith(simulator.url)
    visitor.click("Allow")
    assert visitor.heading == "Connection successful"
    assert "code=" not in visitor.here
    (connection,) = list_connections(engine)

    visitor.click("All portals")
    visitor.click(connection.company_name)
    assert visitor.heading == connection.company_name
    visitor.click("Disconnect")
    visitor.click("Disconnect portal")
    assert visitor.heading == f"{connection.company_name} is disconnected"
    assert get_connection(engine, connection.portal_id).status == "disconnected"

    visitor.click("Audit log")
    for words in ("Portal disconnected", "Portal connected", "Admin login"):
        assert words in visitor.text
    visitor.click("Sign out")
    assert visitor.heading == "Sign in"
    visitor.open("/audit-log")
    assert visitor.heading == "Sign in"
    assert visitor.complaints() == []


def test_a_guest_connects_by_the_link_that_an_admin_made(
    visitor: Visitor, simulator: Simulator, engine: Engine
) -> None:
    portal_id = max(simulator.world.portals)
    sign_in(visitor)
    visitor.click("Invites")
    visitor.field("For whom").send_keys("Ana Silva")
    visitor.field("Portal id").send_keys(str(portal_id))
    visitor.click("Make a link")
    link = visitor.field("Link").get_attribute("value") or ""
    visitor.click("Sign out")

    visitor.open(link.removeprefix(visitor.address))
    assert "Ana Silva" in visitor.text
    visitor.click("Go on to HubSpot")  # a form whose answer leads to another origin: `form-action` allows it
    visitor.click("Allow")
    assert visitor.here == f"{visitor.address}/connected"
    assert visitor.heading == "Connection successful"
    assert [each.portal_id for each in list_connections(engine)] == [portal_id]
    (invite,) = invites.list_invites(engine)
    assert invite.used_portal_id == portal_id

    visitor.open(link.removeprefix(visitor.address))
    assert visitor.heading == "This invitation does not work"
    assert visitor.complaints() == []


def test_declining_at_hubspot_is_said_and_leaves_the_invite_open(visitor: Visitor, engine: Engine) -> None:
    _, token = invites.create(engine, "Ana", Actor.admin("admin"))
    visitor.open(f"/invite/{token}")
    visitor.click("Go on to HubSpot")
    visitor.click("Cancel")
    assert "declined in HubSpot" in visitor.text
    assert list_connections(engine) == []
    visitor.open(f"/invite/{token}")
    assert visitor.heading == "Connect your HubSpot portal"
    assert audit.entries(engine)[0].outcome == "failed"


def test_no_page_is_wider_than_a_phone(visitor: Visitor, engine: Engine, connect: Connect) -> None:
    connect(1458021)
    invites.create(
        engine, "Somebody with quite a long name, at a company with a longer one", Actor.admin("a")
    )
    visitor.look_at(PHONE)
    sign_in(visitor)
    for path in (
        *("/", "/portals/1458021", "/portals/1458021/disconnect", "/portals/add-static"),
        *("/invites", "/audit-log", "/portals/1458021/connected", "/connected", "/nowhere"),
    ):
        visitor.open(path)
        assert not visitor.too_wide, path
    assert visitor.complaints() == []
