"""What can happen to web analytics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.mutations import Mutations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class AnalyticsEvents(Mutations):
    """Mutations of web analytics."""

    def change_analytics(self, portal_id: int, day: date, source: str, changes: Mapping[str, int]) -> None:
        """More (or fewer) of some counts, such as `visits`, for a day of any age."""
        with self.lock:
            self.portals[portal_id].marketing.analytics.add(day, source, dict(changes))
