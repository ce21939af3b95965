"""The SDK's standard tests, against the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_hubspot_multi.tap import TapHubSpotMulti
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

# Completed by the fixture: the class below is made before the simulator runs, and looks at its settings later.
CONFIG: dict[str, Any] = {"settle_seconds": 0}


@pytest.fixture(scope="module", autouse=True)
def _simulator() -> Iterator[None]:
    with running_simulator("tiny") as simulator:
        CONFIG["api_url"] = simulator.url
        CONFIG["static_tokens"] = [
            simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals
        ]
        yield


TestTapHubSpotMulti = get_tap_test_class(
    TapHubSpotMulti,
    config=CONFIG,
    # The run log has no rows of its own: the SDK reads stream by stream here, without a run.
    suite_config=SuiteConfig(max_records_limit=20, ignore_no_records_for_streams=["portal_syncs"]),
    parse_env_config=False,
)
