"""docs/analysts.md and README.md keep their promises: each query runs, and each table they name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from tests.transform import analysts_sample
from tests.transform.raw_tables import load_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]

_ROOT: Final = Path(__file__).parents[2]
_SQL: Final = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TEXT: Final = (_ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
_QUERIES: Final = _SQL.findall(_TEXT)
_FIRST_QUERIES: Final = "".join(_SQL.findall((_ROOT / "README.md").read_text(encoding="utf-8"))).split(";")[
    :-1
]


@pytest.fixture(scope="module")
def asked(
    dbt: Dbt, new_database: Callable[[], AbstractContextManager[str]], portals: Sample
) -> Iterator[tuple[Connection, str]]:
    """Connection to a warehouse with something of everything, and its URL."""
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows, analysts_sample.rows())
        built = dbt(
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--exclude-resource-type",
            "test",
            database_url=url,
        )
        assert built.returncode == 0, built.stdout
        yield connection, url


def test_there_are_fifteen_questions() -> None:
    assert re.findall(r"^### (\d+)\.", _TEXT, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert len(_QUERIES) >= 15


@pytest.mark.parametrize("query", _QUERIES)
def test_each_query_has_an_answer(asked: tuple[Connection, str], query: str) -> None:
    connection, _ = asked
    # The sample's records are of these days, whenever the tests run.
    on_a_day_of_the_sample = query.replace("current_date", "date '2026-10-31'")
    rows = connection.execute(on_a_day_of_the_sample).fetchall()
    # A column of nothing but NULLs and zeros asks for what is called otherwise.
    silent = [number for number, values in enumerate(zip(*rows, strict=True)) if not any(values)]
    assert (rows != [], silent) == (True, [])


@pytest.mark.parametrize("query", _FIRST_QUERIES)
def test_each_query_of_the_readme_has_an_answer(asked: tuple[Connection, str], query: str) -> None:
    connection, _ = asked
    assert connection.execute(query.replace("current_date", "date '2026-10-31'")).fetchall() != []


def test_the_diagram_has_every_mart(asked: tuple[Connection, str]) -> None:
    connection, _ = asked
    diagram = _TEXT.partition("```mermaid")[2].partition("```")[0]
    marts = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'hubspot_marts' AND table_name NOT LIKE '%all_properties%'"
    )
    assert set(re.findall(r"\b[a-z]+_[a-z_]+(?= \|\|| : )", diagram)) == {name for (name,) in marts}


def test_the_documentation_can_be_generated_and_every_model_and_column_is_described(
    dbt: Dbt, asked: tuple[Connection, str], tmp_path: Path
) -> None:
    _, url = asked
    generated = dbt("docs", "generate", "--target-path", str(tmp_path), database_url=url)
    assert generated.returncode == 0, generated.stdout
    assert (tmp_path / "index.html").exists()
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    catalog = json.loads((tmp_path / "catalog.json").read_text(encoding="utf-8"))
    models = {name: node for name, node in manifest["nodes"].items() if name.startswith("model.")}
    assert models.keys() <= catalog["nodes"].keys()
    undescribed = [
        name
        for name, node in models.items()
        if not node["description"] or not all(column["description"] for column in node["columns"].values())
    ]
    assert undescribed == []
    assert {exposure["name"]: exposure["type"] for exposure in manifest["exposures"].values()} == {
        "kpi_api": "application",
        "kpi_dashboard": "dashboard",
        "analysts": "analysis",
    }
