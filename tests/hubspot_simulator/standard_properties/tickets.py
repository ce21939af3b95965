"""Properties of tickets."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import (
    choice,
    flag,
    moment,
    number,
    property_of,
    text,
)
from tests.hubspot_simulator.standard_properties.shared import SALES_ACTIVITY, stamped

TICKET_CATEGORIES = {
    "PRODUCT_ISSUE": "Product Issue",
    "BILLING_ISSUE": "Billing Issue",
    "FEATURE_REQUEST": "Feature Request",
    "GENERAL_INQUIRY": "General Inquiry",
}
TICKET_PRIORITIES = {"LOW": "Low", "MEDIUM": "Medium", "HIGH": "High", "URGENT": "Urgent"}
TICKET_SOURCES = {"CHAT": "Chat", "EMAIL": "Email", "FORM": "Form", "PHONE": "Phone"}
SLA_STATUSES = {
    "0": "Active SLA",
    "1": "Overdue",
    "2": "Due soon",
    "3": "SLA completed on time",
    "4": "SLA completed late",
}

# Durations are milliseconds although nothing in their definition says so.
TICKET_PROPERTIES = (
    *stamped("createdate"),
    *SALES_ACTIVITY,
    text("subject", "Ticket name"),
    property_of("content", "Ticket description", "string", "textarea"),
    property_of("hs_pipeline", "Pipeline", "enumeration", "select", external_options=True),
    property_of("hs_pipeline_stage", "Ticket status", "enumeration", "select", external_options=True),
    choice("hs_ticket_category", "Category", TICKET_CATEGORIES),
    choice("hs_ticket_priority", "Priority", TICKET_PRIORITIES),
    choice("source_type", "Source", TICKET_SOURCES),
    moment("closed_date", "Close date"),
    moment("hs_last_closed_date", "Last Closed Date", calculated=True),
    moment("hs_ticket_reopened_at", "Reopened date", calculated=True),
    moment("first_agent_reply_date", "First agent email response date"),
    moment("last_reply_date", "Last customer reply date"),
    number("time_to_first_agent_reply", "Time to first agent email reply"),
    number("time_to_close", "Time to close"),
    number("hs_time_to_first_rep_assignment", "Time to first rep assignment", calculated=True),
    number(
        "hs_time_to_first_response_in_operating_hours", "Response time in operating hours", calculated=True
    ),
    number("hs_time_to_close_in_operating_hours", "Time to close in operating hours", calculated=True),
    moment("hs_time_to_first_response_sla_at", "Time to first response SLA due date", calculated=True),
    choice(
        "hs_time_to_first_response_sla_status",
        "Time to first response SLA status",
        SLA_STATUSES,
        calculated=True,
    ),
    moment("hs_time_to_close_sla_at", "Time to close SLA due date", calculated=True),
    choice("hs_time_to_close_sla_status", "Time to close SLA status", SLA_STATUSES, calculated=True),
    flag("hs_is_closed", "Is closed", calculated=True),
    flag("hs_is_one_touch_ticket", "Is one touch ticket", calculated=True),
    number("hs_num_times_contacted", "Number of times contacted", calculated=True),
)
