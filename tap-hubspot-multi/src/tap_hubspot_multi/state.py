"""The Singer state: one small partition for each portal and stream.

{"bookmarks": {"contacts": {"partitions": [
    {"context": {"portal_id": 123}, "saved_ms": 1763892000000, "modified_until": "…Z"}, …
]}}}

A stream that is divided into parts has one for each portal and part: `{"portal_id": 123, "object_type": "2-456"}`.
When a partition was saved decides which one counts where two states have it, as after a run in shards that was killed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.exceptions import SettingInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from singer_sdk.helpers.types import TapState

    from tap_hubspot_multi.tasks import Bookmark

_SAVED = "saved_ms"


def check_form(state: Any) -> None:  # noqa: ANN401 - whatever a file holds
    """Refuse what is no Singer state at all; what is merely unknown is left alone.

    Raises:
        SettingInvalid: It is none; the message says where.
    """
    if not isinstance(state, dict):
        raise SettingInvalid("The state is not a JSON object: give the tap a state that it wrote, or none.")
    streams = state.get("bookmarks", {})
    entries = streams.items() if isinstance(streams, dict) else [("", None)]
    for stream, entry in entries:
        partitions = entry.get("partitions") or [] if isinstance(entry, dict) else None
        if not isinstance(partitions, list) or not all(isinstance(each, dict) for each in partitions):
            place = f"bookmarks.{stream}" if stream else "bookmarks"
            raise SettingInvalid(
                f"The state is damaged at {place}: give the tap a state that it wrote, or delete that part "
                "to read it from the start."
            )


class StateBook:
    """Reads and keeps the bookmarks of all tasks.

    It owns the state dictionary of the tap and changes it in place. Only the writer may call `save`, and only after
    the records that the bookmark covers: the state can then be emitted at any moment.

    Attributes:
        value: The state.
        has_changed: Whether it holds something that has not been emitted; whoever emits it says so.
    """

    def __init__(self, state: TapState) -> None:
        """Take over a state.

        Args:
            state: The state of the run before, or an empty dictionary. It is brought to today's form: portal ids
                that once were text become integers, so that no portal has two partitions. What this version does
                not know (streams, fields, partitions of a newer one) stays as it is.

        Raises:
            SettingInvalid: It is no state.
        """
        check_form(state)
        self.value = state
        self.has_changed = True
        self._partitions: dict[tuple[str, int, str], dict[str, Any]] = {}
        for stream, entry in state.setdefault("bookmarks", {}).items():
            own: dict[tuple[int, str], dict[str, Any]] = {}
            kept = []
            for partition in entry.get("partitions") or ():
                known = _known_context(partition.get("context"))
                if known is None:
                    kept.append(partition)
                    continue
                partition["context"] = _context(*known)
                own[known] = partition
            if own:
                self._partitions |= {(stream, *known): partition for known, partition in own.items()}
                entry["partitions"] = [*own.values(), *kept]

    def bookmark(self, stream: str, portal_id: int, part: str = "") -> Bookmark:
        """What was kept for a portal's stream, or a part of it; empty if nothing was."""
        partition = self._partitions.get((stream, portal_id, part), {})
        return {key: value for key, value in partition.items() if key not in {"context", _SAVED}}

    def save(
        self, stream: str, portal_id: int, part: str, bookmark: Mapping[str, Any], saved_at: datetime
    ) -> None:
        """Replace the bookmark of a portal's stream, or of a part of it.

        Args:
            stream: Of which stream.
            portal_id: Of which portal.
            part: Of which part of the stream; empty for the whole stream.
            bookmark: Takes the place of the one before.
            saved_at: The time; on a machine whose clock is behind, the bookmark counts as later all the same than
                the one that it follows.
        """
        self.has_changed = True
        partition = self._partitions.get((stream, portal_id, part))
        if partition is None:
            partition = self._partitions[stream, portal_id, part] = {}
            entry = self.value["bookmarks"].setdefault(stream, {})
            entry.setdefault("partitions", []).append(partition)
        before = partition.get(_SAVED, 0)
        saved_ms = max(int(saved_at.timestamp() * 1000), before + 1 if isinstance(before, int) else 0)
        partition.clear()
        partition.update({"context": _context(portal_id, part), _SAVED: saved_ms, **bookmark})

    def forget(self, stream: str, portal_id: int, part: str = "") -> None:
        """Drop the bookmark of a portal's stream, or of a part of it, if there is one."""
        partition = self._partitions.pop((stream, portal_id, part), None)
        if partition is None:
            return
        self.has_changed = True
        entry = self.value["bookmarks"][stream]
        entry["partitions"] = [each for each in entry["partitions"] if each is not partition]
        if not entry["partitions"]:
            del self.value["bookmarks"][stream]


def _known_context(context: Any) -> tuple[int, str] | None:  # noqa: ANN401 - whatever a newer version wrote
    """Portal and part, or None if this is not a context of ours."""
    if not isinstance(context, dict) or not context.keys() <= {"portal_id", "object_type"}:
        return None
    portal_id, part = str(context.get("portal_id")), context.get("object_type") or ""
    return (int(portal_id), str(part)) if portal_id.isdecimal() else None


@cache
def _context(portal_id: int, part: str) -> dict[str, Any]:
    """One object for all streams of a portal: of hundreds of portals, contexts are half of the bookmarks."""
    return {"portal_id": portal_id, "object_type": part} if part else {"portal_id": portal_id}
