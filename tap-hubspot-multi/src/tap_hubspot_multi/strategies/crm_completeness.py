"""Holds what a full read has listed against HubSpot's own count.

The database takes a record for deleted when a complete full read has not seen it. A list that leaves out a record
would delete it there, so the list has to prove itself first.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.search import count_records
from tap_hubspot_multi.timestamps import format_timestamp, normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.tasks import Task

logger = logging.getLogger("tap-hubspot-multi")

_COUNTS = 3
_SECONDS_BETWEEN_COUNTS = 30.0


class Census:
    """Counts the live records that existed when a full read began, as far as the list shows them.

    Attributes:
        listed: How many so far; None if the first ones were listed uncounted.
    """

    def __init__(self, crm_object: CrmObject, moment: datetime, listed: int | None) -> None:
        """Begin, or go on.

        Args:
            crm_object: The object type.
            moment: When the full read began; what is created later is not counted.
            listed: How many have been listed before.
        """
        self.listed = listed
        self._object = crm_object
        self._moment = moment
        self._moment_text = format_timestamp(moment)

    def existed(self, raws: Iterable[Mapping[str, Any]]) -> int:
        """How many of some listed records existed when the full read began; safe to use from several threads."""
        return sum(map(self._existed, raws))

    def add(self, existed: int) -> None:
        """Count some listed records."""
        if self.listed is not None:
            self.listed += existed

    def counted(self, task: Task) -> int:
        """HubSpot's count of the same records."""
        return count_records(task.client, self._object, created_before=self._moment)

    def _existed(self, raw: Mapping[str, Any]) -> bool:
        created = (raw.get("properties") or {}).get(self._object.created_property) or raw.get("createdAt")
        moment = normalize(created)
        return moment is None or moment < self._moment_text

    def __str__(self) -> str:
        return f"live records created before {self._moment_text}"


def find_shortage(task: Task, census: Census) -> str | None:
    """Compare what a full read has listed with what HubSpot counts.

    What is archived, merged or purged meanwhile is counted less than it was listed, which is no shortage; but the
    index shows it late, so that a shortage is counted again.

    Args:
        task: Whose portal to ask.
        census: Of the full read, whose list has come to its end.

    Returns:
        What an operator should know; None if nothing is missing, or if it cannot be told.
    """
    if census.listed is None:
        return None
    counted = census.counted(task)
    for _ in range(_COUNTS - 1):
        if counted <= census.listed:
            break
        task.clock.sleep(_SECONDS_BETWEEN_COUNTS)
        counted = census.counted(task)
    if counted <= census.listed:
        return None
    shortage = (
        f"HubSpot counts {counted} {census}, but listed {census.listed}: nothing is taken for deleted on this "
        "list's word, the next full read decides"
    )
    logger.warning("%s: %s.", task, shortage)
    return shortage
