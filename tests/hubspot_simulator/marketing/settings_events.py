"""What can happen to settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.marketing.settings import ExchangeRate
from tests.hubspot_simulator.mutations import Mutations

if TYPE_CHECKING:
    from datetime import datetime


class SettingsEvents(Mutations):
    """Mutations of users and currencies."""

    def set_exchange_rate(
        self, portal_id: int, currency: str, rate: float, *, at: datetime | None = None
    ) -> ExchangeRate:
        """An admin types in a rate, in effect from `at` on; the earlier ones stay in the list."""
        with self.lock:
            portal = self.portals[portal_id]
            rates = portal.marketing.exchange_rates
            now = iso(self.clock.now_ms())
            made = ExchangeRate(
                id=str(max((int(each.id) for each in rates), default=0) + 1),
                from_currency_code=currency,
                to_currency_code=portal.spec.currency,
                conversion_rate=rate,
                effective_at=iso(self._moment(at)),
                created_at=now,
                updated_at=now,
            )
            rates.append(made)
            return made

    def deactivate_user(self, portal_id: int, user_id: str) -> None:
        """A user leaves: they stay an owner, archived, and leave their teams."""
        with self.lock:
            portal = self.portals[portal_id]
            portal.owners = [
                msgspec.structs.replace(owner, archived=True, user_id=None)
                if str(owner.user_id_including_inactive) == user_id
                else owner
                for owner in portal.owners
            ]
