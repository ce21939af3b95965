"""Which properties are read, and which never leave HubSpot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.property_selection import PropertyRules, PropertySelection
from tap_hubspot_multi.records import core_properties
from tests.copied_tables import BODIES, comparable, table, truth
from tests.hubspot_simulator.simulator import ALL_SCOPES

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.request_log import LoggedRequest

Harness = Any

ALDER, KESSLER = 11111111, 22222222
OBJECTS = {crm_object.name: crm_object for crm_object in CRM_OBJECTS}
COMPANIES = OBJECTS["companies"]
KNOWN = ("name", "hs_one", "hs_two", "iban")
MACHINES = "2-3451907"


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ({}, {"name", "hs_one", "hs_two", "iban"}),
        ({"contacts": ["name"]}, {"name", "hs_one", "hs_two", "iban"}),
        ({"companies": ["hs_*"]}, {"hs_one", "hs_two"}),
        ({"companies": ["name", "typo"]}, {"name"}),
        ({"companies": ["!iban"]}, {"name", "hs_one", "hs_two"}),
        ({"companies": ["hs_*", "!*_two"]}, {"hs_one"}),
        ({"companies": ["!*_two", "hs_two"]}, set()),
        ({"*": ["!iban"]}, {"name", "hs_one", "hs_two"}),
        ({"*": ["!iban"], "companies": ["iban", "name"]}, {"name"}),
        ({"*": ["hs_*"], "companies": ["name"]}, {"name", "hs_one", "hs_two"}),
        ({"companies": []}, {"name", "hs_one", "hs_two", "iban"}),
    ],
)
def test_exclusions_win_and_the_core_is_always_read(
    patterns: dict[str, list[str]], expected: set[str]
) -> None:
    selection = PropertySelection(PropertyRules({key: tuple(each) for key, each in patterns.items()}))

    names = selection.of_records(KNOWN, COMPANIES)

    assert set(names) == expected | {"createdate", "hs_lastmodifieddate", "hs_merged_object_ids"}
    assert list(names) == sorted(names)


@pytest.mark.parametrize("name", [name for name, bodies in BODIES.items() if bodies])
def test_bodies_are_read_only_if_the_settings_say_so(name: str) -> None:
    crm_object = OBJECTS[name]
    known = [*crm_object.bodies, "hs_timestamp"]

    without = PropertySelection(PropertyRules({name: crm_object.bodies})).of_records(known, crm_object)
    with_them = PropertySelection(PropertyRules(include_bodies=True)).of_records(known, crm_object)

    assert not set(crm_object.bodies) & set(without)
    assert set(crm_object.bodies) <= set(with_them)


def names_sent(request: LoggedRequest) -> set[str]:
    """Every property name in a request, wherever it stands."""
    asked = {
        name
        for key in ("properties", "propertiesWithHistory")
        for name in request.query.get(key, "").split(",")
    }
    if request.body:
        body = request.json
        asked |= {*body.get("properties", ()), *body.get("propertiesWithHistory", ())}
        asked |= {
            each["propertyName"]
            for group in body.get("filterGroups", ())
            for each in group.get("filters", ())
        }
        asked |= {each["propertyName"] for each in body.get("sorts", ())}
    return asked - {""}


@pytest.mark.parametrize("address", ["fits", "does not fit"])
def test_what_is_excluded_is_in_no_request_and_in_no_row(
    harness: Harness, simulator: Simulator, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if address == "does not fit":
        monkeypatch.setattr("tap_hubspot_multi.strategies.crm_listing._CHARACTERS_THAT_FIT", 0)
    rules = {
        "*": ["!*mail*", "!hs_object_source*"],
        "contacts": ["!lastname", "!lifecyclestage"],
        "deals": ["!amount", "!dealstage", "dealname", "closedate"],
        "Machines": ["!running_*"],
        "custom_objects": ["!installed_on"],
    }
    objects = ["contacts", "deals", "notes", "custom_objects"]

    first = harness.sync(property_selection=rules, objects=objects)
    simulator.tick()
    harness.pass_time(hours=1)
    second = harness.sync(first.state, property_selection=rules, objects=objects)

    sent = {
        object_type: set().union(
            *map(names_sent, simulator.requests.where(route="crm.*", object_type=object_type))
        )
        for object_type in ("contacts", "deals", "notes", MACHINES)
    }
    assert not any("mail" in name for names in sent.values() for name in names)
    assert not sent["contacts"] & {"lastname", "lifecyclestage"}
    assert sent["deals"] <= {"dealname", "closedate", "hs_object_id", *core_properties(OBJECTS["deals"])}
    assert not sent["notes"] & set(BODIES["notes"])
    assert not sent[MACHINES] & {"running_hours", "installed_on", "access_code"}
    # HubSpot answers a list without names with a few of its own choice: e-mail addresses among them.
    assert all("properties" in request.query for request in simulator.requests.where(route="crm.list"))
    for row in (*first.rows("contacts"), *second.rows("contacts")):
        assert not any("mail" in name for name in row["properties"])
    assert {row["property"] for run in (first, second) for row in run.rows("property_history")} == {
        "closedate"
    }


def test_bodies_come_with_the_records_once_they_are_wanted(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(include_bodies=True, objects=["notes", "calls"])

    for stream in ("notes", "calls"):
        expected = truth(simulator, stream, bodies=True)
        rows = table([run], stream)
        assert rows.keys() == expected.keys()
        for key, row in expected.items():
            if "properties" in row:
                assert comparable(rows[key])["properties"] == row["properties"]
    assert any("hs_note_body" in row["properties"] for row in run.rows("notes"))


def test_sensitive_properties_are_named_in_no_request_unless_they_are_wanted(
    harness: Harness, simulator: Simulator
) -> None:
    harness.sync(objects=["contacts"], property_selection={"contacts": ["passport_number", "email"]})

    requests = simulator.requests.where(object_type="contacts", portal_id=ALDER)
    assert not any(names_sent(request) & {"passport_number", "diagnosis"} for request in requests)
    assert {request.query["dataSensitivity"] for request in simulator.requests.where(route="properties")} == {
        "non_sensitive"
    }


def test_sensitive_properties_are_read_when_they_are_wanted_and_granted(
    harness: Harness, simulator: Simulator
) -> None:
    scopes = (*ALL_SCOPES, *simulator.world.portals[ALDER].types["contacts"].sensitive_scopes("sensitive"))
    token = simulator.issue_static_token(ALDER, scopes)

    run = harness.sync(objects=["contacts"], static_tokens=[token], include_sensitive=True)

    [definition] = run.rows("properties", object_type="contacts", name="passport_number")
    assert definition["data_sensitivity"] == "sensitive"
    assert run.rows("properties", name="diagnosis") == []  # highly sensitive: that scope was not granted
    live = run.rows("contacts", archived=False)
    assert live
    assert all("passport_number" in row["properties"] for row in live)


def test_a_pattern_that_matches_nowhere_is_told_once_for_each_object(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    rules = {"contacts": ["emial", "email", "!adress*"], "*": ["!name", "!*_ibn"], "tickets": ["typo"]}

    harness.sync(objects=["contacts", "companies"], property_selection=rules)

    warnings = [message for message in caplog.messages if "property_selection" in message]
    assert warnings == [
        "Setting property_selection: no portal has a property of any object that matches !*_ibn.",
        "Setting property_selection: no portal has a property of contacts that matches !adress*, emial.",
    ]
