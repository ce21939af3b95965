"""The Singer state: one small partition for each portal and stream.

{"bookmarks": {"contacts": {"partitions": [{"context": {"portal_id": 123}, "modified_until": "…Z"}, …]}}}
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
        self._partitions: dict[tuple[str, int], dict[str, Any]] = {}
        for stream, entry in state.setdefault("bookmarks", {}).items():
            for partition in entry.get("partitions") or ():
                portal_id = int(partition["context"]["portal_id"])
                partition["context"] = {"portal_id": portal_id}
                self._partitions[stream, portal_id] = partition
        for stream, _ in self._partitions:
            state["bookmarks"][stream]["partitions"] = []
        for (stream, _), partition in self._partitions.items():
            state["bookmarks"][stream]["partitions"].append(partition)

    def bookmark(self, stream: str, portal_id: int) -> Bookmark:
        """What was kept for a portal's stream; empty if nothing was."""
        partition = self._partitions.get((stream, portal_id), {})
        return {key: value for key, value in partition.items() if key != "context"}

    def save(self, stream: str, portal_id: int, bookmark: Mapping[str, Any]) -> None:
        """Replace the bookmark of a portal's stream."""
        partition = self._partitions.get((stream, portal_id))
        if partition is None:
            partition = self._partitions[stream, portal_id] = {}
            entry = self.value["bookmarks"].setdefault(stream, {})
            entry.setdefault("partitions", []).append(partition)
        partition.clear()
        partition.update(context={"portal_id": portal_id}, **bookmark)
