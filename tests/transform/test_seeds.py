"""Seeds are the user's: in a folder of their own, and of whatever shape an older version of the project has left."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from tests.transform.conftest import Dbt

_SEEDS: Final = Path(__file__).parents[2] / "transform" / "seeds"


def test_seeds_may_be_in_a_folder_of_the_users_own(dbt: Dbt, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "seeds of ours"
    shutil.copytree(_SEEDS, folder)
    with (folder / "portal_groups.csv").open("a", encoding="utf-8") as file:
        file.write("7,region,Pacific\n")
    result = dbt("seed", database_url=database_url, SEEDS_FOLDER=str(folder))
    assert result.returncode == 0, result.stdout
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        groups = connection.execute("SELECT * FROM hubspot_staging.portal_groups").fetchall()
        kpis = connection.execute("SELECT count(*) > 30 FROM hubspot_staging.kpi_definitions").fetchall()
    assert (groups, kpis) == ([("7", "region", "Pacific")], [(True,)])


def test_a_folder_that_lacks_a_seed_is_said_with_the_cure(
    dbt: Dbt, database_url: str, tmp_path: Path
) -> None:
    shutil.copytree(_SEEDS, tmp_path / "ours")
    (tmp_path / "ours" / "csat_scales.csv").unlink()
    lacking = dbt("seed", database_url=database_url, SEEDS_FOLDER=str(tmp_path / "ours"))
    nowhere = dbt("seed", database_url=database_url, SEEDS_FOLDER=str(tmp_path / "nowhere"))
    assert (lacking.returncode, lacking.stderr) == (
        2,
        f"dbt-on-warehouse: SEEDS_FOLDER is {tmp_path}/ours, which lacks csat_scales.csv: copy it from {_SEEDS}\n",
    )
    assert (nowhere.returncode, nowhere.stderr) == (
        2,
        f"dbt-on-warehouse: SEEDS_FOLDER is {tmp_path}/nowhere, where no folder is: copy {_SEEDS} there, and fill the files\n",
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
