from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.pacing import Bucket, Pacer

if TYPE_CHECKING:
    from datetime import datetime

Clock = Any


def departures(pacer: Pacer, clock: Clock, bucket: Bucket, calls: int) -> list[float]:
    times = []
    for _ in range(calls):
        pacer.wait(bucket)
        times.append(clock.monotonic())
    return times


def busiest(times: list[float], seconds: float) -> int:
    return max(sum(start <= time < start + seconds for time in times) for start in times)


def test_no_ten_seconds_hold_more_calls_than_the_portal_allows(clock: Clock) -> None:
    times = departures(Pacer(clock), clock, Bucket.GENERAL, 400)

    assert busiest(times, 10) <= 110
    assert times[-1] - times[0] < 45  # and little time is wasted


def test_search_makes_four_calls_a_second(clock: Clock) -> None:
    times = departures(Pacer(clock), clock, Bucket.SEARCH, 40)

    assert busiest(times, 1) == 4


def test_the_limits_are_counted_apart(clock: Clock) -> None:
    pacer = Pacer(clock)
    departures(pacer, clock, Bucket.SEARCH, 4)
    before: datetime = clock.now()

    pacer.wait(Bucket.GENERAL)
    pacer.wait(Bucket.ASSOCIATIONS)

    assert clock.now() == before


def test_a_portal_with_another_limit_is_read_at_its_own_pace(clock: Clock) -> None:
    pacer = Pacer(clock)
    headers = {"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}
    pacer.learn(Bucket.GENERAL, headers)

    assert 170 <= busiest(departures(pacer, clock, Bucket.GENERAL, 400), 10) <= 190


def test_an_exhausted_limit_makes_all_tasks_of_the_portal_pause(clock: Clock) -> None:
    pacer = Pacer(clock)

    pacer.learn(Bucket.GENERAL, {"X-HubSpot-RateLimit-Remaining": "0"})
    pacer.wait(Bucket.GENERAL)

    assert clock.slept == [1.0]


def test_headers_of_other_calls_teach_nothing(clock: Clock) -> None:
    pacer = Pacer(clock)

    pacer.learn(Bucket.SEARCH, {"X-HubSpot-RateLimit-Remaining": "0"})
    pacer.learn(Bucket.GENERAL, {"X-HubSpot-RateLimit-Max": "none"})
    pacer.wait(Bucket.SEARCH)
    pacer.wait(Bucket.GENERAL)

    assert clock.slept == []
