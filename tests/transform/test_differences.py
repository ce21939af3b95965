"""Large marts, of which a run writes only what differs: it leaves the rows that a full refresh gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import sql

from tests.transform import service_sample
from tests.transform.raw_tables import load_all
from tests.transform.sample_portals import BERLIN, NEW_YORK, TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt
    from tests.transform.marketing_sample import MarketingSample
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[Any, ...]]
    #: By table and key: the transaction that wrote the row, and its columns.
    Marts = dict[str, dict[tuple[Any, ...], tuple[str, dict[str, Any]]]]

_KEYS: Final = {
    "hubspot_marts.fct_deals": ("portal_id", "deal_id"),
    "hubspot_marts.fct_deal_stage_history": ("portal_id", "deal_id", "stay_number"),
    "hubspot_staging.int_kpis__marketing": ("kpi", "portal_id", "date", "dimension_id", "sub_dimension_id"),
    "hubspot_staging.int_kpis__sales": ("kpi", "portal_id", "date", "dimension_id", "sub_dimension_id"),
    "hubspot_staging.int_kpis__medians": ("kpi", "portal_id", "date", "dimension_id"),
    "hubspot_marts.kpi_weekly": ("kpi", "portal_id", "week", "dimension_id", "sub_dimension_id"),
    "hubspot_marts.kpi_monthly": ("kpi", "portal_id", "month", "dimension_id", "sub_dimension_id"),
}
_VIEWS: Final = ("kpi_daily", "kpi_samples", "dim_contacts")
#: What befalls records, each the next one of Tokyo's.
_RECORDS: Final = (
    """UPDATE {} SET synced_at = '2026-11-02', properties = properties || '{{"createdate": "2026-10-05T10:00:00Z"}}'""",
    "UPDATE {} SET synced_at = '2026-11-02', archived = true",
    "UPDATE {} SET synced_at = '2026-11-02', merged_into = '0'",
    "DELETE FROM {}",
    "UPDATE {} SET synced_at = '2026-11-02', id = 'new'",
)
#: What befalls all that records only name.
_NAMES: Final = (
    "UPDATE hubspot_raw.pipelines SET label = label || ' (renamed)' WHERE portal_id = %(berlin)s",
    "UPDATE hubspot_raw.pipeline_stages SET label = label || ' (renamed)' WHERE portal_id = %(berlin)s",
    "UPDATE hubspot_raw.owners SET last_name = 'Renamed' WHERE portal_id = %(berlin)s",
    """
    UPDATE hubspot_raw.companies SET synced_at = '2026-11-02', properties = properties || '{"name": "Renamed"}'
    WHERE portal_id = %(berlin)s
    """,
    "UPDATE hubspot_raw.portals SET time_zone = 'Pacific/Auckland' WHERE portal_id = %(new_york)s",
    "UPDATE hubspot_raw.portals SET company_name = 'Renamed' WHERE portal_id = %(tokyo)s",
    """
    INSERT INTO hubspot_staging.exchange_rates (from_currency, to_currency, valid_from, rate)
    VALUES ('EUR', 'USD', '2026-02-01', '7'), ('JPY', 'USD', '2026-02-01', '0.5')
    """,
    "INSERT INTO hubspot_staging.source_mapping VALUES (NULL, 'PAID_SOCIAL', 'Paid')",
    "INSERT INTO hubspot_staging.pipeline_mapping VALUES (NULL, 'deals', 'default', 'Ours')",
    "UPDATE hubspot_staging.kpi_definitions SET unit = 'deals' WHERE kpi = 'deals_won'",
)


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs left, each by its name."""

    marts: dict[str, Marts] = field(default_factory=dict)
    #: By name of the view, PostgreSQL's number for it: another one if it was dropped and made anew.
    views: dict[str, dict[str, int]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def runs(
    dbt: Dbt,
    new_database: Callable[[], AbstractContextManager[str]],
    portals: Sample,
    marketing: MarketingSample,
) -> Iterator[Runs]:
    """A first run; one of nothing new while somebody reads; one after changes, a full refresh of it; and one after the archived came back."""
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows, marketing.rows, service_sample.sample().rows)
        left = Runs()

        def run(name: str, *arguments: str) -> None:
            models = (*(table.partition(".")[2] for table in _KEYS), *_VIEWS)
            select = ("--select", *(f"+{model}" for model in models))
            clock = ("--vars", "now: '2026-11-03 10:00:00+00'")
            done = dbt("run", *arguments, *select, *clock, database_url=url)
            assert done.returncode == 0, done.stdout
            left.marts[name] = {table: _rows(connection, table) for table in _KEYS}
            left.views[name] = dict(
                connection.execute("SELECT relname, oid FROM pg_class WHERE relkind = 'v'")
            )

        seeded = dbt("seed", database_url=url)
        assert seeded.returncode == 0, seeded.stdout
        run("first")
        connection.execute("CREATE VIEW an_analysts_own AS SELECT * FROM hubspot_marts.kpi_daily")
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET lock_timeout = '10s'").format(database))
        with connection.transaction():
            for view in _VIEWS:
                connection.execute(sql.SQL("TABLE {} LIMIT 1").format(sql.Identifier("hubspot_marts", view)))
            run("idle")
        _change(connection)
        run("changed")
        run("refreshed", "--full-refresh")
        for stream in ("contacts", "deals"):
            connection.execute(
                sql.SQL(
                    "UPDATE {} SET synced_at = '2026-11-03', archived = false, merged_into = NULL WHERE portal_id = %s"
                ).format(sql.Identifier("hubspot_raw", stream)),
                [TOKYO.portal_id],
            )
        run("restored")
        run("restored and refreshed", "--full-refresh")
        yield left


