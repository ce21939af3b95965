"""Everything of a portal that is no CRM record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.hubspot_simulator.marketing.emails import EmailBook
from tests.hubspot_simulator.marketing.forms import FormBook

if TYPE_CHECKING:
    from tests.hubspot_simulator.marketing.campaigns import Campaign


@dataclass(slots=True)
class Marketing:
    """The marketing assets and settings of one portal; campaigns by id, oldest first."""

    forms: FormBook = field(default_factory=FormBook)
    emails: EmailBook = field(default_factory=EmailBook)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
