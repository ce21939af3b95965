"""How far one stream of one portal has been read: what every strategy with changes and full reads remembers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tap_hubspot_multi.tasks import Bookmark


@dataclass(frozen=True, slots=True)
class FullReadProgress:
    """A full read that is under way, perhaps over several runs.

    Attributes:
        began_at: When it began; rows read since then exist in HubSpot.
        archived_done: Whether the archive has been listed.
        after: List cursor to go on from; None at the start of a list.
        listed: How many of the live records that HubSpot had at the begin have been listed so far, to hold against
            HubSpot's count; None when that is not known.
    """

    began_at: datetime
    archived_done: bool = False
    after: str | None = None
    listed: int | None = 0

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FullReadProgress | None:
        """Read how far a full read has come, as the Singer state holds it; None if none is under way."""
        began_at = parse_timestamp(state.get("began_at"))
        if began_at is None:
            return None
        archived_done, after = bool(state.get("archived_done")), state.get("after")
        # A state that an older version wrote in the middle of a list does not say.
        listed = state.get("listed", None if archived_done and after else 0)
        return cls(began_at, archived_done, after, listed)

    def to_state(self) -> Bookmark:
        """The progress as JSON."""
        state: Bookmark = {
            "began_at": format_timestamp(self.began_at),
            "archived_done": self.archived_done,
            "after": self.after,
        }
        return state | {"listed": self.listed} if self.listed else state


@dataclass(frozen=True, slots=True)
class ReadBookmark:
    """Everything the next run needs to know.

    Attributes:
        modified_until: Changes before this moment have been read; None until the first full read is complete.
        full_read_at: When the last complete full read began.
        full_read: The one under way.
    """

    modified_until: datetime | None = None
    full_read_at: datetime | None = None
    full_read: FullReadProgress | None = None

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> ReadBookmark:
        """Read a bookmark as the Singer state holds it; an empty one means: never read."""
        return cls(
            modified_until=parse_timestamp(state.get("modified_until")),
            full_read_at=parse_timestamp(state.get("full_read_at")),
            full_read=FullReadProgress.from_state(state.get("full_read") or {}),
        )

    def to_state(self) -> Bookmark:
        """The bookmark as JSON; what is not set is left out, for the state holds thousands of these."""
        state: Bookmark = {}
        if self.modified_until is not None:
            state["modified_until"] = format_timestamp(self.modified_until)
        if self.full_read_at is not None:
            state["full_read_at"] = format_timestamp(self.full_read_at)
        if self.full_read is not None:
            state["full_read"] = self.full_read.to_state()
        return state

    def with_changes_until(self, moment: datetime) -> ReadBookmark:
        """Changes have been read up to a moment; a bookmark never moves back, should the clock do so."""
        known = self.modified_until
        return replace(self, modified_until=moment if known is None else max(known, moment))

    def with_progress(self, progress: FullReadProgress) -> ReadBookmark:
        """A full read has come this far."""
        return replace(self, full_read=progress)

    def with_full_read_complete(self) -> ReadBookmark:
        """The full read under way is complete.

        After the first one, changes are searched from its begin: what changed while it ran is found again.
        """
        if self.full_read is None:
            raise ValueError("no full read is under way")
        began_at = self.full_read.began_at
        return replace(
            self, full_read=None, full_read_at=began_at, modified_until=self.modified_until or began_at
        )
