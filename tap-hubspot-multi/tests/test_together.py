from __future__ import annotations

import threading
import time

import pytest

from tap_hubspot_multi.together import together


def test_results_come_in_the_order_of_the_jobs() -> None:
    def after(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    pauses = [0.03, 0.0, 0.02, 0.01]

    assert together([lambda pause=pause: after(pause) for pause in pauses], lanes=4) == pauses  # type: ignore[misc]


def test_as_many_jobs_run_at_once_as_there_are_lanes() -> None:
    barrier = threading.Barrier(3, timeout=10)

    together([barrier.wait] * 6, lanes=3)  # would break the barrier if fewer ran

    with pytest.raises(threading.BrokenBarrierError):
        together([threading.Barrier(3, timeout=0.1).wait] * 3, lanes=2)


def test_one_lane_is_the_callers_own_thread() -> None:
    assert together([threading.get_ident] * 3, lanes=1) == [threading.get_ident()] * 3


def test_no_job_is_no_work() -> None:
    assert together([], lanes=4) == []


def test_the_first_error_is_raised_when_no_job_is_under_way_any_more() -> None:
    ended: list[str] = []

    def slow() -> None:
        time.sleep(0.05)
        ended.append("slow")

    def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        together([slow, broken], lanes=2)

    assert ended == ["slow"]


def test_jobs_behind_an_error_are_left_out() -> None:
    done: list[int] = []

    def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        together([broken, lambda: done.append(1)], lanes=1)

    assert done == []
