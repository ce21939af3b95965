"""What can happen to campaigns and to what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.marketing.campaigns import Campaign, MoneyItem
from tests.hubspot_simulator.marketing.pages import guid
from tests.hubspot_simulator.mutations import Mutations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class CampaignEvents(Mutations):
    """Mutations of campaigns; changes of their items do not move the campaign's `updatedAt`."""

    def add_campaign(
        self, portal_id: int, values: Mapping[str, str], *, at: datetime | None = None
    ) -> Campaign:
        """Start a campaign with these properties, such as `hs_name`."""
        with self.lock:
            campaigns = self.portals[portal_id].marketing.campaigns
            moment = self._moment(at)
            campaign = Campaign(
                id=guid(portal_id, "campaign", moment, len(campaigns)),
                created_ms=moment,
                updated_ms=moment,
                values=dict(values),
            )
            campaigns[campaign.id] = campaign
            return campaign

    def update_campaign(
        self, portal_id: int, campaign_id: str, values: Mapping[str, str], *, at: datetime | None = None
    ) -> Campaign:
        """Change properties of a campaign."""
        with self.lock:
            campaign = self.portals[portal_id].marketing.campaigns[campaign_id]
            campaign.values |= values
            campaign.updated_ms = self._moment(at)
            return campaign

    def delete_campaign(self, portal_id: int, campaign_id: str) -> None:
        """Delete a campaign with its items."""
        with self.lock:
            del self.portals[portal_id].marketing.campaigns[campaign_id]

    def add_spend_item(
        self, portal_id: int, campaign_id: str, name: str, amount: float, *, at: datetime | None = None
    ) -> MoneyItem:
        """Somebody types in what was spent."""
        with self.lock:
            campaign = self.portals[portal_id].marketing.campaigns[campaign_id]
            item = self._item(campaign, name, amount, at)
            campaign.spend = [*campaign.spend, item]
            return item

    def add_budget_item(
        self, portal_id: int, campaign_id: str, name: str, amount: float, *, at: datetime | None = None
    ) -> MoneyItem:
        """Somebody grants a budget."""
        with self.lock:
            campaign = self.portals[portal_id].marketing.campaigns[campaign_id]
            item = self._item(campaign, name, amount, at)
            campaign.budget = [*campaign.budget, item]
            return item

    def change_spend_item(
        self, portal_id: int, campaign_id: str, item_id: str, amount: float, *, at: datetime | None = None
    ) -> MoneyItem:
        """Somebody corrects an amount."""
        with self.lock:
            campaign = self.portals[portal_id].marketing.campaigns[campaign_id]
            position = _position(campaign, item_id)
            changed = msgspec.structs.replace(
                campaign.spend[position], amount=amount, updated_at=self._moment(at)
            )
            campaign.spend = [*campaign.spend[:position], changed, *campaign.spend[position + 1 :]]
            return changed

    def remove_spend_item(self, portal_id: int, campaign_id: str, item_id: str) -> None:
        """Somebody takes an item back: it leaves no trace, and the items after it move up."""
        with self.lock:
            campaign = self.portals[portal_id].marketing.campaigns[campaign_id]
            position = _position(campaign, item_id)
            campaign.spend = [*campaign.spend[:position], *campaign.spend[position + 1 :]]

    def _item(self, campaign: Campaign, name: str, amount: float, at: datetime | None) -> MoneyItem:
        moment = self._moment(at)
        ids = {int(item.id) for item in (*campaign.budget, *campaign.spend)}
        return MoneyItem(
            id=str(max(ids, default=int(campaign.id[:8], 16)) + 1),
            name=name,
            amount=amount,
            created_at=moment,
            updated_at=moment,
        )


def _position(campaign: Campaign, item_id: str) -> int:
    return [item.id for item in campaign.spend].index(item_id)
