"""docs/bi keeps its promises, as far as that can be told without a BI tool (`tests/by_hand/superset_import.py` has one)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import yaml

_BI: Final = Path(__file__).parents[2] / "docs" / "bi"
_SQL: Final = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)
_QUERIES: Final = _SQL.findall((_BI / "README.md").read_text(encoding="utf-8"))[0].split(";")[:-1]


def _parts(folder: str) -> list[dict[str, Any]]:
    files = sorted((_BI / "superset" / folder).rglob("*.yaml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


_DATASETS: Final = {part["uuid"]: part for part in _parts("datasets")}
_CHARTS: Final = {part["uuid"]: part for part in _parts("charts")}


@pytest.mark.parametrize("query", _QUERIES)
def test_each_query_has_an_answer(demo_marts: str, query: str) -> None:
    with psycopg.connect(demo_marts.replace("+psycopg", "")) as connection:
        assert connection.execute(query.encode()).fetchall() != []


@pytest.mark.parametrize("dataset", _DATASETS.values(), ids=lambda part: part["table_name"])
def test_each_dataset_has_the_columns_and_metrics_of_a_mart(demo_marts: str, dataset: dict[str, Any]) -> None:
    table = f"{dataset['schema']}.{dataset['table_name']}"
    columns = ", ".join(column["column_name"] for column in dataset["columns"])
    metrics = ", ".join(metric["expression"] for metric in dataset["metrics"])
    with psycopg.connect(demo_marts.replace("+psycopg", "")) as connection:
        connection.execute(f"SELECT {columns} FROM {table} LIMIT 0")
        assert None not in connection.execute(f"SELECT {metrics} FROM {table}").fetchone()  # type: ignore[operator]


@pytest.mark.parametrize("chart", _CHARTS.values(), ids=lambda part: part["slice_name"])
def test_each_chart_asks_for_what_its_dataset_has(chart: dict[str, Any]) -> None:
    dataset = _DATASETS[chart["dataset_uuid"]]
    columns = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    asked = chart["params"]
    filtered = [condition["subject"] for condition in asked["adhoc_filters"]]
    x_axis = [asked["x_axis"]] if "x_axis" in asked else []
    assert {*asked.get("all_columns", []), *asked.get("groupby", []), *filtered, *x_axis} <= columns
    assert {*asked.get("metrics", []), *([asked["metric"]] if "metric" in asked else [])} <= metrics


def test_the_dashboard_shows_every_chart_once() -> None:
    (dashboard,) = _parts("dashboards")
    parts = [part for part in dashboard["position"].values() if isinstance(part, dict)]
    shown = [part["meta"]["uuid"] for part in parts if part["type"] == "CHART"]
    assert sorted(shown) == sorted(_CHARTS)


def test_no_password_is_in_the_export() -> None:
    (database,) = _parts("databases")
    assert database["sqlalchemy_uri"] == "postgresql+psycopg2://analyst:XXXXXXXXXX@host:5432/database"
