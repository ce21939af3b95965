"""docs/analysts.md keeps its promises: each query runs, and each table it names is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    import psycopg

    from tests.transform.conftest import Dbt

    Connection = psycopg.Connection[tuple[object, ...]]

_TEXT: Final = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
_QUERIES: Final = re.findall(r"^```sql\n(.*?)^```", _TEXT, re.DOTALL | re.MULTILINE)


def test_there_are_fifteen_questions() -> None:
    assert re.findall(r"^### (\d+)\.", _TEXT, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert len(_QUERIES) >= 15


@pytest.mark.parametrize("query", _QUERIES)
def test_each_query_has_an_answer(built: Connection, query: str) -> None:
    assert "\nlimit" in query or "group by" in query or "order by" in query
    for table in re.findall(r"hubspot_marts\.(\w+)", query):
        if not _exists(built, table):
            pytest.skip(f"{table} is not built yet")
    # The sample's records are of these days, whenever the tests run.
    on_a_day_of_the_sample = query.replace("current_date", "date '2026-10-31'")
    assert built.execute(on_a_day_of_the_sample).fetchall() != []


def test_each_table_of_the_diagram_is_there(built: Connection) -> None:
    diagram = _TEXT.partition("```mermaid")[2].partition("```")[0]
    tables = set(re.findall(r"\b(?:dim|fct|kpi|portal|mapping)_[a-z_]+(?= \|\|| : )", diagram))
    assert len(tables) >= 20
    missing = {table for table in tables if not _exists(built, table)}
    if "dim_kpis" in missing:
        pytest.skip("not all marts are built yet")
    assert missing == set()


def test_the_documentation_can_be_generated_and_every_model_and_column_is_described(
    dbt: Dbt, warehouse: str, built: Connection, tmp_path: Path
) -> None:
    assert not built.closed
    generated = dbt("docs", "generate", "--target-path", str(tmp_path), database_url=warehouse)
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
    ours = [name for name, macro in manifest["macros"].items() if macro["package_name"] == "hubspot_portals"]
    private = [
        name for name in ours if name.rpartition(".")[2].startswith(("_", "test_", "materialization_"))
    ]
    assert [
        name for name in ours if name not in private and not manifest["macros"][name]["description"]
    ] == []
    assert {exposure["name"]: exposure["type"] for exposure in manifest["exposures"].values()} == {
        "kpi_api": "application",
        "kpi_dashboard": "dashboard",
        "analysts": "analysis",
    }


def _exists(connection: Connection, table: str) -> bool:
    return connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL", [f"hubspot_marts.{table}"]
    ).fetchone() == (True,)
