"""What every mutation of the world needs: the portals, one clock and one lock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import to_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.hubspot_simulator.clock import Clock
    from tests.hubspot_simulator.portal import Portal


class Mutations:
    """The base of all that can happen in portals."""

    def __init__(self, clock: Clock, portals: Mapping[int, Portal]) -> None:
        self.clock = clock
        self.portals = dict(portals)
        self.lock = threading.RLock()

    def _moment(self, at: datetime | None) -> int:
        return self.clock.now_ms() if at is None else to_ms(at)
