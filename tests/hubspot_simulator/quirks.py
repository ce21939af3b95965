"""The odd values that real portals hold, put onto chosen records so that a copy has to survive each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import DAY_MS, parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.records import Record
    from tests.hubspot_simulator.world import World

    Quirk = Callable[[Record], dict[str, str | None]]

LONGEST_TEXT = 65_536


def _cleared(_: Record) -> dict[str, str | None]:
    return {"jobtitle": "", "phone": ""}


def _never_set(_: Record) -> dict[str, str | None]:
    return {"jobtitle": None, "phone": None}


def _epoch_milliseconds(record: Record) -> dict[str, str | None]:
    return {
        "hubspot_owner_assigneddate": str(record.created_ms),
        "notes_last_updated": str(record.created_ms),
    }


def _moment_without_milliseconds(record: Record) -> dict[str, str | None]:
    created = record.properties["createdate"]
    return {"hubspot_owner_assigneddate": f"{created[:19]}Z"}


def _epoch_date(record: Record) -> dict[str, str | None]:
    return {"renewal_day": str(record.created_ms // DAY_MS * DAY_MS)}


def _nul(_: Record) -> dict[str, str | None]:
    return {"address": "1 Nul\x00 Street", "city": "\x00"}


def _four_byte_characters(_: Record) -> dict[str, str | None]:
    return {"city": "𠮷野家 🏔️", "state": "👩‍👩‍👧‍👦"}


def _lone_surrogate(_: Record) -> dict[str, str | None]:
    return {"city": "half an emoji \ud83d", "state": "\udc00 the other half"}


def _longest_text(_: Record) -> dict[str, str | None]:
    return {"address": "ü" * LONGEST_TEXT}


def _line_ends_and_quotes(_: Record) -> dict[str, str | None]:
    return {
        "address": 'line one\r\nline two\rline three\n"quoted", \\back\\ \t tab',
        "state": "'; drop table contacts; --",
    }


def _scientific_number(_: Record) -> dict[str, str | None]:
    return {"num_notes": "1.2345E7", "num_contacted_notes": "5e-7"}


def _unlisted_option(_: Record) -> dict[str, str | None]:
    return {"lifecyclestage": "98765432", "hs_latest_source": "AI_REFERRALS"}


def _blanks(_: Record) -> dict[str, str | None]:
    return {"city": "   ", "state": " padded "}


def _looks_like_json(_: Record) -> dict[str, str | None]:
    return {"address": '{"a": [1, null]}', "state": "null"}


#: By name, so that a test can say which one it means.
QUIRKS: dict[str, Quirk] = {
    "cleared": _cleared,
    "never set": _never_set,
    "epoch milliseconds": _epoch_milliseconds,
    "moment without milliseconds": _moment_without_milliseconds,
    "date in epoch milliseconds": _epoch_date,
    "NUL": _nul,
    "four-byte characters": _four_byte_characters,
    "lone surrogate": _lone_surrogate,
    "longest text": _longest_text,
    "line ends and quotes": _line_ends_and_quotes,
    "scientific number": _scientific_number,
    "unlisted option": _unlisted_option,
    "blanks": _blanks,
    "looks like JSON": _looks_like_json,
}


#: What people paste into bodies.
ODD_TEXTS = {
    "NUL": "before\x00after",
    "lone surrogate": "half an emoji \ud83d",
    "longest text": "ß" * LONGEST_TEXT,
    "line ends and quotes": 'one\r\ntwo\rthree\n"quoted", \\back\\',
    "four-byte characters": "𠮷野家 👩‍👩‍👧‍👦",
    "cleared": "",
}
#: The longest texts of each object type.
BODIES = {
    "tickets": "content",
    "calls": "hs_call_body",
    "meetings": "hs_internal_meeting_notes",
    "emails": "hs_email_html",
    "notes": "hs_note_body",
    "tasks": "hs_task_body",
    "communications": "hs_communication_body",
    "feedback_submissions": "hs_content",
}
#: Numbers as floating point writes them, an option that is not listed.
ODD_SPELLINGS = {
    "tickets": {"hs_time_to_first_response_in_operating_hours": "3.6E6"},
    "calls": {"hs_call_duration": "1.2345E5"},
    "tasks": {"hs_task_status": "98765432"},
    "feedback_submissions": {"hs_value": "4.0"},
    "line_items": {"quantity": "1E0"},
}


def sprinkle_bodies(world: World, portal: Portal) -> None:
    """Put each odd text onto one body of every type, and odd spellings beside them."""
    for object_type, name in BODIES.items():
        store = portal.objects[object_type]
        for record_id, odd in zip(store.live_ids, ODD_TEXTS.values(), strict=False):
            changes: dict[str, str | None] = {name: odd}
            # Older integrations write the moment in epoch milliseconds.
            if moment := parse_moment(store[record_id].properties.get("hs_timestamp", "")):
                changes["hs_timestamp"] = str(moment)
            world.change_calculated(portal.portal_id, object_type, record_id, changes)
    for object_type, values in ODD_SPELLINGS.items():
        for record_id in portal.objects[object_type].live_ids[:1]:
            world.change_calculated(portal.portal_id, object_type, record_id, values)


def sprinkle(world: World, portal: Portal) -> dict[str, int]:
    """Put each quirk onto one live contact (`World.change_calculated`, so modified dates stay).

    Returns:
        The contact id that carries each quirk, by the quirk's name.
    """
    ids = dict(zip(QUIRKS, portal.objects["contacts"].live_ids, strict=False))
    catalogue = portal.properties["contacts"]
    for name, record_id in ids.items():
        values = QUIRKS[name](portal.objects["contacts"][record_id])
        known = {key: value for key, value in values.items() if catalogue.get(key)}
        world.change_calculated(portal.portal_id, "contacts", record_id, known)
    return ids
