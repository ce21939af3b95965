"""Everything that can happen to what is no CRM record."""

from __future__ import annotations

from tests.hubspot_simulator.marketing.campaign_events import CampaignEvents
from tests.hubspot_simulator.marketing.email_events import EmailEvents
from tests.hubspot_simulator.marketing.form_events import FormEvents


class MarketingEvents(FormEvents, EmailEvents, CampaignEvents):
    """The mutations of marketing assets and settings."""
