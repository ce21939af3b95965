"""Everything that can happen to what is no CRM record."""

from __future__ import annotations

from tests.hubspot_simulator.marketing.analytics_events import AnalyticsEvents
from tests.hubspot_simulator.marketing.campaign_events import CampaignEvents
from tests.hubspot_simulator.marketing.email_events import EmailEvents
from tests.hubspot_simulator.marketing.form_events import FormEvents
from tests.hubspot_simulator.marketing.list_events import ListEvents
from tests.hubspot_simulator.marketing.settings_events import SettingsEvents


class MarketingEvents(FormEvents, EmailEvents, CampaignEvents, AnalyticsEvents, ListEvents, SettingsEvents):
    """The mutations of marketing assets and settings."""
