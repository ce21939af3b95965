"""Calls, meetings, e-mails, notes, tasks and messages of the demo hold what the activity KPIs are made of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.business.touches import CONNECTED, DISPOSITIONS, LOGGERS
from tests.simulator.support import ANCHOR, moment, share

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.records import Record

USA, DE, JAPAN = 1458021, 26110977, 7052094
DAY_MS = 86_400_000
NOW = ANCHOR.isoformat()


def portals(demo: Simulator) -> list[Portal]:
    return list(demo.world.portals.values())


def every(demo: Simulator, object_type: str) -> list[Record]:
    return [record for portal in portals(demo) for record in portal.objects[object_type]]


def values_of(demo: Simulator, object_type: str) -> list[dict[str, str]]:
    """Without the portal that holds odd values on purpose."""
    return [
        dict(record.properties)
        for portal in portals(demo)
        if not portal.spec.value_quirks
        for record in portal.objects[object_type]
    ]


def test_there_are_about_eight_activities_for_ten_contacts_or_more(demo: Simulator) -> None:
    for portal in portals(demo):
        activities = sum(len(portal.objects[object_type].records) for object_type in LOGGERS)
        assert 0.75 <= activities / len(portal.objects["contacts"].records) <= 1.2
        assert all(portal.objects[object_type].archived_ids for object_type in LOGGERS)


def test_every_activity_has_a_moment_and_an_owner_of_its_portal(demo: Simulator) -> None:
    for portal in portals(demo):
        owners = {owner.id for owner in portal.owners}
        for object_type in LOGGERS:
            for record in portal.objects[object_type]:
                assert moment(record.properties["hs_timestamp"]) > 0
                assert record.properties["hubspot_owner_id"] in owners


def test_some_activities_belong_to_users_who_left(demo: Simulator) -> None:
    for portal_id in (USA, DE):
        portal = demo.portal(portal_id)
        gone = {owner.id for owner in portal.owners if owner.archived}
        owners = [record.properties["hubspot_owner_id"] for record in portal.objects["calls"]]
        assert 0.02 < share(owner in gone for owner in owners) < 0.3


@pytest.mark.parametrize("object_type", LOGGERS)
def test_activities_are_about_contacts_companies_deals_and_tickets(demo: Simulator, object_type: str) -> None:
    portal = demo.portal(USA)
    ids = portal.objects[object_type].live_ids
    linked = {
        other: share(portal.live_links(object_type, each, other) for each in ids)
        for other in ("contacts", "companies", "deals", "tickets")
    }

    assert 0.9 < linked["contacts"] < 1
    assert linked["companies"] > 0.5
    assert 0.2 < linked["deals"] < 0.35
    assert 0.08 < linked["tickets"] < 0.3


def test_an_activity_about_a_ticket_lies_within_the_ticket_s_life(demo: Simulator) -> None:
    portal = demo.portal(USA)
    for note in portal.objects["notes"]:
        for ticket_id, _ in portal.live_links("notes", note.id, "tickets"):
            ticket = portal.objects["tickets"][ticket_id]
            if "hs_merged_object_ids" not in ticket.properties:
                assert note.created_ms >= ticket.created_ms


def test_nothing_is_logged_about_a_contact_or_a_deal_that_is_not_there_yet(demo: Simulator) -> None:
    portal = demo.portal(USA)
    for call in portal.objects["calls"]:
        for other in ("contacts", "deals"):
            for other_id, _ in portal.live_links("calls", call.id, other):
                assert portal.objects[other][other_id].created_ms <= call.created_ms


def test_calls_last_milliseconds_and_only_where_somebody_answered(demo: Simulator) -> None:
    calls = values_of(demo, "calls")
    talks = [int(call["hs_call_duration"]) for call in calls if call["hs_call_disposition"] == CONNECTED]
    missed = [call for call in calls if call["hs_call_status"] in ("NO_ANSWER", "BUSY")]

    assert 60_000 < sorted(talks)[len(talks) // 2] < 600_000
    assert {call.get("hs_call_duration") for call in missed} == {"0", None}


def test_calls_have_every_outcome_and_both_directions(demo: Simulator) -> None:
    calls = values_of(demo, "calls")

    assert {call["hs_call_disposition"] for call in calls} == set(DISPOSITIONS)
    assert 0.7 < share(call["hs_call_direction"] == "OUTBOUND" for call in calls) < 0.85


def test_meetings_end_after_they_begin_and_the_timestamp_is_the_beginning(demo: Simulator) -> None:
    for meeting in values_of(demo, "meetings"):
        assert meeting["hs_timestamp"] == meeting["hs_meeting_start_time"] < meeting["hs_meeting_end_time"]
        assert meeting["hs_createdate"] < meeting["hs_meeting_end_time"]


def test_meetings_that_lie_ahead_are_scheduled_and_most_others_were_held(demo: Simulator) -> None:
    meetings = values_of(demo, "meetings")
    ahead = [meeting["hs_meeting_outcome"] for meeting in meetings if meeting["hs_timestamp"] > NOW]
    past = Counter(meeting["hs_meeting_outcome"] for meeting in meetings if meeting["hs_timestamp"] < NOW)

    assert set(ahead) == {"SCHEDULED"}
    assert past["COMPLETED"] > 0.6 * past.total()
    assert {"NO_SHOW", "CANCELED", "RESCHEDULED", ""} <= past.keys()


def test_emails_go_out_and_come_in_between_an_owner_and_a_contact(demo: Simulator) -> None:
    portal = demo.portal(USA)
    owners = {owner.email for owner in portal.owners}
    directions = Counter[str]()
    for email in portal.objects["emails"]:
        values = email.properties
        direction = values["hs_email_direction"]
        ours = values["hs_email_to_email" if direction == "INCOMING_EMAIL" else "hs_email_from_email"]
        assert ours in owners
        assert ("hs_email_status" in values) == (direction != "INCOMING_EMAIL")
        directions[direction] += 1

    assert directions["EMAIL"] > directions["INCOMING_EMAIL"] > directions["FORWARDED_EMAIL"] > 0


def test_tasks_are_due_after_they_are_set_and_some_lie_ahead(demo: Simulator) -> None:
    tasks = values_of(demo, "tasks")

    assert all(task["hs_createdate"] < task["hs_timestamp"] for task in tasks)
    assert any(task["hs_timestamp"] > NOW for task in tasks)


def test_completed_tasks_say_when(demo: Simulator) -> None:
    tasks = values_of(demo, "tasks")

    for task in tasks:
        assert (task["hs_task_status"] == "COMPLETED") == ("hs_task_completion_date" in task)
    assert 0.6 < share(task["hs_task_status"] == "COMPLETED" for task in tasks) < 0.9


def test_bodies_are_long_personal_and_in_the_language_of_the_portal(demo: Simulator) -> None:
    def text(portal_id: int) -> str:
        notes = demo.portal(portal_id).objects["notes"]
        return "".join(note.properties["hs_note_body"] for note in notes)

    assert "Budget is approved" in text(USA)
    assert "Stückzahlen" in text(DE)
    assert "来季" in text(JAPAN)


def test_every_property_that_is_filled_is_in_the_catalogue(demo: Simulator) -> None:
    for portal in portals(demo):
        for object_type, store in portal.objects.items():
            filled = {name for record in store.records.values() for name in record.properties}
            assert filled <= portal.properties[object_type].active.keys()


def test_activities_of_the_last_day_are_there(demo: Simulator) -> None:
    latest = max(record.created_ms for record in every(demo, "calls"))

    assert latest > moment(NOW) - 2 * DAY_MS
