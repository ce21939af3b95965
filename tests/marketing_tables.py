"""What a copy of everything that is no CRM record must hold: runs of the tap against the simulator's truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.decoding import strip_unstorable
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.hubspot_simulator import Simulator

    Row = dict[str, Any]

Run = Any


def copied_rows(runs: Iterable[Run], stream: str, *keys: str) -> list[Row]:
    """The target's table after these runs, without the rows that a complete full read proved gone.

    Args:
        runs: In their order.
        stream: The table.
        keys: Its key columns; the last row of a key stays.
    """
    rows: dict[tuple[Any, ...], Row] = {}
    gone_before: dict[int, str] = {}
    for run in runs:
        for row in run.rows(stream):
            rows[tuple(row[key] for key in keys)] = row
        for sync in run.rows("portal_syncs", stream=stream, status="ok"):
            if sync["mode"] in {"backfill", "full"} and sync["window_from"]:
                gone_before[sync["portal_id"]] = sync["window_from"]
    return [row for row in rows.values() if row["synced_at"] >= gone_before.get(row["portal_id"], "")]


def expected_rows(simulator: Simulator, stream: str) -> list[Row]:
    """The same table, made from the simulator's world; without `synced_at`."""
    make = _MAKERS[stream]
    return [
        {"portal_id": portal_id, **make(strip_unstorable(raw))}
        for portal_id, portal in simulator.world.portals.items()
        for raw in portal.truth_of(stream)
    ]


def assert_copied(simulator: Simulator, runs: Iterable[Run], stream: str, *keys: str) -> None:
    """Hold the copy of a stream against the truth, row by row."""
    actual = copied_rows(runs, stream, "portal_id", *keys)
    expected = expected_rows(simulator, stream)
    assert expected, stream

    def by_key(rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
        return {
            tuple(row[key] for key in ("portal_id", *keys)): {
                name: value for name, value in row.items() if name != "synced_at"
            }
            for row in rows
        }

    assert by_key(actual) == by_key(expected)
    assert len(actual) == len(expected)


def _life(raw: Row) -> Row:
    return {
        "archived": raw.get("archived", False),
        "created_at": normalize(raw["createdAt"]),
        "updated_at": normalize(raw["updatedAt"]),
    }


def _form(raw: Row) -> Row:
    known = {"id", "name", "formType", "archived", "archivedAt", "createdAt", "updatedAt"}
    return {
        "id": raw["id"],
        "name": raw["name"],
        "form_type": raw["formType"],
        "archived_at": raw.get("archivedAt"),
        "definition": {name: value for name, value in raw.items() if name not in known},
        **_life(raw),
    }


def _form_submission(raw: Row) -> Row:
    return {
        "form_id": raw["formId"],
        "id": raw.get("conversionId"),
        "submitted_at": normalize(raw["submittedAt"]),
        "page_url": raw["pageUrl"],
        "values": {
            "values": [
                {"name": each["name"], "value": each["value"], "object_type_id": each["objectTypeId"]}
                for each in raw["values"]
            ]
        },
    }


_MAKERS: dict[str, Callable[[Row], Row]] = {
    "forms": _form,
    "form_submissions": _form_submission,
}
