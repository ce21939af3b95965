"""What the dashboard's pages show when all is not well, and what they make of the URL: without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi_dashboard.cards import plain
from kpi_dashboard.server import APP
from tests.hand_made_marts import let_analysts_read

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = ("overview", "marketing", "sales", "service", "portal")


class Visits:
    """Opens pages as new visitors, on a database that is named by its URL."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def whole(self, database_url: str) -> AppTest:
        """Open the address without a path, as browsers do."""
        return self._open(AppTest.from_file(APP, default_timeout=60), database_url, {})

    def page(self, name: str, database_url: str, **query: str | list[str]) -> AppTest:
        """Open one of the pages."""
        script = (
            "from kpi_dashboard import filters\n"
            f"from kpi_dashboard.screens import {name}\n"
            f"{name}.show(filters.bar(one_portal={name == 'portal'}))"
        )
        return self._open(AppTest.from_string(script, default_timeout=60), database_url, query)

    def _open(self, page: AppTest, database_url: str, query: dict[str, str | list[str]]) -> AppTest:
        st.cache_resource.clear()
        self._monkeypatch.setenv("ANALYZE_DATABASE_URL", database_url)
        for name, value in query.items():
            page.query_params[name] = value
        return page.run()


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    for name in ("DASHBOARD_PASSWORD_HASH", "DASHBOARD_OIDC_CLIENT_ID", "DASHBOARD_URL"):
        monkeypatch.delenv(name, raising=False)
    yield Visits(monkeypatch)
    st.cache_resource.clear()


def tiles(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_a_database_that_is_down_is_one_line_with_the_cure(visits: Visits) -> None:
    page = visits.whole("postgresql://nobody:MARKER@127.0.0.1:1/none")
    (error,) = page.error
    assert "ANALYZE_DATABASE_URL" in error.value
    assert "MARKER" not in error.value
    assert not page.exception


def test_marts_that_are_not_built_are_one_line_with_the_cure(visits: Visits, database_url: str) -> None:
    page = visits.whole(database_url)
    (error,) = page.error
    assert "meltano invoke dbt:build" in error.value
    assert not page.exception


def test_marts_without_a_portal_say_what_to_do(visits: Visits, database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA hubspot_marts")
        connection.execute("""
            CREATE TABLE hubspot_marts.dim_portals (
                portal_id bigint, portal_name text, hub_domain text, time_zone text, company_currency text,
                connection_status text, is_active boolean, has_left boolean, left_at timestamptz,
                connected_at timestamptz, last_error_code text, last_synced_at timestamptz
            )
        """)
        connection.execute(
            "CREATE TABLE hubspot_marts.dim_portal_groups (portal_id bigint, group_type text, group_name text)"
        )
        let_analysts_read(connection)
    page = visits.whole(database_url)
    assert [error.value for error in page.error] == []
    assert [exception.message for exception in page.exception] == []
    assert "connect one" in page.info[0].value


@pytest.mark.parametrize("name", PAGES)
def test_a_time_in_which_nothing_happened_is_said_and_not_drawn(
    visits: Visits, demo_marts: str, name: str
) -> None:
    page = visits.page(name, demo_marts, time="Custom", dates=["2006-01-01", "2006-01-31"])
    assert not page.exception
    assert set(tiles(page).values()) == {"–"}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands_every_filter(visits: Visits, demo_marts: str, name: str) -> None:
    page = visits.page(
        name, demo_marts, time="90 days", by="Week", currency="EUR", compare="false", group="Europe"
    )
    assert not page.exception
    assert any(value.endswith("EUR") for value in tiles(page).values()) or name in {"service", "marketing"}
    assert all(metric.delta == "" for metric in page.metric)


def test_groups_and_portals_are_both_filters(visits: Visits, demo_marts: str) -> None:
    def contacts(**query: str | list[str]) -> int:
        page = visits.page("marketing", demo_marts, **query)
        assert not page.exception
        value = tiles(page)["New contacts"]
        return 0 if value == "–" else int(value.replace(",", ""))

    everything, europe = contacts(), contacts(group="Europe")
    german = contacts(portal="Hartwig Maschinenbau")
    assert everything > europe > german > 0
    assert contacts(group="Europe", portal="Hartwig Maschinenbau") == german
    assert contacts(group="Europe", portal="Brightwater Outdoor") == 0
    assert contacts(portal="Nobody’s name") == everything


def test_each_kpi_of_a_team_has_a_tile_with_its_definition(visits: Visits, demo_marts: str) -> None:
    with psycopg.connect(demo_marts.replace("+psycopg", "")) as connection:
        defined = connection.execute("SELECT label, team, definition FROM hubspot_marts.dim_kpis").fetchall()
    for team in ("marketing", "sales", "service"):
        page = visits.page(team, demo_marts)
        shown = {metric.label: metric.proto.help for metric in page.metric}
        assert set(shown) == {label for label, its_team, _ in defined if its_team == team}
        for label, its_team, definition in defined:
            assert its_team != team or shown[label].startswith(definition)


@pytest.mark.parametrize(
    ("name", "kpi", "split"),
    [
        ("marketing", "New contacts", "Source"),
        ("marketing", "E-mail open rate", "Email"),
        ("marketing", "Form submissions", "Form"),
        ("marketing", "Marketing spend", "Channel"),
        ("marketing", "Customer acquisition cost", "Group"),
        ("sales", "Value of deals won", "Pipeline"),
        ("sales", "Pipeline value", "Stage"),
        ("sales", "Sales cycle, median", "Pipeline"),
        ("sales", "Sales velocity", "Pipeline"),
        ("sales", "Calls logged", "Owner"),
        ("service", "CSAT score", "Survey"),
        ("service", "Tickets closed", "Pipeline"),
    ],
)
def test_a_kpi_is_looked_into_by_what_it_is_divided_into(
    visits: Visits, demo_marts: str, name: str, kpi: str, split: str
) -> None:
    for portal in ([], ["Hartwig Maschinenbau"]):
        page = visits.page(name, demo_marts, kpi=kpi, split=split, portal=portal)
        assert not page.exception
        assert any(
            markdown.value.startswith(f"**{plain(f'{kpi} by {split.lower()}')}**")
            for markdown in page.markdown
        )
