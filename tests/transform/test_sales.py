"""The sales models on the sample portals, built on two days: what a day adds, and what it must leave alone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from tests.transform.expected_sales import expected_cycles, expected_sales_kpis, expected_velocities
from tests.transform.raw_tables import load, load_all
from tests.transform.sales_sample import OWNERS, add_sales
from tests.transform.sample_portals import BERLIN, FULL_READ_BEGAN, NEW_YORK, NOWHERE, TOKYO, moment, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tests.transform.conftest import Dbt
    from tests.transform.sales_sample import SalesFacts
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[Any, ...]]

_DAYS: Final = (date(2026, 9, 1), date(2026, 9, 2))
_LATER: Final = FULL_READ_BEGAN + timedelta(days=1)
_MODELS: Final = ("int_kpis__sales", "int_kpi_samples__sales", "fct_deal_stage_history", "fct_line_items")

# The same id in two portals, of which one is changed: the other must stay as it is.
_ACTIVITIES_OF_DAY_TWO: Final = """
    UPDATE hubspot_raw.calls SET synced_at = %(later)s, properties = properties || '{"hubspot_owner_id": "3"}'
    WHERE portal_id = %(tokyo)s AND id IN ('3', '4');
    UPDATE hubspot_raw.meetings SET synced_at = %(later)s, archived = true WHERE portal_id = %(tokyo)s AND id = '5';
    UPDATE hubspot_raw.meetings SET synced_at = %(later)s, archived = false WHERE portal_id = %(berlin)s;
    DELETE FROM hubspot_raw.tasks WHERE portal_id = %(tokyo)s AND id IN ('6', '7');
    UPDATE hubspot_raw.emails SET synced_at = %(later)s WHERE portal_id = %(berlin)s AND id = '8';
    UPDATE hubspot_raw.owners SET first_name = 'Anna' WHERE portal_id = %(berlin)s AND id = '1';
    UPDATE hubspot_raw.portals SET company_name = 'Gotham Inc', time_zone = 'America/Denver'
    WHERE portal_id = %(new_york)s
"""


@pytest.fixture(scope="module")
def facts() -> tuple[Sample, SalesFacts]:
    result = sample()
    return result, add_sales(result)


@pytest.fixture(scope="module")
def url(new_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    with new_database() as url:
        yield url


@pytest.fixture(scope="module")
def connection(dbt: Dbt, url: str, facts: tuple[Sample, SalesFacts]) -> Iterator[Connection]:
    """The warehouse after the first day."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, facts[0].rows)
        _build(
            dbt,
            url,
            _DAYS[0],
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--indirect-selection",
            "buildable",
        )
        yield connection


