"""What a client may name: its portals, their groups, KPIs and currencies; asked anew every few seconds."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi_marts.catalogue import kpis
from kpi_marts.currencies import currencies
from kpi_marts.portals import groups, portals

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime

    from kpi_marts.catalogue import Kpi
    from kpi_marts.portals import Group, Portal
    from kpi_marts.reader import Marts

# A portal that leaves a group is gone from the group's keys so soon.
_FRESH_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Directory:
    """All that a client may name, and how fresh it is."""

    portals: dict[int, Portal]
    groups: dict[str, Group]
    kpis: dict[str, Kpi]
    currencies: list[str]

    def known_until(self, portal_ids: Collection[int]) -> dict[int, date]:
        """The last day that is known of each of these portals."""
        return {
            portal_id: day
            for portal_id in portal_ids
            if (day := self.portals[portal_id].last_synced_date) is not None
        }

    def as_of(self, portal_ids: Collection[int]) -> datetime | None:
        """What is known of all of these portals that are still there."""
        synced = [
            self.portals[portal_id].last_synced_at
            for portal_id in portal_ids
            if not self.portals[portal_id].has_left
        ]
        return (
            min((each for each in synced if each is not None), default=None) if None not in synced else None
        )

    def last_synced_at(self, portal_ids: Collection[int]) -> datetime | None:
        """When the latest of these portals was read."""
        synced = (self.portals[portal_id].last_synced_at for portal_id in portal_ids)
        return max((each for each in synced if each is not None), default=None)

    def portals_of(self, group_names: Collection[str]) -> set[int]:
        """Ids of the portals of these groups."""
        return {portal_id for name in group_names for portal_id in self.groups[name].portal_ids}


class Directories:
    """One directory for each set of portals that a client may see.

    Args:
        marts: All of them.
        clock: Seconds that only grow.
    """

    def __init__(self, marts: Marts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._marts = marts
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[frozenset[int] | None, tuple[float, Directory]] = {}

    def of(self, visible: frozenset[int] | None) -> Directory:
        """The directory of who sees these portals; None for all.

        Raises:
            MartsUnavailable: the database does not answer, or dbt has not made the marts yet.
        """
        now = self._clock()
        with self._lock:
            self._made = {seen: each for seen, each in self._made.items() if now - each[0] < _FRESH_SECONDS}
            if visible in self._made:
                return self._made[visible][1]
        marts = self._marts if visible is None else self._marts.only(visible)
        made = Directory(
            portals={each.portal_id: each for each in portals(marts)},
            groups={each.group_name: each for each in groups(marts)},
            kpis=kpis(marts),
            currencies=currencies(marts),
        )
        with self._lock:
            self._made[visible] = (now, made)
        return made
