"""The states of shards: divided for a run, folded back after it, by whoever comes next if the run was killed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from meltano.core.job import Job, State
from meltano.core.job_state import JobState
from meltano.core.models import SystemModel
from meltano.core.state_store import MeltanoState
from meltano.core.state_store.db import DBStateStoreManager
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from run_recovery import shard_states
from run_recovery.shard_states import (
    Busy,
    divide,
    fold_back,
    fold_leftovers,
    fold_workers,
    hand_out,
    lock_of,
    read_states,
    replace_states,
    shards_at_work,
    take_back,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

PIPELINE = "dev:tap-to-target"
HALVES = {"shard-1-of-2": lambda portal: portal % 2 == 1, "shard-2-of-2": lambda portal: portal % 2 == 0}


@pytest.fixture
def engine(engine: Engine) -> Engine:
    SystemModel.metadata.create_all(engine)
    return engine


def run(engine: Engine, name: str, state: State = State.RUNNING) -> None:
    with Session(engine) as session:
        job = Job(job_name=name, state=state)
        job.start()
        job.state = state
        job.save(session)


def state(**saved: int) -> dict[str, Any]:
    """A state with a bookmark for each portal, `p1=…`, saved then."""
    return {
        "bookmarks": {
            "contacts": {
                "partitions": [
                    {"context": {"portal_id": int(portal[1:])}, "saved_ms": at}
                    for portal, at in saved.items()
                ]
            }
        }
    }


def store(engine: Engine, state_id: str, singer_state: dict[str, Any], *, partial: bool = False) -> None:
    """Write a state as Meltano does."""
    with Session(engine) as session:
        value = {"singer_state": singer_state}
        DBStateStoreManager(session).update(
            MeltanoState(
                state_id, partial_state=value if partial else {}, completed_state={} if partial else value
            )
        )


def stored(engine: Engine) -> dict[str, dict[str, int]]:
    """Read all states as Meltano does: for each, the portals and when their bookmark was saved."""
    with Session(engine) as session:
        found = {}
        for each in DBStateStoreManager(session).get_all():
            entry = json.loads(each.json_merged())["singer_state"]["bookmarks"].get(
                "contacts", {"partitions": []}
            )
            found[each.state_id] = {
                f"p{bookmark['context']['portal_id']}": bookmark["saved_ms"]
                for bookmark in entry["partitions"]
            }
        return found


def test_shards_get_their_portals_bookmarks_and_the_pipeline_keeps_all(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1, p2=1, p3=1))
    run(engine, PIPELINE)

    divide(engine, PIPELINE, HALVES)

    assert stored(engine) == {
        PIPELINE: {"p1": 1, "p2": 1, "p3": 1},
        f"{PIPELINE}:shard-1-of-2": {"p1": 1, "p3": 1},
        f"{PIPELINE}:shard-2-of-2": {"p2": 1},
    }


def test_what_shards_saved_is_folded_back_and_their_states_are_gone(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1, p2=1))
    run(engine, PIPELINE)
    divide(engine, PIPELINE, HALVES)
    store(engine, f"{PIPELINE}:shard-1-of-2", state(p1=5, p3=5))

    fold_back(engine, PIPELINE)

    assert stored(engine) == {PIPELINE: {"p1": 5, "p2": 1, "p3": 5}}


def test_the_first_run_ever_may_be_in_shards(engine: Engine) -> None:
    run(engine, PIPELINE)
    divide(engine, PIPELINE, HALVES)
    store(engine, f"{PIPELINE}:shard-2-of-2", state(p2=5))

    fold_back(engine, PIPELINE)

    assert stored(engine) == {PIPELINE: {"p2": 5}}


def test_a_killed_run_of_three_shards_goes_on_in_two_without_losing_a_bookmark(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1, p2=1, p3=1))
    store(engine, f"{PIPELINE}:shard-1-of-3", state(p3=7))
    store(engine, f"{PIPELINE}:shard-2-of-3", state(p1=1))
    store(engine, f"{PIPELINE}:shard-3-of-3", state(p2=8))
    run(engine, PIPELINE)

    divide(engine, PIPELINE, HALVES)

    assert stored(engine) == {
        PIPELINE: {"p1": 1, "p2": 8, "p3": 7},
        f"{PIPELINE}:shard-1-of-2": {"p1": 1, "p3": 7},
        f"{PIPELINE}:shard-2-of-2": {"p2": 8},
    }


def test_leftovers_do_not_bring_back_what_the_pipeline_has_left_behind(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=9, p2=1))
    store(engine, f"{PIPELINE}:shard-1-of-1", state(p1=5, p2=5))

    assert fold_leftovers(engine) == [PIPELINE]
    assert stored(engine) == {PIPELINE: {"p1": 9, "p2": 5}}
    assert fold_leftovers(engine) == []


def test_states_that_meltano_has_merged_are_folded_too(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1))
    store(engine, PIPELINE, state(p2=2), partial=True)
    store(engine, f"{PIPELINE}:shard-1-of-1", state(p3=3))

    fold_leftovers(engine)

    assert stored(engine) == {PIPELINE: {"p1": 1, "p2": 2, "p3": 3}}


@pytest.mark.parametrize("at_work", [PIPELINE, f"{PIPELINE}:shard-2-of-2"])
def test_the_states_of_a_run_at_work_are_left_alone(engine: Engine, at_work: str) -> None:
    store(engine, f"{PIPELINE}:shard-1-of-2", state(p1=1))
    store(engine, "prod:tap-to-target:shard-1-of-2", state(p1=1))
    run(engine, at_work)

    assert fold_leftovers(engine) == ["prod:tap-to-target"]
    assert stored(engine).keys() == {f"{PIPELINE}:shard-1-of-2", "prod:tap-to-target"}


@pytest.mark.parametrize("other", [PIPELINE, f"{PIPELINE}:shard-1-of-3"])
def test_a_pipeline_at_work_is_not_divided(engine: Engine, other: str) -> None:
    store(engine, PIPELINE, state(p1=1))
    run(engine, PIPELINE)
    run(engine, other)

    with pytest.raises(Busy, match=other):
        divide(engine, PIPELINE, HALVES)
    assert stored(engine) == {PIPELINE: {"p1": 1}}


def hand_out_half(engine: Engine, shard: str) -> None:
    run(engine, lock_of(PIPELINE, shard))
    hand_out(engine, PIPELINE, shard, HALVES[shard])


def test_a_shard_may_begin_and_end_by_itself_while_another_is_at_work(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1, p2=1))
    hand_out_half(engine, "shard-1-of-2")
    run(engine, f"{PIPELINE}:shard-1-of-2")
    store(engine, f"{PIPELINE}:shard-1-of-2", state(p1=5))

    hand_out_half(engine, "shard-2-of-2")
    assert stored(engine) == {
        PIPELINE: {"p1": 1, "p2": 1},
        f"{PIPELINE}:shard-1-of-2": {"p1": 5},
        f"{PIPELINE}:shard-2-of-2": {"p2": 1},
    }

    store(engine, f"{PIPELINE}:shard-2-of-2", state(p2=6))
    take_back(engine, PIPELINE, "shard-2-of-2")
    assert stored(engine) == {PIPELINE: {"p1": 1, "p2": 6}, f"{PIPELINE}:shard-1-of-2": {"p1": 5}}


def test_a_shard_that_begins_by_itself_reads_on_from_what_killed_ones_have_left(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1, p2=1))
    store(engine, f"{PIPELINE}:shard-1-of-2", state(p1=7))
    store(engine, f"{PIPELINE}:shard-1-of-3", state(p1=8, p2=8))

    hand_out_half(engine, "shard-1-of-2")

    assert stored(engine) == {PIPELINE: {"p1": 8, "p2": 8}, f"{PIPELINE}:shard-1-of-2": {"p1": 8}}


@pytest.mark.parametrize(
    "other", ["", ":shard-1-of-2", ":shard-1-of-2:lock", ":shard-1-of-3", ":shard-3-of-3:lock"]
)
def test_a_shard_does_not_begin_while_another_run_may_have_its_portals(engine: Engine, other: str) -> None:
    store(engine, PIPELINE, state(p1=1))
    run(engine, f"{PIPELINE}{other}")

    with pytest.raises(Busy, match=f"{PIPELINE}{other.removesuffix(':lock')}"):
        hand_out_half(engine, "shard-1-of-2")
    assert stored(engine) == {PIPELINE: {"p1": 1}}


def test_who_has_begun_a_shard_shuts_out_other_runs(engine: Engine) -> None:
    store(engine, f"{PIPELINE}:shard-1-of-2", state(p1=1))
    store(engine, f"{PIPELINE}:worker-1", state(p3=1))
    lock = lock_of(PIPELINE, "shard-1-of-2")
    run(engine, lock)

    assert shards_at_work(engine, "dev") == [lock]
    assert fold_leftovers(engine) == []
    with pytest.raises(Busy, match=lock):
        fold_workers(engine, PIPELINE, "worker-*")
    run(engine, PIPELINE)
    with pytest.raises(Busy, match=lock):
        divide(engine, PIPELINE, HALVES)


def test_killed_in_the_middle_of_folding_nothing_has_changed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(engine, PIPELINE, state(p1=1))
    store(engine, f"{PIPELINE}:shard-1-of-1", state(p1=2))
    before = stored(engine)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shard_states, "delete", killed)
    with pytest.raises(KeyboardInterrupt):
        fold_back(engine, PIPELINE)

    assert stored(engine) == before


def test_nobody_writes_a_state_while_states_are_folded(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1))
    impatient = (
        create_engine(engine.url, connect_args={"timeout": 0.1})
        if engine.dialect.name == "sqlite"
        else create_engine(engine.url, connect_args={"options": "-c lock_timeout=100"})
    )
    with shard_states._alone(engine), pytest.raises(OperationalError):
        store(impatient, PIPELINE, state(p1=2))
    impatient.dispose()


def test_workers_are_folded_by_the_pattern_of_their_names(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=1, p2=9))
    store(engine, f"{PIPELINE}:worker-1", state(p1=5))
    store(engine, f"{PIPELINE}:worker-2", state(p2=5, p3=5))
    store(engine, f"{PIPELINE}:other", state(p4=5))

    assert fold_workers(engine, PIPELINE, "worker-*") == [f"{PIPELINE}:worker-1", f"{PIPELINE}:worker-2"]
    assert stored(engine) == {PIPELINE: {"p1": 5, "p2": 9, "p3": 5}, f"{PIPELINE}:other": {"p4": 5}}


def test_workers_at_work_are_not_folded(engine: Engine) -> None:
    store(engine, f"{PIPELINE}:worker-1", state(p1=5))
    run(engine, f"{PIPELINE}:worker-1")

    with pytest.raises(Busy, match="worker-1"):
        fold_workers(engine, PIPELINE, "worker-*")


def test_shards_at_work_are_those_of_the_environment_that_are_running(engine: Engine) -> None:
    run(engine, "dev:tap-to-target")
    run(engine, "dev:tap-to-target:shard-1-of-2")
    run(engine, "dev:tap-to-target:shard-2-of-2", State.FAIL)
    run(engine, "prod:tap-to-target:shard-1-of-2")

    assert shards_at_work(engine, "dev") == ["dev:tap-to-target:shard-1-of-2"]


def test_before_the_first_run_there_is_nothing_to_fold(engine: Engine) -> None:
    SystemModel.metadata.drop_all(engine, tables=[JobState.__table__, Job.__table__])  # type: ignore[list-item]
    assert fold_leftovers(engine) == []
    assert shards_at_work(engine, "dev") == []


def test_one_state_takes_the_place_of_all_that_a_pipeline_has(engine: Engine) -> None:
    store(engine, PIPELINE, state(p1=9, p2=9))
    store(engine, f"{PIPELINE}:shard-1-of-2", state(p1=10))
    store(engine, f"{PIPELINE}:worker-1", state(p3=9))
    store(engine, "dev:other", state(p1=1))
    names, before = read_states(engine, PIPELINE)
    assert {each["saved_ms"] for each in before["bookmarks"]["contacts"]["partitions"]} == {9, 10}

    replace_states(engine, PIPELINE, names, state(p1=2))

    assert stored(engine) == {PIPELINE: {"p1": 2}, "dev:other": {"p1": 1}}


@pytest.mark.parametrize("name", [PIPELINE, f"{PIPELINE}:shard-1-of-2", f"{PIPELINE}:worker-1"])
def test_no_state_is_replaced_while_the_pipeline_is_at_work_or_has_been_meanwhile(
    engine: Engine, name: str
) -> None:
    names, _ = read_states(engine, PIPELINE)
    store(engine, name, state(p1=1))
    with pytest.raises(Busy, match="was at work just now"):
        replace_states(engine, PIPELINE, names, state(p1=2))
    run(engine, name)
    with pytest.raises(Busy, match=f"at work already: {name}"):
        replace_states(engine, PIPELINE, [name], state(p1=2))
    assert stored(engine) == {name: {"p1": 1}}
