"""Properties of leads."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import property_of, text
from tests.hubspot_simulator.standard_properties.shared import stamped

LEAD_PROPERTIES = (
    *stamped("createdate"),
    text("hs_lead_name", "Lead name"),
    property_of("hs_pipeline", "Pipeline", "enumeration", "select", external_options=True),
    property_of("hs_pipeline_stage", "Lead stage", "enumeration", "select", external_options=True),
)
