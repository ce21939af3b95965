"""Cuts a search into windows that HubSpot can answer completely.

Search returns at most 10,000 rows of a query, whatever `total` says, and its order cannot be trusted, so that
"go on from the newest row" loses rows. Instead the span of time is halved until each part holds fewer. More than
10,000 rows can share one millisecond (bulk jobs do that); such an instant is cut further by record id.

Everything here is pure: the caller asks HubSpot for the totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEARCH_CAP = 10_000
ID_CEILING = 2**63
"""No record id reaches this: ids are positive, and have up to 17 digits so far."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open part of the search space: `start <= modified < end` and `id_from <= id < id_to`.

    Attributes:
        start: Epoch milliseconds, included.
        end: Epoch milliseconds, excluded.
        id_from: Lowest record id, included.
        id_to: Record id at which the window ends, excluded.
    """

    start: int
    end: int
    id_from: int = 0
    id_to: int = ID_CEILING

    @property
    def is_whole_span(self) -> bool:
        """Whether every id is inside, so that no filter on ids is needed."""
        return self.id_from == 0 and self.id_to == ID_CEILING

    @property
    def completes_its_span(self) -> bool:
        """Whether, windows being drained in order, `end` is a safe bookmark once this one is drained."""
        return self.id_to == ID_CEILING

    @property
    def can_be_split(self) -> bool:
        """Whether more than one record could be inside."""
        return self.end - self.start > 1 or self.id_to - self.id_from > 1

    def contains(self, modified: int, record_id: int) -> bool:
        """Whether a record belongs to this window; search also returns rows that do not."""
        return self.start <= modified < self.end and self.id_from <= record_id < self.id_to

    def split(self) -> tuple[Window, Window]:
        """Cut the window in two: in time as long as it is longer than a millisecond, then by id.

        Returns:
            Two adjoining, non-empty windows, in order, that hold together exactly what this one holds.

        Raises:
            ValueError: The window is one id at one millisecond.
        """
        if self.end - self.start > 1:
            middle = (self.start + self.end) // 2
            return (
                Window(self.start, middle, self.id_from, self.id_to),
                Window(middle, self.end, self.id_from, self.id_to),
            )
        if self.id_to - self.id_from > 1:
            # The geometric mean: ids are far below the ceiling, and so are found in 6 steps instead of 30.
            middle = max(isqrt(max(self.id_from, 1) * self.id_to), self.id_from + 1)
            return (
                Window(self.start, self.end, self.id_from, middle),
                Window(self.start, self.end, middle, self.id_to),
            )
        raise ValueError("a window of one id at one millisecond cannot be split")


def answerable(window: Window, total_of: Callable[[Window], int], cap: int = SEARCH_CAP) -> Iterator[Window]:
    """Cut a window into parts that search can return completely.

    Args:
        window: What is to be covered.
        total_of: Asks HubSpot how many records a window holds.
        cap: Parts hold fewer records than this.

    Yields:
        Windows in ascending order that cover the given one exactly once. A part is asked for only when the ones
        before it have been taken, so that a total is never older than it has to be.
    """
    waiting = [window]
    while waiting:
        part = waiting.pop()
        if part.can_be_split and total_of(part) >= cap:
            first, second = part.split()
            waiting += (second, first)
        else:
            yield part
