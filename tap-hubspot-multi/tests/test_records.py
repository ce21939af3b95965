from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.records import merged_rows, to_row

if TYPE_CHECKING:
    from tap_hubspot_multi.crm import CrmObject

CONTACTS, COMPANIES = CRM_OBJECTS[:2]


def row(raw: dict[str, Any], crm_object: CrmObject = CONTACTS) -> dict[str, Any]:
    return to_row(raw, crm_object, portal_id=7, synced_at="2026-11-22T12:00:00.000Z")


def test_cleared_and_missing_values_are_absent_from_the_properties() -> None:
    made = row({"id": "1", "properties": {"email": "a@b.example", "phone": "", "city": None}})

    assert made["properties"] == {"email": "a@b.example"}


def test_all_property_values_are_text() -> None:
    made = row({"id": 1, "properties": {"score": 3, "vip": True, "zero": 0, "json": {"a": 1}}})

    assert made["id"] == "1"
    assert made["properties"] == {"score": "3", "vip": "true", "zero": "0", "json": '{"a":1}'}


def test_core_columns_come_from_the_properties_whatever_their_form() -> None:
    made = row(
        {"id": "1", "properties": {"createdate": "1767323045678", "lastmodifieddate": "2026-01-03T00:00:00Z"}}
    )

    assert made["created_at"] == "2026-01-02T03:04:05.678Z"
    assert made["updated_at"] == "2026-01-03T00:00:00.000Z"


def test_core_columns_fall_back_to_the_records_own_times() -> None:
    made = row(
        {
            "id": "1",
            "properties": {},
            "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-01-02T00:00:00Z",
        }
    )

    assert (made["created_at"], made["updated_at"]) == (
        "2026-01-01T00:00:00.000Z",
        "2026-01-02T00:00:00.000Z",
    )


def test_merged_away_records_become_archived_rows_that_name_the_winner() -> None:
    winner = row({"id": "9", "properties": {"hs_merged_object_ids": "4; 5;9"}}, COMPANIES)

    losers = list(merged_rows(winner))

    assert [(loser["id"], loser["merged_into"], loser["archived"]) for loser in losers] == [
        ("4", "9", True),
        ("5", "9", True),
    ]
    assert all(loser.keys() == winner.keys() for loser in losers)


def test_merged_contacts_know_when_they_were_merged() -> None:
    properties = {
        "hs_merged_object_ids": "4;5",
        "hs_calculated_merged_vids": "5:1767323045678;6:1767323045678",
    }

    losers = {
        loser["id"]: loser["archived_at"] for loser in merged_rows(row({"id": "9", "properties": properties}))
    }

    assert losers == {"4": None, "5": "2026-01-02T03:04:05.678Z", "6": "2026-01-02T03:04:05.678Z"}


def test_a_record_that_was_never_merged_has_no_losers() -> None:
    assert list(merged_rows(row({"id": "9", "properties": {}}))) == []
