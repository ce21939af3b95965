"""Which worker has which portals, when several load side by side.

Every portal has one of 240 slots, for ever: a hash of its id says which. Shard i of n has each n-th slot, from the i-th
on. 240 divides by 2, 3, 4, 5, 6, 8, 10, 12 and more, so the shards have as many slots each; and two shards of whatever
numbers have a portal in common only where they have a slot in common, which is what a loader locks.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

SLOTS = 240


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `count`, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard | None:
        """Read `2/3`; None if it is no shard."""
        match = re.fullmatch(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})", text)
        if match is None:
            return None
        number, count = map(int, match.groups())
        return cls(number, count) if number <= count <= SLOTS else None

    @property
    def slots(self) -> range:
        """The slots whose portals it has."""
        return range(self.number - 1, SLOTS, self.count)

    def has(self, portal_id: int) -> bool:
        """Say whether a portal belongs to it."""
        return slot(portal_id) in self.slots

    def __str__(self) -> str:
        """`2/3`, as it is written in settings."""
        return f"{self.number}/{self.count}"


def shards(count: int) -> list[Shard]:
    """All shards of a run that has so many."""
    return [Shard(number, count) for number in range(1, count + 1)]


def slot(portal_id: int) -> int:
    """The slot of a portal: the same on every machine and in every version."""
    return int.from_bytes(hashlib.sha256(str(portal_id).encode()).digest()[:8]) % SLOTS
