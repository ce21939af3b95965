from __future__ import annotations

import pytest

from tests.hubspot_simulator import Simulator
from tests.simulator.support import Api, tiny


@pytest.fixture
def simulator() -> Simulator:
    return tiny()


@pytest.fixture
def api(simulator: Simulator) -> Api:
    return Api(simulator)


@pytest.fixture
def unlimited(api: Api) -> Api:
    """The same without rate limits, for tests that page a lot while time stands still."""
    api.portal.options.enforce_rate_limits = False
    return api
