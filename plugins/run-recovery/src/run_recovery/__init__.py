"""`recover-runs`: mark the runs of a killed Meltano as failed, and fold the states that its shards left.

A run holds a lock in Meltano's own database: a row that says RUNNING, with a heartbeat every second. A Meltano that
was killed leaves its row, and for five minutes after its last beat every `meltano run` of the same job would be
refused. This command watches such rows; one that does not beat once in a quarter of a minute belongs to a dead process.
A live run keeps its lock, and Meltano refuses the second one as always; shards that are at work are refused here.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, String, column, create_engine, func, inspect, select, table, update
from sqlalchemy.exc import SQLAlchemyError

from run_recovery.shard_states import fold_leftovers, shards_at_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

SILENCE_SECONDS = 15
_LOOK_EVERY_SECONDS = 1

# The part of Meltano's table that is used here (meltano.core.job.Job).
_RUNS = table(
    "runs",
    column("id"),
    column("job_name", String),
    column("state", String),
    column("ended_at", DateTime),
    column("last_heartbeat_at", DateTime),
)


def recover(
    engine: Engine,
    *,
    silence: float = SILENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Mark every run as failed whose heart does not beat for `silence` seconds.

    Returns:
        The names of the jobs that were recovered.
    """
    if not inspect(engine).has_table(_RUNS.name):  # Meltano has not run yet
        return []
    silent = _running(engine)
    deadline = monotonic() + silence
    while silent and monotonic() < deadline:
        sleep(_LOOK_EVERY_SECONDS)
        now = _running(engine)
        silent = {run: beat for run, beat in silent.items() if now.get(run, ...) == beat}
    return [name for (identity, name), beat in silent.items() if _fail(engine, identity, beat)]


def main() -> None:
    """Recover the runs of the Meltano project whose plugin this is.

    Raises:
        SystemExit: Shards are at work, so that no other run may begin.
    """
    uri = os.environ.get("MELTANO_DATABASE_URI")
    if not uri:
        sys.exit(
            "recover-runs: MELTANO_DATABASE_URI is not set: call it through Meltano, `meltano invoke runs:recover`."
        )
    engine = create_engine(uri.replace("postgresql://", "postgresql+psycopg://", 1), hide_parameters=True)
    try:
        for job in recover(engine):
            print(f"The last run of {job} was killed; its lock is released.")
        if names := shards_at_work(engine, os.environ.get("MELTANO_ENVIRONMENT", "")):
            sys.exit(f"recover-runs: {', '.join(names)} is at work: let it end first.")
        for pipeline in fold_leftovers(engine):
            print(f"The last run of {pipeline} in shards was killed; its bookmarks are folded back.")
    except SQLAlchemyError as error:
        # Recovery is a convenience: Meltano itself will say what is wrong with its database.
        print(f"recover-runs: Meltano's database can't be read ({type(error).__name__}).", file=sys.stderr)
    finally:
        engine.dispose()


def _running(engine: Engine) -> dict[tuple[int, str], datetime | None]:
    statement = select(_RUNS.c.id, _RUNS.c.job_name, _RUNS.c.last_heartbeat_at).where(
        _RUNS.c.state == "RUNNING"
    )
    with engine.connect() as connection:
        return {(row.id, row.job_name): row.last_heartbeat_at for row in connection.execute(statement)}


def _fail(engine: Engine, identity: int, beat: datetime | None) -> bool:
    """Fail the run if it is still as silent as it was seen."""
    statement = (
        update(_RUNS)
        .where(
            _RUNS.c.id == identity,
            _RUNS.c.state == "RUNNING",
            _RUNS.c.last_heartbeat_at.is_not_distinct_from(beat),
        )
        .values(state="FAIL", ended_at=func.now())
    )
    with engine.begin() as connection:
        return connection.execute(statement).rowcount == 1
