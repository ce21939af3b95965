"""Properties of feedback submissions, the answers to surveys."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import choice, moment, number, property_of, text
from tests.hubspot_simulator.standard_properties.shared import stamped

SURVEY_TYPES = {"CSAT": "CSAT", "NPS": "NPS", "CES": "CES", "CUSTOM": "Custom"}

FEEDBACK_SUBMISSION_PROPERTIES = (
    *stamped("hs_createdate"),
    text("hs_submission_name", "Submission name"),
    property_of("hs_content", "Response", "string", "textarea"),
    number("hs_survey_id", "Survey ID"),
    text("hs_survey_name", "Survey name"),
    choice("hs_survey_type", "Survey type", SURVEY_TYPES),
    choice("hs_survey_channel", "Survey channel", {"EMAIL": "Email", "WEB": "Web", "CHAT": "Chat"}),
    text("hs_industry_standard_question_type", "Industry standard question type"),
    number("hs_value", "Rating"),
    text("hs_response_group", "Response group"),
    choice("hs_sentiment", "Sentiment", {"POSITIVE": "Positive", "NEGATIVE": "Negative"}),
    moment("hs_submission_timestamp", "Submission date"),
    text("hs_ingestion_id", "Ingestion ID"),
    text("hs_submission_url", "Submission URL"),
    text("hs_contact_email_rollup", "Contact email"),
    number("hs_contact_id", "Contact ID"),
)
