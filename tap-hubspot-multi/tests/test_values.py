"""Odd values arrive as HubSpot holds them, less what PostgreSQL cannot store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.hubspot_simulator import Clock, running_simulator
from tests.hubspot_simulator.catalogue import PropertyOption
from tests.hubspot_simulator.quirks import LONGEST_TEXT, QUIRKS, sprinkle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def copied(harness_for: Callable[[Simulator], Harness]) -> Iterator[Callable[[str], dict[str, Any]]]:
    """`copied(quirk)`: the properties, as read, of the contact that carries it."""
    with running_simulator("tiny", clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        carriers = sprinkle(simulator.world, simulator.world.portals[ALDER])
        run = harness_for(simulator).only("contacts").sync(portals={"include": [ALDER]})
        rows = {row["id"]: row["properties"] for row in run.rows("contacts")}
        yield lambda quirk: rows[str(carriers[quirk])]


EXPECTED: dict[str, dict[str, str | None]] = {
    "cleared": {"jobtitle": None, "phone": None},
    "never set": {"jobtitle": None, "phone": None},
    "NUL": {"address": "1 Nul Street", "city": ""},
    "four-byte characters": {"city": "𠮷野家 🏔️", "state": "👩‍👩‍👧‍👦"},
    "lone surrogate": {"city": "half an emoji ", "state": " the other half"},
    "longest text": {"address": "ü" * LONGEST_TEXT},
    "line ends and quotes": {
        "address": 'line one\r\nline two\rline three\n"quoted", \\back\\ \t tab',
        "state": "'; drop table contacts; --",
    },
    "scientific number": {"num_notes": "1.2345E7", "num_contacted_notes": "5e-7"},
    "unlisted option": {"lifecyclestage": "98765432", "hs_latest_source": "AI_REFERRALS"},
    "blanks": {"city": "   ", "state": " padded "},
    "looks like JSON": {"address": '{"a": [1, null]}', "state": "null"},
}
"""Of each quirk, what the copy must hold; None: the value is not there."""


@pytest.mark.parametrize("quirk", EXPECTED)
def test_a_value_arrives_as_it_is(copied: Callable[[str], dict[str, Any]], quirk: str) -> None:
    properties = copied(quirk)

    assert {name: properties.get(name) for name in EXPECTED[quirk]} == {
        name: value or None for name, value in EXPECTED[quirk].items()
    }


@pytest.mark.parametrize(
    ("quirk", "name", "length"),
    [
        ("epoch milliseconds", "hubspot_owner_assigneddate", 13),
        ("moment without milliseconds", "hubspot_owner_assigneddate", 20),
        ("date in epoch milliseconds", "renewal_day", 13),
    ],
)
def test_a_date_in_the_properties_keeps_its_spelling(
    copied: Callable[[str], dict[str, Any]], quirk: str, name: str, length: int
) -> None:
    assert len(copied(quirk)[name]) == length


def test_every_quirk_is_looked_at() -> None:
    dates = {"epoch milliseconds", "moment without milliseconds", "date in epoch milliseconds"}

    assert EXPECTED.keys() | dates == QUIRKS.keys()


def test_ids_of_seventeen_digits_are_exact(harness: Harness, simulator: Simulator) -> None:
    run = harness.only("contacts", "companies").sync(portals={"include": [KESSLER]})

    for stream in ("contacts", "companies"):
        truth = {row["id"] for row in simulator.world.portals[KESSLER].truth(stream)}
        rows = run.rows(stream)
        assert {row["id"] for row in rows} == truth
        assert {len(record_id) for record_id in truth} == {17}
    linked = {
        other["id"] for row in run.rows("contacts") for other in row["associations"].get("companies", ())
    }
    assert linked
    assert linked <= {row["id"] for row in run.rows("companies")}


def test_names_labels_and_options_are_cleaned_at_every_depth(harness: Harness, simulator: Simulator) -> None:
    world = simulator.world
    model = world.portals[ALDER].properties["contacts"]["interests"]
    odd = msgspec.structs.replace(
        model,
        label="Half \ud83d an emoji",
        description="a\x00b\rc",
        options=(PropertyOption(label="N\x00UL", value="\udc00v 𠮷"),),
    )
    world.put_property(ALDER, "contacts", odd)
    owner = world.portals[ALDER].owners[0]
    world.portals[ALDER].owners[0] = msgspec.structs.replace(owner, first_name="Zo\x00ë \ud83d")

    run = harness.only("properties", "owners").sync(portals={"include": [ALDER]})

    [row] = run.rows("properties", object_type="contacts", name="interests")
    assert (row["label"], row["description"]) == ("Half  an emoji", "ab\rc")
    [option] = row["options"]["options"]
    assert (option["label"], option["value"]) == ("NUL", "v 𠮷")
    assert "Zoë " in {each["first_name"] for each in run.rows("owners")}
