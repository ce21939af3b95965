from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.transform import garbage
from tests.transform.expected_marketing import Entered, expected_marketing_kpis
from tests.transform.raw_tables import load_all
from tests.transform.sample_portals import BERLIN, NEW_YORK, NOWHERE, TOKYO

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from tests.transform.conftest import Dbt
    from tests.transform.expected_marketing import Key, Parts
    from tests.transform.marketing_sample import MarketingSample
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[Any, ...]]
    #: By portal and contact id: the transaction that wrote the row, and its columns.
    Typed = dict[tuple[int, str], tuple[str, dict[str, Any]]]

_MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def test_every_marketing_kpi_of_every_portal_is_what_its_definition_says(
    built: Connection, portals: Sample, marketing: MarketingSample
) -> None:
    assert _kpis(built) == _about(expected_marketing_kpis(portals, marketing, currency="USD"))


def test_the_sample_has_every_marketing_kpi_in_every_portal(
    portals: Sample, marketing: MarketingSample
) -> None:
    keys = expected_marketing_kpis(portals, marketing, currency="USD")
    kpis = {kpi for _, _, kpi, _, _ in keys}
    assert {(portal_id, kpi) for portal_id, _, kpi, _, _ in keys} == {
        (portal.portal_id, kpi) for portal in portals.portals for kpi in kpis
    }
    assert len(kpis) == 15


def test_entered_spend_takes_the_place_of_a_months_items(
    dbt: Dbt, database_url: str, portals: Sample, marketing: MarketingSample
) -> None:
    entered = [
        Entered(BERLIN.portal_id, date(2025, 6, 1), "Google Ads", Decimal("1000.50"), "EUR"),
        Entered(BERLIN.portal_id, date(2025, 6, 1), "Trade fair", Decimal(900), "GBP"),
        Entered(NEW_YORK.portal_id, date(2026, 2, 1), "Google Ads", Decimal(300), "USD"),
    ]
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows, marketing.rows)
        seeded = dbt("seed", database_url=database_url)
        assert seeded.returncode == 0, seeded.stdout
        for row in entered:
            connection.execute(
                "INSERT INTO hubspot_staging.marketing_spend VALUES (%s, %s, %s, %s, %s)",
                [row.portal_id, row.month, row.channel, row.amount, row.currency],
            )
        result = dbt(
            "run",
            "--select",
            "+int_kpis__marketing",
            "--vars",
            "reporting_currency: EUR",
            database_url=database_url,
        )
        assert result.returncode == 0, result.stdout
        expected = expected_marketing_kpis(portals, marketing, currency="EUR", entered=entered)
        assert _kpis(connection) == _about(expected)


def test_spend_without_a_rate_is_said(build: subprocess.CompletedProcess[str]) -> None:
    assert (
        f"WARNING portal {NOWHERE.portal_id} (Nowhere AG): no rate from CHF to USD for its marketing spend"
        in build.stdout
    )


def test_a_run_types_what_changed_and_gives_the_rows_of_a_full_refresh(
    dbt: Dbt, database_url: str, portals: Sample, marketing: MarketingSample
) -> None:
    def run(*arguments: str) -> Typed:
        result = dbt(
            "build",
            *_MODELS_ONLY,
            "--select",
            "+stg_hubspot__contacts",
            "+stg_hubspot__companies",
            *arguments,
            database_url=database_url,
        )
        assert result.returncode == 0, result.stdout
        # The transaction that wrote a row tells whether it was typed anew.
        return {
            (portal_id, contact_id): (version, row)
            for portal_id, contact_id, version, row in connection.execute(
                "SELECT portal_id, contact_id, xmin::text, to_jsonb(c) FROM hubspot_staging.stg_hubspot__contacts c"
            )
        }

    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows, marketing.rows)
        before = run()
        changed, archived, merged, gone, moved = [key for key in before if key[0] == TOKYO.portal_id][:5]
        for statement, key in (
            ('UPDATE hubspot_raw.contacts SET properties = properties || \'{"city": "Osaka"}\'', changed),
            ("UPDATE hubspot_raw.contacts SET archived = true", archived),
            ("UPDATE hubspot_raw.contacts SET merged_into = '0'", merged),
            ("DELETE FROM hubspot_raw.contacts", gone),
            ("UPDATE hubspot_raw.contacts SET id = 'new'", moved),
        ):
            synced = ", synced_at = '2026-11-02'" if statement.startswith("UPDATE") else ""
            connection.execute(f"{statement}{synced} WHERE portal_id = %s AND id = %s", key)
        connection.execute(
            "UPDATE hubspot_raw.portals SET time_zone = 'Pacific/Auckland' WHERE portal_id = %s",
            [NEW_YORK.portal_id],
        )
        after = run()
        refreshed = run("--full-refresh")

    assert _rows(after) == _rows(refreshed)
    assert after[changed][1]["city"] == "Osaka"
    assert before.keys() - after.keys() == {archived, merged, gone, moved}
    assert after.keys() - before.keys() == {(TOKYO.portal_id, "new")}
    typed_anew = {
        key for key, (version, _) in after.items() if key not in before or before[key][0] != version
    }
    assert {key for key in typed_anew if key[0] != NEW_YORK.portal_id} == {changed, (TOKYO.portal_id, "new")}
    moved_days = {key for key in typed_anew if key[0] == NEW_YORK.portal_id}
    assert moved_days == {
        key
        for key in before
        if key[0] == NEW_YORK.portal_id and after[key][1]["created_date"] != before[key][1]["created_date"]
    }
    assert moved_days


def _rows(contacts: Typed) -> dict[tuple[int, str], dict[str, Any]]:
    return {key: row for key, (_, row) in contacts.items()}


def _kpis(connection: Connection) -> dict[tuple[object, ...], object]:
    rows = connection.execute(
        """
        SELECT portal_id, date, kpi, dimension_id, dimension, numerator, denominator
        FROM hubspot_staging.int_kpis__marketing WHERE portal_id <> %s
        """,
        [garbage.PORTAL_ID],
    )
    return {tuple(key): (numerator, denominator) for *key, numerator, denominator in rows}


def _about(kpis: Mapping[Key, Parts]) -> dict[tuple[object, ...], object]:
    """PostgreSQL and Python round the product of an amount and a rate at different places."""
    return {
        key: (None if numerator is None else pytest.approx(numerator, abs=Decimal("1e-9")), denominator)
        for key, (numerator, denominator) in kpis.items()
    }
