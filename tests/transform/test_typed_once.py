"""Staging models that type a record once: what a run gives is what a full refresh gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import sql

from tests.transform import service_sample
from tests.transform.raw_tables import create_raw_tables, load
from tests.transform.sample_portals import NEW_YORK, TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[Any, ...]]
    #: By portal and id: the transaction that wrote the row, and its columns.
    Typed = dict[tuple[int, str], tuple[str, dict[str, Any]]]
    Builds = dict[str, dict[str, Typed]]

_MODELS_ONLY: Final = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_IDS: Final = {"deals": "deal_id", "tickets": "ticket_id"}
# Of these five of Tokyo's, New York has the same ids.
_CHANGES: Final = (
    (
        "changed",
        """UPDATE {} SET synced_at = '2026-11-02', properties = properties || '{{"createdate": "soon"}}'""",
    ),
    ("archived", "UPDATE {} SET synced_at = '2026-11-02', archived = true"),
    ("merged", "UPDATE {} SET synced_at = '2026-11-02', merged_into = '0'"),
    ("gone", "DELETE FROM {}"),
    ("moved", "UPDATE {} SET synced_at = '2026-11-02', id = 'new'"),
)


@pytest.fixture(scope="module")
def changed() -> dict[str, dict[str, tuple[int, str]]]:
    """By stream and what befell it: a record's key."""
    return {stream: {} for stream in _IDS}


@pytest.fixture(scope="module")
def builds(
    dbt: Dbt,
    new_database: Callable[[], AbstractContextManager[str]],
    portals: Sample,
    changed: dict[str, dict[str, tuple[int, str]]],
) -> Iterator[Builds]:
    """A first build, one after changes, and a full refresh."""
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        create_raw_tables(connection)
        for rows_by_stream in (portals.rows, service_sample.sample().rows):
            for stream, rows in rows_by_stream.items():
                load(connection, stream, rows)

        def build(*arguments: str) -> dict[str, Typed]:
            select = [part for stream in _IDS for part in ("--select", f"+stg_hubspot__{stream}")]
            done = dbt("build", *_MODELS_ONLY, *select, *arguments, database_url=url)
            assert done.returncode == 0, done.stdout
            return {stream: _typed(connection, stream) for stream in _IDS}

        before = build()
        for stream in _IDS:
            keys = [key for key in before[stream] if key[0] == TOKYO.portal_id]
            for (what, change), key in zip(_CHANGES, keys, strict=False):
                changed[stream][what] = key
                connection.execute(
                    sql.SQL(change + " WHERE portal_id = %s AND id = %s").format(  # type: ignore[arg-type]
                        sql.Identifier("hubspot_raw", stream)
                    ),
                    key,
                )
        connection.execute(
            "UPDATE hubspot_raw.portals SET time_zone = 'Pacific/Auckland' WHERE portal_id = %s",
            [NEW_YORK.portal_id],
        )
        yield {"before": before, "after": build(), "refreshed": build("--full-refresh")}


@pytest.mark.parametrize("stream", _IDS)
def test_a_run_gives_the_rows_of_a_full_refresh(
    builds: Builds, changed: dict[str, dict[str, tuple[int, str]]], stream: str
) -> None:
    before, after, refreshed = (builds[build][stream] for build in ("before", "after", "refreshed"))
    befell = changed[stream]
    assert {key: row for key, (_, row) in after.items()} == {key: row for key, (_, row) in refreshed.items()}
    assert before.keys() - after.keys() == {befell[what] for what in ("archived", "merged", "gone", "moved")}
    assert after.keys() - before.keys() == {(TOKYO.portal_id, "new")}
    assert after[befell["changed"]][1]["unreadable_properties"] == "createdate"


@pytest.mark.parametrize("stream", _IDS)
def test_a_run_types_only_what_changed_or_has_another_day(
    builds: Builds, changed: dict[str, dict[str, tuple[int, str]]], stream: str
) -> None:
    before, after = builds["before"][stream], builds["after"][stream]
    typed_anew = {
        key for key, (version, _) in after.items() if key not in before or before[key][0] != version
    }
    days = ("created_date", "closed_date")
    assert typed_anew == {changed[stream]["changed"], (TOKYO.portal_id, "new")} | {
        key
        for key, (_, row) in after.items()
        if key[0] == NEW_YORK.portal_id
        and [row[day] for day in days] != [before[key][1][day] for day in days]
    }
    assert any(
        after[key][1]["created_date"] == before[key][1]["created_date"]
        for key in typed_anew
        if key[0] == NEW_YORK.portal_id
    )


def _typed(connection: Connection, stream: str) -> Typed:
    return {
        (portal_id, record_id): (version, row)
        for portal_id, record_id, version, row in connection.execute(
            sql.SQL("SELECT portal_id, {}, xmin::text, to_jsonb(typed) FROM {} AS typed").format(
                sql.Identifier(_IDS[stream]), sql.Identifier("hubspot_staging", f"stg_hubspot__{stream}")
            )
        )
    }
