"""What is logged when somebody of a portal deals with somebody outside: calls, meetings, e-mails, notes, tasks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.phrases import html
from tests.hubspot_simulator.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, iso

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    from tests.hubspot_simulator.business.phrases import Phrases
    from tests.hubspot_simulator.catalogue import Owner

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
BUSY = "9d9162e7-6cf3-4944-bf63-4dff82258764"
NO_ANSWER = "73a0d17f-1163-4015-bdd5-ec830791da20"
LEFT_VOICEMAIL = "b2cf5968-551e-4856-9783-52b3da59a7d0"
LEFT_LIVE_MESSAGE = "a4c4c377-d246-4b32-a13b-75a56a4cd0ff"
WRONG_NUMBER = "17b47fee-58de-441e-a44c-c6300d46f273"
DISPOSITIONS = {
    CONNECTED: 46,
    NO_ANSWER: 23,
    LEFT_VOICEMAIL: 13,
    BUSY: 8,
    LEFT_LIVE_MESSAGE: 7,
    WRONG_NUMBER: 3,
}
_CALL_STATUS = {NO_ANSWER: "NO_ANSWER", BUSY: "BUSY"}
_ACTIVITY_TYPES = ("First meeting", "Proposal", "Service call")
_MEETING_PLACES = ("Phone", "Video", "Head office", "At the customer's")
_MESSENGERS = {"WHATS_APP": 5, "LINKEDIN_MESSAGE": 3, "SMS": 2}
_TYPED = 0.25
_PREVIEW_LETTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One occasion.

    Attributes:
        at_ms: When somebody acts.
        now_ms: The present, which decides what is over and what is still planned.
        person: Properties of the contact it is about; empty when there is none.
    """

    at_ms: int
    now_ms: int
    owner: Owner
    person: Mapping[str, str]
    phrases: Phrases
    rng: random.Random


@dataclass(frozen=True, slots=True)
class Logged:
    """What a touch leaves behind.

    Attributes:
        modified_ms: When it was last written, such as when a task was completed.
    """

    created_ms: int
    modified_ms: int
    properties: dict[str, str]


def _logged(touch: Touch, happens_ms: int, body: str, /, **properties: str) -> Logged:
    """An activity that happens at `happens_ms`; it is written down at the touch, or soon after it happened."""
    common = {
        "hs_timestamp": iso(happens_ms),
        "hubspot_owner_id": touch.owner.id,
        "hs_created_by_user_id": str(touch.owner.user_id_including_inactive),
        "hs_object_source": "CRM_UI",
        "hs_body_preview": body[:_PREVIEW_LETTERS],
    }
    written = min(touch.at_ms + touch.rng.randrange(20 * MINUTE_MS), touch.now_ms - 1)
    return Logged(written, written, common | properties)


def log_call(touch: Touch) -> Logged:
    """A telephone call; its duration is in milliseconds and missing or 0 where nobody was reached."""
    rng, body = touch.rng, touch.phrases.body(touch.rng)
    outcome = rng.choices(list(DISPOSITIONS), list(DISPOSITIONS.values()))[0]
    outbound = rng.random() < 0.78
    numbers = ("+15550100", touch.person.get("phone", ""))
    caller, called = numbers if outbound else numbers[::-1]
    properties = {
        "hs_call_title": rng.choice(touch.phrases.calls),
        "hs_call_body": html(body),
        "hs_call_direction": "OUTBOUND" if outbound else "INBOUND",
        "hs_call_disposition": outcome,
        "hs_call_status": _CALL_STATUS.get(outcome, "COMPLETED"),
        "hs_call_source": "INTEGRATIONS_PLATFORM",
        "hs_call_from_number": caller,
        "hs_call_to_number": called,
    }
    if rng.random() < _TYPED:
        properties["hs_activity_type"] = rng.choice(_ACTIVITY_TYPES)
    if outcome == CONNECTED:
        properties["hs_call_duration"] = str(round(rng.lognormvariate(5.4, 0.8) * SECOND_MS))
        if rng.random() < 0.2:
            properties["hs_call_recording_url"] = f"https://calls.example/{rng.getrandbits(48):012x}.mp3"
    elif outcome in (LEFT_VOICEMAIL, LEFT_LIVE_MESSAGE):
        properties["hs_call_duration"] = str(rng.randrange(8 * SECOND_MS, 70 * SECOND_MS))
    elif rng.random() < 0.5:
        properties["hs_call_duration"] = "0"
    return _logged(touch, touch.at_ms, body, **properties)


