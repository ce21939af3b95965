"""All streams: each module declares some, with their columns, and how HubSpot's answers become rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi.streams import (
    campaigns,
    crm_objects,
    currencies,
    definitions,
    forms,
    lists,
    marketing_emails,
    people,
    portals,
    web_analytics,
)

if TYPE_CHECKING:
    from tap_hubspot_multi.tasks import StreamDefinition

# In the order in which they are read: `portals` first, for a portal that cannot be reached shows there.
STREAMS: tuple[StreamDefinition, ...] = (
    portals.STREAM,
    *definitions.STREAMS,
    *people.STREAMS,
    *crm_objects.STREAMS,
    *forms.STREAMS,
    *marketing_emails.STREAMS,
    *campaigns.STREAMS,
    *web_analytics.STREAMS,
    *lists.STREAMS,
    *currencies.STREAMS,
)
