"""One limit and several who call: in virtual time against a rolling window, and as processes against the simulator."""

from __future__ import annotations

import heapq
import itertools
import random
import subprocess
import sys
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import ceil
from subprocess import PIPE
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_hubspot_multi.pacing import Allowance, Bucket
from tests.hubspot_simulator import running_simulator
from tests.hubspot_simulator.world_copies import copied_world

if TYPE_CHECKING:
    from collections.abc import Callable

ENDLESS = 10_000.0


@dataclass(frozen=True)
class Arrival:
    at: float
    caller: int
    is_refused: bool


@dataclass
class Limit:
    """A rolling window that counts arrivals, and callers with some connections each; events in virtual time.

    Attributes:
        seconds_one_way: The shortest and the longest that a request, or an answer, is on its way.
        tells_what_remains: Whether answers have rate headers.
        tells_when: Whether refusals have a `Retry-After`.
    """

    bucket: Bucket
    seconds_one_way: tuple[float, float] = (0.0, 0.15)
    tells_what_remains: bool = True
    tells_when: bool = True
    seed: int = 1
    arrivals: list[Arrival] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.calls, self.window = self.bucket.value
        self._counted: deque[float] = deque()
        self._random = random.Random(self.seed)  # noqa: S311 - spreads latencies
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers, self._callers = itertools.count(), itertools.count()

    def add_caller(
        self, *, begins: float = 0.0, ends: float = ENDLESS, connections: int = 8, believes: int | None = None
    ) -> None:
        allowance = Allowance(believes or self.calls, self.window)
        number = next(self._callers)

        def call(now: float) -> None:
            if now >= ends:
                return
            if delay := allowance.delay(now):
                self._at(now + delay + 1e-6, call)
                return
            allowance.depart(now)
            self._at(now + self._way(), lambda then: arrive(then, now))

        def arrive(now: float, departed: float) -> None:
            while self._counted and self._counted[0] <= now - self.window:
                self._counted.popleft()
            is_refused = len(self._counted) >= self.calls
            self.arrivals.append(Arrival(now, number, is_refused))
            if is_refused:
                remaining, wait = 0, self._counted[0] + self.window - now
            else:
                self._counted.append(now)
                remaining, wait = self.calls - len(self._counted), 0.0
            self._at(now + self._way(), lambda then: hear(then, departed, remaining, wait))

        def hear(now: float, departed: float, remaining: int, wait: float) -> None:
            allowance.arrived(now, departed, remaining if self.tells_what_remains else None)
            if wait:
                pause = max(1, ceil(wait)) if self.tells_when else self.window / 4
                allowance.refused(now, pause * self._random.uniform(1, 1.25))
            call(now)

        for _ in range(connections):
            self._at(begins, call)

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] < until:
            now, _, event = heapq.heappop(self._events)
            event(now)

    def use(self, begin: float, end: float, caller: int | None = None) -> float:
        """Part of the limit that was used between two moments."""
        used = [each for each in self._between(begin, end) if not each.is_refused]
        mine = [each for each in used if caller in {None, each.caller}]
        return len(mine) / ((end - begin) / self.window * self.calls)

    def refusals(self, begin: float = 0.0, end: float = ENDLESS) -> float:
        """Part of the calls between two moments that were answered with 429."""
        arrivals = self._between(begin, end)
        return sum(each.is_refused for each in arrivals) / len(arrivals)

    def _between(self, begin: float, end: float) -> list[Arrival]:
        return [each for each in self.arrivals if begin <= each.at < end]

    def _way(self) -> float:
        return self._random.uniform(*self.seconds_one_way)

    def _at(self, moment: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), event))


@settings(deadline=None, max_examples=30)
@given(
    bucket=st.sampled_from(Bucket),
    least=st.floats(0, 0.3),
    most=st.floats(0, 0.3),
    connections=st.integers(1, 64),
    seed=st.integers(0, 1000),
)
def test_who_is_alone_is_never_refused_however_long_calls_are_on_their_way(
    bucket: Bucket, least: float, most: float, connections: int, seed: int
) -> None:
    limit = Limit(bucket, (min(least, most), max(least, most)), seed=seed)
    limit.add_caller(connections=connections)

    limit.run(60)

    assert limit.refusals() == 0


@pytest.mark.parametrize("bucket", [Bucket.GENERAL, Bucket.ASSOCIATIONS])
def test_who_is_alone_uses_the_limit(bucket: Bucket) -> None:
    limit = Limit(bucket)
    limit.add_caller()

    limit.run(200)

    assert limit.use(0, 200) > 0.95


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("callers", [2, 4])
def test_who_share_a_limit_use_it_and_are_hardly_ever_refused(callers: int, seed: int) -> None:
    limit = Limit(Bucket.GENERAL, seed=seed)
    for _ in range(callers):
        limit.add_caller()

    limit.run(400)

    assert limit.refusals(60, 400) < 0.01
    assert limit.use(60, 400) > 0.85


