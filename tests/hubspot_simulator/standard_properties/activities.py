"""Properties of activities: calls, meetings, emails, notes, tasks and communications."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import moment, property_of, text
from tests.hubspot_simulator.standard_properties.shared import stamped

_ACTIVITY = (
    *stamped("hs_createdate"),
    moment("hs_timestamp", "Activity date"),
    text("hs_attachment_ids", "Attached file IDs"),
)

CALL_PROPERTIES = (
    *_ACTIVITY,
    text("hs_call_title", "Call title"),
    property_of("hs_call_body", "Call notes", "string", "html"),
)
MEETING_PROPERTIES = (
    *_ACTIVITY,
    text("hs_meeting_title", "Meeting name"),
    property_of("hs_meeting_body", "Meeting description", "string", "html"),
)
EMAIL_PROPERTIES = (*_ACTIVITY, text("hs_email_subject", "Email subject"))
NOTE_PROPERTIES = (*_ACTIVITY, property_of("hs_note_body", "Note body", "string", "html"))
TASK_PROPERTIES = (
    *_ACTIVITY,
    text("hs_task_subject", "Task title"),
    property_of("hs_task_body", "Task notes", "string", "html"),
)
COMMUNICATION_PROPERTIES = (
    *_ACTIVITY,
    property_of("hs_communication_body", "Communication body", "string", "html"),
)
