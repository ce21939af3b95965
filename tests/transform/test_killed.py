"""A run that is killed: readers find every mart, each as it was or as it is to be, and the next run makes good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from tests.transform import changes, service_sample
from tests.transform.raw_tables import load_all

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt
    from tests.transform.marketing_sample import MarketingSample
    from tests.transform.sample_portals import Sample

#: Of some 110 models, how many are done when a run is killed.
_DONE: Final = (3, 60, 80, 100)


def test_a_run_that_is_killed_leaves_each_mart_old_or_new_and_the_next_one_makes_good(
    dbt: Dbt,
    start_dbt: Callable[..., subprocess.Popen[str]],
    new_database: Callable[[], AbstractContextManager[str]],
    portals: Sample,
    marketing: MarketingSample,
) -> None:
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows, marketing.rows, service_sample.sample().rows)
        assert dbt("seed", database_url=url).returncode == 0
        assert dbt(*changes.RUN, database_url=url).returncode == 0
        before = changes.relations(connection)
        old = {table: changes.rows(connection, table) for table in changes.tables(connection)}

        changes.change(connection)
        left = []
        for models in _DONE:
            with start_dbt(*changes.RUN, database_url=url) as run:
                assert run.stdout
                done = (line for line in run.stdout if " OK created " in line)
                assert [next(done) for _ in range(models)]
                run.kill()
            assert changes.relations(connection) == before
            left.append({table: changes.rows(connection, table) for table in old})

        assert dbt(*changes.RUN, database_url=url).returncode == 0
        assert changes.relations(connection) == before
        new = {table: changes.rows(connection, table) for table in old}
        for tables in left:
            assert [table for table in old if tables[table] not in (old[table], new[table])] == []
        assert old != left[-1] != new, "killed too early or too late to prove anything"

        assert dbt(*changes.RUN, "--full-refresh", database_url=url).returncode == 0
        assert [table for table in old if changes.rows(connection, table) != new[table]] == []
