"""Where the listing of an object type has come to: the ranges of record ids that are still to be listed.

HubSpot's list goes by record id, and its cursor is the id to go on from, so that several cursors can go through one
list at once. A range is what one of them has before it. As text they make one cursor: `2600-5000 >5000-7500 >7500`, or
plain `2600` for everything from one place on, which is what HubSpot's own cursor looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

_CUT = ">"


@dataclass(frozen=True, slots=True)
class IdRange:
    """Record ids from one place on, up to another.

    Attributes:
        after: HubSpot's cursor; None for the begin of the list.
        until: The last id of the range; None if it has no end.
        begins_at_cut: Whether `after` is no cursor of HubSpot's but the last id of the range before. Whether a list
            that goes on from there shows this id once more, HubSpot does not say.
    """

    after: str | None = None
    until: int | None = None
    begins_at_cut: bool = False

    def holds(self, record_id: int) -> bool:
        """Whether an id that the list shows is within the range."""
        if self.begins_at_cut and record_id <= int(self.after or 0):
            return False
        return self.until is None or record_id <= self.until

    def reaches_beyond(self, record_id: int) -> bool:
        """Whether ids behind this one may be within the range."""
        return self.until is None or record_id < self.until

    def cut(self, boundary: int) -> tuple[IdRange, IdRange]:
        """Divide a range without end; the first part ends with the given id."""
        return IdRange(self.after, boundary, self.begins_at_cut), IdRange(str(boundary), begins_at_cut=True)

    def __str__(self) -> str:
        begin = (_CUT if self.begins_at_cut else "") + (self.after or "")
        return begin if self.until is None else f"{begin}-{self.until}"


def parse_ranges(cursor: str | None) -> list[IdRange]:
    """Read a cursor; None is the whole list."""
    return [_parse(part) for part in (cursor or "").split(" ")]


def format_ranges(ranges: list[IdRange]) -> str | None:
    """Write the cursor of what is still to be listed; None when nothing is."""
    return " ".join(map(str, ranges)) if ranges else None


def _parse(part: str) -> IdRange:
    begin, _, until = part.partition("-")
    return IdRange(begin.removeprefix(_CUT) or None, int(until) if until else None, begin.startswith(_CUT))
