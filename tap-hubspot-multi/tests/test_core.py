"""The SDK's standard tests, against the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_hubspot_multi.streams import STREAMS
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
    suite_config=SuiteConfig(max_records_limit=20),
    parse_env_config=False,
)
# The SDK reads stream by stream here, without a run: the run log is empty, and rightly so. What is not selected by
# default has rows here too, but no column in the SDK's catalog.
LEFT_OUT = {
    "test_tap_stream_returns_record": {"portal_syncs"},
    "test_tap_stream_record_schema_matches_transformed_catalog": {
        stream.name for stream in STREAMS if not stream.selected_by_default
    },
}
for test, streams in LEFT_OUT.items():
    TestTapHubSpotMulti.params[test] = [
        case for case in TestTapHubSpotMulti.params[test] if case.id not in streams
    ]
