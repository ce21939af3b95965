"""Pipelines of deals, tickets, leads and custom objects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hubspot_simulator import Scenario, Simulator
from tests.simulator.support import ANCHOR, DE, US, Api
from tests.simulator.test_scenario import SMALLEST

MACHINES = "2-3451907"


def pipelines(api: Api, object_type: str) -> list[dict[str, Any]]:
    return api.get(f"/crm/pipelines/2026-09/{object_type}").json()["results"]


def stages(api: Api, object_type: str) -> dict[str, dict[str, str]]:
    return {
        stage["label"]: stage["metadata"] for line in pipelines(api, object_type) for stage in line["stages"]
    }


def test_pipelines_come_with_their_stages_and_metadata_values_are_text(simulator: Simulator) -> None:
    german = Api(simulator, DE)

    assert [line["label"] for line in pipelines(german, "deals")] == ["Neukunden", "Service"]
    assert stages(german, "deals")["Gewonnen"] == {"isClosed": "true", "probability": "1.0"}


@pytest.mark.parametrize(
    ("object_type", "id_of_first"), [("deals", "default"), ("tickets", "0"), ("leads", "lead-pipeline-id")]
)
def test_the_pipeline_that_every_portal_starts_with_was_created_in_1970(
    api: Api, object_type: str, id_of_first: str
) -> None:
    first = pipelines(api, object_type)[0]

    assert (first["id"], first["createdAt"]) == (id_of_first, "1970-01-01T00:00:00.000Z")


def test_stages_of_tickets_have_a_state(api: Api) -> None:
    by_label = stages(api, "tickets")

    assert by_label["New"] == {"isClosed": "false", "ticketState": "OPEN"}
    assert by_label["Closed"] == {"isClosed": "true", "ticketState": "CLOSED"}


def test_stages_of_other_types_only_say_whether_they_are_closed(api: Api) -> None:
    assert stages(api, "leads")["Qualified"] == {"isClosed": "true"}
    assert stages(api, MACHINES) == {
        "Running": {"isClosed": "false"},
        "In repair": {"isClosed": "false"},
        "Scrapped": {"isClosed": "true"},
    }


@pytest.mark.parametrize("object_type", ["contacts", "calls", "products"])
def test_types_without_pipelines_answer_an_empty_list(api: Api, object_type: str) -> None:
    assert pipelines(api, object_type) == []


def test_a_deleted_stage_vanishes_while_records_still_name_it(simulator: Simulator, api: Api) -> None:
    deal = simulator.world.create(US, "deals", {"dealstage": "contractsent"})
    simulator.world.remove_stage(US, "deals", "contractsent")

    assert "Contract Sent" not in stages(api, "deals")
    row = api.get(f"/crm/objects/2026-09/deals/{deal.id}").json()
    assert row["properties"]["dealstage"] == "contractsent"


@pytest.mark.parametrize(
    ("portal_id", "object_type"), [(DE, "deals"), (DE, "tickets"), (US, "tickets"), (US, "leads")]
)
def test_stage_dates_exist_for_every_stage_of_every_pipeline(
    simulator: Simulator, portal_id: int, object_type: str
) -> None:
    api = Api(simulator, portal_id)
    lines = api.portal.pipelines[object_type]

    rows = api.get(f"/crm/properties/2026-09/{object_type}").json()["results"]

    expected = {f"hs_v2_date_entered_{stage.id}" for line in lines for stage in line.stages}
    assert expected <= {row["name"] for row in rows if row["calculated"]}


def test_a_scenario_can_have_ticket_and_lead_pipelines_of_its_own() -> None:
    text = (
        SMALLEST
        + """
[[portals.ticket_pipelines]]
id = "77"
label = "Repairs"
stages = [{ id = "771", label = "In", closed = false }, { id = "772", label = "Out", closed = true }]
[[portals.lead_pipelines]]
id = "88"
label = "Calls"
stages = [{ id = "881", label = "Called" }]
"""
    )
    api = Api(Simulator(Scenario.parse(text), anchor=ANCHOR), 1)
    api.portal.options.enforce_rate_limits = False

    assert [line["label"] for line in pipelines(api, "tickets")] == ["Repairs"]
    assert stages(api, "tickets")["Out"]["ticketState"] == "CLOSED"
    assert [line["id"] for line in pipelines(api, "leads")] == ["88"]
