from __future__ import annotations

from pathlib import Path

import yaml

from tests.transform.raw_tables import COLUMNS

_SOURCES = (
    Path(__file__).parents[2] / "transform" / "models" / "staging" / "hubspot" / "_hubspot__sources.yml"
)


def test_dbt_knows_the_raw_tables_as_the_tap_fills_them() -> None:
    [source] = yaml.safe_load(_SOURCES.read_text(encoding="utf-8"))["sources"]
    assert {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in source["tables"]
    } == COLUMNS
