"""Properties of tickets."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import property_of, text
from tests.hubspot_simulator.standard_properties.shared import stamped

TICKET_PROPERTIES = (
    *stamped("createdate"),
    text("subject", "Ticket name"),
    property_of("content", "Ticket description", "string", "textarea"),
    property_of("hs_pipeline", "Pipeline", "enumeration", "select", external_options=True),
    property_of("hs_pipeline_stage", "Ticket status", "enumeration", "select", external_options=True),
    property_of("hs_ticket_category", "Category", "enumeration", "select"),
    property_of("hs_ticket_priority", "Priority", "enumeration", "select"),
)
