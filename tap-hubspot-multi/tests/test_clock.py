from __future__ import annotations

from datetime import UTC

import pytest

from tap_hubspot_multi.clock import SystemClock
from tap_hubspot_multi.exceptions import Interrupted


def test_a_stop_request_ends_every_wait_now_and_later() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.check_interrupted()
    clock.interrupt()

    for wait in (lambda: clock.sleep(3600), clock.check_interrupted):
        with pytest.raises(Interrupted, match="next run"):
            wait()

    assert clock.monotonic() - before < 60


def test_the_time_of_day_is_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
