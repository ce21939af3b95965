"""Runs several jobs of one task at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Result = TypeVar("_Result")


def together(jobs: Sequence[Callable[[], _Result]], *, lanes: int) -> list[_Result]:
    """Run jobs that mostly wait, such as requests.

    Args:
        jobs: What to do; each may run in a thread of its own.
        lanes: How many run at a time; with one, they run one after another in the caller's thread.

    Returns:
        What each job returned, in the order of the jobs.

    Raises:
        BaseException: What the first job, in their order, that failed has raised. Jobs that had not begun then are
            left out; none is under way any more.
    """
    waiting = iter(enumerate(jobs))
    results: dict[int, _Result] = {}
    errors: dict[int, BaseException] = {}
    lock = threading.Lock()

    def work() -> None:
        while not errors:
            with lock:
                number, job = next(waiting, (-1, None))
            if job is None:
                return
            try:
                results[number] = job()
            except BaseException as error:  # noqa: BLE001 - it is raised again where the caller is
                errors[number] = error

    # Daemons: a process that is asked to stop does not wait for an answer that may take minutes.
    helpers = [threading.Thread(target=work, daemon=True) for _ in range(min(lanes, len(jobs)) - 1)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(len(jobs))]
