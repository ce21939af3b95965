"""All streams: each module declares some, with their columns, and how HubSpot's answers become rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi.streams import (
    association_labels,
    campaigns,
    crm_objects,
    currencies,
    custom_objects,
    definitions,
    forms,
    lists,
    marketing_emails,
    people,
    portals,
    property_history,
    web_analytics,
)

if TYPE_CHECKING:
    from tap_hubspot_multi.tasks import StreamDefinition

# In the order in which they are read: `portals` first, for a portal that cannot be reached shows there.
STREAMS: tuple[StreamDefinition, ...] = (
    portals.STREAM,
    *definitions.STREAMS,
    association_labels.STREAM,
    *people.STREAMS,
    *crm_objects.STREAMS,
    *custom_objects.STREAMS,
    property_history.STREAM,
    *forms.STREAMS,
    *marketing_emails.STREAMS,
    *campaigns.STREAMS,
    *web_analytics.STREAMS,
    *lists.STREAMS,
    *currencies.STREAMS,
)
