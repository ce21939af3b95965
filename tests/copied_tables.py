"""What a copy of a simulated HubSpot must hold: runs of the tap against the simulator's truth, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.decoding import strip_unstorable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tests.hubspot_simulator import Simulator

Run = Any

ASSOCIATED = {crm_object.name: crm_object.associations for crm_object in CRM_OBJECTS}
BODIES = {crm_object.name: crm_object.bodies for crm_object in CRM_OBJECTS}
LINKED_TO_CUSTOM = ("contacts", "companies", "deals", "tickets")

MIRRORS = ("associatedcompanyid", "hs_primary_associated_company")
"""Properties that HubSpot calculates from associations."""


def table(runs: Iterable[Run], stream: str) -> dict[tuple[int, str], dict[str, Any]]:
    """The target's table after these runs: the last row of a key stays; of custom objects, the rows of one type."""
    return {
        (row["portal_id"], row["id"]): row
        for run in runs
        for row in (
            run.rows(stream) if stream in ASSOCIATED else run.rows("custom_objects", object_type_id=stream)
        )
    }


def comparable(row: dict[str, Any]) -> dict[str, Any]:
    associations = {
        to_type: {other["id"]: sorted(kind["type_id"] for kind in other["types"]) for other in others}
        for to_type, others in row["associations"].items()
        if others
    }
    return {name: value for name, value in row.items() if name not in {"portal_id", "synced_at"}} | {
        "associations": associations
    }


def custom_types(simulator: Simulator) -> list[str]:
    """The type ids of all portals' live custom objects."""
    return sorted(
        {
            name
            for portal in simulator.world.portals.values()
            for name, kind in portal.types.items()
            if kind.is_custom
        }
    )


def truth(
    simulator: Simulator, stream: str, *, bodies: bool = False
) -> dict[tuple[int, str], dict[str, Any]]:
    """The same table, made from the simulator's world, with or without what people wrote to each other."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    linked = ASSOCIATED.get(stream, LINKED_TO_CUSTOM)
    left_out = () if bodies else BODIES.get(stream, ())
    for portal_id, portal in simulator.world.portals.items():
        if stream not in portal.objects:
            continue
        readable = {
            definition.name
            for definition in portal.properties[stream]
            if definition.data_sensitivity == "non_sensitive" and definition.name not in left_out
        }
        for raw in portal.truth(stream):
            key = (portal_id, raw["id"])
            if "mergedInto" in raw:
                rows[key] = {"id": raw["id"], "archived": True, "merged_into": raw["mergedInto"]}
                continue
            properties = {
                name: strip_unstorable(value) for name, value in raw["properties"].items() if name in readable
            }
            rows[key] = {
                "id": raw["id"],
                "created_at": raw["createdAt"],
                "updated_at": raw["updatedAt"],
                "archived": raw["archived"],
                "archived_at": raw["archivedAt"],
                "merged_into": None,
                "properties": {name: value for name, value in properties.items() if value},
                "associations": {}
                if raw["archived"]
                else {name: links for name, links in raw["associations"].items() if name in linked},
            }
    return rows


def assert_equals_truth(
    simulator: Simulator,
    runs: Iterable[Run],
    *,
    streams: Iterable[str] | None = None,
    associations: bool = True,
    links_since: str = "",
    portals: Collection[int] = (),
) -> None:
    """Compare tables with the simulator's world.

    Args:
        simulator: What is true.
        runs: What was copied, in order.
        streams: Which object types; all, custom ones too, if None.
        associations: Whether to compare them; merging or archiving a record changes those of its neighbours without
            moving their modified dates, so that they wait for the next full read.
        links_since: Compare associations of records that were modified since then only.
        portals: Only these; all if empty.
    """
    runs = list(runs)
    for stream in (*ASSOCIATED, *custom_types(simulator)) if streams is None else streams:
        expected, actual = (
            {key: row for key, row in rows.items() if not portals or key[0] in portals}
            for rows in (truth(simulator, stream), table(runs, stream))
        )
        assert actual.keys() == expected.keys(), stream
        for key, row in expected.items():
            made = comparable(actual[key])
            if not associations or row.get("updated_at", links_since) < links_since:
                made.pop("associations")
                row.pop("associations", None)
                for mirror in MIRRORS:
                    made["properties"].pop(mirror, None)
                    row.get("properties", {}).pop(mirror, None)
            assert {name: made[name] for name in row} == row, (stream, key)
