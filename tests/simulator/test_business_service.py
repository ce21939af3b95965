"""Tickets and survey responses of the demo hold what the service KPIs are made of."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.hubspot_simulator.business.feedback import SURVEYS
from tests.simulator.support import moment, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.records import Record

UK, DE, JAPAN, USA = 145802233, 26110977, 7052094, 1458021
OPERATING = "hs_time_to_first_response_in_operating_hours"
BY_CLOCK = "time_to_first_agent_reply"
REPLIED_AT = "first_agent_reply_date"


def portals(demo: Simulator) -> list[Portal]:
    return list(demo.world.portals.values())


def tickets(demo: Simulator) -> Iterator[Record]:
    """Those of all portals but merged ones, which mix the story of two, and those with odd values on purpose."""
    for portal in portals(demo):
        odd = portal.objects["tickets"].live_ids[:1] if portal.spec.value_quirks else []
        for ticket in portal.objects["tickets"]:
            if "hs_merged_object_ids" not in ticket.properties and ticket.id not in odd:
                yield ticket


def states(portal: Portal) -> dict[tuple[str, str], str]:
    return {
        (line.id, stage.id): stage.metadata["ticketState"]
        for line in portal.pipelines["tickets"]
        for stage in line.stages
    }


def test_the_us_portal_has_about_nine_hundred_tickets_and_others_in_proportion(demo: Simulator) -> None:
    sizes = {portal.portal_id: len(portal.objects["tickets"].records) for portal in portals(demo)}

    assert 850 <= sizes[USA] <= 950
    assert sizes[USA] > sizes[DE] > sizes[UK] > sizes[JAPAN] > 50


def test_every_ticket_is_in_a_stage_of_its_own_pipeline_whose_state_fits_its_dates(demo: Simulator) -> None:
    for portal in portals(demo):
        state = states(portal)
        for ticket in portal.objects["tickets"]:
            values = ticket.properties
            closed = state[values["hs_pipeline"], values["hs_pipeline_stage"]] == "CLOSED"
            if "hs_merged_object_ids" not in values:
                assert values["hs_is_closed"] == str(closed).lower()
                assert bool(values.get("closed_date")) == closed


def test_a_portal_can_have_two_ticket_pipelines(demo: Simulator) -> None:
    used = Counter(ticket.properties["hs_pipeline"] for ticket in demo.portal(DE).objects["tickets"])

    assert used.keys() == {"0", "74118870"}
    assert used["0"] > used["74118870"] > 50


def test_tickets_are_open_closed_reopened_and_closed_again(demo: Simulator) -> None:
    seen = Counter(
        (
            "reopened" if "hs_ticket_reopened_at" in ticket.properties else "",
            ticket.properties["hs_is_closed"],
        )
        for ticket in tickets(demo)
    )

    assert seen["", "true"] > 1_000
    assert seen["", "false"] > 50
    assert seen["reopened", "true"] > 20
    assert seen["reopened", "false"] > 20


def test_reopening_clears_the_close_date_but_not_when_it_was_last_closed(demo: Simulator) -> None:
    reopened = [
        ticket.properties
        for ticket in tickets(demo)
        if "hs_ticket_reopened_at" in ticket.properties and ticket.properties["hs_is_closed"] == "false"
    ]

    for values in reopened:
        assert values["closed_date"] == values["time_to_close"] == ""
        assert values["hs_last_closed_date"] < values["hs_ticket_reopened_at"]


def test_a_ticket_is_created_then_answered_then_closed(demo: Simulator) -> None:
    for ticket in tickets(demo):
        values = ticket.properties
        story = [values["createdate"], values.get("last_reply_date"), values.get("closed_date")]
        dates = [moment for moment in story if moment]
        assert dates == sorted(dates)


def test_times_are_milliseconds_and_agree_with_the_dates(demo: Simulator) -> None:
    for ticket in tickets(demo):
        values = ticket.properties
        if closed := values.get("closed_date"):
            assert int(values["time_to_close"]) == moment(closed) - ticket.created_ms
        if by_clock := values.get(BY_CLOCK):
            assert int(by_clock) == moment(values[REPLIED_AT]) - ticket.created_ms
            # Opening hours are never longer than the hours on the clock.
            assert int(values.get(OPERATING, "0")) <= int(by_clock)


def test_response_times_are_known_in_opening_hours_for_three_in_four_and_by_the_clock_for_few(
    demo: Simulator,
) -> None:
    values = [ticket.properties for ticket in tickets(demo)]

    assert 0.70 <= share(OPERATING in each for each in values) <= 0.82
    assert 0.05 <= share(BY_CLOCK in each for each in values) <= 0.11
    assert 0.09 <= share(REPLIED_AT in each for each in values) <= 0.17
    assert share(REPLIED_AT in each and not {OPERATING, BY_CLOCK} & each.keys() for each in values) > 0
    assert share(not {OPERATING, BY_CLOCK, REPLIED_AT} & each.keys() for each in values) >= 0.10


def test_urgent_tickets_are_answered_sooner(demo: Simulator) -> None:
    def median(priority: str) -> int:
        times = sorted(
            int(ticket.properties[OPERATING])
            for ticket in tickets(demo)
            if ticket.properties["hs_ticket_priority"] == priority and OPERATING in ticket.properties
        )
        return times[len(times) // 2]

    assert median("URGENT") < median("HIGH") < median("MEDIUM") < median("LOW")


def test_promises_are_kept_broken_running_and_overdue(demo: Simulator) -> None:
    for goal in ("hs_time_to_first_response", "hs_time_to_close"):
        codes = Counter(ticket.properties.get(f"{goal}_sla_status") for ticket in tickets(demo))
        assert codes["3"] > codes["4"] > 0
        assert codes["0"] + codes["1"] + codes["2"] > 0
        assert codes[None] > 0
    for ticket in tickets(demo):
        values = ticket.properties
        if values.get("hs_time_to_close_sla_status") == "3":
            assert values["closed_date"] <= values["hs_time_to_close_sla_at"]


def test_the_stage_history_begins_with_the_creation_and_ends_in_the_present_stage(demo: Simulator) -> None:
    lengths = Counter[int]()
    for ticket in tickets(demo):
        kept = ticket.history_of("hs_pipeline_stage")[::-1]
        assert kept[0].at_ms == ticket.created_ms
        assert [each.at_ms for each in kept] == sorted(each.at_ms for each in kept)
        assert kept[-1].value == ticket.properties["hs_pipeline_stage"]
        lengths[len(kept)] += 1

    assert lengths[3] > lengths[4] > 0
    assert lengths[5] > 0


def test_stage_dates_of_tickets_exist_where_the_subscription_has_them(demo: Simulator) -> None:
    def dated(portal_id: int) -> bool:
        return all(
            f"hs_v2_date_entered_{ticket.properties['hs_pipeline_stage']}" in ticket.properties
            for ticket in demo.portal(portal_id).objects["tickets"]
        )

    assert [dated(portal_id) for portal_id in (USA, JAPAN)] == [True, False]


def test_tickets_follow_the_working_week_and_grow(demo: Simulator) -> None:
    portal = demo.portal(DE)
    zone = ZoneInfo(portal.spec.time_zone)
    days = [datetime.fromtimestamp(ticket.created_ms / 1000, zone) for ticket in portal.objects["tickets"]]
    months = Counter((day.year, day.month) for day in days)

    assert sum(day.weekday() >= 5 for day in days) / len(days) < 0.1
    assert months[2026, 9] > 1.3 * months[2026, 8]


def test_most_tickets_have_a_contact_a_company_and_a_deal(demo: Simulator) -> None:
    portal = demo.portal(USA)
    links = {
        other: share(portal.live_links("tickets", ticket.id, other) for ticket in portal.objects["tickets"])
        for other in ("contacts", "companies", "deals")
    }

    assert links["contacts"] > 0.9
    assert links["companies"] > 0.7
    assert links["deals"] > 0.6


def test_some_tickets_are_archived_and_some_merged_under_the_id_of_one_of_them(demo: Simulator) -> None:
    for portal in portals(demo):
        store = portal.objects["tickets"]
        assert store.archived_ids
        assert store.merged
        for loser, winner in store.merged.items():
            assert str(loser) in store[winner].properties["hs_merged_object_ids"].split(";")


def test_satisfaction_has_two_scales_and_a_type_in_several_spellings(demo: Simulator) -> None:
    answers = Counter[tuple[str, str]]()
    spellings = set()
    for response in demo.portal(USA).objects["feedback_submissions"]:
        values = response.properties
        if values["hs_survey_type"].upper() == "CSAT":
            answers[values["hs_survey_id"], values["hs_value"]] += 1
            spellings.add(values["hs_survey_type"])

    assert {value for survey, value in answers if survey == "1000101"} == set("12345")
    assert {"6", "7"} <= {value for survey, value in answers if survey == "1000102"} <= set("1234567")
    assert {"CSAT", "csat"} <= spellings


def test_the_answers_of_each_survey_lie_on_its_scale_and_in_its_groups(demo: Simulator) -> None:
    surveys = {survey.id: survey for survey in SURVEYS}
    groups: dict[str, set[str]] = {}
    for portal in portals(demo):
        for response in portal.objects["feedback_submissions"]:
            survey = surveys[response.properties["hs_survey_id"]]
            assert survey.lowest <= float(response.properties["hs_value"]) <= survey.highest
            groups.setdefault(survey.type, set()).add(response.properties["hs_response_group"])

    assert groups["NPS"] == {"PROMOTER", "PASSIVE", "DETRACTOR"}
    assert groups["CSAT"] == {"0", "1", "2"}


def test_most_people_are_satisfied_and_some_are_not(demo: Simulator) -> None:
    values = [
        float(response.properties["hs_value"])
        for portal in portals(demo)
        for response in portal.objects["feedback_submissions"]
        if response.properties["hs_survey_id"] == "1000101"
    ]

    assert 0.65 <= share(value >= 4 for value in values) <= 0.85
    assert min(values) == 1


def test_responses_come_in_several_spellings_of_the_moment_or_without_one(demo: Simulator) -> None:
    stamps = [
        response.properties.get("hs_submission_timestamp")
        for portal in portals(demo)
        for response in portal.objects["feedback_submissions"]
    ]

    assert any(stamp is None for stamp in stamps)
    assert any(stamp and stamp.isdigit() for stamp in stamps)
    assert any(stamp and stamp.endswith("Z") for stamp in stamps)


def test_a_ticket_survey_is_answered_after_the_ticket_was_closed(demo: Simulator) -> None:
    portal = demo.portal(USA)
    waited = []
    for response in portal.objects["feedback_submissions"]:
        for ticket_id, _ in portal.live_links("feedback_submissions", response.id, "tickets"):
            values = portal.objects["tickets"][ticket_id].properties
            if values.get("closed_date") and "hs_merged_object_ids" not in values:
                waited.append(response.created_ms - moment(values["closed_date"]))

    assert len(waited) > 150
    assert min(waited) > 0


def test_responses_lead_to_their_contact_by_association_and_by_value(demo: Simulator) -> None:
    portal = demo.portal(USA)
    responses = list(portal.objects["feedback_submissions"])
    contacts = [portal.live_links("feedback_submissions", each.id, "contacts") for each in responses]

    assert 0.85 <= share(contacts) < 1
    assert 0.8 <= share("hs_contact_email_rollup" in each.properties for each in responses) < 1


@pytest.mark.parametrize("object_type", ["feedback_submissions", "leads"])
def test_a_portal_without_the_subscription_has_none(
    simulator: Simulator, demo: Simulator, object_type: str
) -> None:
    without = [
        portal
        for world in (simulator.world, demo.world)
        for portal in world.portals.values()
        if f"crm.objects.{object_type}.read" in portal.spec.unavailable_scopes
    ]

    assert without
    assert not any(portal.objects[object_type].records for portal in without)


def test_a_further_question_of_a_survey_is_a_property_of_the_portal(demo: Simulator) -> None:
    responses = demo.portal(USA).objects["feedback_submissions"]

    assert 0.3 < share("what_could_be_better" in each.properties for each in responses) < 0.5
    assert demo.portal(DE).properties["feedback_submissions"].get("what_could_be_better") is None
