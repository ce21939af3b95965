from __future__ import annotations

import pytest

from kpi_api.rate_limit import RateLimit


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


def test_a_minutes_requests_may_come_at_once_and_no_more(clock: _Clock) -> None:
    limit = RateLimit(3, clock=clock)
    assert [limit.take("a").granted for _ in range(4)] == [True, True, True, False]


def test_who_waits_as_told_is_answered_again(clock: _Clock) -> None:
    limit = RateLimit(3, clock=clock)
    for _ in range(3):
        limit.take("a")
    refused = limit.take("a")
    assert refused.headers["Retry-After"] == str(refused.wait) == "20"
    clock.now += refused.wait
    assert limit.take("a").granted
    assert not limit.take("a").granted


def test_each_has_an_allowance_of_its_own(clock: _Clock) -> None:
    limit = RateLimit(1, clock=clock)
    assert limit.take("a").granted
    assert not limit.take("a").granted
    assert limit.take("b").granted


def test_refused_requests_cost_nothing(clock: _Clock) -> None:
    limit = RateLimit(60, clock=clock)
    for _ in range(200):
        limit.take("a")
    clock.now += 1
    assert limit.take("a").granted


def test_nobody_saves_up_more_than_a_minute(clock: _Clock) -> None:
    limit = RateLimit(2, clock=clock)
    limit.take("a")
    clock.now += 3_600
    assert [limit.take("a").granted for _ in range(3)] == [True, True, False]


def test_headers_tell_what_is_left(clock: _Clock) -> None:
    limit = RateLimit(60, clock=clock)
    allowance = limit.take("a")
    assert allowance.headers == {"RateLimit-Policy": '"minute";q=60;w=60', "RateLimit": '"minute";r=59;t=1'}


def test_memory_is_bounded_however_many_ask(clock: _Clock) -> None:
    limit = RateLimit(1, clock=clock)
    for number in range(25_000):
        clock.now += 0.001
        limit.take(str(number))
    assert len(limit._buckets) <= 10_000
    assert not limit.take("24999").granted
