from __future__ import annotations

import pytest

from tests.hubspot_simulator import Clock, Scenario, Simulator
from tests.hubspot_simulator.world_copies import copied_world
from tests.simulator.support import ANCHOR, NOON, Api, tiny


@pytest.fixture
def simulator() -> Simulator:
    return tiny(build=copied_world)


@pytest.fixture
def api(simulator: Simulator) -> Api:
    return Api(simulator)


@pytest.fixture
def unlimited(api: Api) -> Api:
    """The same without rate limits, for tests that page a lot while time stands still."""
    api.portal.options.enforce_rate_limits = False
    return api


@pytest.fixture(scope="session")
def demo() -> Simulator:
    """The demo world, for tests that only look at it."""
    return Simulator(Scenario.load("demo"), anchor=ANCHOR, clock=Clock(NOON, frozen=True))