def test_who_comes_later_gets_a_fair_part_and_leaves_it_when_it_ends() -> None:
    limit = Limit(Bucket.GENERAL)
    limit.add_caller()
    limit.add_caller(begins=100, ends=300)

    limit.run(450)

    assert limit.use(60, 100) > 0.95
    assert min(limit.use(200, 300, caller) for caller in (0, 1)) > 0.3
    assert limit.refusals(100, 300) < 0.01
    assert limit.use(360, 450) > 0.95


def test_an_app_that_takes_what_it_wants_is_left_it() -> None:
    limit = Limit(Bucket.GENERAL)
    limit.add_caller()
    # One connection of a tenth of a second or more each way makes some five calls a second.
    limit.add_caller(connections=1, believes=1_000_000)

    limit.run(300)

    assert limit.refusals(60, 300) < 0.01
    assert limit.use(60, 300) > 0.85


@pytest.mark.parametrize(("callers", "refusals"), [(2, 0.015), (4, 0.035)])
def test_searches_which_are_not_told_what_remains_find_their_share_by_few_refusals(
    callers: int, refusals: float
) -> None:
    limit = Limit(Bucket.SEARCH, tells_what_remains=False)
    for _ in range(callers):
        limit.add_caller()

    limit.run(600)

    assert limit.refusals(60, 600) < refusals
    assert limit.use(60, 600) > 0.7


def test_a_limit_that_is_lower_than_documented_is_found() -> None:
    limit = Limit(Bucket.SEARCH, tells_what_remains=False)
    limit.calls = 4
    limit.add_caller(believes=5)

    limit.run(600)

    assert limit.refusals(30, 600) < 0.01
    assert limit.use(30, 600) > 0.7


def test_however_many_are_refused_at_once_a_share_is_cut_once_a_window() -> None:
    allowance = Allowance(*Bucket.GENERAL.value)
    for _ in range(20):
        allowance.refused(0.0, 0.0)

    departed = 0
    for moment in range(1000):
        if not allowance.delay(moment / 100):
            allowance.depart(moment / 100)
            allowance.arrived(moment / 100, moment / 100)
            departed += 1
    assert departed > 0.6 * 110


def test_a_share_never_falls_to_nothing_and_recovers_within_some_windows() -> None:
    limit = Limit(Bucket.GENERAL, tells_what_remains=False)
    limit.add_caller()
    limit.calls = 1
    limit.run(300)
    limit.calls = 110
    before = len(limit.arrivals)
    assert before >= 25

    limit.run(500)

    assert limit.use(400, 500) > 0.95


PROCESS = """
import sys, threading, time
from tap_hubspot_multi import endpoints
from tap_hubspot_multi.api import HubSpotApi
from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.clock import SystemClock
from tap_hubspot_multi.pacing import Pacer
from tap_hubspot_multi.tokens import GivenToken

url, token, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
clock = SystemClock()
api = HubSpotApi(url, clock, connections=8)
client = HubSpotClient(api, portal_id=1, tokens=GivenToken(token), pacer=Pacer(clock))

def work():
    while time.monotonic() < end:
        client.get(endpoints.OWNERS, {"limit": "1"})

print("ready", flush=True)
sys.stdin.readline()
end = time.monotonic() + seconds
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(client.requests)
"""


def test_processes_that_know_nothing_of_each_other_share_a_portals_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A window of a second, which the processes hear of from the headers: as many windows pass as in a minute and a half.
    monkeypatch.setattr("tests.hubspot_simulator.limits._TEN_SECONDS_MS", 1000)
    seconds = 9
    with running_simulator("tiny", build=copied_world, latency_ms=30) as simulator:
        portal_id = next(iter(simulator.world.portals))
        simulator.portal(portal_id).options.static_burst_limit = 40
        token = simulator.issue_static_token(portal_id)
        command = [sys.executable, "-c", PROCESS, simulator.url, token, str(seconds)]
        with ExitStack() as stack:
            processes = [
                stack.enter_context(subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True))
                for _ in range(2)
            ]
            for process in processes:
                assert process.stdout
                assert process.stdout.readline() == "ready\n"
            for process in processes:
                assert process.stdin
                process.stdin.write("go\n")
                process.stdin.flush()
            requests = [int(process.communicate()[0]) for process in processes]
        answers = list(simulator.requests)

    settled = [answer for answer in answers if answer.at_ms > answers[0].at_ms + 2000]
    refused = [answer for answer in settled if answer.status == 429]
    assert len(refused) < 0.02 * len(settled)
    assert min(requests) > 0.2 * sum(requests)
