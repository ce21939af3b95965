"""Properties of feedback submissions, the answers to surveys."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import property_of, text
from tests.hubspot_simulator.standard_properties.shared import stamped

FEEDBACK_SUBMISSION_PROPERTIES = (
    *stamped("hs_createdate"),
    text("hs_submission_name", "Submission name"),
    property_of("hs_content", "Response", "string", "textarea"),
)
