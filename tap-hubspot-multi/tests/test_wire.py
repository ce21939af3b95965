"""What leaves the tap: the messages, their order, their types."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.streams import STREAMS
from tests.hubspot_simulator import Clock, Scenario, running_simulator
from tests.hubspot_simulator.scenario import PortalSpec
from tests.hubspot_simulator.specs import PipelineSpec, StageSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

SNAPSHOT = Path(__file__).parent / "snapshots" / "output.jsonl"
KEYS = {stream.name: stream.keys for stream in STREAMS if stream.selected_by_default} | {
    portal_syncs.NAME: portal_syncs.KEYS
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def small_world(harness_for: Callable[[Simulator], Harness]) -> Iterator[Harness]:
    """One portal whose records are all written here, so that no change of the generated business moves the snapshot."""
    scenario = Scenario(name="snapshot", portals=(SNAPSHOT_PORTAL,))
    with running_simulator(scenario, clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        world, portal_id = simulator.world, SNAPSHOT_PORTAL.portal_id
        company = world.create(portal_id, "companies", {"name": "Alder & Finch", "domain": "alder.example"})
        ann = world.create(
            portal_id, "contacts", {"email": "ann@alder.example", "firstname": "Ann", "phone": ""}
        )
        bob = world.create(portal_id, "contacts", {"email": "bob@alder.example", "city": "Nul\x00 City 🏔️"})
        bee = world.create(portal_id, "contacts", {"email": "b.ee@alder.example"})
        gone = world.create(portal_id, "deals", {"dealname": "Lost and deleted", "amount": "100"})
        deal = world.create(
            portal_id, "deals", {"dealname": "Renewal", "amount": "12000.50", "dealstage": "won"}
        )
        world.associate(portal_id, "contacts", ann.id, "companies", company.id, "Primary")
        world.associate(portal_id, "deals", deal.id, "contacts", ann.id)
        world.associate(portal_id, "deals", deal.id, "companies", company.id, "Primary")
        world.merge(portal_id, "contacts", bob.id, bee.id)
        world.archive(portal_id, "deals", gone.id)
        form = world.add_form(portal_id, "Contact us")
        world.submit_form(portal_id, form.id, {"email": "ann@alder.example", "message": "Nul\x00"})
        email = world.add_email(portal_id, "News")
        world.send_email(portal_id, email.id, 3)
        campaign = world.add_campaign(portal_id, {"hs_name": "Spring", "hs_currency_code": "USD"})
        world.add_spend_item(portal_id, campaign.id, "Advert", 99.5)
        customers = world.add_list(portal_id, "Customers")
        world.add_to_list(portal_id, customers.id, [ann.id])
        world.change_analytics(portal_id, NOON.date(), "organic", {"visits": 3, "rawViews": 5})
        world.set_exchange_rate(portal_id, "EUR", 1.08)
        yield harness_for(simulator)


SNAPSHOT_PORTAL = PortalSpec(
    portal_id=33333333,
    name="Snapshot",
    domain="snapshot.example",
    contacts=0,
    companies=0,
    deals=0,
    owners=2,
    marketing_emails=0,
    campaigns=0,
    lists=0,
    forms=0,
    submissions=0,
    pipelines=(
        PipelineSpec(
            id="default",
            label="Sales",
            stages=(
                StageSpec(id="open", label="Open", probability=0.2),
                StageSpec(id="won", label="Won", probability=1, closed=True),
                StageSpec(id="lost", label="Lost", probability=0, closed=True),
            ),
        ),
    ),
)


GENERATED = {"properties", "owners", "users", "teams"}
"""Streams whose rows the simulator makes up."""


def normalized(messages: list[dict[str, Any]]) -> list[str]:
    """The output as text, a line a message, without the run's id and what the simulator makes up."""
    lines = [
        json.dumps(message, sort_keys=True, ensure_ascii=False)
        for message in messages
        if message["type"] != "RECORD" or not {message["stream"], message["record"].get("stream")} & GENERATED
    ]
    return [re.sub(r'"run_id": "[^"]*"', '"run_id": "RUN"', line) for line in lines]


