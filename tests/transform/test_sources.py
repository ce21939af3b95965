from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import yaml

from tests.transform.raw_tables import COLUMNS, load_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt

_SOURCES = (
    Path(__file__).parents[2] / "transform" / "models" / "staging" / "hubspot" / "_hubspot__sources.yml"
)
#: dbt remembers a schema with its first relation; this is what its other threads see then, for as long as they run.
_REMEMBER_NO_RAW_TABLE: Final = """
from dbt.adapters.cache import RelationsCache

add = RelationsCache.add

def remember(self, relation):
    if relation.schema == "hubspot_raw":
        self.add_schema(relation.database, relation.schema)
    else:
        add(self, relation)

RelationsCache.add = remember
"""


def test_dbt_knows_the_raw_tables_as_the_tap_fills_them() -> None:
    [source] = yaml.safe_load(_SOURCES.read_text(encoding="utf-8"))["sources"]
    assert {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in source["tables"]
    } == COLUMNS


def test_a_raw_table_that_dbt_has_not_heard_of_yet_is_read(
    dbt: Dbt, new_database: Callable[[], AbstractContextManager[str]], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_REMEMBER_NO_RAW_TABLE, encoding="utf-8")
    folders = {"PYTHONPATH": str(tmp_path), "DBT_TARGET_PATH": str(tmp_path)}
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection)
        compiled = dbt("compile", "--select", "staging", database_url=url, **folders)
    assert compiled.returncode == 0, compiled.stdout
    queries = [query.read_text(encoding="utf-8") for query in (tmp_path / "compiled").rglob("*.sql")]
    assert COLUMNS.keys() == {
        table for table in COLUMNS for query in queries if f'"hubspot_raw"."{table}"' in query
    }
