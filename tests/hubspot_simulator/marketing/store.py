"""Everything of a portal that is no CRM record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.hubspot_simulator.marketing.emails import EmailBook
from tests.hubspot_simulator.marketing.forms import FormBook

if TYPE_CHECKING:
    from tests.hubspot_simulator.marketing.analytics import WebAnalytics
    from tests.hubspot_simulator.marketing.campaigns import Campaign
    from tests.hubspot_simulator.marketing.lists import RecordList
    from tests.hubspot_simulator.marketing.settings import ExchangeRate


@dataclass(slots=True)
class Marketing:
    """The marketing assets and settings of one portal; campaigns, lists and teams (names) by id."""

    analytics: WebAnalytics
    forms: FormBook = field(default_factory=FormBook)
    emails: EmailBook = field(default_factory=EmailBook)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    lists: dict[str, RecordList] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    exchange_rates: list[ExchangeRate] = field(default_factory=list)
