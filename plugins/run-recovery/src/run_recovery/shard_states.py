"""The states of runs in shards, in Meltano's own database.

Between runs, one state is the truth: that of the pipeline, `dev:tap-to-target`. In a run in shards each shard has a state
of its own, `dev:tap-to-target:shard-2-of-3`: it begins as the shard's part of the pipeline's state, and at the end all
are folded back. What a killed run leaves is folded back by whichever run is next. A shard's state goes only in the
transaction that writes what it says into the pipeline's; so nothing is lost whenever the process is killed.

Shards are begun all at once by one process (`divide`, `fold_back`), or each by itself (`hand_out`, `take_back`), by an engine
that knows nothing of states. Then who begins a shard beats for it, too, by the name `lock_of`: between two runs of
Meltano nobody else would.
"""

from __future__ import annotations

import fnmatch
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, String, column, delete, false, insert, inspect, select, table, text, update

from run_recovery.bookmarks import fold, of_portals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine

_SINGER = "singer_state"
_LOCK = ":lock"

# The parts of Meltano's tables that are used here (meltano.core.job.Job, meltano.core.job_state.JobState).
_RUNS = table("runs", column("job_name", String), column("state", String))
_STATES = table(
    "state",
    column("state_id", String),
    column("updated_at", DateTime),
    column("partial_state", String),
    column("completed_state", String),
)


class Busy(Exception):  # noqa: N818 - it is no fault
    """Runs of the pipeline are at work; the message names them."""


def suffix(number: int, count: int) -> str:
    """What `meltano run --state-id-suffix` gets for a shard."""
    return f"shard-{number}-of-{count}"


def lock_of(pipeline: str, shard: str) -> str:
    """The name by which who has begun a shard by itself registers as a run."""
    return f"{pipeline}:{shard}{_LOCK}"


def pipeline_of(name: str) -> str | None:
    """The pipeline that a shard's state or run belongs to; None if it is no shard's."""
    match = re.fullmatch(rf"(.+):shard-\d+-of-\d+(?:{_LOCK})?", name)
    return match and match[1]


def shards_at_work(engine: Engine, environment: str) -> list[str]:
    """Name the shards of an environment's pipelines that have a run under way."""
    if not inspect(engine).has_table(_RUNS.name):  # Meltano has not run yet
        return []
    with engine.connect() as connection:
        return sorted(
            name for name in _running(connection) if pipeline_of(name) and name.startswith(f"{environment}:")
        )


def fold_leftovers(engine: Engine) -> list[str]:
    """Fold the shards' states of all pipelines that are not at work.

    Returns:
        The pipelines that had such states.
    """
    if not inspect(engine).has_table(_STATES.name):  # Meltano has not run yet
        return []
    with _alone(engine) as connection:
        at_work = {pipeline_of(name) or name for name in _running(connection)}
        pipelines = {pipeline_of(state_id) for state_id in _state_ids(connection)} - at_work - {None}
        found = sorted(filter(None, pipelines))
        for name in found:
            _fold(connection, name, _shards(connection, name))
    return found


def divide(engine: Engine, pipeline: str, parts: Mapping[str, Callable[[int], bool]]) -> None:
    """Give each shard a state of its own. The caller's run must be the only one of the pipeline.

    Args:
        engine: Meltano's database.
        pipeline: The pipeline's state id; the caller's own run goes by it.
        parts: For each shard's suffix, which portals it has.

    Raises:
        Busy: Another run of the pipeline, or of a shard of it, is at work.
    """
    with _alone(engine) as connection:
        at_work = _at_work(connection, pipeline)
        if at_work != [pipeline]:
            raise Busy(_busy(at_work))
        _fold(connection, pipeline, _shards(connection, pipeline))
        whole = _read(connection, pipeline)
        for shard, has in parts.items():
            _write(connection, f"{pipeline}:{shard}", of_portals(whole, has))


def fold_back(engine: Engine, pipeline: str) -> None:
    """Fold the states of a pipeline's shards into its own. The caller knows that none is at work."""
    with _alone(engine) as connection:
        _fold(connection, pipeline, _shards(connection, pipeline))


def hand_out(engine: Engine, pipeline: str, shard: str, has: Callable[[int], bool]) -> None:
    """Give one shard a state of its own, while others of the same run may be at work.

    Args:
        engine: Meltano's database.
        pipeline: The pipeline's state id.
        shard: The shard's suffix; the caller's own run goes by its `lock_of`.
        has: Which portals it has.

    Raises:
        Busy: The pipeline itself, the same shard, or one of another number of shards is at work.
    """
    own = f"{pipeline}:{shard}"
    count = shard.partition("-of-")[2]
    with _alone(engine) as connection:
        at_work = [name.removesuffix(_LOCK) for name in _at_work(connection, pipeline)]
        at_work.remove(own)  # the caller
        if others := [name for name in at_work if name == own or not name.endswith(f"-of-{count}")]:
            raise Busy(_busy(others))
        left = [state_id for state_id in _shards(connection, pipeline) if state_id not in at_work]
        _fold(connection, pipeline, left)
        _write(connection, own, of_portals(_read(connection, pipeline), has))


