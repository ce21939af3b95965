"""What a copy of the history of properties must hold: runs of the tap against the simulator's truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.hubspot_simulator import Simulator

Run = Any
Key = tuple[int, str, str, str, str]

READ_BY_DEFAULT = {
    "contacts": ["lifecyclestage"],
    "deals": ["dealstage", "amount", "closedate"],
    "tickets": ["hs_pipeline_stage"],
}


def copied_changes(runs: Iterable[Run]) -> dict[Key, str | None]:
    """The values by key; the last row of a key stays."""
    return {
        (row["portal_id"], row["object_type"], row["record_id"], row["property"], row["changed_at"]): row[
            "value"
        ]
        for run in runs
        for row in run.rows("property_history")
    }


def true_changes(
    simulator: Simulator, wanted: Mapping[str, Sequence[str]] = READ_BY_DEFAULT
) -> dict[Key, str | None]:
    """The same, from the simulator's live records: of several changes in a millisecond the last one counts."""
    return {
        (portal_id, object_type, str(record.id), name, iso(change.at_ms)): change.value or None
        for portal_id, portal in simulator.world.portals.items()
        for object_type, names in wanted.items()
        for record in portal.objects[object_type]
        for name in names
        for change in reversed(record.history_of(name))
    }