def test_a_run_takes_no_view_from_those_who_read_it(runs: Runs) -> None:
    assert set(_VIEWS) <= runs.views["first"].keys()
    assert runs.views["changed"] == runs.views["idle"]
    assert runs.views["changed"].items() - runs.views["first"].items() == {
        ("an_analysts_own", runs.views["idle"]["an_analysts_own"])
    }


@pytest.mark.parametrize("table", _KEYS)
def test_a_run_leaves_the_rows_of_a_full_refresh(runs: Runs, table: str) -> None:
    assert _without_versions(runs.marts["changed"][table]) == _without_versions(
        runs.marts["refreshed"][table]
    )
    assert _without_versions(runs.marts["restored"][table]) == _without_versions(
        runs.marts["restored and refreshed"][table]
    )
    assert _without_versions(runs.marts["changed"][table]) != _without_versions(runs.marts["first"][table])
    assert _without_versions(runs.marts["restored"][table]) != _without_versions(runs.marts["changed"][table])


@pytest.mark.parametrize("table", _KEYS)
def test_a_run_of_nothing_new_writes_nothing(runs: Runs, table: str) -> None:
    assert runs.marts["idle"][table] == runs.marts["first"][table]
    assert runs.marts["idle"][table]


@pytest.mark.parametrize("table", _KEYS)
def test_a_run_leaves_alone_what_is_as_it_should_be(runs: Runs, table: str) -> None:
    before, after = runs.marts["idle"][table], runs.marts["changed"][table]
    written = {key for key, (version, _) in after.items() if key not in before or before[key][0] != version}
    assert written == {key for key, (_, row) in after.items() if key not in before or before[key][1] != row}
    assert written
    assert after.keys() - written


def _change(connection: Connection) -> None:
    for stream in ("contacts", "deals"):
        table = sql.Identifier("hubspot_raw", stream)
        ids = connection.execute(
            sql.SQL(
                "SELECT id FROM {} WHERE portal_id = %s AND NOT archived AND merged_into IS NULL ORDER BY id"
            ).format(table),
            [TOKYO.portal_id],
        ).fetchall()
        for change, (record_id,) in zip(_RECORDS, ids, strict=False):
            connection.execute(
                sql.SQL(change + " WHERE portal_id = %s AND id = %s").format(table),  # type: ignore[arg-type]
                [TOKYO.portal_id, record_id],
            )
    portals = {"berlin": BERLIN.portal_id, "new_york": NEW_YORK.portal_id, "tokyo": TOKYO.portal_id}
    for change in _NAMES:
        connection.execute(change, portals)


def _rows(connection: Connection, table: str) -> dict[tuple[Any, ...], tuple[str, dict[str, Any]]]:
    return {
        tuple(row[column] for column in _KEYS[table]): (version, row)
        for version, row in connection.execute(
            sql.SQL("SELECT xmin::text, to_jsonb(mart) FROM {} AS mart").format(
                sql.Identifier(*table.split("."))
            )
        )
    }


def _without_versions(
    rows: dict[tuple[Any, ...], tuple[str, dict[str, Any]]],
) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {key: row for key, (_, row) in rows.items()}
