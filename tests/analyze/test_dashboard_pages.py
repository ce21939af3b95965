"""The dashboard in a real Chromium, on the demo's portals."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from kpi_dashboard import passwords
from tests.analyze.dashboard import Visitor, running_dashboard
from tests.analyze.identity_provider import CLIENT_ID, CLIENT_SECRET, running_identity_provider
from tests.chromium import is_too_wide, running_chromium, show_on
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium import webdriver

DESK, PHONE = (1440, 900), (390, 844)
PAGES = {
    "": "Overview",
    "marketing": "Marketing",
    "sales": "Sales",
    "service": "Service",
    "portal": "Brightwater Outdoor",
}
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    with running_chromium() as driver:
        yield driver


@pytest.fixture(scope="module")
def dashboard(demo_marts: str) -> Iterator[str]:
    with running_dashboard(demo_marts) as address:
        yield address


@pytest.fixture
def visitor(chromium: webdriver.Chrome, dashboard: str) -> Iterator[Visitor]:
    show_on(chromium, DESK)
    for log in ("browser", "performance"):
        chromium.get_log(log)
    yield Visitor(chromium, dashboard)
    chromium.get("about:blank")


def figures(demo_marts: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(demo_marts.replace("+psycopg", "")) as connection:
        return connection.execute(sql.encode()).fetchall()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_shows_itself_and_complains_of_nothing(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    assert visitor.heading.startswith(PAGES[path])
    assert len(visitor.tiles()) >= 8
    assert visitor.complaints() == []
    assert visitor.asked_elsewhere() == set()


def test_no_page_is_wider_than_a_phone(visitor: Visitor) -> None:
    show_on(visitor.driver, PHONE)
    for path in PAGES:
        visitor.open(path)
        assert not is_too_wide(visitor.driver), path


def test_the_figures_of_the_overview_are_those_of_sql(visitor: Visitor, demo_marts: str) -> None:
    visitor.open(time="Last month")
    expected = {
        name: int(contacts)  # type: ignore[call-overload]
        for name, contacts in figures(
            demo_marts,
            """
            SELECT portal_name, sum(value) FROM hubspot_marts.kpi_daily
            WHERE kpi = 'new_contacts' AND date_trunc('month', date) = (
                SELECT date_trunc('month', max(last_synced_at AT TIME ZONE time_zone)) - interval '1 month'
                FROM hubspot_marts.dim_portals
            )
            GROUP BY portal_name
            """,
        )
    }
    shown = {row["Portal"]: row["New contacts"] for row in visitor.table(0)}
    assert len(shown) == 4
    assert {name: float(value) for name, value in shown.items()} == expected
    assert visitor.tiles()["New contacts"] == f"{sum(expected.values()):,}"


def test_the_tiles_of_sales_are_those_of_sql(visitor: Visitor, demo_marts: str) -> None:
    visitor.open("sales", time="Last month", portal="Hartwig Maschinenbau")
    ((won, value, rate),) = figures(
        demo_marts,
        """
        SELECT
            count(*) FILTER (WHERE outcome = 'won'),
            sum(closed_value) FILTER (WHERE outcome = 'won'),
            100.0 * count(*) FILTER (WHERE outcome = 'won') / count(*)
        FROM hubspot_marts.fct_deals
        WHERE
            portal_name = 'Hartwig Maschinenbau' AND outcome IN ('won', 'lost')
            AND date_trunc('month', closed_date) = (
                SELECT date_trunc('month', max(last_synced_at AT TIME ZONE time_zone)) - interval '1 month'
                FROM hubspot_marts.dim_portals
            )
        """,
    )
    tiles = visitor.tiles()
    assert tiles["Deals won"] == f"{won:,}"
    assert tiles["Value of deals won"] == f"{value:,.0f} USD"
    assert tiles["Win rate"] == f"{rate:.1f} %"


def test_what_is_chosen_stands_in_the_url_and_an_opened_url_shows_the_same(visitor: Visitor) -> None:
    visitor.open("sales")
    before = visitor.tiles()
    field = visitor.driver.find_element(By.CSS_SELECTOR, ".st-key-portal input")
    field.send_keys("Larkspur")
    time.sleep(0.5)  # until the list has narrowed
    field.send_keys(Keys.ENTER)
    visitor.wait_until_here("portal=Larkspur")
    narrowed = visitor.tiles()
    assert narrowed != before

    visitor.driver.refresh()
    visitor.wait()
    assert visitor.tiles() == narrowed

    visitor.driver.find_element(By.CSS_SELECTOR, "a[href*='/marketing']").click()
    visitor.wait_until_here("/marketing")
    assert visitor.heading.startswith("Marketing")
    assert "portal=Larkspur" in visitor.here
    assert visitor.complaints() == []


def test_a_click_on_a_portal_looks_inside_it(visitor: Visitor) -> None:
    visitor.open("sales")
    chart = visitor.wait_for(".st-key-bars :is(canvas, svg).marks")
    visitor.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", chart)
    # The first bar begins behind the names.
    size = chart.size
    ActionChains(visitor.driver).move_to_element_with_offset(
        chart, 0, -int(size["height"] / 2) + 15
    ).click().perform()
    visitor.wait_until_here("portal=Hartwig")
    assert "split=Pipeline" in visitor.here


def test_a_chart_can_be_downloaded(visitor: Visitor, tmp_path: Path) -> None:
    visitor.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    visitor.open("service")
    card = visitor.driver.find_element(By.CSS_SELECTOR, ".st-key-csv-CSAT-score button")
    visitor.driver.execute_script("arguments[0].click()", card)
    deadline = time.monotonic() + 20
    while not (files := list(tmp_path.glob("*.csv"))):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    lines = files[0].read_text(encoding="utf-8-sig").splitlines()
    assert files[0].name == "csat-score.csv"
    assert lines[0] == "kpi,month,value"
    assert len(lines) > 6


def test_the_password_is_asked_for_once_and_the_url_is_kept(
    chromium: webdriver.Chrome, demo_marts: str
) -> None:
    show_on(chromium, DESK)
    hashed = passwords.hash_of(PASSWORD)
    with running_dashboard(demo_marts, DASHBOARD_PASSWORD_HASH=hashed) as address:
        visitor = Visitor(chromium, address)
        chromium.get(f"{address}/sales?time=90+days")
        chromium.find_element(By.NAME, "password").send_keys("wrong password", Keys.ENTER)
        assert "not the password" in visitor.wait_for("[role=alert]").text
        chromium.find_element(By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)
        visitor.wait()
        assert visitor.heading.startswith("Sales")
        assert "time=90+days" in visitor.here.replace("%20", "+")
        visitor.open("portal")
        assert visitor.heading.startswith("Brightwater")
        way_out = chromium.find_element(By.LINK_TEXT, "Sign out")
        chromium.execute_script("arguments[0].click()", way_out)
        visitor.wait_for("input[name=password]")
        chromium.get(f"{address}/sales")
        assert chromium.find_elements(By.NAME, "password")
        chromium.get("about:blank")


def test_an_identity_provider_says_who_somebody_is(chromium: webdriver.Chrome, demo_marts: str) -> None:
    show_on(chromium, DESK)
    port = free_port()
    with (
        running_identity_provider() as provider,
        running_dashboard(
            demo_marts,
            port=port,
            DASHBOARD_URL=f"http://127.0.0.1:{port}",
            DASHBOARD_OIDC_METADATA_URL=provider.metadata_url,
            DASHBOARD_OIDC_CLIENT_ID=CLIENT_ID,
            DASHBOARD_OIDC_CLIENT_SECRET=CLIENT_SECRET,
            DASHBOARD_OIDC_USERS="@client.example",
        ) as address,
    ):
        visitor = Visitor(chromium, address)
        provider.email = "mallory@elsewhere.example"
        chromium.get(address)
        visitor.wait_for("[data-testid=stBaseButton-primary]").click()
        assert "mallory@elsewhere.example may not look" in visitor.wait_for("[data-testid=stAlert]").text
        assert not visitor.driver.find_elements(By.CSS_SELECTOR, "[data-testid=stMetric]")

        provider.email = "ana@client.example"
        visitor.wait_for("[data-testid=stBaseButton-secondary]").click()
        visitor.wait_for("[data-testid=stBaseButton-primary]").click()
        visitor.wait_for("[data-testid=stMetric]")
        visitor.wait()
        assert visitor.heading.startswith("Overview")
        chromium.get("about:blank")
