"""Everything of a portal that is no CRM record."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.hubspot_simulator.marketing.forms import FormBook


@dataclass(slots=True)
class Marketing:
    """The marketing assets and settings of one portal."""

    forms: FormBook = field(default_factory=FormBook)
