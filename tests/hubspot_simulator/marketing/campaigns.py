"""Campaigns with what they may cost and what they did cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What can be read; unlike for CRM objects, any other name is refused.
CAMPAIGN_PROPERTIES = (
    "hs_name",
    "hs_start_date",
    "hs_end_date",
    "hs_notes",
    "hs_audience",
    "hs_goal",
    "hs_owner",
    "hs_currency_code",
    "hs_campaign_status",
    "hs_utm",
    "hs_color_hex",
    "hs_object_id",
    "hs_created_by_user_id",
    "hs_budget_items_sum_amount",
    "hs_spend_items_sum_amount",
)


class MoneyItem(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """A budget or spend item. It has no date of its own: `createdAt` says when somebody typed it in."""

    id: str
    name: str
    amount: float
    description: str | msgspec.UnsetType = UNSET
    created_at: int
    updated_at: int


class Campaign(msgspec.Struct, kw_only=True):
    """A campaign.

    Attributes:
        values: Its own properties; the two sums are calculated from the items.
        budget: Oldest first, as is `spend`.
    """

    id: str
    created_ms: int
    updated_ms: int
    values: dict[str, str]
    budget: list[MoneyItem] = []
    spend: list[MoneyItem] = []

    def row(self, names: Iterable[str] = CAMPAIGN_PROPERTIES) -> dict[str, Any]:
        """The campaign as the API sends it, with those of the named properties that have a value."""
        held = dict(self.values)
        for name, items in (
            ("hs_budget_items_sum_amount", self.budget),
            ("hs_spend_items_sum_amount", self.spend),
        ):
            if items:
                held[name] = f"{total(items):.12g}"
        return {
            "id": self.id,
            "properties": {name: held[name] for name in names if name in held},
            "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
            "businessUnits": [{"id": 0}],
        }


def item_rows(items: Iterable[MoneyItem]) -> list[dict[str, Any]]:
    """Items as the API sends them, numbered from the oldest on."""
    return [{**msgspec.to_builtins(item), "order": order} for order, item in enumerate(items)]


def total(items: Iterable[MoneyItem]) -> float:
    """The sum of some items, to the cent."""
    return round(sum(item.amount for item in items), 2)
