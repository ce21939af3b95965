"""The lock of a killed run is released, the lock of a live one is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from meltano.core.job import Job, State
from meltano.core.models import SystemModel
from sqlalchemy.orm import Session

from run_recovery import recover

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Time:
    """Seconds pass only while somebody sleeps; on each, `happens` runs."""

    def __init__(self, happens: Callable[[float], None] = lambda _: None) -> None:
        self.now = 0.0
        self._happens = happens

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._happens(self.now)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def runs(engine: Engine) -> Callable[[str, State], None]:
    SystemModel.metadata.create_all(engine)

    def add(name: str, state: State) -> None:
        with Session(engine) as session:
            run = Job(job_name=name, state=state)
            run.started_at = run.last_heartbeat_at = NOW
            run.save(session)

    return add


def states(engine: Engine) -> dict[str, State]:
    with Session(engine) as session:
        return {run.job_name: run.state for run in session.query(Job)}


def beat(engine: Engine, name: str, seconds: float) -> None:
    with Session(engine) as session:
        run = session.query(Job).filter(Job.job_name == name).one()
        run.last_heartbeat_at = NOW + timedelta(seconds=seconds)
        session.commit()


def test_a_run_without_heartbeat_is_failed_and_a_live_one_keeps_its_lock(
    engine: Engine, runs: Callable[[str, State], None]
) -> None:
    runs("dev:killed", State.RUNNING)
    runs("dev:alive", State.RUNNING)
    runs("dev:done", State.SUCCESS)
    time = Time(lambda now: beat(engine, "dev:alive", now))

    assert recover(engine, sleep=time.sleep, monotonic=time.monotonic) == ["dev:killed"]
    assert states(engine) == {"dev:killed": State.FAIL, "dev:alive": State.RUNNING, "dev:done": State.SUCCESS}


def test_one_late_heartbeat_is_enough_to_live(engine: Engine, runs: Callable[[str, State], None]) -> None:
    runs("dev:slow", State.RUNNING)
    time = Time(lambda now: beat(engine, "dev:slow", 13) if now == 13 else None)

    assert recover(engine, sleep=time.sleep, monotonic=time.monotonic) == []
    assert states(engine) == {"dev:slow": State.RUNNING}
    assert time.now == 13, "it does not wait longer than it must"


def test_a_beat_in_the_last_moment_wins(engine: Engine, runs: Callable[[str, State], None]) -> None:
    runs("dev:slow", State.RUNNING)
    time = Time()

    def monotonic() -> float:
        if time.now >= 15:
            beat(engine, "dev:slow", 15)  # after the last look, before the update
        return time.now

    assert recover(engine, sleep=time.sleep, monotonic=monotonic) == []
    assert states(engine) == {"dev:slow": State.RUNNING}


def test_nothing_to_recover_takes_no_time(engine: Engine, runs: Callable[[str, State], None]) -> None:
    runs("dev:done", State.SUCCESS)
    time = Time()
    assert recover(engine, sleep=time.sleep, monotonic=time.monotonic) == []
    assert time.now == 0


def test_before_the_first_run_there_is_nothing_to_do(engine: Engine) -> None:
    assert recover(engine) == []
