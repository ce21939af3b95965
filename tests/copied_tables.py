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

MIRRORS = ("associatedcompanyid", "hs_primary_associated_company")
"""Properties that HubSpot calculates from associations."""


def table(runs: Iterable[Run], stream: str) -> dict[tuple[int, str], dict[str, Any]]:
    """The target's table after these runs: the last row of a key stays."""
    return {(row["portal_id"], row["id"]): row for run in runs for row in run.rows(stream)}


def comparable(row: dict[str, Any]) -> dict[str, Any]:
    associations = {
        to_type: {other["id"]: sorted(kind["type_id"] for kind in other["types"]) for other in others}
        for to_type, others in row["associations"].items()
        if others
    }
    return {name: value for name, value in row.items() if name not in {"portal_id", "synced_at"}} | {
        "associations": associations
    }


def truth(simulator: Simulator, stream: str) -> dict[tuple[int, str], dict[str, Any]]:
    """The same table, made from the simulator's world."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for portal_id, portal in simulator.world.portals.items():
        readable = {
            definition.name
            for definition in portal.properties[stream]
            if definition.data_sensitivity == "non_sensitive"
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
                else {
                    name: links for name, links in raw["associations"].items() if name in ASSOCIATED[stream]
                },
            }
    return rows


def assert_equals_truth(
    simulator: Simulator,
    runs: Iterable[Run],
    *,
    streams: Iterable[str] = tuple(ASSOCIATED),
    associations: bool = True,
    links_since: str = "",
    portals: Collection[int] = (),
) -> None:
    """Compare tables with the simulator's world.

    Args:
        simulator: What is true.
        runs: What was copied, in order.
        streams: Which tables.
        associations: Whether to compare them; merging or archiving a record changes those of its neighbours without
            moving their modified dates, so that they wait for the next full read.
        links_since: Compare associations of records that were modified since then only.
        portals: Only these; all if empty.
    """
    runs = list(runs)
    for stream in streams:
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