def test_the_whole_output_is_what_it_was(small_world: Harness) -> None:
    output = normalized(small_world.sync().messages)

    if not SNAPSHOT.exists():
        SNAPSHOT.write_text("\n".join(output) + "\n", encoding="utf-8")
        pytest.fail(f"there was no snapshot: look at {SNAPSHOT.name}, then run the tests again")
    assert output == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_keys_are_unique_and_never_null(harness: Harness) -> None:
    run = harness.sync()

    for stream, key in KEYS.items():
        keys = [tuple(row[column] for column in key) for row in run.rows(stream)]
        assert keys, stream
        assert max(Counter(keys).values()) == 1, stream
        assert all(None not in values for values in keys), stream
        assert key[0] == "portal_id" or "portal_id" in key


def test_every_row_has_every_column_in_its_type(harness: Harness, simulator: Simulator) -> None:
    first = harness.sync()
    simulator.tick()
    harness.pass_time(hours=1)

    for run in (first, harness.sync(first.state)):
        schemas = {
            message["stream"]: message["schema"]["properties"]
            for message in run.messages
            if "schema" in message
        }
        for message in run.messages:
            if message["type"] != "RECORD":
                continue
            columns = schemas[message["stream"]]
            assert message["record"].keys() == columns.keys()
            for name, value in message["record"].items():
                assert_has_type(value, columns[name], f"{message['stream']}.{name}")


def assert_has_type(value: object, schema: dict[str, Any], place: str) -> None:
    if value is None:
        assert "null" in schema["type"], place
        return
    kind = {bool: "boolean", int: "integer", str: "string", dict: "object"}[type(value)]
    assert kind == schema["type"][0], place
    if "format" in schema:
        assert MOMENT.fullmatch(str(value)), place


@pytest.mark.parametrize(
    "stream", [*STREAMS, portal_syncs], ids=lambda stream: getattr(stream, "name", "portal_syncs")
)
def test_columns_have_only_types_that_copy_keeps_exactly(stream: Any) -> None:  # noqa: ANN401 - two kinds
    schema = getattr(stream, "schema", None) or stream.SCHEMA

    for column in schema["properties"].values():
        assert column["type"][0] in {"integer", "string", "boolean", "object"}
        assert column.get("format") in {None, "date-time"}


def test_properties_and_associations_are_text_and_objects_all_the_way(harness: Harness) -> None:
    run = harness.sync()

    for stream in ("contacts", "companies", "deals"):
        for row in run.rows(stream):
            assert all(isinstance(value, str) and value for value in row["properties"].values())
            assert isinstance(row["associations"], dict)


def test_tables_of_other_portals_are_never_activated_away(harness: Harness) -> None:
    assert {message["type"] for message in harness.sync().messages} == {"SCHEMA", "RECORD", "STATE"}


def test_a_state_comes_after_the_records_it_covers(harness: Harness) -> None:
    run = harness.sync()

    assert run.messages[-1]["type"] == "STATE"
    assert len(run.states) == 1  # throttled by time, and time stood still


def test_schemas_come_first_so_that_every_table_exists(harness: Harness) -> None:
    run = harness.sync(portals={"include": [1]})

    assert [message["stream"] for message in run.messages if message["type"] == "SCHEMA"] == sorted(KEYS)


def test_only_selected_streams_are_read_and_written(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(catalog=harness.catalog_of("owners", "portal_syncs"))

    assert {message.get("stream") for message in run.messages} - {None} == {"owners", "portal_syncs"}
    assert simulator.requests.count(route="crm.*") == 0


def test_deselected_columns_are_left_out_of_schema_and_rows(harness: Harness) -> None:
    run = harness.sync(catalog=harness.catalog_of("owners", without=("email", "id")))

    [schema] = [message["schema"] for message in run.messages if message["type"] == "SCHEMA"]
    assert "email" not in schema["properties"]
    assert "id" in schema["properties"]  # a key column cannot be left out
    assert all(row.keys() == schema["properties"].keys() for row in run.rows("owners"))


def test_the_run_log_is_written_only_if_it_is_selected(harness: Harness) -> None:
    assert harness.sync(catalog=harness.catalog_of("owners")).rows("portal_syncs") == []


def test_no_token_is_in_the_output_or_the_log(harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    run = harness.sync()

    for token in harness.config["static_tokens"]:
        assert token not in json.dumps(run.messages)
        assert token not in caplog.text
