"""The schedules of meltano.yml with real Meltano, its state and its run lock in PostgreSQL, nothing on a disk."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.e2e.stack import EXTRACT_LOAD, finish

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.e2e.stack import Stack

SCHEDULES = "orchestrate/orchestrate.meltano.yml"


def test_the_schedules_read_on_from_a_state_in_postgresql(
    stack: Stack, new_database: Callable[[], AbstractContextManager[str]]
) -> None:
    file = stack.project / SCHEDULES
    file.write_text(file.read_text().replace(" dbt:build", "").replace("postgres:start ", ""))
    with new_database() as database:
        # As hosts write it; prod is strict, so every variable that a plugin is given must exist.
        settings = {"MELTANO_DATABASE_URI": database.replace("+psycopg", ""), "MELTANO_ENVIRONMENT": "prod"}
        first = finish(stack.start_schedule("hourly", **settings))
        assert first.exit_code == 0, first.output

        shutil.rmtree(stack.project / ".meltano" / "run")  # as on a machine that forgets
        second = finish(stack.start_schedule("daily", **settings))
        assert second.exit_code == 0, second.output

        third = finish(stack.start_meltano("schedule", "run", "hourly", "--no-install", **settings))
        assert third.exit_code == 0, third.output

    searches = stack.query(
        "SELECT mode, window_to - window_from AS width FROM hubspot_raw.portal_syncs "
        "WHERE stream = 'contacts' AND portal_id = (SELECT min(portal_id) FROM hubspot_raw.portals) "
        "ORDER BY started_at"
    )
    assert [row["mode"] for row in searches] == ["backfill", "incremental", "incremental"]
    daily, hourly = (row["width"] for row in searches[1:])
    assert daily > timedelta(days=3)
    assert hourly < timedelta(days=1)
    assert EXTRACT_LOAD[0] in third
