from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.transform import garbage
from tests.transform.expected_kpis import KPIS, expected_kpis
from tests.transform.raw_tables import load, load_all
from tests.transform.sample_portals import TOKYO, moment

if TYPE_CHECKING:
    from datetime import date

    from tests.transform.conftest import Dbt
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]


def test_every_kpi_of_every_portal_is_what_its_definition_says(built: Connection, portals: Sample) -> None:
    assert _kpis(built) == _about(expected_kpis(portals, currency="USD"))


def test_another_currency_changes_all_values_and_a_later_full_read_one_portal(
    dbt: Dbt, database_url: str, portals: Sample
) -> None:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows)
        load(connection, "portal_syncs", [_full_read_of_tokyo_that_saw_no_deal()])
        models_only = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
        result = dbt("build", *models_only, "--vars", "reporting_currency: EUR", database_url=database_url)
        assert result.returncode == 0, result.stdout

        live = [deal for deal in portals.deals if deal.portal_id != TOKYO.portal_id]
        left = dataclasses.replace(portals, deals=live)
        assert _kpis(connection) == _about(expected_kpis(left, currency="EUR"))


def test_portal_value_is_the_sum_of_its_days(built: Connection) -> None:
    by_portal = built.execute(
        """
        SELECT portal_id, deals_created, deals_won, deals_lost, round(deals_created_value, 2), round(won_value, 2)
        FROM hubspot_marts.portal_value ORDER BY portal_id
        """
    ).fetchall()
    by_day = built.execute(
        """
        SELECT
            portal_id,
            sum(value) FILTER (WHERE kpi = 'deals_created'),
            coalesce(sum(value) FILTER (WHERE kpi = 'deals_won'), 0),
            coalesce(sum(value) FILTER (WHERE kpi = 'deals_lost'), 0),
            round(sum(value) FILTER (WHERE kpi = 'deals_created_value'), 2),
            round(sum(value) FILTER (WHERE kpi = 'won_value'), 2)
        FROM hubspot_marts.kpi_daily GROUP BY portal_id ORDER BY portal_id
        """
    ).fetchall()
    assert by_portal == by_day


def _full_read_of_tokyo_that_saw_no_deal() -> dict[str, object]:
    began = moment(datetime(2026, 11, 8, tzinfo=UTC))
    return {
        "run_id": "second",
        "portal_id": TOKYO.portal_id,
        "stream": "deals",
        "object_type": "deals",
        "mode": "full",
        "status": "ok",
        "records": 0,
        "expected_total": 0,
        "started_at": began,
        "finished_at": began,
        "window_from": began,
        "synced_at": began,
    }


def _kpis(connection: Connection) -> dict[tuple[object, ...], object]:
    rows = connection.execute(
        """
        SELECT portal_id, date, kpi, dimension, value FROM hubspot_marts.kpi_daily
        WHERE portal_id <> %s AND kpi = ANY(%s)
        """,
        [garbage.PORTAL_ID, list(KPIS)],
    )
    return {tuple(key): value for *key, value in rows}


def _about(kpis: dict[tuple[int, date, str, str], Decimal | None]) -> dict[tuple[object, ...], object]:
    """The marts keep six decimals of a value."""
    return {
        key: None if value is None else pytest.approx(value, abs=Decimal("0.00001"))
        for key, value in kpis.items()
    }
