"""The loader's settings, where a wrong one would not be noticed until tables are large."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import yaml

LOADERS = Path(__file__).parents[1] / "plugins/loaders/loaders.meltano.yml"

# What the loader does with each batch, once it has copied it into a temporary table.
INSERT_MISSING = """
    INSERT INTO people SELECT batch.* FROM batch
    LEFT JOIN people ON batch.portal_id = people.portal_id AND batch.id = people.id
    WHERE people.portal_id IS NULL AND people.id IS NULL
"""
UPDATE_ALL = """
    UPDATE people SET properties = batch.properties FROM batch
    WHERE batch.portal_id = people.portal_id AND batch.id = people.id
"""


@pytest.mark.parametrize("statement", [INSERT_MISSING, UPDATE_ALL], ids=["insert", "update"])
def test_a_batch_is_looked_up_by_key_and_does_not_read_the_table(statement: str, database_url: str) -> None:
    loader = yaml.safe_load(LOADERS.read_text(encoding="utf-8"))["plugins"]["loaders"][0]
    assert scans_of_the_table(database_url, "", statement), "the settings are not needed any more"
    assert not scans_of_the_table(database_url, loader["env"]["PGOPTIONS"], statement)


def scans_of_the_table(database_url: str, options: str, statement: str) -> bool:
    columns = "portal_id bigint, id text, properties jsonb"
    some = "jsonb_build_object('name', repeat(md5(n::text), 30))"
    with psycopg.connect(database_url.replace("+psycopg", ""), options=options) as connection:
        connection.execute(f"CREATE TABLE people ({columns}, PRIMARY KEY (portal_id, id))")
        connection.execute(f"INSERT INTO people SELECT n % 5, n, {some} FROM generate_series(1, 10000) AS n")
        connection.execute("ANALYZE people")
        connection.execute(f"CREATE TEMPORARY TABLE batch ({columns})")
        connection.execute(f"INSERT INTO batch SELECT n % 5, n, {some} FROM generate_series(1, 1000) AS n")
        plan = [line for (line,) in connection.execute(f"EXPLAIN {statement}")]
        connection.rollback()
    index_lookups = [line for line in plan if "people" in line and "Index" in line]
    joins = [line for line in plan if "Hash" in line or "Merge" in line]
    return bool(joins) or not index_lookups
