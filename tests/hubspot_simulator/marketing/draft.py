"""Everything of a generated portal that is no CRM record."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.hubspot_simulator.marketing.draft_analytics import draft_analytics
from tests.hubspot_simulator.marketing.draft_campaigns import draft_campaigns
from tests.hubspot_simulator.marketing.draft_emails import draft_emails
from tests.hubspot_simulator.marketing.draft_forms import draft_forms
from tests.hubspot_simulator.marketing.draft_lists import draft_lists
from tests.hubspot_simulator.marketing.draft_settings import draft_exchange_rates, draft_teams
from tests.hubspot_simulator.marketing.store import Marketing

if TYPE_CHECKING:
    from tests.hubspot_simulator.business.scene import Scene


def draft_marketing(scene: Scene, seed: int) -> Marketing:
    """The marketing assets and settings that fit the portal's records.

    Each part draws from a stream of its own, so that a change of one leaves the others and the records alone.
    """

    def part(name: str) -> Scene:
        return replace(scene, rng=random.Random(f"{seed}/{scene.spec.portal_id}/marketing/{name}"))

    campaigns = draft_campaigns(part("campaigns"))
    return Marketing(
        forms=draft_forms(part("forms")),
        emails=draft_emails(part("emails"), list(campaigns.values())),
        campaigns=campaigns,
        analytics=draft_analytics(part("analytics")),
        lists=draft_lists(part("lists")),
        teams=draft_teams(scene),
        exchange_rates=draft_exchange_rates(part("exchange rates")),
    )