def log_meeting(touch: Touch) -> Logged:
    """A meeting, agreed at the touch and held some days later; `hs_timestamp` is its start."""
    rng, body = touch.rng, touch.phrases.body(touch.rng)
    begins = touch.at_ms + rng.randrange(1, 12) * DAY_MS
    begins -= begins % (30 * MINUTE_MS)
    ends = begins + rng.choice((30, 30, 45, 60, 90)) * MINUTE_MS
    place = rng.choice(_MEETING_PLACES)
    properties = {
        "hs_meeting_title": rng.choice(touch.phrases.meetings),
        "hs_meeting_body": html(body),
        "hs_internal_meeting_notes": html(touch.phrases.body(rng)),
        "hs_meeting_start_time": iso(begins),
        "hs_meeting_end_time": iso(ends),
        "hs_meeting_location": place,
        "hs_meeting_source": rng.choice(("CRM_UI", "MEETINGS_PUBLIC")),
    }
    if rng.random() < _TYPED:
        properties["hs_activity_type"] = rng.choice(_ACTIVITY_TYPES)
    if place == "Video":
        properties["hs_meeting_external_url"] = f"https://meet.example/{rng.getrandbits(40):010x}"
    meeting = _logged(touch, begins, body, **properties)
    if ends >= touch.now_ms:
        properties["hs_meeting_outcome"] = "SCHEDULED"
        written = meeting.modified_ms
    else:
        outcomes = ("COMPLETED", "NO_SHOW", "CANCELED", "RESCHEDULED", "SCHEDULED", "")
        # Not everybody says how it went: the outcome stays as planned, or empty.
        properties["hs_meeting_outcome"] = rng.choices(outcomes, (70, 9, 7, 5, 5, 4))[0]
        written = min(ends + rng.randrange(HOUR_MS), touch.now_ms - 1)
    return Logged(meeting.created_ms, written, meeting.properties | properties)


def log_email(touch: Touch) -> Logged:
    """A one-to-one e-mail, sent or received."""
    rng, body = touch.rng, touch.phrases.body(touch.rng)
    direction = rng.choices(("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"), (62, 34, 4))[0]
    ours, theirs = touch.owner.email, touch.person.get("email", "unknown@mail.example")
    sender, receiver, signature = ours, theirs, f"{touch.owner.first_name} {touch.owner.last_name}"
    if direction == "INCOMING_EMAIL":
        sender, receiver, signature = theirs, ours, touch.person.get("firstname", "")
    headers = {"from": {"email": sender}, "to": [{"email": receiver}], "cc": [], "bcc": []}
    properties = {
        "hs_email_direction": direction,
        "hs_email_subject": rng.choice(touch.phrases.mails),
        "hs_email_text": f"{body}\n\n{signature}",
        "hs_email_html": html(f"{body}<br><br>{signature}"),
        "hs_email_headers": json.dumps(headers),
        "hs_email_from_email": sender,
        "hs_email_to_email": receiver,
        "hs_email_thread_id": f"{rng.getrandbits(52):x}",
    }
    if direction != "INCOMING_EMAIL":
        statuses = ("SENT", "BOUNCED", "FAILED", "SCHEDULED")
        properties["hs_email_status"] = rng.choices(statuses, (95, 3, 1, 1))[0]
    return _logged(touch, touch.at_ms, body, **properties)


def log_note(touch: Touch) -> Logged:
    """A note, now and then with attachments."""
    body = touch.phrases.body(touch.rng)
    properties = {"hs_note_body": html(body)}
    if touch.rng.random() < 0.08:
        properties["hs_attachment_ids"] = ";".join(str(touch.rng.getrandbits(36)) for _ in range(2))
    return _logged(touch, touch.at_ms, body, **properties)


def log_task(touch: Touch) -> Logged:
    """Something to do; `hs_timestamp` is when it is due, which may lie ahead."""
    rng, body = touch.rng, touch.phrases.body(touch.rng)
    due = touch.at_ms + rng.randrange(1, 15) * DAY_MS
    properties = {
        "hs_task_subject": rng.choice(touch.phrases.tasks),
        "hs_task_body": html(body),
        "hs_task_type": rng.choices(("TODO", "CALL", "EMAIL"), (55, 28, 17))[0],
        "hs_task_priority": rng.choices(("NONE", "LOW", "MEDIUM", "HIGH"), (34, 14, 32, 20))[0],
        "hs_task_status": rng.choices(("NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED"), (74, 14, 8, 4))[
            0
        ],
        "hs_task_is_completed": "0",
    }
    task = _logged(touch, due, body, **properties)
    done = round(due + rng.gauss(-0.5, 1.5) * DAY_MS)
    if rng.random() >= 0.82 or not task.created_ms < done < touch.now_ms:
        return task
    properties = {
        "hs_task_status": "COMPLETED",
        "hs_task_is_completed": "1",
        "hs_task_completion_date": iso(done),
    }
    return Logged(task.created_ms, done, task.properties | properties)


def log_communication(touch: Touch) -> Logged:
    """A message by SMS, WhatsApp or LinkedIn."""
    body = touch.rng.choice(touch.phrases.messages)
    channel = touch.rng.choices(list(_MESSENGERS), list(_MESSENGERS.values()))[0]
    return _logged(
        touch,
        touch.at_ms,
        body,
        hs_communication_channel_type=channel,
        hs_communication_logged_from="CRM",
        hs_communication_body=html(body),
    )


LOGGERS: dict[str, Callable[[Touch], Logged]] = {
    "calls": log_call,
    "meetings": log_meeting,
    "emails": log_email,
    "notes": log_note,
    "tasks": log_task,
    "communications": log_communication,
}
