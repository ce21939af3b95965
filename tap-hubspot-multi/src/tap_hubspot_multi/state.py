"""The Singer state: one small partition for each portal and stream.

{"bookmarks": {"contacts": {"partitions": [{"context": {"portal_id": 123}, "modified_until": "…Z"}, …]}}}

A stream that is divided into parts has one for each portal and part: `{"portal_id": 123, "object_type": "2-456"}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.helpers.types import TapState

    from tap_hubspot_multi.tasks import Bookmark


class StateBook:
    """Reads and keeps the bookmarks of all tasks.

    It owns the state dictionary of the tap and changes it in place. Only the writer may call `save`, and only after
    the records that the bookmark covers: the state can then be emitted at any moment.
    """

    def __init__(self, state: TapState) -> None:
        """Take over a state.

        Args:
            state: The state of the run before, or an empty dictionary. It is brought to today's form: portal ids
                that once were text become integers, so that no portal has two partitions.
        """
        self.value = state
        self._partitions: dict[tuple[str, int, str], dict[str, Any]] = {}
        for stream, entry in state.setdefault("bookmarks", {}).items():
            partitions = list(entry.get("partitions") or ())
            for partition in partitions:
                given = partition["context"]
                portal_id, part = int(given["portal_id"]), str(given.get("object_type") or "")
                partition["context"] = _context(portal_id, part)
                self._partitions[stream, portal_id, part] = partition
            if partitions:
                entry["partitions"] = [
                    partition for (name, _, _), partition in self._partitions.items() if name == stream
                ]

    def bookmark(self, stream: str, portal_id: int, part: str = "") -> Bookmark:
        """What was kept for a portal's stream, or a part of it; empty if nothing was."""
        partition = self._partitions.get((stream, portal_id, part), {})
        return {key: value for key, value in partition.items() if key != "context"}

    def save(self, stream: str, portal_id: int, part: str, bookmark: Mapping[str, Any]) -> None:
        """Replace the bookmark of a portal's stream, or of a part of it."""
        partition = self._partitions.get((stream, portal_id, part))
        if partition is None:
            partition = self._partitions[stream, portal_id, part] = {}
            entry = self.value["bookmarks"].setdefault(stream, {})
            entry.setdefault("partitions", []).append(partition)
        partition.clear()
        partition.update(context=_context(portal_id, part), **bookmark)


def _context(portal_id: int, part: str) -> dict[str, Any]:
    return {"portal_id": portal_id, "object_type": part} if part else {"portal_id": portal_id}