def take_back(engine: Engine, pipeline: str, shard: str) -> None:
    """Fold the state of one shard into the pipeline's. The caller knows that it is not at work."""
    with _alone(engine) as connection:
        _fold(connection, pipeline, [f"{pipeline}:{shard}"])


def fold_workers(engine: Engine, pipeline: str, pattern: str) -> list[str]:
    """Fold the states of workers, which have a suffix that somebody chose, into the pipeline's.

    Args:
        engine: Meltano's database.
        pipeline: The pipeline's state id.
        pattern: Which suffixes, as in `worker-*`.

    Returns:
        The state ids that were folded, and are gone.

    Raises:
        Busy: One of them, or the pipeline, is at work.
    """
    if not inspect(engine).has_table(_STATES.name):  # Meltano has not run yet
        return []
    with _alone(engine) as connection:
        workers = fnmatch.filter(_state_ids(connection), f"{pipeline}:{pattern}")
        at_work = [*_at_work(connection, pipeline), *set(workers).intersection(_running(connection))]
        if at_work:
            raise Busy(_busy(at_work))
        _fold(connection, pipeline, [*_shards(connection, pipeline), *workers])
    return workers


def read_states(engine: Engine, pipeline: str) -> tuple[list[str], dict[str, Any]]:
    """Return the ids of a pipeline's states, those of its shards and workers included, and all of them as one."""
    with engine.connect() as connection:
        names = _names(_state_ids(connection), pipeline)
        return names, fold(_read(connection, name) for name in names)


def replace_states(engine: Engine, pipeline: str, names: Sequence[str], state: dict[str, Any]) -> None:
    """Put one state into the place of all that a pipeline has.

    Args:
        engine: Meltano's database.
        pipeline: The pipeline's state id.
        names: The ids of the states as the caller has seen them.
        state: The new one.

    Raises:
        Busy: The pipeline is at work, or there are other states by now.
    """
    with _alone(engine) as connection:
        if at_work := _names(_running(connection), pipeline):
            raise Busy(_busy(at_work))
        if _names(_state_ids(connection), pipeline) != names:
            raise Busy(f"{pipeline} was at work just now. Try again.")
        connection.execute(delete(_STATES).where(_STATES.c.state_id.in_(names)))
        _write(connection, pipeline, state)


def _names(names: Iterable[str], pipeline: str) -> list[str]:
    """Those of the pipeline itself, of its shards and of its workers."""
    return [name for name in names if name == pipeline or name.startswith(f"{pipeline}:")]


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else writes states."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE state IN SHARE ROW EXCLUSIVE MODE"))
        else:  # in SQLite, a transaction that begins with a write, of nothing even, holds off all other writers
            connection.execute(update(_STATES).where(false()).values(updated_at=None))
        yield connection


def _fold(connection: Connection, pipeline: str, leaving: Sequence[str]) -> None:
    if leaving:
        _write(connection, pipeline, fold(_read(connection, each) for each in [pipeline, *leaving]))
        connection.execute(delete(_STATES).where(_STATES.c.state_id.in_(leaving)))


def _shards(connection: Connection, pipeline: str) -> list[str]:
    return [state_id for state_id in _state_ids(connection) if pipeline_of(state_id) == pipeline]


def _at_work(connection: Connection, pipeline: str) -> list[str]:
    return [name for name in _running(connection) if pipeline in {name, pipeline_of(name)}]


def _busy(names: Iterable[str]) -> str:
    return f"at work already: {', '.join(sorted(set(names)))}. Let it end first."


def _running(connection: Connection) -> list[str]:
    return list(connection.scalars(select(_RUNS.c.job_name).where(_RUNS.c.state == "RUNNING")))


def _state_ids(connection: Connection) -> list[str]:
    return list(connection.scalars(select(_STATES.c.state_id).order_by(_STATES.c.state_id)))


def _read(connection: Connection, state_id: str) -> dict[str, Any]:
    row = connection.execute(
        select(_STATES.c.partial_state, _STATES.c.completed_state).where(_STATES.c.state_id == state_id)
    ).first()
    return fold(json.loads(value).get(_SINGER) or {} for value in row or () if value)


def _write(connection: Connection, state_id: str, state: dict[str, Any]) -> None:
    connection.execute(delete(_STATES).where(_STATES.c.state_id == state_id))
    connection.execute(
        insert(_STATES).values(
            state_id=state_id,
            updated_at=datetime.now(UTC).replace(tzinfo=None),
            partial_state="{}",
            completed_state=json.dumps({_SINGER: state}),
        )
    )
