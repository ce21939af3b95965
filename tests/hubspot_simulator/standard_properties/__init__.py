"""The properties that every portal has, for each object type: a realistic cut of HubSpot's own."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.activities import (
    CALL_PROPERTIES,
    COMMUNICATION_PROPERTIES,
    EMAIL_PROPERTIES,
    MEETING_PROPERTIES,
    NOTE_PROPERTIES,
    TASK_PROPERTIES,
)
from tests.hubspot_simulator.standard_properties.commerce import (
    LINE_ITEM_PROPERTIES,
    PRODUCT_PROPERTIES,
    QUOTE_PROPERTIES,
)
from tests.hubspot_simulator.standard_properties.companies import COMPANY_PROPERTIES
from tests.hubspot_simulator.standard_properties.contacts import CONTACT_PROPERTIES
from tests.hubspot_simulator.standard_properties.deals import DEAL_PROPERTIES
from tests.hubspot_simulator.standard_properties.feedback import FEEDBACK_SUBMISSION_PROPERTIES
from tests.hubspot_simulator.standard_properties.leads import LEAD_PROPERTIES
from tests.hubspot_simulator.standard_properties.tickets import TICKET_PROPERTIES

STANDARD_PROPERTIES = {
    "contacts": CONTACT_PROPERTIES,
    "companies": COMPANY_PROPERTIES,
    "deals": DEAL_PROPERTIES,
    "tickets": TICKET_PROPERTIES,
    "leads": LEAD_PROPERTIES,
    "line_items": LINE_ITEM_PROPERTIES,
    "products": PRODUCT_PROPERTIES,
    "quotes": QUOTE_PROPERTIES,
    "calls": CALL_PROPERTIES,
    "meetings": MEETING_PROPERTIES,
    "emails": EMAIL_PROPERTIES,
    "notes": NOTE_PROPERTIES,
    "tasks": TASK_PROPERTIES,
    "communications": COMMUNICATION_PROPERTIES,
    "feedback_submissions": FEEDBACK_SUBMISSION_PROPERTIES,
}
