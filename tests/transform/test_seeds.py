"""Seeds are the user's: in a folder of their own, and of whatever shape an older version of the project has left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from tests.transform.conftest import Dbt

_SEEDS: Final = Path(__file__).parents[2] / "transform" / "seeds"


def test_seeds_of_the_users_own_count_in_place_of_ours_and_stay_as_they_are(
    dbt: Dbt, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "seeds of ours"
    folder.mkdir()
    text = "portal_id,group_type,group_name\n7,region,Pacific\n"
    (folder / "portal_groups.csv").write_text(text)
    result = dbt("seed", database_url=database_url, SEEDS_FOLDER=str(folder))
    assert result.returncode == 0, result.stdout
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        groups = connection.execute("SELECT * FROM hubspot_staging.portal_groups").fetchall()
        [[kpis, rates]] = connection.execute(
            "SELECT (SELECT count(*) FROM hubspot_staging.kpi_definitions),"
            " (SELECT count(*) FROM hubspot_staging.exchange_rates)"
        )
    assert groups == [("7", "region", "Pacific")]
    assert (kpis > 30, rates > 30) == (True, True)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("portal_groups.csv", text)]


def test_a_folder_that_can_not_be_meant_is_said_with_the_cure(
    dbt: Dbt, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "portal_group.csv").touch()
    odd = dbt("seed", database_url=database_url, SEEDS_FOLDER=str(tmp_path / "ours"))
    nowhere = dbt("seed", database_url=database_url, SEEDS_FOLDER=str(tmp_path / "nowhere"))
    assert (odd.returncode, odd.stderr) == (
        2,
        (
            f"dbt-on-warehouse: SEEDS_FOLDER is {tmp_path}/ours, where portal_group.csv is no seed: "
            "the seeds are csat_scales.csv, exchange_rates.csv, kpi_targets.csv, lifecycle_mapping.csv, "
            "marketing_spend.csv, pipeline_mapping.csv, portal_groups.csv, source_mapping.csv, stage_mapping.csv\n"
        ),
    )
    assert (nowhere.returncode, nowhere.stderr) == (
        2,
        (
            f"dbt-on-warehouse: SEEDS_FOLDER is {tmp_path}/nowhere, where no folder is: "
            f"make it, with copies of the files of {_SEEDS}\n"
        ),
    )


def test_a_seed_of_another_shape_is_made_anew(dbt: Dbt, database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            """
            CREATE SCHEMA hubspot_staging;
            CREATE TABLE hubspot_staging.kpi_definitions (kpi text, label text);
            CREATE TABLE hubspot_staging.exchange_rates (
                from_currency text, to_currency text, valid_from date, rate numeric
            );
            CREATE VIEW hubspot_staging.rates AS SELECT * FROM hubspot_staging.exchange_rates;
            CREATE TABLE hubspot_staging.portal_groups (portal_id text, group_type text, group_name text);
            CREATE VIEW hubspot_staging.groups AS SELECT * FROM hubspot_staging.portal_groups
            """
        )
        result = dbt("seed", database_url=database_url)
        assert result.returncode == 0, result.stdout
        kinds = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'hubspot_staging'"
            " AND (table_name, column_name) IN (('kpi_definitions', 'smallest_period'), ('exchange_rates', 'rate'))"
        ).fetchall()
        views = connection.execute("SELECT viewname FROM pg_views WHERE schemaname = 'hubspot_staging'")
        assert dict(kinds) == {"smallest_period": "text", "rate": "text"}
        assert views.fetchall() == [("groups",)], "a table of the same shape is kept, and what depends on it"
