from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.quirks import LONGEST_TEXT, QUIRKS
from tests.simulator.support import DE, US, Api

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator


@pytest.fixture
def quirky(api: Api) -> dict[str, dict[str, str | None]]:
    """By quirk, the properties of the contact that carries it."""
    ids = dict(zip(QUIRKS, api.portal.objects["contacts"].live_ids, strict=False))
    every = ",".join(
        each.name for each in api.portal.properties["contacts"] if each.data_sensitivity == "non_sensitive"
    )
    rows = {int(row["id"]): row["properties"] for row in api.every_row("contacts", properties=every)}
    return {name: rows[record_id] for name, record_id in ids.items()}


Quirky = dict[str, dict[str, str | None]]


def test_every_value_is_text_or_null(api: Api) -> None:
    for object_type in ("contacts", "companies", "deals"):
        every = ",".join(each.name for each in api.portal.properties[object_type])
        for row in api.every_row(object_type, properties=every):
            assert all(value is None or isinstance(value, str) for value in row["properties"].values())


def test_a_cleared_value_is_an_empty_text_and_one_never_set_is_null(quirky: Quirky) -> None:
    assert quirky["cleared"]["jobtitle"] == ""
    assert quirky["never set"]["jobtitle"] is None


def test_some_properties_are_left_out_where_they_have_no_value(simulator: Simulator, api: Api) -> None:
    api.portal.options.omitted_when_empty = {"jobtitle"}
    with_title = simulator.world.create(US, "contacts", {"jobtitle": "CEO"})
    without = simulator.world.create(US, "contacts", {})

    rows = [
        api.get(f"/crm/objects/2026-09/contacts/{each.id}", properties="jobtitle").json()
        for each in (with_title, without)
    ]

    assert rows[0]["properties"]["jobtitle"] == "CEO"
    assert "jobtitle" not in rows[1]["properties"]


def test_moments_come_as_iso_with_and_without_milliseconds_and_as_epoch_milliseconds(quirky: Quirky) -> None:
    assert str(quirky["NUL"]["createdate"]).endswith("Z")
    assert str(quirky["epoch milliseconds"]["hubspot_owner_assigneddate"]).isdigit()
    assert len(str(quirky["moment without milliseconds"]["hubspot_owner_assigneddate"])) == len(
        "2026-01-02T03:04:05Z"
    )


def test_dates_come_as_iso_and_as_epoch_milliseconds_of_midnight(api: Api) -> None:
    values = [row["properties"]["renewal_day"] for row in api.every_row("contacts", properties="renewal_day")]
    filled = [value for value in values if value]

    assert any("-" in value for value in filled)
    assert any(value.isdigit() and int(value) % 86_400_000 == 0 for value in filled)


def test_several_choices_are_joined_by_semicolons(api: Api) -> None:
    values = [row["properties"]["interests"] for row in api.every_row("contacts", properties="interests")]

    assert any(value and ";" in value for value in values)


def test_nul_and_characters_beyond_the_basic_plane_come_through(quirky: Quirky) -> None:
    assert "\x00" in str(quirky["NUL"]["address"])
    assert "𠮷" in str(quirky["four-byte characters"]["city"])


def test_half_a_surrogate_pair_comes_as_an_escape(api: Api) -> None:
    position = list(QUIRKS).index("lone surrogate")
    record_id = api.portal.objects["contacts"].live_ids[position]

    raw = api.get(f"/crm/objects/2026-09/contacts/{record_id}", properties="city").content

    assert b"\\ud83d" in raw
    assert json.loads(raw)["properties"]["city"].endswith("\ud83d")


def test_text_can_be_65536_characters_long(quirky: Quirky) -> None:
    assert len(str(quirky["longest text"]["address"])) == LONGEST_TEXT


def test_numbers_can_be_scientific(quirky: Quirky) -> None:
    assert float(str(quirky["scientific number"]["num_notes"])) == 12_345_000


def test_an_enumeration_can_hold_what_is_no_option(api: Api, quirky: Quirky) -> None:
    options = {option.value for option in api.portal.properties["contacts"]["lifecyclestage"].options}

    assert quirky["unlisted option"]["lifecyclestage"] not in options


def test_bare_carriage_returns_quotes_and_backslashes_come_through(quirky: Quirky) -> None:
    assert "two\rline" in str(quirky["line ends and quotes"]["address"])


def test_blanks_and_text_that_looks_like_json_are_just_text(quirky: Quirky) -> None:
    assert quirky["blanks"]["city"] == "   "
    assert quirky["looks like JSON"]["state"] == "null"


def test_ids_have_up_to_seventeen_digits(simulator: Simulator) -> None:
    german = Api(simulator, DE)
    [row] = german.page(limit=1).json()["results"]

    assert len(row["id"]) == 17
    assert row["properties"]["hs_object_id"] == row["id"]
    assert int(row["id"]) > 2**53


def test_quirks_do_not_move_the_modified_date(api: Api) -> None:
    history_ends = "2026-11-22T00:00:00.000Z"

    assert all(row["updatedAt"] < history_ends for row in api.every_row("contacts"))
