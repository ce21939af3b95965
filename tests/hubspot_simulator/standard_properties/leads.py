"""Properties of leads."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import choice, property_of, text
from tests.hubspot_simulator.standard_properties.shared import SALES_ACTIVITY, stamped

LEAD_TYPES = {"NEW_BUSINESS": "New business", "UPSELL": "Upsell", "RE_ATTEMPTING": "Re-attempting"}
LEAD_LABELS = {"HOT": "Hot", "WARM": "Warm", "COLD": "Cold"}
DISQUALIFICATION_REASONS = {
    "NO_BUDGET": "No budget",
    "NOT_INTERESTED": "Not interested",
    "WRONG_CONTACT": "Wrong contact",
    "BAD_TIMING": "Bad timing",
}

LEAD_PROPERTIES = (
    *stamped("createdate"),
    *SALES_ACTIVITY,
    text("hs_lead_name", "Lead name"),
    choice("hs_lead_type", "Lead type", LEAD_TYPES),
    choice("hs_lead_label", "Lead label", LEAD_LABELS),
    property_of("hs_pipeline", "Pipeline", "enumeration", "select", external_options=True),
    property_of("hs_pipeline_stage", "Lead stage", "enumeration", "select", external_options=True),
    choice("hs_lead_disqualification_reason", "Disqualification reason", DISQUALIFICATION_REASONS),
)
