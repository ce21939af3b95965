"""What becomes of two records that are merged: one record, and a trace of the ids that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.records import Record, stamps

if TYPE_CHECKING:
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.records import Change

# Merging these makes a record with a new id; other types keep the id of the record that was merged into.
_MERGED_UNDER_NEW_ID = frozenset({"contacts", "companies"})


def is_renewed(object_type: str) -> bool:
    """Whether the winner gets a new id."""
    return object_type in _MERGED_UNDER_NEW_ID


def merged_record(
    kind: ObjectType, primary: Record, other: Record, winner_id: int, moment_ms: int
) -> tuple[Record, list[Record]]:
    """The winner, with every value that the primary has and those that only the other has; and the losers."""
    losers = [primary, other] if is_renewed(kind.name) else [other]
    created = min(primary.created_ms, other.created_ms)
    winner = Record(
        id=winner_id,
        created_ms=created,
        modified_ms=moment_ms,
        properties={
            **other.properties,
            **primary.properties,
            **_trace(kind.name, winner_id, losers, moment_ms),
            **stamps(kind, winner_id, created, moment_ms),
        },
        history=_history(primary, other),
    )
    return winner, losers


def _history(primary: Record, other: Record) -> dict[str, tuple[Change, ...]]:
    """Of each property the history of the record that its value comes from."""
    taken = {name: kept for name, kept in (other.history or {}).items() if name not in primary.properties}
    return {**taken, **(primary.history or {})}


def _trace(object_type: str, winner_id: int, losers: list[Record], moment_ms: int) -> dict[str, str]:
    ids = [str(loser.id) for loser in losers]
    earlier = [
        old for loser in losers for old in loser.properties.get("hs_merged_object_ids", "").split(";") if old
    ]
    trace = {"hs_merged_object_ids": ";".join((*earlier, *ids))}
    if object_type == "contacts":
        trace["hs_calculated_merged_vids"] = ";".join(f"{vid}:{moment_ms}" for vid in ids)
        trace["hs_all_contact_vids"] = ";".join((str(winner_id), *earlier, *ids))
    return trace
