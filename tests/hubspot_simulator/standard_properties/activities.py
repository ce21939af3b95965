"""Properties of activities: calls, meetings, emails, notes, tasks and communications."""

from __future__ import annotations

from tests.hubspot_simulator.standard_properties.makers import (
    choice,
    moment,
    number,
    property_of,
    text,
)
from tests.hubspot_simulator.standard_properties.shared import stamped

CALL_STATUSES = {
    "BUSY": "Busy",
    "CALLING_CRM_USER": "Calling CRM user",
    "CANCELED": "Canceled",
    "COMPLETED": "Completed",
    "CONNECTING": "Connecting",
    "FAILED": "Failed",
    "IN_PROGRESS": "In Progress",
    "NO_ANSWER": "No Answer",
    "QUEUED": "Queued",
    "RINGING": "Ringing",
}
MEETING_OUTCOMES = {
    "SCHEDULED": "Scheduled",
    "COMPLETED": "Completed",
    "RESCHEDULED": "Rescheduled",
    "NO_SHOW": "No show",
    "CANCELED": "Canceled",
}
EMAIL_DIRECTIONS = {
    "EMAIL": "Email",
    "INCOMING_EMAIL": "Incoming email",
    "FORWARDED_EMAIL": "Forwarded email",
}
EMAIL_STATUSES = {
    "BOUNCED": "Bounced",
    "FAILED": "Failed",
    "SCHEDULED": "Scheduled",
    "SENDING": "Sending",
    "SENT": "Sent",
}
TASK_STATUSES = {
    "NOT_STARTED": "Not started",
    "IN_PROGRESS": "In progress",
    "WAITING": "Waiting",
    "COMPLETED": "Completed",
    "DEFERRED": "Deferred",
}

_ACTIVITY = (
    *stamped("hs_createdate"),
    moment("hs_timestamp", "Activity date"),
    text("hs_attachment_ids", "Attached file IDs"),
    text("hs_body_preview", "Body preview"),
)

CALL_PROPERTIES = (
    *_ACTIVITY,
    text("hs_call_title", "Call title"),
    property_of("hs_call_body", "Call notes", "string", "html"),
    choice("hs_call_direction", "Call direction", {"INBOUND": "Inbound", "OUTBOUND": "Outbound"}),
    # The options are kept elsewhere: portals add outcomes of their own.
    property_of("hs_call_disposition", "Call outcome", "enumeration", "select", external_options=True),
    number("hs_call_duration", "Call duration"),
    choice("hs_call_status", "Call status", CALL_STATUSES),
    text("hs_call_from_number", "From Number"),
    text("hs_call_to_number", "To Number"),
    text("hs_call_source", "Call Source"),
    text("hs_call_recording_url", "Recording URL"),
    property_of("hs_activity_type", "Call and meeting type", "enumeration", "select"),
)
MEETING_PROPERTIES = (
    *_ACTIVITY,
    text("hs_meeting_title", "Meeting name"),
    property_of("hs_meeting_body", "Meeting description", "string", "html"),
    property_of("hs_internal_meeting_notes", "Internal meeting notes", "string", "html"),
    moment("hs_meeting_start_time", "Meeting start time"),
    moment("hs_meeting_end_time", "Meeting end time"),
    choice("hs_meeting_outcome", "Meeting outcome", MEETING_OUTCOMES),
    text("hs_meeting_location", "Meeting location"),
    text("hs_meeting_external_url", "External URL"),
    text("hs_meeting_source", "Meeting source"),
    property_of("hs_activity_type", "Call and meeting type", "enumeration", "select"),
)
EMAIL_PROPERTIES = (
    *_ACTIVITY,
    text("hs_email_subject", "Email subject"),
    property_of("hs_email_text", "Text body", "string", "textarea"),
    property_of("hs_email_html", "HTML body", "string", "html"),
    choice("hs_email_direction", "Email direction", EMAIL_DIRECTIONS),
    choice("hs_email_status", "Email send status", EMAIL_STATUSES),
    property_of("hs_email_headers", "Email headers", "string", "textarea"),
    text("hs_email_from_email", "Email from address"),
    text("hs_email_to_email", "Email to address"),
    text("hs_email_thread_id", "Thread ID"),
)
NOTE_PROPERTIES = (*_ACTIVITY, property_of("hs_note_body", "Note body", "string", "html"))
TASK_PROPERTIES = (
    *_ACTIVITY,
    text("hs_task_subject", "Task title"),
    property_of("hs_task_body", "Task notes", "string", "html"),
    choice("hs_task_status", "Task status", TASK_STATUSES),
    choice(
        "hs_task_priority", "Priority", {"NONE": "None", "LOW": "Low", "MEDIUM": "Medium", "HIGH": "High"}
    ),
    choice("hs_task_type", "Task type", {"TODO": "To-do", "CALL": "Call", "EMAIL": "Email"}),
    number("hs_task_is_completed", "Is completed", calculated=True),
    moment("hs_task_completion_date", "Completed at"),
)
COMMUNICATION_PROPERTIES = (
    *_ACTIVITY,
    property_of("hs_communication_body", "Communication body", "string", "html"),
    choice(
        "hs_communication_channel_type",
        "Channel type",
        {"WHATS_APP": "WhatsApp", "LINKEDIN_MESSAGE": "LinkedIn message", "SMS": "SMS"},
    ),
    choice("hs_communication_logged_from", "Logged from", {"CRM": "CRM"}),
)
