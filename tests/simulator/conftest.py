from __future__ import annotations

from typing import TYPE_CHECKING

import hubspot_sdk
import pytest
from hubspot import HubSpot

from tests.hubspot_simulator import Clock, Scenario, Simulator, running_simulator
from tests.hubspot_simulator.world_copies import copied_world
from tests.simulator.support import ANCHOR, NOON, US, Api, tiny

if TYPE_CHECKING:
    from collections.abc import Iterator


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


@pytest.fixture(scope="session")
def served() -> Iterator[Simulator]:
    """The tiny world behind a port, without rate limits, for HubSpot's own clients, which only read."""
    with running_simulator("tiny", anchor=ANCHOR, clock=Clock(NOON, frozen=True)) as hubspot:
        hubspot.portal(US).options.enforce_rate_limits = False
        yield hubspot


@pytest.fixture(scope="session")
def older(served: Simulator) -> HubSpot:
    """The client that speaks v3 and v4."""
    return HubSpot(access_token=served.issue_access_token(US), host=served.url)


@pytest.fixture(scope="session")
def newer(served: Simulator) -> Iterator[hubspot_sdk.HubSpot]:
    """The client that speaks date versions, and refuses answers that break its models."""
    token = served.issue_access_token(US)
    with hubspot_sdk.HubSpot(
        access_token=token, base_url=served.url, max_retries=0, _strict_response_validation=True
    ) as client:
        yield client
