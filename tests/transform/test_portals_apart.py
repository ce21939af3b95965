from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from tests.transform import garbage, service_sample
from tests.transform.raw_tables import create_raw_tables, load
from tests.transform.sample_portals import TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.transform.conftest import Dbt
    from tests.transform.marketing_sample import MarketingSample
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]
    Row = dict[str, object]


def test_no_row_of_a_portal_changes_when_others_with_the_same_ids_come(
    dbt: Dbt, database_url: str, portals: Sample, marketing: MarketingSample
) -> None:
    samples = (portals.rows, marketing.rows, service_sample.sample().rows, garbage.rows())
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        create_raw_tables(connection)

        def load_and_build(is_wanted: Callable[[Row], bool]) -> dict[str, list[str]]:
            for rows_by_stream in samples:
                for stream, rows in rows_by_stream.items():
                    load(connection, stream, map(_with_a_name_of_its_own, filter(is_wanted, rows)))
            models_only = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
            result = dbt("build", *models_only, database_url=database_url)
            assert result.returncode == 0, result.stdout
            return _rows_of(TOKYO.portal_id, connection)

        alone = load_and_build(lambda row: row["portal_id"] == TOKYO.portal_id)
        among_others = load_and_build(lambda row: row["portal_id"] != TOKYO.portal_id)

    assert {
        "hubspot_marts.fct_deals",
        "hubspot_marts.kpi_daily",
        "hubspot_staging.stg_hubspot__contacts",
    } <= {relation for relation, rows in alone.items() if rows}
    for relation, rows in alone.items():
        assert among_others[relation] == rows, relation


def _with_a_name_of_its_own(row: Row) -> Row:
    """The same ids are called otherwise in each portal, so that a name taken from another one shows."""
    return {**row, "label": f"{row['label']} of {row['portal_id']}"} if row.get("label") else row


def _rows_of(portal_id: int, connection: Connection) -> dict[str, list[str]]:
    """A portal's rows, as text, in every table and view that tells portals apart; in users' seeds the id is text."""
    relations = connection.execute(
        """
        SELECT table_schema, table_name FROM information_schema.columns
        WHERE table_schema IN ('hubspot_marts', 'hubspot_staging') AND column_name = 'portal_id' AND data_type = 'bigint'
        """
    ).fetchall()
    rows = {}
    for schema, name in relations:
        query = sql.SQL("SELECT rows::text FROM {} AS rows WHERE portal_id = %s ORDER BY 1").format(
            sql.Identifier(str(schema), str(name))
        )
        rows[f"{schema}.{name}"] = [str(row) for (row,) in connection.execute(query, [portal_id])]
    return rows
