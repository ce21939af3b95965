"""A database that can't answer is one line with the cure, and no secret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

import kpi_marts
from kpi_marts.catalogue import kpis
from kpi_marts.connection import MartsUnavailable, open_pool
from kpi_marts.reader import Marts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "ANALYZE_DATABASE_URL is not a PostgreSQL URL"),
        ("postgresql://user:secret-word@127.0.0.1:1/database", "ANALYZE_DATABASE_URL"),
    ],
)
def test_a_database_that_is_not_there_is_named_by_its_setting(url: str, said: str) -> None:
    with pytest.raises(MartsUnavailable, match=said) as raised:
        open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": url})
    assert "secret-word" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_without_a_setting_of_its_own_it_is_the_projects_database(tmp_path: Path) -> None:
    with pytest.raises(MartsUnavailable, match="DATABASE_URL is not set") as raised:
        open_pool("tests", connections=1, environment={"MELTANO_PROJECT_ROOT": str(tmp_path)})
    assert "ANALYZE" not in str(raised.value)


def test_marts_that_are_not_made_yet_are_named_with_the_cure(database_url: str) -> None:
    with open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": database_url}) as pool:
        with pytest.raises(MartsUnavailable, match="meltano invoke dbt:build") as raised:
            kpis(Marts(pool))
        assert "\n" not in str(raised.value)


def test_a_database_that_goes_away_is_said_and_one_that_comes_back_answers(
    new_database: Callable[[], AbstractContextManager[str]],
) -> None:
    with (
        new_database() as url,
        open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": url}) as pool,
    ):
        marts = Marts(pool)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tests'"
            )
        with pytest.raises(MartsUnavailable, match="dbt:build"):  # it answers: there are no marts in it
            kpis(marts)


def test_a_closed_pool_does_not_answer(database_url: str) -> None:
    with open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": database_url}) as pool:
        marts = Marts(pool)
    with pytest.raises(MartsUnavailable, match="does not answer"):
        kpis(marts)


def test_sessions_write_nothing(database_url: str) -> None:
    with (
        open_pool("tests", connections=1, environment={"ANALYZE_DATABASE_URL": database_url}) as pool,
        pool.connection() as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute("CREATE TABLE written (id int)")


def test_the_marts_are_named_in_the_reader_only() -> None:
    folder = Path(kpi_marts.__file__).parent
    naming = {
        path.name for path in folder.glob("*.py") if "FROM hubspot_marts." in path.read_text(encoding="utf-8")
    }
    assert naming == {"reader.py"}
