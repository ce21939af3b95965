"""Tickets, activities, commerce, leads and feedback beside contacts, companies and deals: sizes, ticks, odd values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.hubspot_simulator import Clock, Scenario, Simulator
from tests.hubspot_simulator.business.touches import LOGGERS
from tests.hubspot_simulator.quirks import BODIES, LONGEST_TEXT, ODD_SPELLINGS, ODD_TEXTS
from tests.simulator.support import ANCHOR, DE, NOON, US, moment, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.records import Record
    from tests.simulator.support import Api

SALES = ("contacts", "companies", "deals")
FAMILIES = ("tickets", "products", "line_items", "quotes", "leads", "feedback_submissions", *LOGGERS)


def sales_truth(simulator: Simulator) -> list[dict[str, Any]]:
    """Contacts, companies and deals, and the links among them."""
    rows = []
    for portal in simulator.world.portals.values():
        for object_type in SALES:
            for row in portal.truth(object_type):
                links = row.get("associations", {})
                rows.append({**row, "associations": {name: links.get(name) for name in SALES}})
    return rows


def ticked(simulator: Simulator, number: int) -> Counter[str]:
    counts = Counter[str]()
    for _ in range(number):
        counts.update(simulator.tick()[US])
        simulator.clock.advance(3_600)
    return counts


@pytest.mark.parametrize("ticks", [0, 4])
def test_more_tickets_activities_and_products_change_no_contact_company_or_deal(ticks: int) -> None:
    with_all = Scenario.load("tiny")
    none = {"tickets": 0, "activities": 0, "products": 0, "leads": 0, "feedback": 0}
    portals = tuple(msgspec.structs.replace(portal, **none) for portal in with_all.portals)
    without = msgspec.structs.replace(with_all, portals=portals)
    worlds = [
        Simulator(scenario, anchor=ANCHOR, clock=Clock(NOON, frozen=True)) for scenario in (with_all, without)
    ]
    for world in worlds:
        ticked(world, ticks)

    assert sales_truth(worlds[0]) == sales_truth(worlds[1])
    assert not any(
        portal.objects[each].records for portal in worlds[1].world.portals.values() for each in FAMILIES
    )


def test_the_demo_stays_small_enough_to_start_at_once(demo: Simulator) -> None:
    portals = demo.world.portals.values()
    records = sum(len(portal.objects[each].records) for portal in portals for each in FAMILIES)

    assert 13_000 < records <= 16_000


def test_the_tiny_portal_has_some_of_everything(simulator: Simulator) -> None:
    portal = simulator.portal(US)

    assert all(8 <= len(portal.objects[each].records) <= 24 for each in FAMILIES)


def test_every_family_grows_with_the_ticks(simulator: Simulator) -> None:
    counts = ticked(simulator, 20)

    events = {f"tickets {each}" for each in ("created", "answered", "closed", "reopened")}
    events |= {f"{object_type} logged" for object_type in LOGGERS}
    events |= {"tasks completed", "notes archived", "surveys answered"}
    assert events <= counts.keys()


def test_what_a_tick_does_to_a_ticket_is_as_consistent_as_its_past(simulator: Simulator) -> None:
    began = simulator.clock.now_ms()
    ticked(simulator, 30)
    portal = simulator.portal(US)
    new = [ticket for ticket in portal.objects["tickets"] if ticket.created_ms > began - 1_000]
    states = {
        stage.id: stage.metadata["ticketState"]
        for line in portal.pipelines["tickets"]
        for stage in line.stages
    }

    closed = 0
    for ticket in new:
        values = ticket.properties
        is_closed = states[values["hs_pipeline_stage"]] == "CLOSED"
        assert bool(values.get("closed_date")) == is_closed
        assert portal.live_links("tickets", ticket.id, "contacts") or portal.objects["contacts"].archived_ids
        if is_closed:
            assert int(values["time_to_close"]) == moment(values["closed_date"]) - ticket.created_ms
            closed += 1
    assert closed > 0


def test_a_tick_touches_nothing_in_the_future(simulator: Simulator) -> None:
    ticked(simulator, 10)

    for portal in simulator.world.portals.values():
        for each in FAMILIES:
            for record in portal.objects[each].records.values():
                assert record.created_ms <= record.modified_ms <= simulator.clock.now_ms()


def first_records(portal: Portal, object_type: str) -> list[Record]:
    return list(portal.objects[object_type])[: len(ODD_TEXTS)]


@pytest.mark.parametrize("object_type", BODIES)
def test_bodies_hold_every_odd_text(simulator: Simulator, object_type: str) -> None:
    bodies = [
        record.properties[BODIES[object_type]] for record in first_records(simulator.portal(US), object_type)
    ]

    assert bodies == list(ODD_TEXTS.values())
    assert max(map(len, bodies)) == LONGEST_TEXT


def test_odd_texts_come_through_the_api(api: Api) -> None:
    rows = api.page("notes", properties="hs_note_body", limit=len(ODD_TEXTS)).json()["results"]

    assert [row["properties"]["hs_note_body"] for row in rows] == list(ODD_TEXTS.values())


@pytest.mark.parametrize("object_type", ODD_SPELLINGS)
def test_numbers_and_options_come_in_odd_spellings(simulator: Simulator, object_type: str) -> None:
    first = next(iter(simulator.portal(US).objects[object_type]))

    assert ODD_SPELLINGS[object_type].items() <= first.properties.items()


def test_activities_have_moments_in_epoch_milliseconds_too(simulator: Simulator) -> None:
    stamps = [call.properties["hs_timestamp"] for call in simulator.portal(US).objects["calls"]]

    assert any(stamp.isdigit() for stamp in stamps)
    assert any(stamp.endswith("Z") for stamp in stamps)


@pytest.mark.parametrize("object_type", ["tickets", "calls"])
def test_ids_of_the_new_types_have_up_to_seventeen_digits(object_type: str) -> None:
    assert {len(str(each)) for each in tiny().portal(DE).objects[object_type].live_ids} == {17}
