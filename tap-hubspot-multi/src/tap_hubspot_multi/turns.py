"""Whose turn it is: what one run could not end, the next one reads first.

Runs that are over before their work is (a time limit, a stop request) would otherwise begin with the same portals and
streams each time, and never come to the others. What was left goes into the state, under the name of the run log:

    {"context": {"portal_id": 123}, "unfinished": ["deals", "custom_objects 2-456"], "read_at": "…Z"}

A portal that the run did not come to at all has an empty list, and its `read_at` stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import portal_syncs
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from tap_hubspot_multi.state import StateBook
    from tap_hubspot_multi.tasks import Task


class Turns:
    """The order in which a run reads its tasks; fair over many runs.

    Attributes:
        are_behind: Whether the run before has left anything.
    """

    def __init__(self, states: StateBook) -> None:
        self._states = states
        self.are_behind = False

    def in_order(self, tasks: Sequence[Task]) -> list[Task]:
        """Put the tasks that were left first: of the portals that wait longest, and what waits longest in each.

        Each portal's first task stays the first, because it shows whether the portal can be read at all.
        """
        portals: dict[int, list[Task]] = {}
        for task in tasks:
            portals.setdefault(task.portal.portal_id, []).append(task)
        self.are_behind = any(map(self._left, portals))
        return [
            task
            for portal_id in sorted(portals, key=self._portal_rank)
            for task in (portals[portal_id][0], *sorted(portals[portal_id][1:], key=self.rank))
        ]

    def rank(self, task: Task) -> int:
        """The place of a task among those of its portal; a task that divides itself comes with its parts."""
        unfinished = self._left(task.portal.portal_id).get("unfinished", [])
        own = (
            place
            for place, name in enumerate(unfinished)
            if name in {task.name, task.stream.name} or (not task.part and name.startswith(f"{task.name} "))
        )
        return min(own, default=len(unfinished))

    def leave(
        self, portal_id: int, unfinished: Collection[Task], *, is_begun: bool, ended_at: datetime
    ) -> None:
        """Remember what a run leaves of a portal.

        Args:
            portal_id: The portal.
            unfinished: Its tasks that have not ended, in the order in which they became known.
            is_begun: Whether any of its tasks was begun.
            ended_at: When the run ended.
        """
        if not unfinished:
            self._states.forget(portal_syncs.NAME, portal_id)
            return
        left = self._left(portal_id)
        if is_begun:
            names = [task.name for task in sorted(unfinished, key=self.rank)]
            left = {"unfinished": names, "read_at": format_timestamp(ended_at)}
        self._states.save(portal_syncs.NAME, portal_id, "", {"unfinished": [], **left}, ended_at)

    def _portal_rank(self, portal_id: int) -> tuple[bool, str]:
        left = self._left(portal_id)
        return "unfinished" not in left, left.get("read_at", "")

    def _left(self, portal_id: int) -> dict[str, Any]:
        return self._states.bookmark(portal_syncs.NAME, portal_id)
