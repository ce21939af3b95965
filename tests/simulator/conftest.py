from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.support import Api, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator


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
