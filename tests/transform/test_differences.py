"""Marts, of which a run writes only what differs: it leaves the rows that a full refresh gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import sql

from tests.transform import changes, service_sample
from tests.transform.raw_tables import load_all
from tests.transform.sample_portals import TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
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
#: A run writes the rows of its day, whatever has changed.
_SNAPSHOTS: Final = "hubspot_marts.fct_pipeline_snapshots"


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs left, each by its name."""

    #: The largest tables.
    marts: dict[str, Marts] = field(default_factory=dict)
    #: By mart and large table, all rows as texts; and the transactions that wrote those of a mart that is a table.
    rows: dict[str, dict[str, list[tuple[str]]]] = field(default_factory=dict)
    versions: dict[str, dict[str, list[tuple[str]]]] = field(default_factory=dict)
    #: By name of a mart or view, PostgreSQL's number for it: another one if it was dropped and made anew.
    relations: dict[str, dict[str, int]] = field(default_factory=dict)


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
            done = dbt(*changes.RUN, *arguments, database_url=url)
            assert done.returncode == 0, done.stdout
            left.marts[name] = {table: _by_key(connection, table) for table in _KEYS}
            left.relations[name] = changes.relations(connection)
            left.rows[name] = {
                each: changes.rows(connection, each) for each in {*_marts(left.relations[name]), *_KEYS}
            }
            left.versions[name] = {
                table: _versions(connection, table) for table in changes.tables(connection)
            }

        seeded = dbt("seed", database_url=url)
        assert seeded.returncode == 0, seeded.stdout
        run("first")
        changes.let_no_run_wait(connection)
        with psycopg.connect(url.replace("+psycopg", "")) as reader:
            for mart in _marts(left.relations["first"]):
                connection.execute(f"CREATE VIEW own_{mart.partition('.')[2]} AS TABLE {mart}".encode())
                reader.execute(f"TABLE {mart} LIMIT 1".encode())
            run("idle")
        changes.change(connection)
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


def test_a_run_takes_nothing_from_those_who_read_it_nor_the_views_they_have_made(runs: Runs) -> None:
    marts = _marts(runs.relations["first"])
    assert {"hubspot_marts.kpi_daily", "hubspot_marts.portal_scorecard", "hubspot_marts.dim_owners"} <= marts
    assert runs.relations["changed"] == runs.relations["idle"]
    new = runs.relations["idle"].items() - runs.relations["first"].items()
    assert {name.replace("public.own_", "hubspot_marts.") for name, _ in new} == marts


@pytest.mark.parametrize(
    ("run", "full_refresh"), [("changed", "refreshed"), ("restored", "restored and refreshed")]
)
def test_a_run_leaves_the_rows_of_a_full_refresh(runs: Runs, run: str, full_refresh: str) -> None:
    after, afresh = runs.rows[run], runs.rows[full_refresh]
    assert after.keys() == afresh.keys()
    assert [mart for mart in after if after[mart] != afresh[mart]] == []


@pytest.mark.parametrize("table", _KEYS)
def test_a_run_writes_what_has_changed(runs: Runs, table: str) -> None:
    first, changed, restored = (
        _without_versions(runs.marts[run][table]) for run in ("first", "changed", "restored")
    )
    assert first != changed != restored


def test_a_run_of_nothing_new_writes_nothing(runs: Runs) -> None:
    first, idle = runs.versions["first"], runs.versions["idle"]
    assert {table for table in first if idle[table] != first[table]} == {_SNAPSHOTS}
    assert runs.rows["idle"] == runs.rows["first"]
    for table in _KEYS:
        assert runs.marts["idle"][table] == runs.marts["first"][table]
        assert runs.marts["idle"][table]


@pytest.mark.parametrize("table", _KEYS)
def test_a_run_leaves_alone_what_is_as_it_should_be(runs: Runs, table: str) -> None:
    before, after = runs.marts["idle"][table], runs.marts["changed"][table]
    written = {key for key, (version, _) in after.items() if key not in before or before[key][0] != version}
    assert written == {key for key, (_, row) in after.items() if key not in before or before[key][1] != row}
    assert written
    assert after.keys() - written


def _marts(relations: Iterable[str]) -> set[str]:
    return {relation for relation in relations if relation.startswith("hubspot_marts.")}


def _versions(connection: Connection, table: str) -> list[tuple[str]]:
    """The transaction that wrote each row."""
    query = f"SELECT xmin::text AS version FROM {table} ORDER BY version"
    return connection.execute(query.encode()).fetchall()


def _by_key(connection: Connection, table: str) -> dict[tuple[Any, ...], tuple[str, dict[str, Any]]]:
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
