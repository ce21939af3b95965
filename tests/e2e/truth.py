"""Compare the warehouse with the simulated HubSpot's own truth, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from tests.e2e.stack import Stack
    from tests.hubspot_simulator.portal import Portal

OBJECTS = ("contacts", "companies", "deals")

# Each link is read once, from the side that has fewer of them.
_LINKS = {"contacts": {"companies"}, "companies": set(), "deals": {"contacts", "companies"}}

# The tap asks for no sensitive property, and HubSpot shows none unasked; archived properties are gone from records.
_UNSEEN = {"sensitive", "highly_sensitive"}


def assert_warehouse_equals_hubspot(stack: Stack, *portal_ids: int, links_since: str = "") -> None:
    """Compare every row of every CRM object of the portals: ids, stamps, each value, each association.

    Args:
        stack: Where to look.
        portal_ids: Which portals.
        links_since: After an incremental run, the time since when: a link that changes while its record does not is
            found by the next full read, so associations are compared on records that were modified later.

    Raises:
        AssertionError: with the first rows that differ.
    """
    for portal_id in portal_ids:
        portal = stack.hubspot.world.portals[portal_id]
        for object_type in OBJECTS:
            assert_same(
                f"{object_type} of {portal_id}",
                _old_links_out(_warehouse(stack, portal_id, object_type), links_since),
                _old_links_out(_hubspot(portal, object_type), links_since),
            )


def assert_same(what: str, found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert sorted(found) == sorted(expected), (
        f"{what}: missing {sorted(expected.keys() - found.keys())[:5]}, too many {sorted(found.keys() - expected.keys())[:5]}"
    )
    different = [
        f"{key}: {_difference(found[key], expected[key])}" for key in expected if found[key] != expected[key]
    ]
    assert not different, f"{what}: {len(different)} rows differ, the first: {different[0]}"


def _difference(found: Any, expected: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
        return "; ".join(f"{key} → {_difference(found.get(key), expected.get(key))}" for key in keys)
    return f"found {found!r:.200}, expected {expected!r:.200}"


def _old_links_out(rows: dict[str, Any], since: str) -> dict[str, Any]:
    return {
        key: {**row, "associations": None} if row.get("updated_at", since) < since else row
        for key, row in rows.items()
    }


def _warehouse(stack: Stack, portal_id: int, object_type: str) -> dict[str, Any]:
    rows = stack.query(f"SELECT * FROM hubspot_raw.{object_type} WHERE portal_id = {portal_id}")
    found: dict[str, Any] = {}
    for row in rows:
        assert row["id"] not in found, f"{object_type} {row['id']} of {portal_id} is there twice"
        if row["merged_into"]:
            found[row["id"]] = {"merged_into": row["merged_into"]}
            continue
        found[row["id"]] = {
            "created_at": _stamp(row["created_at"]),
            "updated_at": _stamp(row["updated_at"]),
            "archived": row["archived"],
            "archived_at": _stamp(row["archived_at"]),
            "properties": row["properties"],
            "associations": {
                to_type: {link["id"]: sorted(kind["type_id"] for kind in link["types"]) for link in links}
                for to_type, links in (row["associations"] or {}).items()
                if links
            },
        }
    return found


def _hubspot(portal: Portal, object_type: str) -> dict[str, Any]:
    catalogue = portal.properties[object_type]
    visible = {
        definition.name
        for definition in catalogue
        if not definition.archived and definition.data_sensitivity not in _UNSEEN
    }
    expected: dict[str, Any] = {}
    for row in portal.truth(object_type):
        if "mergedInto" in row:
            expected[row["id"]] = {"merged_into": row["mergedInto"]}
            continue
        expected[row["id"]] = {
            "created_at": row["createdAt"],
            "updated_at": row["updatedAt"],
            "archived": row["archived"],
            "archived_at": row["archivedAt"],
            "properties": {
                name: stored
                for name, value in row["properties"].items()
                if name in visible and (stored := _storable(value))
            },
            "associations": {
                to_type: links
                for to_type, links in row["associations"].items()
                if to_type in _LINKS[object_type] and not row["archived"]
            },
        }
    return expected


def _storable(value: str) -> str:
    """PostgreSQL holds no NUL and no lone surrogate; everything else arrives as it is."""
    return "".join(
        character for character in value if character != "\0" and not "\ud800" <= character <= "\udfff"
    )


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat(timespec='milliseconds')}Z"