@pytest.fixture(scope="module")
def first_day(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """What the first day left, before the second one is built."""
    return {
        "kpis": connection.execute(
            """
            SELECT portal_id, date, kpi, dimension_id, sub_dimension_id, numerator, denominator
            FROM hubspot_staging.int_kpis__sales
            """
        ).fetchall(),
        "samples": connection.execute(
            "SELECT portal_id, date, dimension_id, sample FROM hubspot_staging.int_kpi_samples__sales"
        ).fetchall(),
        "velocities": connection.execute(
            """
            SELECT portal_id, pipeline_id, date, velocity FROM hubspot_marts.fct_sales_velocity
            WHERE velocity IS NOT NULL
            """
        ).fetchall(),
        "stays": connection.execute(
            """
            SELECT portal_id, deal_id, stay_number, stage_id, entered_at, left_at, duration_days
            FROM hubspot_marts.fct_deal_stage_history ORDER BY portal_id, deal_id, stay_number
            """
        ).fetchall(),
        "activities": connection.execute(
            "SELECT portal_id, activity_type, activity_id, xmin::text FROM hubspot_marts.fct_activities"
        ).fetchall(),
        "snapshots": _snapshots(connection),
    }


@pytest.fixture(scope="module")
def second_day(
    dbt: Dbt, url: str, connection: Connection, first_day: dict[str, list[tuple[Any, ...]]]
) -> dict[str, list[tuple[Any, ...]]]:
    """What an incremental build, a full refresh and one more incremental build of the second day left."""
    assert first_day["activities"]
    _change(connection)
    left: dict[str, list[tuple[Any, ...]]] = {}
    for build, arguments in {"incremental": (), "full": ("--full-refresh",), "again": ()}.items():
        _build(dbt, url, _DAYS[1], "run", *arguments)
        left[build] = connection.execute(
            "SELECT * FROM hubspot_marts.fct_activities ORDER BY portal_id, activity_type, activity_id"
        ).fetchall()
        left[f"{build} snapshots"] = _snapshots(connection)
        if build == "incremental":
            left["versions"] = connection.execute(
                "SELECT portal_id, activity_type, activity_id, xmin::text FROM hubspot_marts.fct_activities"
            ).fetchall()
    return left


def test_every_sales_kpi_is_what_its_definition_says(
    first_day: dict[str, list[tuple[Any, ...]]], facts: tuple[Sample, SalesFacts]
) -> None:
    expected = expected_sales_kpis(*facts, currency="USD", today=_DAYS[0])
    assert {tuple(key): (numerator, denominator) for *key, numerator, denominator in first_day["kpis"]} == {
        key: (_about(numerator), _about(denominator)) for key, (numerator, denominator) in expected.items()
    }
    assert {kpi for _, _, kpi, *_ in expected} == {
        "deals_created",
        "deals_created_value",
        "deals_won",
        "deals_lost",
        "won_value",
        "win_rate",
        "sales_cycle_days",
        "sales_velocity",
        "pipeline_value",
        "weighted_pipeline_value",
        "calls_logged",
        "meetings_logged",
        "emails_logged",
        "notes_logged",
        "tasks_logged",
    }


def test_a_velocity_is_that_of_a_pipeline_and_that_of_all(
    first_day: dict[str, list[tuple[Any, ...]]], facts: tuple[Sample, SalesFacts]
) -> None:
    expected = expected_velocities(facts[0], currency="USD", today=_DAYS[0])
    assert {tuple(key): velocity for *key, velocity in first_day["velocities"]} == {
        key: _about(velocity) for key, velocity in expected.items()
    }
    pipelines = {(portal_id, pipeline) for portal_id, pipeline, _ in expected}
    assert len(pipelines) >= 3 * len({portal_id for portal_id, _ in pipelines}) >= 6


def test_medians_are_taken_of_each_won_deal(
    first_day: dict[str, list[tuple[Any, ...]]], facts: tuple[Sample, SalesFacts]
) -> None:
    expected = expected_cycles(facts[0])
    assert Counter((*key, round(days, 5)) for *key, days in first_day["samples"]) == Counter(
        (*key, round(days, 5)) for *key, days in expected
    )


def test_a_deal_walks_through_its_stages(
    first_day: dict[str, list[tuple[Any, ...]]], facts: tuple[Sample, SalesFacts]
) -> None:
    numbers: Counter[tuple[int, str]] = Counter()
    expected = []
    for stay in facts[1].stays:
        numbers[stay.portal_id, stay.deal_id] += 1
        length = stay.left and _about(Decimal((stay.left - stay.entered).total_seconds()) / 86_400)
        key = (stay.portal_id, stay.deal_id, numbers[stay.portal_id, stay.deal_id])
        expected.append((*key, stay.stage, _milliseconds(stay.entered), _milliseconds(stay.left), length))
    assert first_day["stays"] == sorted(expected, key=lambda row: row[:3])


def test_line_items_are_worth_what_their_deals_are(connection: Connection) -> None:
    per_deal = connection.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE lines.created_value = round(25 * deals.created_value / deals.amount, 6))
        FROM hubspot_marts.fct_line_items AS lines
        JOIN hubspot_marts.fct_deals AS deals USING (portal_id, deal_id)
        WHERE deals.created_value IS NOT NULL AND deals.deal_currency = lines.currency
        """
    ).fetchone()
    assert per_deal is not None
    assert per_deal[0] == per_deal[1] > 0


def test_owners_are_known_by_name_also_after_they_left(connection: Connection) -> None:
    owners = connection.execute(
        """
        SELECT owner_id, owner_name, team_names, is_active FROM hubspot_marts.dim_owners
        WHERE portal_id = %s ORDER BY owner_id
        """,
        [TOKYO.portal_id],
    ).fetchall()
    assert owners == [
        ("1", OWNERS["1"], None, True),
        ("2", OWNERS["2"], None, False),
        ("3", OWNERS["3"], "North", True),
    ]


def test_activities_are_the_same_by_an_incremental_build_and_by_a_full_refresh(
    second_day: dict[str, list[tuple[Any, ...]]],
) -> None:
    assert second_day["incremental"] == second_day["full"] == second_day["again"]


def test_an_incremental_build_writes_what_changed_and_leaves_the_rest(
    first_day: dict[str, list[tuple[Any, ...]]], second_day: dict[str, list[tuple[Any, ...]]]
) -> None:
    before = {tuple(key): version for *key, version in first_day["activities"]}
    after = {tuple(key): version for *key, version in second_day["versions"]}
    gone = before.keys() - after.keys()
    assert {key for key in gone if key[0] == TOKYO.portal_id} == before.keys() & {
        (TOKYO.portal_id, "meeting", "5"),
        (TOKYO.portal_id, "task", "6"),
        (TOKYO.portal_id, "task", "7"),
    }
    assert {kind for portal_id, kind, _ in gone if portal_id == BERLIN.portal_id} == {"email"}
    assert (BERLIN.portal_id, "email", "8") in after
    assert not {key for key in gone if key[0] in {NEW_YORK.portal_id, NOWHERE.portal_id}}
    assert after.keys() - before.keys() == {(TOKYO.portal_id, "note", "new")} | {
        key for key in after.keys() - before.keys() if key[:2] == (BERLIN.portal_id, "meeting")
    }
    rewritten = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert {key for key in rewritten if key[0] == TOKYO.portal_id} == before.keys() & {
        (TOKYO.portal_id, "call", "3"),
        (TOKYO.portal_id, "call", "4"),
    }
    # Renamed, and moved to another time zone.
    assert {key for key in after if key[0] == NEW_YORK.portal_id} <= rewritten
    assert not {key for key in rewritten if key[0] == NOWHERE.portal_id}


def test_a_day_leaves_the_snapshots_of_other_days(
    first_day: dict[str, list[tuple[Any, ...]]], second_day: dict[str, list[tuple[Any, ...]]]
) -> None:
    for build in ("incremental", "full", "again"):
        snapshots = second_day[f"{build} snapshots"]
        assert [row for row in snapshots if row[1] == _DAYS[0]] == first_day["snapshots"]
        assert {row[1] for row in snapshots} == set(_DAYS)


def test_a_second_build_on_a_day_replaces_its_snapshot(
    second_day: dict[str, list[tuple[Any, ...]]], dbt: Dbt, url: str, connection: Connection
) -> None:
    sums = "SELECT sum(open_deals) FROM hubspot_marts.fct_pipeline_snapshots WHERE portal_id = %s AND snapshot_date = %s"
    key = [TOKYO.portal_id, _DAYS[1]]
    [before] = connection.execute(sums, key).fetchone() or [None]
    connection.execute(
        """
        UPDATE hubspot_raw.deals
        SET properties = properties || '{"hs_is_closed": "true", "hs_is_closed_won": "true"}', synced_at = %s
        WHERE portal_id = %s
        """,
        [_LATER.replace(tzinfo=None), *key[:1]],
    )
    _build(dbt, url, _DAYS[1], "run")
    [after] = connection.execute(sums, key).fetchone() or [None]
    kpis = connection.execute(
        """
        SELECT sum(numerator), count(*) > 0 FROM hubspot_staging.int_kpis__sales
        WHERE portal_id = %s AND date = %s AND kpi = 'pipeline_value'
        """,
        key,
    ).fetchone()
    assert second_day["again snapshots"] != _snapshots(connection)
    assert (before > 0, after, kpis) == (True, 0, (0, True))


def _build(dbt: Dbt, url: str, today: date, *command: str) -> None:
    select = [argument for model in _MODELS for argument in ("--select", f"+{model}")]
    result = dbt(*command, *select, "--vars", f"now: '{today} 10:00:00+00'", database_url=url)
    assert result.returncode == 0, result.stdout


def _change(connection: Connection) -> None:
    """Let a day pass: activities change, come back and go, and names change."""
    changes = {
        "later": _LATER.replace(tzinfo=None),
        "tokyo": TOKYO.portal_id,
        "berlin": BERLIN.portal_id,
        "new_york": NEW_YORK.portal_id,
    }
    for statement in _ACTIVITIES_OF_DAY_TWO.split(";"):
        connection.execute(statement, changes)
    synced = {"portal_id": TOKYO.portal_id, "synced_at": moment(_LATER)}
    load(connection, "notes", [{**synced, "id": "new", "properties": {"hs_timestamp": "2026-08-31"}}])
    began = {"run_id": "second", "portal_id": BERLIN.portal_id, "stream": "emails", "object_type": "emails"}
    load(
        connection,
        "portal_syncs",
        [
            {
                **began,
                "mode": "full",
                "status": "ok",
                "window_from": moment(_LATER),
                "synced_at": moment(_LATER),
            }
        ],
    )


def _snapshots(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        """
        SELECT portal_id, snapshot_date, pipeline_id, stage_id, open_deals, pipeline_value, weighted_pipeline_value
        FROM hubspot_marts.fct_pipeline_snapshots ORDER BY portal_id, snapshot_date, pipeline_id, stage_id
        """
    ).fetchall()


def _about(value: Decimal | None) -> object:
    """The marts keep six decimals of a value."""
    return None if value is None else pytest.approx(value, rel=Decimal("1e-7"), abs=Decimal("0.0001"))


def _milliseconds(instant: datetime | None) -> datetime | None:
    return instant and instant.astimezone(UTC).replace(microsecond=instant.microsecond // 1000 * 1000)
