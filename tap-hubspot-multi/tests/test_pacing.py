"""The rate limits of one portal, as the tasks of one process see them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.clock import SystemClock
from tap_hubspot_multi.exceptions import Interrupted
from tap_hubspot_multi.pacing import Bucket, Pacer

if TYPE_CHECKING:
    from datetime import datetime

Clock = Any


def departures(pacer: Pacer, bucket: Bucket, calls: int) -> list[float]:
    """When calls leave, each of which is answered at once."""
    times = []
    for _ in range(calls):
        departure = pacer.depart(bucket)
        times.append(departure.at)
        pacer.arrived(departure, {})
    return times


def busiest(times: list[float], seconds: float) -> int:
    return max(sum(start <= time < start + seconds for time in times) for start in times)


def test_no_ten_seconds_hold_more_calls_than_the_portal_allows(clock: Clock) -> None:
    times = departures(Pacer(clock), Bucket.GENERAL, 400)

    assert busiest(times, 10) == 108  # two are left to others
    assert times[-1] - times[0] < 31  # and no time is wasted


def test_search_makes_five_calls_a_second(clock: Clock) -> None:
    times = departures(Pacer(clock), Bucket.SEARCH, 40)

    assert busiest(times, 1) == 5


def test_the_limits_are_counted_apart(clock: Clock) -> None:
    pacer = Pacer(clock)
    departures(pacer, Bucket.SEARCH, 5)
    before: datetime = clock.now()

    departures(pacer, Bucket.GENERAL, 1)
    departures(pacer, Bucket.ASSOCIATIONS, 1)

    assert clock.now() == before


def test_a_call_without_an_answer_yet_counts_however_long_it_takes(clock: Clock) -> None:
    pacer = Pacer(clock)
    slow = pacer.depart(Bucket.SEARCH)
    departures(pacer, Bucket.SEARCH, 4)
    clock.sleep(30)

    assert busiest(departures(pacer, Bucket.SEARCH, 12), 1) == 4

    pacer.arrived(slow, {})
    clock.sleep(30)
    assert busiest(departures(pacer, Bucket.SEARCH, 12), 1) == 5


def test_a_portal_with_another_limit_is_read_at_its_own_pace(clock: Clock) -> None:
    pacer = Pacer(clock)
    headers = {"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}
    pacer.arrived(pacer.depart(Bucket.GENERAL), headers)

    assert busiest(departures(pacer, Bucket.GENERAL, 400), 10) == 187


def test_a_refused_call_makes_all_tasks_of_the_portal_pause(clock: Clock) -> None:
    pacer = Pacer(clock)
    pacer.arrived(pacer.depart(Bucket.GENERAL), {})

    pacer.refused(Bucket.GENERAL, 3.0)

    assert pacer.depart(Bucket.GENERAL).waited == pytest.approx(3, abs=0.01)


def test_calls_of_a_limit_that_others_share_leave_at_even_distances(clock: Clock) -> None:
    pacer = Pacer(clock)
    pacer.refused(Bucket.GENERAL, 0.0)

    times = departures(pacer, Bucket.GENERAL, 40)

    distances = [later - earlier for earlier, later in pairwise(times)]
    assert 0.09 < min(distances) <= max(distances) < 0.15


def test_a_few_calls_of_others_leave_ours_their_haste(clock: Clock) -> None:
    pacer = Pacer(clock)
    headers = {"X-HubSpot-RateLimit-Remaining": "90"}
    pacer.arrived(pacer.depart(Bucket.GENERAL), headers)

    departures(pacer, Bucket.GENERAL, 90)

    assert clock.slept == []
    assert departures(pacer, Bucket.GENERAL, 1) == [pytest.approx(1010, abs=0.01)]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HubSpot-RateLimit-Max": "none", "X-HubSpot-RateLimit-Remaining": "-1"},
        {"X-HubSpot-RateLimit-Max": "10", "X-HubSpot-RateLimit-Interval-Milliseconds": "0"},
        {"X-HubSpot-RateLimit-Interval-Milliseconds": "60000"},
    ],
)
def test_headers_that_make_no_sense_teach_nothing(clock: Clock, headers: dict[str, str]) -> None:
    pacer = Pacer(clock)

    pacer.arrived(pacer.depart(Bucket.GENERAL), headers)
    departures(pacer, Bucket.GENERAL, 107)

    assert clock.slept == []


def test_headers_of_searches_teach_nothing(clock: Clock) -> None:
    pacer = Pacer(clock)
    headers = {"X-HubSpot-RateLimit-Max": "110", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}

    pacer.arrived(pacer.depart(Bucket.SEARCH), {**headers, "X-HubSpot-RateLimit-Remaining": "0"})

    assert busiest(departures(pacer, Bucket.SEARCH, 12), 1) == 5


def test_a_stop_request_ends_every_wait() -> None:
    clock = SystemClock()
    pacer = Pacer(clock)
    pacer.refused(Bucket.GENERAL, 300.0)
    clock.interrupt()

    with pytest.raises(Interrupted):
        pacer.depart(Bucket.GENERAL)
