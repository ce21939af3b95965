"""The job in shards: its state divided, the shards run side by side, their states folded back."""

from __future__ import annotations

import asyncio
import signal
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from meltano.core.job.job import Job

from orchestrate.sync.pipeline import SyncError
from orchestrate.sync.processes import meltano
from run_recovery.shard_states import divide, fold_back, hand_out, lock_of, suffix, take_back
from warehouse_connection.shards import shards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orchestrate.sync.pipeline import Pipeline
    from warehouse_connection.shards import Shard

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(Exception):  # noqa: N818 - it was asked for
    """The sync was asked to stop, and has stopped.

    Attributes:
        number: The signal that asked.
    """

    def __init__(self, number: int) -> None:
        super().__init__("stopped on request; the next run goes on from the last state.")
        self.number = number


async def sync(pipeline: Pipeline, count: int) -> None:
    """Run the whole job, the extractor and the loader of it in so many shards.

    Raises:
        SyncError: A part of it failed; the other shards have ended.
        Busy: Another run of the pipeline is at work.
        Stopped: On request.
    """
    stops = _Stops()
    try:
        await _run(pipeline, *pipeline.before)
        with closing(pipeline.sessions()) as session:
            # As Meltano's own run of the pipeline this one shuts out others, and keeps beating.
            async with Job(job_name=pipeline.state_id).run(session):
                stops.listen()
                await _run_shards(pipeline, shards(count))
        stops.listen()
        await _run(pipeline, *pipeline.after)
    except asyncio.CancelledError:
        raise Stopped(stops.received or signal.SIGINT) from None


async def sync_shard(pipeline: Pipeline, part: Shard, variables: Mapping[str, str]) -> None:
    """Run extractor and loader of one shard, while somebody else runs the others, on other machines perhaps.

    Args:
        pipeline: The pipeline.
        part: The shard.
        variables: Added to its environment.

    Raises:
        SyncError: It failed.
        Busy: Another run that may have the same portals is at work.
        Stopped: On request.
    """
    stops = _Stops()
    name = suffix(part.number, part.count)
    try:
        with closing(pipeline.sessions()) as session:
            async with Job(job_name=lock_of(pipeline.state_id, name)).run(session):
                stops.listen()
                hand_out(pipeline.engine, pipeline.state_id, name, part.has)
                try:
                    code = await _run_shard(pipeline, part, name, variables)
                finally:
                    take_back(pipeline.engine, pipeline.state_id, name)
                if code:
                    raise SyncError(
                        f"shard {part} failed (its lines above say why); what it has done is kept."
                    )
    except asyncio.CancelledError:
        raise Stopped(stops.received or signal.SIGINT) from None


async def _run_shards(pipeline: Pipeline, parts: Sequence[Shard]) -> None:
    names = {part: suffix(part.number, part.count) for part in parts}
    divide(pipeline.engine, pipeline.state_id, {name: part.has for part, name in names.items()})
    try:
        # All of them end before this does: without the flag, the first to stop would be all that is waited for.
        codes = await asyncio.gather(
            *(_run_shard(pipeline, part, name, {}) for part, name in names.items()), return_exceptions=True
        )
    finally:
        fold_back(pipeline.engine, pipeline.state_id)
    if errors := [code for code in codes if isinstance(code, BaseException)]:
        raise errors[0]
    if failed := [str(part) for part, code in zip(parts, codes, strict=True) if code]:
        raise SyncError(
            f"shard {', '.join(failed)} failed (its lines above say why); what the others did is kept. "
            f"Not run: {' '.join(pipeline.after) or 'nothing'}."
        )


async def _run_shard(pipeline: Pipeline, part: Shard, name: str, variables: Mapping[str, str]) -> int:
    return await meltano(
        f"--environment={pipeline.environment}",
        "run",
        "--no-install",
        f"--state-id-suffix={name}",
        *pipeline.extract_load,
        prefix=f"{part} | ",
        variables={**variables, **pipeline.variables(part)},
    )


async def _run(pipeline: Pipeline, *tasks: str) -> None:
    if tasks and await meltano(f"--environment={pipeline.environment}", "run", "--no-install", *tasks):
        raise SyncError(f"meltano run {' '.join(tasks)} failed (its lines above say why).")


class _Stops:
    """Turns stop signals into the cancellation of the current task."""

    def __init__(self) -> None:
        self.received: int | None = None
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for mypy: coroutines run in one
        self._task = task
        self.listen()

    def listen(self) -> None:
        """Listen, also after Meltano's run has put handlers of its own in place or taken them away."""
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, partial(self._stop, number))

    def _stop(self, number: int) -> None:
        self.received = self.received or number
        self._task.cancel()
